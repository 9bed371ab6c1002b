"""Right answers to notebook 19. `test_fairness.py` says how these files are read."""

# ruff: noqa: F811
# %% box_iou: one pair at a time
import numpy as np


# %%
def box_iou(boxes, others):
    result = []
    for a, b in zip(boxes, others, strict=True):
        width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
        height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
        area_a, area_b = (a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1])
        union = area_a + area_b - width * height
        result.append(width * height / union if union > 0 else 0.0)
    return np.array(result)


# %% box_iou: corners as (N, 2), np.divide where there is something to divide by
def box_iou(boxes, others):
    low = np.maximum(boxes[:, :2], others[:, :2])
    high = np.minimum(boxes[:, 2:], others[:, 2:])
    common = np.clip(high - low, 0, None).prod(axis=1)
    union = (
        (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
        + (others[:, 2:] - others[:, :2]).prod(axis=1)
        - common
    )
    return np.divide(common, union, out=np.zeros(len(boxes)), where=union > 0)


# %% box_iou: unpacked columns, both cases by np.where
def area(x1, y1, x2, y2):
    return (x2 - x1) * (y2 - y1)


# %%
def box_iou(boxes, others):
    (a1, b1, a2, b2), (c1, d1, c2, d2) = boxes.T, others.T
    x1, y1 = np.maximum(a1, c1), np.maximum(b1, d1)
    x2, y2 = np.minimum(a2, c2), np.minimum(b2, d2)
    common = np.where((x2 > x1) & (y2 > y1), area(x1, y1, x2, y2), 0)
    union = area(a1, b1, a2, b2) + area(c1, d1, c2, d2) - common
    return np.where(union > 0, common / np.where(union > 0, union, 1), 0)


# %% box_to_corners: one box at a time, with a matrix
def box_to_corners(boxes, angles):
    out = np.zeros((len(boxes), 4, 2))
    for n, ((x1, y1, x2, y2), angle) in enumerate(zip(boxes, angles, strict=True)):
        t = np.deg2rad(angle)
        turn = np.array([[np.cos(t), np.sin(t)], [-np.sin(t), np.cos(t)]])
        middle = np.array([(x1 + x2) / 2, (y1 + y2) / 2])
        for k, corner in enumerate([(x1, y1), (x2, y1), (x2, y2), (x1, y2)]):
            out[n, k] = turn @ (np.array(corner) - middle) + middle
    return out


# %% box_to_corners: complex numbers
def box_to_corners(boxes, angles):
    x1, y1, x2, y2 = np.asarray(boxes, dtype=float).T
    corners = np.stack([x1 + 1j * y1, x2 + 1j * y1, x2 + 1j * y2, x1 + 1j * y2], axis=1)
    middle = corners.mean(axis=1, keepdims=True)
    turned = middle + (corners - middle) * np.exp(-1j * np.radians(angles))[:, None]
    return np.stack([turned.real, turned.imag], axis=-1)


# %% box_to_corners: corner by corner, stacked
def box_to_corners(boxes, angles):
    c, s = np.cos(np.deg2rad(angles)), np.sin(np.deg2rad(angles))
    mx, my = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    w, h = (boxes[:, 2] - boxes[:, 0]) / 2, (boxes[:, 3] - boxes[:, 1]) / 2
    corners = []
    for right, down in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        dx, dy = right * w, down * h
        corners.append(np.column_stack([mx + dx * c + dy * s, my - dx * s + dy * c]))
    return np.stack(corners, axis=1)


# %% multitask_loss: np.logaddexp over the classes
def multitask_loss(logits, labels, corners, target_corners, weight):
    total = np.logaddexp.reduce(logits, axis=1)
    classes = np.mean(total - logits[np.arange(len(labels)), labels])
    boxes = np.mean(np.square(corners - target_corners))
    return classes + weight * boxes, classes, boxes


# %% multitask_loss: row by row
def multitask_loss(logits, labels, corners, target_corners, weight):
    N = len(labels)
    class_part = box_part = 0.0
    for n in range(N):
        largest = logits[n].max()
        shifted = logits[n] - largest
        class_part += np.log(np.exp(shifted).sum()) - shifted[labels[n]]
        for c in range(4):
            for k in range(2):
                box_part += (corners[n, c, k] - target_corners[n, c, k]) ** 2 / 8
    class_part, box_part = class_part / N, box_part / N
    return (class_part + weight * box_part, class_part, box_part)


# %% multitask_loss: one-hot labels and a table of logarithms
def log_softmax(scores):
    scores = scores - scores.max(1)[:, None]
    return scores - np.log(np.exp(scores).sum(1))[:, None]


# %%
def multitask_loss(logits, labels, corners, target_corners, weight):
    N, K = logits.shape
    one_hot = np.eye(K)[labels]
    class_part = -(one_hot * log_softmax(logits)).sum() / N
    difference = (corners - target_corners).ravel()
    box_part = difference @ difference / difference.size
    return class_part + box_part * weight, class_part, box_part


# %% localisation_accuracy: counted in a loop
def localisation_accuracy(logits, labels, boxes, true_boxes, threshold):
    hits, ious = 0, box_iou(boxes, true_boxes)
    for n in range(len(labels)):
        if np.argmax(logits[n]) == labels[n] and ious[n] >= threshold:
            hits += 1
    return hits / len(labels)


# %% localisation_accuracy: a product of zeros and ones
def localisation_accuracy(logits, labels, boxes, true_boxes, threshold):
    named = np.equal(np.argmax(logits, 1), labels).astype(float)
    found = (box_iou(boxes, true_boxes) >= threshold).astype(float)
    return float(np.mean(named * found))


# %% localisation_accuracy: counts what is left
def localisation_accuracy(logits, labels, boxes, true_boxes, threshold):
    left = box_iou(boxes, true_boxes)[logits.argmax(axis=1) == labels]
    return np.count_nonzero(left >= threshold) / len(labels)
