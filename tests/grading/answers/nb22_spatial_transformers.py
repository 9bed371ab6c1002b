"""Right answers to notebook 22. `test_fairness.py` says how these files are read."""

# ruff: noqa: F811
# %% affine_grid: number by number
import numpy as np


# %%
def affine_grid(theta, size):
    OH, OW = size
    grid = np.zeros((len(theta), OH, OW, 2))
    for n, t in enumerate(theta):
        for i in range(OH):
            for j in range(OW):
                u = -1 + (j + 0.5) * 2 / OW
                v = -1 + (i + 0.5) * 2 / OH
                grid[n, i, j, 0] = t[0, 0] * u + t[0, 1] * v + t[0, 2]
                grid[n, i, j, 1] = t[1, 0] * u + t[1, 1] * v + t[1, 2]
    return grid


# %% affine_grid: einsum over homogeneous points
def affine_grid(theta, size):
    points = np.ones((*size, 3))
    for axis, count in ((1, size[0]), (0, size[1])):
        centres = np.linspace(-1 + 1 / count, 1 - 1 / count, count)
        points[..., axis] = centres[:, None] if axis == 1 else centres
    return np.einsum("nab,ijb->nija", theta, points)


# %% affine_grid: broadcasting, the shift by itself
def affine_grid(theta, size):
    v, u = (np.mgrid[: size[0], : size[1]] + 0.5) * 2 / np.array(size).reshape(2, 1, 1) - 1
    x = theta[:, 0, 0, None, None] * u + theta[:, 0, 1, None, None] * v + theta[:, 0, 2, None, None]
    y = theta[:, 1, 0, None, None] * u + theta[:, 1, 1, None, None] * v + theta[:, 1, 2, None, None]
    return np.stack((x, y), axis=-1)


# %% bilinear_sample: four neighbours, all places at once
def bilinear_sample(x, grid):
    H, W = x.shape[-2:]
    px = grid[..., 0] * W / 2 + (W - 1) / 2
    py = grid[..., 1] * H / 2 + (H - 1) / 2
    left, top = np.floor(px).astype(int), np.floor(py).astype(int)
    images = np.arange(len(x)).reshape(-1, 1, 1)
    out = 0
    for dy in (0, 1):
        for dx in (0, 1):
            r, c = top + dy, left + dx
            share = (1 - abs(py - r)) * (1 - abs(px - c))
            share = share * ((r >= 0) & (r < H) & (c >= 0) & (c < W))
            value = x[images, :, np.clip(r, 0, H - 1), np.clip(c, 0, W - 1)]
            out = out + share[..., None] * value
    return out.transpose(0, 3, 1, 2)


# %% bilinear_sample: a rim of zeros around the image
def bilinear_sample(x, grid):
    (N, C, H, W), (OH, OW) = x.shape, grid.shape[1:3]
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (2, 2), (2, 2)))
    out = np.empty((N, C, OH, OW))
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                column = min(max((grid[n, i, j, 0] + 1) / 2 * W - 0.5, -2), W) + 2
                row = min(max((grid[n, i, j, 1] + 1) / 2 * H - 0.5, -2), H) + 2
                r, c = int(row), int(column)
                a, b = row - r, column - c
                four = padded[n, :, r : r + 2, c : c + 2]
                upper = (1 - b) * four[:, 0, 0] + b * four[:, 0, 1]
                lower = (1 - b) * four[:, 1, 0] + b * four[:, 1, 1]
                out[n, :, i, j] = (1 - a) * upper + a * lower
    return out


# %% bilinear_sample: tables of shares and one einsum
def shares(places, count):
    away = np.abs(places[..., np.newaxis] - np.arange(count))
    return np.where(away < 1, 1 - away, 0)


# %%
def bilinear_sample(x, grid):
    H, W = x.shape[2:]
    rows = shares(((grid[..., 1] + 1) * H - 1) / 2, H)
    columns = shares(((grid[..., 0] + 1) * W - 1) / 2, W)
    return np.einsum("nijr,nijc,nkrc->nkij", rows, columns, x)


# %% bilinear_sample_backward: np.add.at for the four neighbours
def bilinear_sample_backward(grad_out, grid, size):
    (N, C, _, _), (H, W) = grad_out.shape, size
    px, py = ((grid[..., 0] + 1) * W - 1) / 2, ((grid[..., 1] + 1) * H - 1) / 2
    left, top = np.floor(px).astype(int), np.floor(py).astype(int)
    grad_x = np.zeros((N, C, H, W))
    n = np.broadcast_to(np.arange(N)[:, None, None], left.shape)
    for r, down in ((top, top + 1 - py), (top + 1, py - top)):
        for c, along in ((left, left + 1 - px), (left + 1, px - left)):
            ok = (r >= 0) & (r < H) & (c >= 0) & (c < W)
            amount = (down * along)[ok][:, None] * grad_out.transpose(0, 2, 3, 1)[ok]
            np.add.at(grad_x, (n[ok], slice(None), r[ok], c[ok]), amount)
    return grad_x


# %% bilinear_sample_backward: the transposed einsum
def roofs(places, count):
    return np.maximum(0, 1 - np.abs(places[..., None] - np.arange(count)))


# %%
def bilinear_sample_backward(grad_out, grid, size):
    H, W = size
    rows = roofs((grid[..., 1] + 1) / 2 * H - 1 / 2, H)
    columns = roofs((grid[..., 0] + 1) / 2 * W - 1 / 2, W)
    return np.einsum("nijr,nijc,nkij->nkrc", rows, columns, grad_out)


# %% bilinear_sample_backward: what each image with a single 1 would have given
def bilinear_sample_backward(grad_out, grid, size):
    (N, C), (H, W) = grad_out.shape[:2], size
    grad_x = np.zeros((N, C, H, W))
    for r in range(H):
        for c in range(W):
            unit = np.zeros((N, 1, H, W))
            unit[:, :, r, c] = 1
            grad_x[:, :, r, c] = (bilinear_sample(unit, grid) * grad_out).sum(axis=(2, 3))
    return grad_x


# %% theta_gradient: floor, four neighbours, all places at once
def theta_gradient(grad_out, x, theta):
    H, W = x.shape[2:]
    OH, OW = grad_out.shape[2:]
    grid = affine_grid(theta, (OH, OW))
    px, py = ((grid[..., 0] + 1) * W - 1) / 2, ((grid[..., 1] + 1) * H - 1) / 2
    left, top = np.floor(px).astype(int), np.floor(py).astype(int)
    n = np.arange(len(x))[:, None, None]
    g = np.zeros((*px.shape, 2))
    for r, down, rise in ((top, top + 1 - py, -1), (top + 1, py - top, 1)):
        for c, along, step in ((left, left + 1 - px, -1), (left + 1, px - left, 1)):
            ok = (r >= 0) & (r < H) & (c >= 0) & (c < W)
            value = x[n, :, r.clip(0, H - 1), c.clip(0, W - 1)] * ok[..., None]
            weight = (value * np.moveaxis(grad_out, 1, 3)).sum(axis=3)
            g[..., 0] += step * down * weight * W / 2
            g[..., 1] += rise * along * weight * H / 2
    u, v = (np.arange(OW) * 2 + 1) / OW - 1, (np.arange(OH) * 2 + 1) / OH - 1
    by_u = (g * u[:, None]).sum(axis=(1, 2))
    by_v = (g * v[:, None, None]).sum(axis=(1, 2))
    return np.stack([by_u, by_v, g.sum(axis=(1, 2))], axis=2)


# %% theta_gradient: place by place, with a rim of zeros
def theta_gradient(grad_out, x, theta):
    (N, C, H, W), (OH, OW) = x.shape, grad_out.shape[2:]
    padded = np.zeros((N, C, H + 4, W + 4))
    padded[:, :, 2:-2, 2:-2] = x
    result = np.zeros((N, 2, 3))
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                p = np.array([2 * (j + 0.5) / OW - 1, 2 * (i + 0.5) / OH - 1, 1.0])
                where = theta[n] @ p
                b = np.clip((where[0] + 1) * W / 2 - 0.5, -2, W) + 2
                a = np.clip((where[1] + 1) * H / 2 - 0.5, -2, H) + 2
                r, c = int(np.floor(a)), int(np.floor(b))
                a, b = a - r, b - c
                q = padded[n, :, r : r + 2, c : c + 2]
                sx = (1 - a) * (q[:, 0, 1] - q[:, 0, 0]) + a * (q[:, 1, 1] - q[:, 1, 0])
                sy = (1 - b) * (q[:, 1, 0] - q[:, 0, 0]) + b * (q[:, 1, 1] - q[:, 0, 1])
                g = grad_out[n, :, i, j]
                result[n] += np.outer([g @ sx * W / 2, g @ sy * H / 2], p)
    return result


# %% theta_gradient: einsum with tables of shares and of their slopes
def with_slope(places, count):
    first = np.floor(places)[..., None]
    pixel, fraction = np.arange(count), places[..., None] - first
    share = (pixel == first) * (1 - fraction) + (pixel == first + 1) * fraction
    return share, (pixel == first + 1) * 1.0 - (pixel == first)


# %%
def theta_gradient(grad_out, x, theta):
    (H, W), size = x.shape[2:], grad_out.shape[2:]
    points = affine_grid(np.eye(2, 3)[None], size)[0]
    points = np.concatenate([points, np.ones((*size, 1))], axis=2)
    grid = np.einsum("nab,ijb->nija", theta, points)
    down, rise_y = with_slope(((grid[..., 1] + 1) * H - 1) / 2, H)
    along, rise_x = with_slope(((grid[..., 0] + 1) * W - 1) / 2, W)
    way = "nijr,nijc,nkrc,nkij,ijb->nb"
    first = np.einsum(way, down, rise_x, x, grad_out, points, optimize=True) * W / 2
    second = np.einsum(way, rise_y, along, x, grad_out, points, optimize=True) * H / 2
    return np.stack([first, second], axis=1)
