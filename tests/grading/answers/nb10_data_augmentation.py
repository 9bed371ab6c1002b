"""Right answers to notebook 10. `test_fairness.py` says how these files are read."""

# ruff: noqa: F811
# %% log_uniform: a power of the quotient
import numpy as np


# %%
def log_uniform(u, low, high):
    return low * (high / low) ** u


# %% log_uniform: with base 2, there and back
def log_uniform(u, low, high):
    a, b = np.log2(low), np.log2(high)
    return 2 ** (a + (b - a) * u)


# %% log_uniform: a weighted sum of the two logarithms
def log_uniform(u, low, high):
    return np.exp((1 - u) * np.log(low) + u * np.log(high))


# %% affine_matrix: where (1, 0) and (0, 1) go, step by step
def affine_matrix(H, W, angle=0, scale=1, stretch=1, shear=0, flip=False, shift=(0, 0)):
    theta, lean = np.radians(angle), np.tan(np.radians(shear))
    out = np.zeros((2, 3))
    for k, (x, y) in enumerate([(1, 0), (0, 1)]):
        if flip:
            x = -x
        x, y = x * scale * stretch, y * scale / stretch
        x = x - lean * y
        x, y = x * np.cos(theta) + y * np.sin(theta), -x * np.sin(theta) + y * np.cos(theta)
        out[:, k] = x, y
    out[0, 2] = W / 2 + shift[0] - out[0, 0] * W / 2 - out[0, 1] * H / 2
    out[1, 2] = H / 2 + shift[1] - out[1, 0] * W / 2 - out[1, 1] * H / 2
    return out


# %% affine_matrix: seven matrices of (3, 3)
def translation(x, y):
    return np.array([[1.0, 0, x], [0, 1, y], [0, 0, 1]])


# %%
def affine_matrix(H, W, angle=0, scale=1, stretch=1, shear=0, flip=False, shift=(0, 0)):
    a = np.deg2rad(angle)
    matrix = translation(-W / 2, -H / 2)
    if flip:
        matrix = np.diag([-1, 1, 1]) @ matrix
    matrix = np.diag([scale * stretch, scale / stretch, 1]) @ matrix
    matrix = np.array([[1, -np.tan(np.deg2rad(shear)), 0], [0, 1, 0], [0, 0, 1]]) @ matrix
    turn = [[np.cos(a), np.sin(a), 0], [-np.sin(a), np.cos(a), 0], [0, 0, 1]]
    matrix = translation(W / 2 + shift[0], H / 2 + shift[1]) @ np.array(turn) @ matrix
    return matrix[:2]


# %% affine_matrix: np.dot in steps, the flip as a sign
def affine_matrix(H, W, angle=0, scale=1, stretch=1, shear=0, flip=False, shift=(0, 0)):
    sign = 1 - 2 * int(flip)
    c, s = np.cos(angle * np.pi / 180), np.sin(angle * np.pi / 180)
    L = np.dot([[c, s], [-s, c]], [[1, -np.tan(shear * np.pi / 180)], [0, 1]])
    L = L * np.array([scale * stretch * sign, scale / stretch])
    m = np.array([W, H]) / 2
    return np.hstack([L, (m + shift - L.dot(m)).reshape(2, 1)])


# %% transform_box: four corners in a loop
def transform_box(box, matrix):
    xs, ys = [], []
    for x in (box[0], box[2]):
        for y in (box[1], box[3]):
            xs.append(matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2])
            ys.append(matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2])
    return np.array([min(xs), min(ys), max(xs), max(ys)])


# %% transform_box: middle and half sizes, without corners
def transform_box(box, matrix):
    linear = matrix[:, :2]
    middle = linear @ ((box[:2] + box[2:]) / 2) + matrix[:, 2]
    half = np.abs(linear) @ ((box[2:] - box[:2]) / 2)
    return np.concatenate([middle - half, middle + half])


# %% transform_box: corners as rows
def transform_box(box, matrix):
    x1, y1, x2, y2 = box
    corners = np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]]) @ matrix[:, :2].T + matrix[:, 2]
    return np.hstack([corners.min(0), corners.max(0)])


# %% pca_color_jitter: channel by channel
def pca_color_jitter(image, eigenvalues, eigenvectors, alphas):
    out = np.empty(image.shape)
    for channel in range(3):
        noise = sum(alphas[i] * eigenvalues[i] * eigenvectors[channel, i] for i in range(3))
        out[channel] = image[channel] + noise
    return out


# %% pca_color_jitter: one einsum, a reshape
def pca_color_jitter(image, eigenvalues, eigenvectors, alphas):
    return image + np.einsum("ci,i,i->c", eigenvectors, eigenvalues, alphas).reshape(3, 1, 1)


# %% pca_color_jitter: channels behind, and back again
def pca_color_jitter(image, eigenvalues, eigenvectors, alphas):
    pixels = np.moveaxis(image, 0, -1)
    pixels = pixels + (eigenvectors * (alphas * eigenvalues)).sum(axis=1)
    return np.moveaxis(pixels, -1, 0)


# %% ten_crop: five crops written out, mirrored one by one
def ten_crop(image, size):
    h, w = size
    H, W = image.shape[1:]
    y, x = (H - h) // 2, (W - w) // 2
    five = [
        image[:, :h, :w],
        image[:, :h, W - w :],
        image[:, H - h :, :w],
        image[:, H - h :, W - w :],
        image[:, y : y + h, x : x + w],
    ]
    return np.array(five + [np.flip(crop, axis=2) for crop in five])


# %% ten_crop: filled into an empty array
def ten_crop(image, size):
    (h, w), (C, H, W) = size, image.shape
    out = np.empty((10, C, h, w), dtype=image.dtype)
    places = [(top, left) for top in (0, H - h) for left in (0, W - w)]
    for k, (top, left) in enumerate([*places, ((H - h) // 2, (W - w) // 2)]):
        out[k] = image[:, top : top + h, left : left + w]
        out[5 + k] = np.fliplr(out[k].transpose(1, 2, 0)).transpose(2, 0, 1)
    return out


# %% ten_crop: windows over the image
def ten_crop(image, size):
    H, W = image.shape[1:]
    windows = np.lib.stride_tricks.sliding_window_view(image, size, axis=(1, 2))
    low, right = H - size[0], W - size[1]
    rows, columns = [0, 0, low, low, low // 2], [0, right, 0, right, right // 2]
    five = windows[:, rows, columns].swapaxes(0, 1)
    return np.vstack([five, five[:, :, :, ::-1]])
