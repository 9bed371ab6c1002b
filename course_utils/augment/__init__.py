"""Data augmentation: the lecture's transforms, AlexNet's and ResNet's, crops that vote, policies.

All of it needs PyTorch and torchvision. Places are in pixels, (0, 0) the upper left corner of the
image, as in `course_utils.datasets`.
"""

from course_utils.augment.affine import (
    LECTURE,
    AffineParameters,
    fixed,
    inverse,
    matrix,
    sample,
)
from course_utils.augment.colour import ColourJitter, PCAColourNoise, pca_colour
from course_utils.augment.crops import RandomCropFlip, RandomShift, multi_crop, ten_crop, vote
from course_utils.augment.moving import (
    augment_batch,
    exchange_pairs,
    move_boxes,
    move_images,
    move_masks,
    move_points,
    move_targets,
)
from course_utils.augment.policies import AutoAugment, RandAugment
from course_utils.augment.transforms import BatchAugment, LectureAugment

__all__ = [
    "LECTURE",
    "AffineParameters",
    "AutoAugment",
    "BatchAugment",
    "ColourJitter",
    "LectureAugment",
    "PCAColourNoise",
    "RandAugment",
    "RandomCropFlip",
    "RandomShift",
    "augment_batch",
    "exchange_pairs",
    "fixed",
    "inverse",
    "matrix",
    "move_boxes",
    "move_images",
    "move_masks",
    "move_points",
    "move_targets",
    "multi_crop",
    "pca_colour",
    "sample",
    "ten_crop",
    "vote",
]
