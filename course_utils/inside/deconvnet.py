"""The deconvnet of Zeiler & Fergus (2014): one activation, projected back to the pixels."""

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional as F

from course_utils.anatomy.layers import find_layer, require_model, title
from course_utils.anatomy.walk import test_time
from course_utils.errors import CourseError
from course_utils.inside.units import Unit, one_image, unit_index

Back = Callable[[torch.Tensor], torch.Tensor]


def deconvnet(
    model: nn.Sequential, x: torch.Tensor, layer: str | nn.Module, unit: Unit = None
) -> torch.Tensor:
    """The pixels (C, H, W) that one activation of a layer goes back to.

    x      (C, H, W)
    layer  where the activation is: a layer of a network without branches
    unit   a number: the strongest place of that map; (map, row, column): that place; None: the
           strongest of all maps

    Forward, each max pooling notes its switches: where the maximum was. Backward, all other
    activations are set to 0; then each max pooling puts values back where its switches point, each
    ReLU rectifies what comes down, each convolution applies its transposed filters. Batch norm
    scales, dropout and LRN let pass. Zeiler & Fergus 2014, section 2.1.

    Raises CourseError for a network with branches, for a layer that it cannot run backwards, and
    for an unknown layer or unit.
    """
    require_model(model)
    name, module = find_layer(model, layer)
    signal, backwards = one_image(x), []
    with test_time(model), torch.no_grad():
        for step_name, step in _straight(model, name, module):
            signal, back = _forward(step_name, step, signal)
            backwards.append(back)
        index = unit_index(signal, unit)
        projected = torch.zeros_like(signal)
        projected[index] = signal[index]
        for back in reversed(backwards):
            projected = back(projected)
    return projected[0]


def _straight(model: nn.Module, name: str, last: nn.Module) -> list[tuple[str, nn.Module]]:
    """The layers from the image to `last`, in order; CourseError where they are no row."""
    steps: list[tuple[str, nn.Module]] = []
    _collect(model, "", last, steps)
    if isinstance(last, nn.Sequential) or steps[-1][1] is not last:
        raise CourseError(f"{name} is no single layer in a row of layers: name one of its parts.")
    return steps


def _collect(module: nn.Module, prefix: str, last: nn.Module, steps: list) -> bool:
    """Add the layers of `module` in order; True once `last` is among them."""
    if isinstance(module, nn.Sequential):
        for key, child in module.named_children():
            if _collect(child, f"{prefix}.{key}" if prefix else key, last, steps):
                return True
        return False
    if next(module.children(), None) is not None:
        raise CourseError(
            f"deconvnet needs a network without branches, one nn.Sequential: "
            f"{prefix or 'this network'} is a {title(module)}."
        )
    steps.append((prefix, module))
    return module is last


# ---------------------------------------------------------------------- each layer, there and back
def _forward(name: str, layer: nn.Module, x: torch.Tensor) -> tuple[torch.Tensor, Back]:
    """What the layer makes of x, and how a signal of that shape comes back."""
    for kind, step in STEPS.items():
        if isinstance(layer, kind):
            return step(layer, x)
    known = ", ".join(kind.__name__ for kind in STEPS)
    raise CourseError(f"deconvnet cannot run {name} ({title(layer)}) backwards; it knows {known}.")


def _convolution(layer: nn.Conv2d, x: torch.Tensor) -> tuple[torch.Tensor, Back]:
    if isinstance(layer.padding, str) or layer.padding_mode != "zeros":
        raise CourseError("deconvnet needs convolutions whose padding is a number of zeros.")

    def back(signal):  # (1, F, OH, OW) -> (1, C, H, W)
        # a stride can drop the last rows: they come back as zeros
        reach = [
            (n - 1) * s - 2 * p + d * (k - 1) + 1
            for n, s, p, d, k in zip(signal.shape[-2:], layer.stride, layer.padding,
                                     layer.dilation, layer.kernel_size, strict=True)
        ]  # fmt: skip
        dropped = tuple(side - r for side, r in zip(x.shape[-2:], reach, strict=True))
        return F.conv_transpose2d(signal, layer.weight, None, layer.stride, layer.padding,
                                  dropped, layer.groups, layer.dilation)  # fmt: skip

    return layer(x), back


def _max_pooling(layer: nn.MaxPool2d, x: torch.Tensor) -> tuple[torch.Tensor, Back]:
    window = (layer.kernel_size, layer.stride, layer.padding, layer.dilation, layer.ceil_mode)
    pooled, switches = F.max_pool2d(x, *window, return_indices=True)

    def back(signal):  # (1, C, OH, OW) -> (1, C, H, W)
        unpooled = torch.zeros_like(x).flatten(2)
        # windows that overlap can have the same maximum: then their values add up
        unpooled.scatter_add_(2, switches.flatten(2), signal.flatten(2))
        return unpooled.view_as(x)

    return pooled, back


def _rectification(layer: nn.ReLU, x: torch.Tensor) -> tuple[torch.Tensor, Back]:
    return F.relu(x), F.relu


def _linear(layer: nn.Linear, x: torch.Tensor) -> tuple[torch.Tensor, Back]:
    return layer(x), lambda signal: signal @ layer.weight


def _flattening(layer: nn.Flatten, x: torch.Tensor) -> tuple[torch.Tensor, Back]:
    return layer(x), lambda signal: signal.view_as(x)


def _batch_norm(layer: nn.BatchNorm2d, x: torch.Tensor) -> tuple[torch.Tensor, Back]:
    scale = (layer.running_var + layer.eps).rsqrt()
    scale = scale if layer.weight is None else scale * layer.weight
    return layer(x), lambda signal: signal * scale[:, None, None]


def _mean_pooling(layer: nn.Module, x: torch.Tensor) -> tuple[torch.Tensor, Back]:
    """Each value goes back in equal parts to all pixels of its window."""
    with torch.enable_grad():
        pixels = x.detach().requires_grad_()
        pooled = layer(pixels)
    return pooled.detach(), lambda signal: torch.autograd.grad(pooled, pixels, signal)[0]


def _passing(layer: nn.Module, x: torch.Tensor) -> tuple[torch.Tensor, Back]:
    return layer(x), lambda signal: signal


STEPS: dict[type[nn.Module], Callable] = {
    nn.Conv2d: _convolution,
    nn.MaxPool2d: _max_pooling,
    nn.ReLU: _rectification,
    nn.Linear: _linear,
    nn.Flatten: _flattening,
    nn.BatchNorm2d: _batch_norm,
    nn.AvgPool2d: _mean_pooling,
    nn.AdaptiveAvgPool2d: _mean_pooling,
    nn.Dropout: _passing,
    nn.LocalResponseNorm: _passing,
    nn.Identity: _passing,
}
