"""The data sets as PyTorch takes them, one image at a time, with transforms that move everything.

Only this module of the package and `detection` need PyTorch and torchvision.
"""

import numpy as np
import torch
from torch.utils.data import Dataset
from torchvision import tv_tensors
from torchvision.transforms.v2 import functional

from course_utils.datasets.core import Split
from course_utils.datasets.poses import StickFigures
from course_utils.datasets.scenes import Scenes

if hasattr(tv_tensors, "KeyPoints"):

    class Points(tv_tensors.KeyPoints):
        """Key points measured from the image's edge, as boxes are: (0.5, 0.5) is a pixel's centre.

        torchvision turns and scales key points that way as well, but flips them as if (0, 0) were
        the centre of the first pixel. This class flips them in step with the boxes.
        """

    @functional.register_kernel("horizontal_flip", Points)
    def _flip_left_right(points, *args, **kwargs):
        mirrored = points.as_subclass(torch.Tensor) * points.new_tensor([-1, 1])
        mirrored[..., 0] += points.canvas_size[1]
        return tv_tensors.wrap(mirrored, like=points)

    @functional.register_kernel("vertical_flip", Points)
    def _flip_up_down(points, *args, **kwargs):
        mirrored = points.as_subclass(torch.Tensor) * points.new_tensor([1, -1])
        mirrored[..., 1] += points.canvas_size[0]
        return tv_tensors.wrap(mirrored, like=points)


class ImageDataset(Dataset):
    """A `Split` as pairs (tv_tensors.Image uint8 (C, H, W), label as int).

    transform  called with the image alone, from torchvision.transforms.v2
    """

    def __init__(self, split: Split, transform=None):
        self.split, self.transform = split, transform

    def __len__(self) -> int:
        return len(self.split)

    def __getitem__(self, i: int) -> tuple:
        image = tv_tensors.Image(torch.tensor(self.split.images[i]))
        label = int(self.split.labels[i])
        return (image if self.transform is None else self.transform(image)), label


class SceneDataset(Dataset):
    """`Scenes` or `StickFigures` as pairs (image, targets), see `to_tensors`.

    transform  called with image and targets together, so that boxes, masks and points move along
    """

    def __init__(self, scenes: Scenes | StickFigures, transform=None):
        self.scenes, self.transform = scenes, transform

    def __len__(self) -> int:
        return len(self.scenes)

    def __getitem__(self, i: int) -> tuple:
        pair = to_tensors(self.scenes, i)
        return pair if self.transform is None else self.transform(*pair)


def to_tensors(scenes: Scenes | StickFigures, i: int) -> tuple[tv_tensors.Image, dict]:
    """Image i, a tv_tensors.Image uint8 (C, H, W), and a dictionary of what is known about it.

    Of `Scenes`: "label" int64 (), "boxes" BoundingBoxes (1, 4) XYXY, "mask" Mask bool (1, H, W),
    "points" the four corners (4, 2). Of `StickFigures`: "points" the joints (J, 2), "visible" bool
    (J,). Points are KeyPoints float32 with torchvision 0.23 or later, and with an earlier one plain
    tensors that stay where they are when the image moves.
    """
    image = tv_tensors.Image(torch.tensor(scenes.images[i]))
    canvas = tuple(image.shape[-2:])
    if isinstance(scenes, StickFigures):
        visible = torch.tensor(scenes.visible[i])
        return image, {"points": _points(scenes.joints[i], canvas), "visible": visible}
    box = torch.tensor(scenes.boxes[i][np.newaxis])
    return image, {
        "label": torch.tensor(scenes.labels[i]),
        "boxes": tv_tensors.BoundingBoxes(box, format="XYXY", canvas_size=canvas),
        "mask": tv_tensors.Mask(torch.tensor(scenes.masks[i][np.newaxis])),
        "points": _points(scenes.corners[i], canvas),
    }


def _points(points: np.ndarray, canvas: tuple[int, int]) -> torch.Tensor:
    """points float32 (K, 2): x, y -> (K, 2), as KeyPoints where torchvision has them."""
    if not hasattr(tv_tensors, "KeyPoints"):
        return torch.tensor(points)
    return Points(torch.tensor(points), canvas_size=canvas)
