"""Looking at an image through an affine grid: where every output pixel looks, and what it finds.

Places are pairs (x, y) in units: −1 is the left or upper edge of the image and 1 the right or lower
one, whatever its size. With `align_corners` they are the centres of the first and last pixels, not
the edges. torch's `affine_grid` and `grid_sample` (bilinear, zeros outside) do the same.
"""

import numpy as np

from course_utils.shapes import pair, require_shape


# ------------------------------------------------------------------------------ where pixels look
def affine_grid(theta, size, align_corners=False):
    """Where each pixel of a crop looks: the centres of its pixels, moved by a matrix per image.

    theta (N, 2, 3), size (OH, OW) of the crop in pixels -> grid (N, OH, OW, 2), x and y in units.
    Raises ShapeError or ValueError for arrays that do not fit or are not finite.
    """
    N, _, _ = require_shape("affine_grid", "theta", theta, ("N", 2, 3))
    _require_finite("affine_grid", "theta", theta)
    OH, OW = pair("affine_grid", "size", size, 1)
    points = crop_points((OH, OW), align_corners).astype(np.result_type(theta, np.float32))
    return (points @ np.swapaxes(theta, 1, 2)).reshape(N, OH, OW, 2)


def affine_grid_backward(grad_grid, align_corners=False):
    """Gradient of the loss with respect to theta: every pixel of the crop has a say in each number.

    grad_grid (N, OH, OW, 2) -> grad_theta (N, 2, 3). Raises ShapeError for another shape.
    """
    N, OH, OW, _ = require_shape(
        "affine_grid_backward", "grad_grid", grad_grid, ("N", "OH", "OW", 2)
    )
    points = crop_points((OH, OW), align_corners).astype(grad_grid.dtype)  # (OH * OW, 3)
    return np.swapaxes(grad_grid.reshape(N, OH * OW, 2), 1, 2) @ points


def affine_inverse(theta):
    """The way back of affine maps: where a place of the image comes to lie in the crop.

    theta (N, 2, 3) -> (N, 2, 3). Raises ShapeError for another shape, ValueError for numbers that
    are not finite and for a matrix that has no way back, as when all pixels look along one line.
    """
    require_shape("affine_inverse", "theta", theta, ("N", 2, 3))
    _require_finite("affine_inverse", "theta", theta)
    theta = theta.astype(np.result_type(theta, np.float32))
    linear, shift = theta[:, :, :2], theta[:, :, 2:]
    area = np.prod(np.linalg.norm(linear, axis=2), axis=1)  # it would be |det| of upright rows
    flat = np.abs(np.linalg.det(linear)) <= 8 * np.finfo(linear.dtype).eps * area
    if flat.any():
        n = int(flat.argmax())
        raise ValueError(
            "affine_inverse expects matrices with a way back (a determinant that is not 0), got "
            f"{linear[n].tolist()} as number {n}"
        )
    back = np.linalg.inv(linear)
    return np.concatenate([back, -back @ shift], axis=2)


def crop_points(size, align_corners=False):
    """The centres of a crop's pixels in units, in row order: (OH * OW, 3), x, y and a 1."""
    y, x = (_centres(count, align_corners) for count in size)
    columns, rows = np.meshgrid(x, y)  # both (OH, OW)
    return np.stack([columns.ravel(), rows.ravel(), np.ones(columns.size)], axis=1)


def _centres(count, align_corners):
    if align_corners and count > 1:
        return np.linspace(-1, 1, count)
    return (2 * np.arange(count) + 1) / count - 1  # a single pixel lies in the middle


# ---------------------------------------------------------------------------- what is found there
def grid_sample(x, grid, align_corners=False):
    """Read images off between their pixels: each place mixes the four pixels around it.

    x (N, C, H, W), grid (N, OH, OW, 2) in units -> (N, C, OH, OW). Outside of the image all is 0.
    Raises ShapeError or ValueError for arrays that do not fit or a grid that is not finite.
    """
    _require_sampling("grid_sample", x, grid)
    out = np.zeros((*x.shape[:2], *grid.shape[1:3]), np.result_type(x, grid, np.float32))
    for n, rows, columns, share, _, _ in _neighbours(grid, x.shape[2:], align_corners):
        values = x[n, :, rows, columns]  # (N, OH, OW, C)
        out += (share[..., np.newaxis] * values).transpose(0, 3, 1, 2)
    return out


def grid_sample_backward(grad_out, x, grid, align_corners=False):
    """Gradients of the loss with respect to the images and to the places where they were read.

    grad_out (N, C, OH, OW) -> grad_x (N, C, H, W), grad_grid (N, OH, OW, 2). Where the four pixels
    change, at the centre of a pixel, the slope is the one to the right and downwards. Raises as
    `grid_sample` does.
    """
    op = "grid_sample_backward"
    _require_sampling(op, x, grid)
    require_shape(op, "grad_out", grad_out, (*x.shape[:2], *grid.shape[1:3]))
    grad_x = np.zeros(x.shape, np.result_type(grad_out, grid, np.float32))
    grad_grid = np.zeros(grid.shape, np.result_type(grad_out, x, grid, np.float32))
    spread = grad_out.transpose(0, 2, 3, 1)  # (N, OH, OW, C)
    for n, rows, columns, share, along, down in _neighbours(grid, x.shape[2:], align_corners):
        np.add.at(grad_x, (n, slice(None), rows, columns), share[..., np.newaxis] * spread)
        weight = (spread * x[n, :, rows, columns]).sum(axis=3)  # (N, OH, OW)
        grad_grid[..., 0] += along * weight
        grad_grid[..., 1] += down * weight
    return grad_x, grad_grid


def to_pixels(grid, size, align_corners=False):
    """Places (…, 2) in units -> rows and columns (…), where 0 is the first pixel's centre."""
    H, W = size
    if align_corners:
        return (grid[..., 1] + 1) / 2 * (H - 1), (grid[..., 0] + 1) / 2 * (W - 1)
    return ((grid[..., 1] + 1) * H - 1) / 2, ((grid[..., 0] + 1) * W - 1) / 2


def _neighbours(grid, size, align_corners):
    """The four pixels around each place, one after the other.

    -> image number (N, 1, 1), rows and columns within the image, and three weights, each
    (N, OH, OW): the share of the pixel, and by how much it grows per unit of x and of y
    """
    (H, W), n = size, np.arange(len(grid))[:, np.newaxis, np.newaxis]
    dtype = np.result_type(grid, np.float32)
    row, column = to_pixels(grid, size, align_corners)
    per_unit = ((H - align_corners) / 2, (W - align_corners) / 2)  # pixels
    top, left = np.floor(row), np.floor(column)
    for i, down, sign_y in ((top, top + 1 - row, -1), (top + 1, row - top, 1)):
        for j, along, sign_x in ((left, left + 1 - column, -1), (left + 1, column - left, 1)):
            inside = (i >= 0) & (i < H) & (j >= 0) & (j < W)
            weights = (down * along, sign_x * per_unit[1] * down, sign_y * per_unit[0] * along)
            rows, columns = (
                np.clip(k, 0, most - 1).astype(np.intp) for k, most in ((i, H), (j, W))
            )
            yield n, rows, columns, *(np.where(inside, w, 0).astype(dtype) for w in weights)


# -------------------------------------------------------------------------------- what may go in
def _require_sampling(op, x, grid):
    N, _, H, W = require_shape(op, "x", x, ("N", "C", "H", "W"))
    if 0 in (H, W):
        raise ValueError(f"{op} expects images of one pixel at least, got {H} × {W}")
    require_shape(op, "grid", grid, (N, "OH", "OW", 2))
    _require_finite(op, "grid", grid)


def _require_finite(op, name, array):
    finite = np.isfinite(array)
    if not finite.all():
        place = tuple(np.argwhere(~finite)[0].tolist())
        raise ValueError(
            f"{op} expects finite numbers in {name}, got {array[place]} at {list(place)}"
        )
