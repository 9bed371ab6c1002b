"""Crops: random ones to train on (ResNet), many of one image to vote over (AlexNet, VGG)."""

import numpy as np
import torch
from torchvision.transforms.v2 import functional as V

from course_utils.augment.affine import AffineParameters, device_of, fixed
from course_utils.augment.moving import Fill, move_images, require_images
from course_utils.augment.transforms import BatchAugment
from course_utils.errors import CourseError, as_course_error
from course_utils.shapes import pair, whole_number


class RandomCropFlip(BatchAugment):
    """ResNet's recipe for CIFAR-10 ("Deep Residual Learning", section 4.2), for a batch.

    Every image is flipped left to right with probability ½, padded on all four sides, and a window
    of its old size is cut out at random: it moves by −padding to padding whole pixels each way. No
    pixel is interpolated.

    Called as `BatchAugment` is; boxes, points and masks move along. Raises CourseError when padding
    is no whole number ≥ 0.
    """

    def __init__(self, padding: int = 4, generator: torch.Generator | None = None, *,
                 flip: float | None = 0.5, fill: Fill = 0.0, clamp: bool = False):  # fmt: skip
        if not isinstance(padding, int) or padding < 0:
            raise CourseError(f"RandomCropFlip expects padding of 0 or more pixels, got {padding}.")
        super().__init__(generator, fill=fill, clamp=clamp, flip=flip)
        self.padding = padding

    def draw(self, n: int) -> AffineParameters:
        """Whole pixels of shift, and a coin: for n images."""
        parameters = fixed(n)
        draws = {"generator": self.generator, "device": device_of(self.generator)}
        steps = torch.randint(-self.padding, self.padding + 1, (n, 2), **draws)
        parameters.shift.copy_(steps)
        parameters.flip.copy_(torch.rand(n, **draws) < (self.settings["flip"] or 0))
        return parameters

    def _move(self, images: torch.Tensor, matrices: torch.Tensor) -> torch.Tensor:
        return move_images(images, matrices, fill=self.fill, nearest=True)


class RandomShift:
    """Move each image of a batch by up to `pixels` whole pixels each way, on the batch's device.

    `RandomShift(2)(images)`, images (N, C, H, W) of any dtype -> the same shape, in the memory
    order channels_last. What comes in from outside is the image itself, reflected at its edge.
    Everything is drawn on the device of the images, from its global generator if none is given, so
    that no step waits for a GPU. Raises CourseError for no whole number ≥ 0, and for images too
    small to be reflected.
    """

    def __init__(self, pixels: int = 2, generator: torch.Generator | None = None):
        with as_course_error():
            self.pixels = whole_number("RandomShift", "pixels", pixels)
        device_of(generator)
        self.generator = generator

    def __call__(self, images: torch.Tensor) -> torch.Tensor:
        require_images("RandomShift", images)
        N, _, H, W = images.shape
        if self.pixels >= min(H, W):
            raise CourseError(f"RandomShift({self.pixels}) is too much for images of {H} × {W}.")
        draws = {"generator": self.generator, "device": images.device}
        first = torch.randint(-self.pixels, self.pixels + 1, (2, N, 1), **draws)
        rows, columns = (  # (N, H), (N, W): the places that pixels are taken from
            _reflected(start + torch.arange(size, device=images.device), size)
            for start, size in zip(first, (H, W), strict=True)
        )
        which = torch.arange(N, device=images.device)[:, None, None]
        moved = images.permute(0, 2, 3, 1)[which, rows[:, :, None], columns[:, None]]
        return moved.permute(0, 3, 1, 2)  # (N, H, W, C) -> (N, C, H, W)


def _reflected(places: torch.Tensor, size: int) -> torch.Tensor:
    """Places −2, −1, 0, 1 … as 2, 1, 0, 1 …, and beyond the other edge in the same way."""
    return size - 1 - (size - 1 - places.abs()).abs()


def ten_crop(images, size: int | tuple[int, int]) -> torch.Tensor:
    """Four corners and the middle, then the mirror images of these five: (10, N, C, h, w).

    images (N, C, H, W), a tensor or an array; size: h, w, or one number for both. In this order:
    upper left, upper right, lower left, lower right, middle. AlexNet, section 4.1, had 224 × 224 of
    256 × 256. Raises CourseError for a crop that is larger than the image.
    """
    images, size = _images_and_size("ten_crop", images, size)
    left, right, low_left, low_right, middle = V.five_crop(images, size)
    crops = torch.stack([left, right, low_left, low_right, middle])  # (5, N, C, h, w)
    return torch.cat([crops, crops.flip(-1)])


def multi_crop(images, size: int | tuple[int, int], grid: int = 5, *,
               flip: bool = True) -> torch.Tensor:  # fmt: skip
    """Crops on a regular grid of places, from corner to corner, row by row: (K, N, C, h, w).

    images (N, C, H, W), a tensor or an array; grid: places along each axis, so K = grid²; with
    `flip` their mirror images follow, K = 2 · grid². VGG, section 4.5, voted over 5 · 5 · 2 = 50.
    Raises CourseError for a crop that is larger than the image, or a grid < 1.
    """
    images, (h, w) = _images_and_size("multi_crop", images, size)
    if not isinstance(grid, int) or grid < 1:
        raise CourseError(f"multi_crop expects a grid of 1 or more places, got {grid!r}.")
    H, W = images.shape[-2:]
    rows, columns = _places(H - h, grid), _places(W - w, grid)
    crops = torch.stack([images[..., y : y + h, x : x + w] for y in rows for x in columns])
    return torch.cat([crops, crops.flip(-1)]) if flip else crops


def _places(room: int, number: int) -> list[int]:
    """Where crops start: evenly from 0 to room, the middle if there is only one."""
    return [room // 2] if number == 1 else [round(room * i / (number - 1)) for i in range(number)]


def _images_and_size(what: str, images, size) -> tuple[torch.Tensor, tuple[int, int]]:
    """Images as a tensor, and a size that fits into them."""
    if isinstance(images, np.ndarray):
        images = torch.tensor(images)
    require_images(what, images)
    with as_course_error():
        h, w = pair(what, "size", size, least=1)
    H, W = images.shape[-2:]
    if h > H or w > W:
        raise CourseError(f"{what} cannot cut {h} × {w} pixels out of images of {H} × {W}.")
    return images, (h, w)


def vote(model, crops: torch.Tensor, **settings) -> torch.Tensor:
    """What a model says of several crops of the same images: the mean of its probabilities.

    crops (K, N, C, h, w), from `ten_crop` or `multi_crop`; the model gives scores (logits) (M, L)
    for (M, C, h, w) -> float (N, L), rows that sum to 1. The softmax comes before the mean, as in
    AlexNet, section 4.1. `settings` go to `training.predict`: normalise, batch_size, device …
    Leaves the model in eval mode. Raises CourseError when shapes do not fit.
    """
    from course_utils.training import predict

    if not isinstance(crops, torch.Tensor) or crops.ndim != 5:
        shape = tuple(getattr(crops, "shape", ())) or type(crops).__name__
        raise CourseError(f"vote expects crops (K, N, C, h, w), got {shape}.")
    K, N = crops.shape[:2]
    scores = predict(model, crops.flatten(0, 1), **settings)
    if not isinstance(scores, torch.Tensor) or scores.ndim != 2:
        raise CourseError("vote expects a model that gives one score per class, (M, classes).")
    return scores.float().softmax(dim=1).view(K, N, -1).mean(dim=0)
