"""Layers by name, and the checks that every entrance of the package shares."""

import torch
from torch import nn

from course_utils.errors import CourseError, did_you_mean


def find_layer(model: nn.Module, layer: str | nn.Module) -> tuple[str, nn.Module]:
    """Name and module of a layer that is given by its name ("features.3") or as the module.

    Raises CourseError, with the nearest names, where the model has no such layer.
    """
    modules = dict(model.named_modules())
    if isinstance(layer, nn.Module):
        for name, module in modules.items():
            if module is layer:
                return name, module
        raise CourseError(f"This {type(layer).__name__} is no layer of the {title(model)}.")
    if not isinstance(layer, str):
        raise CourseError(f"A layer is given by its name or as a module, got {layer!r}.")
    if layer not in modules or not layer:
        raise CourseError(f"{title(model)} has no layer {layer!r}: {_hint(layer, modules)}")
    return layer, modules[layer]


def _hint(name: str, modules: dict[str, nn.Module]) -> str:
    names = [n for n in modules if n]
    listed = f"its layers are {', '.join(names[:8])}{' …' if len(names) > 8 else ''}."
    return did_you_mean(name, names, listed)


def title(model: nn.Module) -> str:
    """What a model is called in tables and messages: its class."""
    return type(model).__name__


def require_model(model: nn.Module) -> None:
    """Raise CourseError for something that is no network, such as its class or its name."""
    if not isinstance(model, nn.Module):
        raise CourseError(f"Expected a network (an nn.Module), got {model!r}.")


def require_input_size(input_size) -> tuple[int, ...]:
    """The size of one input without the batch, such as (3, 224, 224); else CourseError."""
    whole = isinstance(input_size, tuple | list | torch.Size) and len(input_size) > 0
    if not whole or not all(isinstance(n, int) and n > 0 for n in input_size):
        raise CourseError(
            f"input_size is the size of one input without the batch, such as (3, 224, 224); "
            f"got {input_size!r}."
        )
    return tuple(input_size)
