"""Filters and feature maps: what a layer has learned, and what it makes of an image."""

import torch
from torch import nn

from course_utils.anatomy.walk import test_time
from course_utils.errors import CourseError
from course_utils.inside.units import one_image, output_at


def filters(layer: nn.Module) -> torch.Tensor:
    """The weights of a convolution: (F, C / groups, KH, KW), a copy.

    Raises CourseError for a layer that is no convolution.
    """
    if not isinstance(layer, nn.Conv2d):
        raise CourseError(f"filters expects a Conv2d, got {type(layer).__name__}.")
    return layer.weight.detach().clone()


def feature_maps(model: nn.Module, x: torch.Tensor, layer: str | nn.Module) -> torch.Tensor:
    """What a layer gives for one image: maps (C, H, W), or a row (F,).

    x  (C, H, W)
    Raises CourseError for an unknown layer, with the nearest names, and for several images.
    """
    image = one_image(x)
    with test_time(model), torch.no_grad():
        return output_at(model, image, layer)[0].clone()
