"""Right answers to notebook 23. `test_fairness.py` says how these files are read."""

# ruff: noqa: F811
# %% patchify: a loop over upper left corners
import numpy as np


# %%
def patchify(images, patch):
    N, C, H, W = images.shape
    rows = []
    for top in range(0, H - patch + 1, patch):
        for left in range(0, W - patch + 1, patch):
            window = images[:, :, top : top + patch, left : left + patch]
            rows.append(window.reshape(N, -1))
    if not rows:
        return np.zeros((N, 0, C * patch * patch))
    return np.stack(rows, axis=1)


# %% patchify: axes split off one at a time, moved by hand
def patchify(images, patch):
    N, C, H, W = images.shape
    h, w = H // patch, W // patch
    x = images[:, :, : h * patch, : w * patch]
    x = np.moveaxis(x.reshape(N, C, h, patch, w, patch), 1, 3)  # (N, h, P, C, w, P)
    x = np.moveaxis(x, 4, 2)  # (N, h, w, P, C, P)
    return np.swapaxes(x, 3, 4).reshape(N, h * w, C * patch**2)


# %% patchify: windows of NumPy, every P-th one
def patchify(images, patch):
    N, C, H, W = images.shape
    if patch > H or patch > W:
        return np.empty((N, 0, C * patch**2), images.dtype)
    view = np.lib.stride_tricks.sliding_window_view(images, (patch, patch), axis=(2, 3))
    view = view[:, :, ::patch, ::patch]  # (N, C, rows, columns, P, P)
    return np.einsum("ncrspq->nrscpq", view).reshape(N, -1, C * patch**2)


# %% attention: image by image, query by query
def attention(q, k, v, mask=None):
    out = np.zeros((*q.shape[:2], v.shape[2]))
    weights = np.zeros((*q.shape[:2], k.shape[1]))
    for n in range(len(q)):
        for t in range(q.shape[1]):
            keys = np.arange(k.shape[1]) if mask is None else np.flatnonzero(mask[t])
            if len(keys) == 0:
                continue
            z = k[n, keys] @ q[n, t] / q.shape[2] ** 0.5
            e = np.exp(z - z.max())
            weights[n, t, keys] = e / e.sum()
            out[n, t] = weights[n, t] @ v[n]
    return out, weights


# %% attention: with einsum, the mask as a factor after a safe exp
def attention(q, k, v, mask=None):
    allowed = np.ones((q.shape[1], k.shape[1]), bool) if mask is None else mask
    z = np.einsum("ntd,nsd->nts", q, k) * q.shape[-1] ** -0.5
    top = np.max(z, axis=-1, keepdims=True, where=allowed, initial=-1e300)
    e = np.exp(np.where(allowed, z - top, -np.inf))
    total = e.sum(axis=-1, keepdims=True)
    w = np.divide(e, total, out=np.zeros_like(e), where=total > 0)
    return np.einsum("nts,nse->nte", w, v), w


# %% attention: a low score for hidden keys, and zeros put in afterwards
def attention(q, k, v, mask=None):
    d = q.shape[2]
    scores = np.matmul(q, np.swapaxes(k, 1, 2)) / np.sqrt(d)
    if mask is not None:
        scores = np.where(mask, scores, -1e30)
    scores = scores - scores.max(axis=2, keepdims=True)
    weights = np.exp(scores)
    weights = weights / weights.sum(axis=2, keepdims=True)
    if mask is not None:
        weights = weights * mask
    return np.matmul(weights, v), weights


# %% attention_backward: with einsum
def attention_backward(grad_out, q, k, v, weights):
    grad_v = np.einsum("nts,nte->nse", weights, grad_out)
    g = np.einsum("nte,nse->nts", grad_out, v)
    z = weights * g - weights * np.einsum("nts,nts->nt", weights, g)[:, :, None]
    z = z / np.sqrt(q.shape[-1])
    return np.einsum("nts,nsd->ntd", z, k), np.einsum("nts,ntd->nsd", z, q), grad_v


# %% attention_backward: the Jacobian of the softmax, row by row
def attention_backward(grad_out, q, k, v, weights):
    grad_q, grad_k, grad_v = (np.zeros(a.shape) for a in (q, k, v))
    for n in range(q.shape[0]):
        for t in range(q.shape[1]):
            w = weights[n, t]
            jacobian = np.diag(w) - np.outer(w, w)
            dz = jacobian @ (v[n] @ grad_out[n, t]) / np.sqrt(q.shape[2])
            grad_q[n, t] = dz @ k[n]
            grad_k[n] += np.outer(dz, q[n, t])
            grad_v[n] += np.outer(w, grad_out[n, t])
    return grad_q, grad_k, grad_v


# %% attention_backward: the mean of the row is grad_out times out
def attention_backward(grad_out, q, k, v, weights):
    out = weights @ v
    mean = (grad_out * out).sum(axis=-1, keepdims=True)
    scale = 1 / q.shape[-1] ** 0.5
    scores = scale * weights * (grad_out @ v.swapaxes(1, 2) - mean)
    return (
        scores @ k,
        scores.swapaxes(1, 2) @ q,
        weights.swapaxes(1, 2) @ grad_out,
    )


# %% relative_attention_as_conv: head by head, added up in a loop over positions
def relative_attention_as_conv(x, weight):
    N, _, H, W = x.shape
    F, _, KH, KW = weight.shape
    looks = np.zeros((KH * KW, H * W, H * W))
    out = np.zeros((N, F, H, W))
    for u in range(KH):
        for v in range(KW):
            for t in range(H * W):
                row, column = t // W + u - KH // 2, t % W + v - KW // 2
                if row < 0 or row >= H or column < 0 or column >= W:
                    continue
                looks[u * KW + v, t, row * W + column] = 1
                seen = x[:, :, row, column]  # (N, C)
                out[:, :, t // W, t % W] += seen @ weight[:, :, u, v].T
    return looks, out


# %% relative_attention_as_conv: shifted identity matrices and one einsum
def relative_attention_as_conv(x, weight):
    N, C, H, W = x.shape
    F, _, KH, KW = weight.shape
    heads = []
    for u in range(KH):
        for v in range(KW):
            down = np.eye(H, k=u - KH // 2)
            right = np.eye(W, k=v - KW // 2)
            heads.append(np.kron(down, right))
    looks = np.array(heads)
    flat = weight.reshape(F, C, KH * KW)
    out = np.einsum("hts,ncs,fch->nft", looks, x.reshape(N, C, H * W), flat, optimize=True)
    return looks, out.reshape(N, F, H, W)


# %% relative_attention_as_conv: distances of all pairs of positions
def relative_attention_as_conv(x, weight):
    N, C, H, W = x.shape
    F, C, KH, KW = weight.shape
    rows, columns = np.divmod(np.arange(H * W), W)
    down = rows[None, :] - rows[:, None]  # [t, s]: how far s lies below t
    right = columns[None, :] - columns[:, None]
    looks = np.empty((KH * KW, H * W, H * W))
    values = x.reshape(N, C, -1).transpose(0, 2, 1)
    total = 0
    for h in range(KH * KW):
        u, v = divmod(h, KW)
        looks[h] = (down == u - KH // 2) & (right == v - KW // 2)
        total = total + (looks[h] @ values) @ weight[:, :, u, v].T
    return looks, np.moveaxis(total, 2, 1).reshape(N, F, H, W)


# %% layer_norm: token by token
def layer_norm(x, weight, bias, eps=1e-5):
    out = np.zeros(x.shape)
    for n in range(x.shape[0]):
        for t in range(x.shape[1]):
            row = x[n, t].astype(float)
            row = row - row.mean()
            out[n, t] = weight * row / np.sqrt((row * row).mean() + eps) + bias
    return out


# %% layer_norm: sums of centred rows, and a power
def layer_norm(x, weight, bias, eps=1e-5):
    D = x.shape[-1]
    centred = x - x.sum(axis=2)[:, :, None] / D
    variance = (centred**2).sum(axis=2)[:, :, None] / D
    return bias + weight * centred * (variance + eps) ** -0.5


# %% layer_norm: through rows, the scale folded into the weight
def layer_norm(x, weight, bias, eps=1e-5):
    rows = np.reshape(x, (-1, x.shape[-1])).astype(np.float64)
    mean, std = np.mean(rows, axis=1), np.sqrt(np.var(rows, axis=1) + eps)
    scaled = (rows - mean[:, None]) * (weight[None, :] / std[:, None]) + bias
    return np.reshape(scaled, x.shape)
