"""Policies that were searched for: AutoAugment and RandAugment, from torchvision.

torchvision's own refuse samples with boxes, masks or points. These move them along: every
operation that moves the image is done to them, too.
"""

import torch
from torch.utils._pytree import tree_flatten, tree_unflatten  # as in torchvision's transforms
from torchvision import tv_tensors
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as V

from course_utils.augment.moving import as_before, as_xyxy, box_around, corners_of
from course_utils.errors import CourseError

GEOMETRIC = ("ShearX", "ShearY", "TranslateX", "TranslateY", "Rotate")
POLICIES = tuple(policy.value for policy in v2.AutoAugmentPolicy)


class PerImage:
    """Lets a transform of one image take a batch as well: each image has a draw of its own."""

    def forward(self, *inputs):
        """A tensor (N, C, H, W), with targets or alone, or whatever one image may come in."""
        images, *targets = inputs
        if not isinstance(images, torch.Tensor) or images.ndim != 4:
            return self.one(*inputs)
        self.check_batch(images, targets)
        moved = torch.stack([self.one(image) for image in images]) if len(images) else images
        return (moved, *targets) if targets else moved

    def one(self, *inputs):
        """One image and what belongs to it."""
        return super().forward(*inputs)

    def check_batch(self, images: torch.Tensor, targets: list) -> None:
        """All images at once, so that a sentence about them speaks of the batch."""
        self.check_image(images)

    def check_image(self, image: torch.Tensor) -> None:
        """Raise CourseError for an image that torchvision would not take, or not always."""
        if image.ndim < 3 or image.shape[-3] not in (1, 3):
            raise CourseError(
                f"{type(self).__name__} expects images (C, H, W) or (N, C, H, W) with 1 or 3 "
                f"channels, got {tuple(image.shape)}."
            )


def place_of_image(parts: list, who: str) -> int:
    """Which part of a sample is its image: a tv_tensors.Image, or else the first plain tensor."""
    for is_image in (lambda part: isinstance(part, tv_tensors.Image), V.is_pure_tensor):
        found = [place for place, part in enumerate(parts) if is_image(part)]
        if found:
            return found[0]
    raise CourseError(f"{who} expects an image, a tensor (C, H, W), in the sample.")


class _MovesAll(PerImage):
    """Does to boxes, masks and points what a policy of torchvision did to the image."""

    def one(self, *inputs):
        """An image uint8 (C, H, W), or a nest of tuples and dicts with one."""
        parts, structure = tree_flatten(inputs if len(inputs) > 1 else inputs[0])
        place = place_of_image(parts, type(self).__name__)
        self.check_image(parts[place])
        self._moves = []
        parts[place] = super().one(parts[place])  # fills _moves
        return tree_unflatten([self._follow(part) for part in parts], structure)

    def check_batch(self, images: torch.Tensor, targets: list) -> None:
        """Targets of a batch cannot follow, so they must be labels."""
        super().check_batch(images, targets)
        if not all(isinstance(target, torch.Tensor) and target.ndim == 1 for target in targets):
            raise CourseError(
                f"{type(self).__name__} moves boxes, masks and points of single samples only: "
                "give it to SceneDataset(…, transform=…)."
            )

    def check_image(self, image: torch.Tensor) -> None:
        """Some operations are for bytes alone: refuse floats before one of them is drawn."""
        super().check_image(image)
        if image.dtype != torch.uint8:
            raise CourseError(
                f"{type(self).__name__} expects uint8 images, got {image.dtype}: "
                "use it before normalising."
            )

    def _apply_image_or_video_transform(self, image, transform_id, magnitude, **settings):
        if transform_id in GEOMETRIC:
            self._moves.append((transform_id, magnitude))
        return super()._apply_image_or_video_transform(image, transform_id, magnitude, **settings)

    def _follow(self, part):
        if not isinstance(part, tv_tensors.TVTensor) or isinstance(part, tv_tensors.Image):
            return part
        if isinstance(part, tv_tensors.BoundingBoxes):
            return self._follow_box(part)
        settings = {"interpolation": v2.InterpolationMode.NEAREST, "fill": {type(part): None}}
        for move in self._moves:
            part = super()._apply_image_or_video_transform(part, *move, **settings)
        return part

    def _follow_box(self, boxes: tv_tensors.BoundingBoxes) -> tv_tensors.BoundingBoxes:
        """Around the corners where they end: a box around each step's box would grow and grow."""
        corners = corners_of(as_xyxy(boxes).to(torch.promote_types(boxes.dtype, torch.float32)))
        corners = self._follow(tv_tensors.KeyPoints(corners, canvas_size=boxes.canvas_size))
        return as_before(box_around(corners.as_subclass(torch.Tensor)), boxes)


class RandAugment(_MovesAll, v2.RandAugment):
    """`num_ops` operations drawn from fourteen, all with the same `magnitude` from 0 to 30.

    "RandAugment: Practical automated data augmentation with a reduced search space", section 3:
    these two numbers are all that is left to search for. Takes uint8 images (C, H, W) with 1 or 3
    channels, samples with boxes, masks and points, and batches (N, C, H, W). Draws come from
    torch's global generator.
    """

    def __init__(self, num_ops: int = 2, magnitude: int = 9, fill: float | None = None):
        if not isinstance(num_ops, int) or num_ops < 0:
            raise CourseError(f"RandAugment expects num_ops of 0 or more, got {num_ops!r}.")
        if not isinstance(magnitude, int) or not 0 <= magnitude <= 30:
            raise CourseError(f"RandAugment expects a magnitude from 0 to 30, got {magnitude!r}.")
        super().__init__(num_ops, magnitude, fill=fill)


class AutoAugment(_MovesAll, v2.AutoAugment):
    """One of 25 pairs of operations, drawn from a list that was found by search on one data set.

    "AutoAugment: Learning Augmentation Policies from Data", section 4. policy: "cifar10",
    "imagenet" or "svhn". Takes what `RandAugment` takes.
    """

    def __init__(self, policy: str = "cifar10", fill: float | None = None):
        if policy not in POLICIES:
            raise CourseError(f"AutoAugment knows {', '.join(POLICIES)}; there is no {policy!r}.")
        super().__init__(v2.AutoAugmentPolicy(policy), fill=fill)
