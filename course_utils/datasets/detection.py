"""Photographs with boxes for when the digits are found: Pascal VOC and the Oxford pets.

Both are too big to come along (0.5 to 2 GB, 0.8 GB). They are read through torchvision once their
files are in the data folder. Only this module and `torch_sets` need PyTorch and torchvision.
"""

import xml.etree.ElementTree
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import Dataset
from torchvision import datasets, tv_tensors
from torchvision.ops import masks_to_boxes

from course_utils.errors import CourseError
from course_utils.paths import data_folder

VOC_CLASSES = (
    "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train",
    "tvmonitor",
)  # fmt: skip
_EDGES = ("xmin", "ymin", "xmax", "ymax")
_BACKGROUND = 2  # in a pet's trimap; 1 is the animal and 3 its outline
_ORIGIN = {
    "VOCDetection": (
        "Pascal VOC", "the archives of http://host.robots.ox.ac.uk/pascal/VOC/ into {root}, which "
        "makes VOCdevkit/VOC<year>",
    ),
    "OxfordIIITPet": (
        "the Oxford-IIIT Pet set", "images.tar.gz and annotations.tar.gz of "
        "https://www.robots.ox.ac.uk/~vgg/data/pets/ into {root}/oxford-iiit-pet",
    ),
}  # fmt: skip


def torchvision_set(name: str, transform=None, **options) -> Dataset:
    """`VOCDetection` or `OxfordIIITPet` in the form of `SceneDataset`: pairs (image, targets).

    image    tv_tensors.Image uint8 (3, H, W); every picture has its own H and W
    targets  "boxes" BoundingBoxes (K, 4) XYXY float32, x2 and y2 where the last pixel ends;
             VOC: "label" int64 (K,), one per box; pets: K = 1, "label" int64 (), "mask" (1, H, W)
    options  VOC: year="2012", image_set="train"; pets: split="trainval"
    transform  called with image and targets together, from torchvision.transforms.v2

    `class_names` belongs to the data set. Nothing is downloaded: raises CourseError, saying what to
    fetch and where to put it, when files are missing, and for other names.
    """
    kinds = {"VOCDetection": PascalVOC, "OxfordIIITPet": OxfordPets}
    if name not in kinds:
        raise CourseError(f"torchvision_set expects {' or '.join(kinds)}, got {name!r}.")
    try:
        return kinds[name](getattr(datasets, name), transform, **options)
    except ValueError as error:  # another year or split than there is
        raise CourseError(f"{name} cannot be had like this: {error}") from None
    except (RuntimeError, OSError):
        title, what = _ORIGIN[name]
        raise CourseError(
            f"There is no complete copy of {title} in {data_folder()}: unpack "
            f"{what.format(root=data_folder())}, or work with cluttered_digits()."
        ) from None


class PascalVOC(Dataset):
    """Pascal VOC: one or more boxes in each photograph, 20 classes."""

    class_names = VOC_CLASSES

    def __init__(self, source, transform=None, **options):
        self.files = source(data_folder(), **options)
        self.transform = transform

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, i: int) -> tuple:
        image = _picture(self.files.images[i])
        objects = xml.etree.ElementTree.parse(self.files.annotations[i]).findall("object")
        edges = [[float(o.find("bndbox").findtext(e)) for e in _EDGES] for o in objects]
        # VOC counts pixels from 1 and names the first and the last one
        boxes = torch.tensor(edges).reshape(-1, 4) - torch.tensor([1.0, 1, 0, 0])
        labels = [VOC_CLASSES.index(o.findtext("name")) for o in objects]
        pair = image, {"label": torch.tensor(labels), "boxes": _boxes(boxes, image)}
        return pair if self.transform is None else self.transform(*pair)


class OxfordPets(Dataset):
    """Oxford-IIIT Pets: one cat or dog in each photograph, 37 breeds; boxes around the masks."""

    def __init__(self, source, transform=None, **options):
        options = {**options, "target_types": ("category", "segmentation")}
        self.files = source(data_folder(), **options)
        self.class_names = tuple(self.files.classes)
        self.transform = transform

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, i: int) -> tuple:
        picture, (label, trimap) = self.files[i]
        image = tv_tensors.Image(picture)
        mask = torch.tensor(np.asarray(trimap) != _BACKGROUND)[None]  # (1, H, W)
        boxes = masks_to_boxes(mask) + torch.tensor([0.0, 0, 1, 1])
        pair = (
            image,
            {
                "label": torch.tensor(label),
                "boxes": _boxes(boxes, image),
                "mask": tv_tensors.Mask(mask),
            },
        )
        return pair if self.transform is None else self.transform(*pair)


def _picture(path: str | Path) -> tv_tensors.Image:
    with Image.open(path) as picture:
        return tv_tensors.Image(picture.convert("RGB"))


def _boxes(boxes: torch.Tensor, image: tv_tensors.Image) -> tv_tensors.BoundingBoxes:
    canvas = tuple(image.shape[-2:])
    return tv_tensors.BoundingBoxes(boxes.float(), format="XYXY", canvas_size=canvas)
