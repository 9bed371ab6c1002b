"""Right answers to notebook 20. `test_fairness.py` says how these files are read."""

# ruff: noqa: F811
# %% masked_joint_loss: the joints that can be seen, picked by index
import numpy as np


# %%
def masked_joint_loss(guess, joints, visible):
    grad = np.zeros(guess.shape)
    if not visible.any():
        return 0.0, grad
    difference = guess[visible] - joints[visible]  # (K, 2)
    grad[visible] = 2 * difference / difference.size
    return np.mean(difference**2), grad


# %% masked_joint_loss: joint by joint
def masked_joint_loss(guess, joints, visible):
    M = 2 * np.count_nonzero(visible)
    loss, grad = 0.0, np.zeros(guess.shape)
    for n in range(guess.shape[0]):
        for j in range(guess.shape[1]):
            if not visible[n, j]:
                continue
            for k in range(2):
                d = float(guess[n, j, k]) - float(joints[n, j, k])
                loss += d * d / M
                grad[n, j, k] = 2 * d / M
    return loss, grad


# %% masked_joint_loss: the targets of hidden joints are the guesses themselves
def masked_joint_loss(guess, joints, visible):
    mask = np.broadcast_to(visible[:, :, None], guess.shape)
    target = np.where(mask, joints, guess)
    number = mask.sum()
    scale = 1 / number if number > 0 else 0.0
    return ((guess - target) ** 2).sum() * scale, 2 * scale * (guess - target)


# %% flip_joints: pair by pair
def flip_joints(joints, visible, width, pairs):
    mirrored, seen = joints.copy(), visible.copy()
    mirrored[:, :, 0] = width - joints[:, :, 0]
    for a, b in pairs:
        mirrored[:, [a, b]] = mirrored[:, [b, a]]
        seen[:, [a, b]] = seen[:, [b, a]]
    return mirrored, seen


# %% flip_joints: a dictionary of partners, figure by figure
def flip_joints(joints, visible, width, pairs):
    partner = {}
    for a, b in pairs:
        partner[a], partner[b] = b, a
    places, can_be_seen = [], []
    for figure, mask in zip(joints, visible, strict=True):
        source = [partner.get(j, j) for j in range(len(figure))]
        places.append([[width - figure[s][0], figure[s][1]] for s in source])
        can_be_seen.append([mask[s] for s in source])
    return np.array(places), np.array(can_be_seen)


# %% flip_joints: both columns of pairs at once, with copies
def flip_joints(joints, visible, width, pairs):
    a, b = pairs[:, 0], pairs[:, 1]
    x = joints[..., 0] * -1.0 + width
    result = np.concatenate([x[..., None], joints[..., 1:]], axis=-1)
    first, mask = result[:, a].copy(), visible.copy()
    result[:, a] = result[:, b]
    result[:, b] = first
    mask[:, a], mask[:, b] = visible[:, b], visible[:, a]
    return result, mask


# %% pck: np.linalg.norm, np.divide where there is something to divide by
def pck(guess, joints, visible, sizes, threshold):
    far = np.linalg.norm(guess - joints, axis=-1) / sizes[:, None]
    found = (far <= threshold) & visible
    shown = visible.sum(0)
    each = np.divide(found.sum(0), shown, out=np.zeros(len(shown)), where=shown > 0)
    overall = found[visible].mean() if visible.any() else 0.0
    return each, overall


# %% pck: counted in loops
def pck(guess, joints, visible, sizes, threshold):
    N, J = visible.shape
    hits, shown = np.zeros(J), np.zeros(J)
    for n in range(N):
        for j in range(J):
            if visible[n, j]:
                dx, dy = guess[n, j] - joints[n, j]
                hits[j] += np.hypot(dx, dy) <= threshold * sizes[n]
                shown[j] += 1
    per_joint = np.array([h / s if s > 0 else 0.0 for h, s in zip(hits, shown, strict=True)])
    return per_joint, (hits.sum() / shown.sum() if shown.sum() > 0 else 0.0)


# %% pck: squares compared with squares, one joint at a time
def pck(guess, joints, visible, sizes, threshold):
    near = np.square(guess - joints).sum(axis=2) <= np.square(threshold * sizes).reshape(-1, 1)
    per_joint = []
    for j in range(visible.shape[1]):
        mine = near[visible[:, j], j]
        per_joint.append(mine.mean() if mine.size else 0)
    everything = near[visible]
    return np.array(per_joint, dtype=float), (everything.mean() if everything.size else 0)


# %% heatmap: rows times columns
def bump(place, count, sigma):
    exponent = -((place - np.arange(count) - 0.5) ** 2) / (2 * sigma**2)
    weights = np.exp(exponent - exponent.max())
    return weights / weights.sum()


# %%
def heatmap(joints, size, stride, sigma):
    H, W = size
    maps = np.zeros((len(joints), H, W))
    for j, (x, y) in enumerate(joints / stride):
        if 0 <= x <= W and 0 <= y <= H:
            maps[j] = bump(y, H, sigma)[:, None] * bump(x, W, sigma)[None, :]
    return maps


# %% heatmap: a grid of places in pixels, all joints at once
def heatmap(joints, size, stride, sigma):
    H, W = size
    rows, columns = np.mgrid[:H, :W]
    grid = np.stack([columns, rows], axis=-1) * stride + stride / 2  # (H, W, 2), x first
    distance = np.linalg.norm(grid[None] - joints[:, None, None], axis=-1) / stride
    score = -0.5 * (distance / sigma) ** 2
    score = score.reshape(len(joints), -1)
    score = score - score.max(axis=1, keepdims=True)
    p = np.exp(score)
    p /= p.sum(axis=1, keepdims=True)
    outside = ((joints < 0) | (joints > np.array([W, H]) * stride)).any(axis=1)
    p[outside] = 0
    return p.reshape(-1, H, W)


# %% heatmap: log of the sum by np.logaddexp
def heatmap(joints, size, stride, sigma):
    cells_y = np.arange(size[0])[:, None] + 0.5
    cells_x = np.arange(size[1])[None, :] + 0.5
    result = []
    for x, y in np.asarray(joints, dtype=float):
        x, y = x / stride, y / stride
        if x < 0 or y < 0 or x > size[1] or y > size[0]:
            result.append(np.zeros(size))
            continue
        log_p = -((cells_x - x) ** 2 + (cells_y - y) ** 2) / (2 * sigma * sigma)
        result.append(np.exp(log_p - np.logaddexp.reduce(log_p, axis=None)))
    return np.array(result)


# %% soft_argmax: flat maps, a table of middles
def soft_argmax(scores, temperature, stride):
    J, H, W = scores.shape
    flat = scores.reshape(J, -1) / temperature
    flat = flat - flat.max(axis=1)[:, None]
    p = np.exp(flat) / np.exp(flat).sum(axis=1)[:, None]
    y, x = np.indices((H, W)).reshape(2, -1) + 0.5
    return stride * p @ np.stack([x, y], axis=1)


# %% soft_argmax: map by map, one sum for x and one for y
def soft_argmax(scores, temperature, stride):
    places = []
    for scored in scores:
        shifted = (scored - scored.max()) / temperature
        weight = np.exp(shifted)
        total = weight.sum()
        x = y = 0.0
        for i in range(scored.shape[0]):
            for j in range(scored.shape[1]):
                x += weight[i, j] / total * (j + 0.5) * stride
                y += weight[i, j] / total * (i + 0.5) * stride
        places.append([x, y])
    return np.array(places)


# %% soft_argmax: np.average with weights
def soft_argmax(scores, temperature, stride):
    xs = np.arange(scores.shape[2]) * stride + stride / 2
    ys = np.arange(scores.shape[1]) * stride + stride / 2
    top = scores.max(axis=2, keepdims=True).max(axis=1, keepdims=True)
    weights = np.exp((scores - top) / temperature)
    return np.array([
        (np.average(xs, weights=w.sum(axis=0)), np.average(ys, weights=w.sum(axis=1)))
        for w in weights
    ])  # fmt: skip
