"""Images, masks, points and boxes moved by affine maps, a batch at a time, on its own device.

The maps are (N, 2, 3), from places of the moved image to places of the original (`matrix`).
"""

from collections.abc import Sequence

import torch
from torch.nn import functional as F
from torchvision import tv_tensors
from torchvision.transforms.v2 import functional as V

from course_utils.augment.affine import AffineParameters, inverse, matrix
from course_utils.errors import CourseError

XYXY = tv_tensors.BoundingBoxFormat.XYXY
Fill = float | tuple[float, ...] | str  # a number, one per channel, "border" or "reflection"

AT_ONCE = 2**20  # numbers, so that a CPU's cache and memory hold what is made on the way


def augment_batch(images: torch.Tensor, parameters: AffineParameters, *,
                  fill: Fill = 0.0) -> torch.Tensor:  # fmt: skip
    """Move each image by its own parameters, all with one grid: (N, C, H, W) -> (N, C, H, W).

    images      uint8 or floats, on any device; the result has the same dtype, uint8 rounded
    parameters  of N images: from `sample` or `fixed`
    fill        what comes in from outside: a number, one number per channel, or "border" (the
                nearest pixel goes on) or "reflection"

    Places between pixels are interpolated from the four around them. Raises CourseError when shapes
    or dtypes do not fit.
    """
    require_images("augment_batch", images)
    if len(parameters) != len(images):
        raise CourseError(
            f"augment_batch expects parameters for each of the {len(images)} images, "
            f"got {len(parameters)}."
        )
    return move_images(images, matrix(parameters, images.shape[-2:]), fill=fill)


def require_images(what: str, images) -> None:
    """Raise CourseError when these are not images (N, C, H, W), uint8 or floats, in a tensor."""
    if not isinstance(images, torch.Tensor):
        raise CourseError(
            f"{what} expects a tensor (N, C, H, W), got a {type(images).__name__}: "
            "torch.tensor(…) makes one."
        )
    if images.ndim != 4:
        hint = ": images[None] makes a batch of one" if images.ndim == 3 else ""
        raise CourseError(f"{what} expects images (N, C, H, W), got {tuple(images.shape)}{hint}.")
    if images.dtype != torch.uint8 and not images.is_floating_point():
        raise CourseError(f"{what} expects uint8 images or floats, got {images.dtype}.")


def move_images(images: torch.Tensor, matrices: torch.Tensor, *, fill: Fill = 0.0,
                nearest: bool = False) -> torch.Tensor:  # fmt: skip
    """images (N, C, H, W), matrices (N, 2, 3) -> (N, C, H, W) of the same dtype.

    nearest: take the nearest pixel, do not interpolate. Raises CourseError for an unknown fill.
    """
    at_once = max(1, AT_ONCE // max(1, images[:1].numel()))
    if len(images) > at_once and images.device.type == "cpu":
        pieces = zip(images.split(at_once), matrices.split(at_once), strict=True)
        return torch.cat([move_images(*piece, fill=fill, nearest=nearest) for piece in pieces])
    working = torch.float64 if images.dtype == torch.float64 else torch.float32
    padding, colour = _padding(fill, images, working)
    x = images.to(working) if colour is None else images.to(working) - colour
    grid = _grid(matrices, *images.shape[-2:], images.device, working)
    mode = "nearest" if nearest else "bilinear"
    moved = F.grid_sample(x, grid, mode=mode, padding_mode=padding, align_corners=False)
    moved = moved if colour is None else moved + colour
    if images.dtype == torch.uint8:
        moved = moved.round_().clamp_(0, 255)
    return moved.to(images.dtype)


def _padding(fill: Fill, images: torch.Tensor, dtype: torch.dtype):
    """The name of grid_sample's padding, and the colour outside (1, C or 1, 1, 1), None for 0."""
    if fill in ("border", "reflection"):
        return fill, None
    try:
        colour = torch.tensor(fill, dtype=dtype, device=images.device).reshape(1, -1, 1, 1)
    except (TypeError, ValueError, RuntimeError):
        colour = None
    if colour is None or colour.shape[1] not in (1, images.shape[1]):
        raise CourseError(
            f"fill expects a number, one number for each of the {images.shape[1]} channels, "
            f'"border" or "reflection", got {fill!r}.'
        )
    return "zeros", None if fill == 0 else colour


def _grid(matrices: torch.Tensor, H: int, W: int, device, dtype) -> torch.Tensor:
    """(N, H, W, 2): the place each pixel is taken from, where −1 and 1 are the image's edges.

    The same as torch's `affine_grid`, which multiplies a matrix for every pixel. Here the shares of
    the column and of the row are only added, x and y at once as a complex number: 20 times as fast.
    """
    x, y = (
        torch.arange(size, dtype=matrices.dtype, device=matrices.device) + 0.5 for size in (W, H)
    )
    half = matrices.new_tensor([W / 2, H / 2])
    column = x[:, None] * matrices[:, None, :, 0] / half  # (N, W, 2)
    row = (y[:, None] * matrices[:, None, :, 1] + matrices[:, None, :, 2]) / half - 1  # (N, H, 2)
    column, row = (torch.view_as_complex(part.to(device, dtype)) for part in (column, row))
    return torch.view_as_real(row[:, :, None] + column[:, None])


def move_masks(masks: torch.Tensor, matrices: torch.Tensor) -> torch.Tensor:
    """masks (N, K, H, W) of any dtype, matrices (N, 2, 3) -> the same moved, 0 from outside.

    Numbers in a mask are labels of pixels: the nearest one is taken, and they are never mixed.
    """
    exact = torch.float32 if masks.element_size() == 1 else torch.float64
    images = masks if masks.is_floating_point() else masks.to(exact)
    return move_images(images, matrices, nearest=True).to(masks.dtype)


def move_points(points: torch.Tensor, matrices: torch.Tensor) -> torch.Tensor:
    """points (N, …, 2), x and y in pixels, matrices (N, 2, 3) -> where they go, (N, …, 2).

    A point may leave the image. Whole numbers stay whole numbers, rounded.
    """
    whole = not points.is_floating_point()
    working = torch.float64 if whole else torch.promote_types(points.dtype, torch.float32)
    way = inverse(matrices).to(points.device, working)
    flat = points.to(working).reshape(len(points), -1, 2)
    moved = flat @ way[:, :, :2].mT + way[:, None, :, 2]  # (N, P, 2)
    return (moved.round() if whole else moved).to(points.dtype).view(points.shape)


def move_boxes(boxes: torch.Tensor, matrices: torch.Tensor, *,
               clamp: tuple[int, int] | None = None) -> torch.Tensor:  # fmt: skip
    """boxes (N, …, 4) as x1, y1, x2, y2 -> the smallest upright boxes around their moved corners.

    clamp: H, W of an image that the boxes are cut off at. A turned box needs a larger upright one:
    it still holds the object, but not tightly. Whole numbers are rounded outwards.
    """
    whole = not boxes.is_floating_point()
    moved = box_around(move_points(corners_of(boxes.double() if whole else boxes), matrices))
    if whole:
        moved = torch.cat([moved[..., :2].floor(), moved[..., 2:].ceil()], dim=-1)
    if clamp is not None:
        H, W = clamp
        moved = moved.clamp(min=0).minimum(moved.new_tensor([W, H, W, H]))
    return moved.to(boxes.dtype)


def exchange_pairs(values: torch.Tensor, mirrored: torch.Tensor,
                   pairs: Sequence[tuple[int, int]]) -> torch.Tensor:  # fmt: skip
    """values (N, J, …) of J points -> the same, the two of each pair exchanged where mirrored (N,).

    A mirrored left hand is a right hand: `datasets.PAIRS` has the pairs of the stick figures.
    Raises CourseError for numbers that are no points, or that occur twice.
    """
    count = values.shape[1] if values.ndim > 1 else 0
    numbers = [int(j) for pair in pairs for j in pair]
    fits = all(len(pair) == 2 for pair in pairs) and all(0 <= j < count for j in numbers)
    if not fits or len(set(numbers)) < len(numbers):
        raise CourseError(
            f"pairs expects pairs of different numbers from 0 to {count - 1}, one for each of the "
            f"{count} points, got {[tuple(pair) for pair in pairs]}."
        )
    order = torch.arange(count)
    order[numbers] = torch.tensor([int(j) for pair in pairs for j in pair[::-1]])
    where = mirrored.to(values.device).view(-1, *[1] * (values.ndim - 1))
    return torch.where(where, values[:, order.to(values.device)], values)


def corners_of(boxes: torch.Tensor) -> torch.Tensor:
    """boxes (…, 4) as x1, y1, x2, y2 -> (…, 4, 2), clockwise from the upper left."""
    x1, y1, x2, y2 = boxes.unbind(-1)
    return torch.stack([x1, y1, x2, y1, x2, y2, x1, y2], dim=-1).unflatten(-1, (4, 2))


def box_around(points: torch.Tensor) -> torch.Tensor:
    """points (…, P, 2) -> (…, 4): the smallest upright box that holds them, x1, y1, x2, y2."""
    return torch.cat([points.amin(-2), points.amax(-2)], dim=-1)


def as_xyxy(boxes: tv_tensors.BoundingBoxes) -> torch.Tensor:
    """Upright boxes (K, 4) in any format -> a plain tensor of x1, y1, x2, y2.

    Raises CourseError for boxes that are turned.
    """
    if boxes.shape[-1] != 4:
        raise CourseError(f"Only upright boxes can be moved, got the format {boxes.format.value}.")
    corners = V.convert_bounding_box_format(boxes, new_format=XYXY)
    return corners.as_subclass(torch.Tensor)


def as_before(xyxy: torch.Tensor, boxes: tv_tensors.BoundingBoxes) -> tv_tensors.BoundingBoxes:
    """The way back of `as_xyxy`: x1, y1, x2, y2 in the format, dtype and canvas of `boxes`."""
    same = V.convert_bounding_box_format(xyxy, old_format=XYXY, new_format=boxes.format)
    return tv_tensors.wrap(same.to(boxes.dtype), like=boxes)


def move_targets(targets, matrices: torch.Tensor, size: tuple[int, int], *, clamp: bool = False,
                 pairs: Sequence[tuple[int, int]] = ()):  # fmt: skip
    """The targets of a batch, moved with its images; what has no place in the image stays.

    targets: labels (N,) or anything else, which is given back; or a dict in which `boxes` (N, 4) or
    (N, K, 4), `points` (N, …, 2) and `mask` (N, H, W) or (N, K, H, W) are moved: the names that
    `SceneDataset` and `training.fit` use. size: H, W; clamp: cut boxes off at the image's edges;
    pairs: points that change names where the image is mirrored, as left and right hand do
    (`exchange_pairs`), and their entries of `visible` with them.
    """
    if not isinstance(targets, dict):
        return targets
    moved = dict(targets)
    if "boxes" in targets:
        moved["boxes"] = move_boxes(targets["boxes"], matrices, clamp=size if clamp else None)
    if "points" in targets:
        moved["points"] = move_points(targets["points"], matrices)
    if len(pairs):
        a, b, c, d = matrices[:, :, :2].flatten(1).unbind(1)
        mirrored = a * d < b * c  # (N,): the determinant is negative
        for name in {"points", "visible"} & targets.keys():
            moved[name] = exchange_pairs(moved[name], mirrored, pairs)
    if "mask" in targets:
        mask = targets["mask"]
        planes = mask.flatten(1, -3) if mask.ndim > 3 else mask[:, None]  # (N, K, H, W)
        moved["mask"] = move_masks(planes, matrices).view(mask.shape)
    return moved
