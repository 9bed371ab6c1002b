"""A small scene with a box, a mask and points, and generators that start from a seed."""

import numpy as np
import pytest
import torch
from torchvision import tv_tensors


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def images():
    """uint8 (6, 3, 20, 29), noise."""
    return torch.randint(0, 256, (6, 3, 20, 29), generator=torch.Generator().manual_seed(1)).byte()


@pytest.fixture
def scene():
    """A white rectangle on black, off the middle, with its box, mask and corners."""
    mask = torch.zeros(1, 72, 90, dtype=torch.bool)
    mask[:, 24:42, 38:62] = True
    corners = torch.tensor([[38.0, 24], [62, 24], [62, 42], [38, 42]])
    size = (72, 90)
    return tv_tensors.Image(255 * mask.byte()), {
        "label": torch.tensor(7),
        "boxes": tv_tensors.BoundingBoxes(
            torch.tensor([[38.0, 24, 62, 42]]), format="XYXY", canvas_size=size
        ),
        "mask": tv_tensors.Mask(mask),
        "points": tv_tensors.KeyPoints(corners, canvas_size=size),
    }


@pytest.fixture
def box_of():
    """The edges of what is set in a mask (H, W): x1, y1, x2, y2."""

    def box_of(mask):
        rows, columns = np.nonzero(np.asarray(mask))
        return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1

    return box_of
