"""Which pixels a unit or a class rests on, by one backward pass: saliency, guided backprop."""

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from course_utils.anatomy.counts import function_name
from course_utils.anatomy.walk import test_time
from course_utils.inside.units import Unit, one_image, output_at, unit_index


def saliency(
    model: nn.Module, x: torch.Tensor, unit: Unit = None, layer: str | nn.Module | None = None
) -> torch.Tensor:
    """How strongly each pixel moves a score: (H, W), the largest |gradient| over the channels.

    x      (C, H, W)
    unit   a class of the network's output (before the softmax), or with `layer` given a unit of
           that layer; None: the strongest one

    Simonyan, Vedaldi & Zisserman 2014, section 3. Raises CourseError for an unknown layer or unit.
    """
    return _gradient(model, x, unit, layer).abs().amax(dim=0)


def guided_backprop(
    model: nn.Module, x: torch.Tensor, unit: Unit = None, layer: str | nn.Module | None = None
) -> torch.Tensor:
    """The gradient of a score, where each ReLU lets only what is positive pass: (C, H, W).

    A ReLU passes a gradient back where its input was positive (as always) and the gradient is
    positive too. x, unit and layer are as in `saliency`.

    Springenberg et al. 2015, section 3.4. Raises CourseError for an unknown layer or unit.
    """
    with _GuidedReLU():
        return _gradient(model, x, unit, layer)


def _gradient(model, x, unit, layer) -> torch.Tensor:
    """The gradient (C, H, W) of one unit with respect to the image; weights get none."""
    image = one_image(x).clone().requires_grad_()
    with test_time(model), torch.enable_grad():
        output = output_at(model, image, layer)
        score = output[unit_index(output, unit)]
        (gradient,) = torch.autograd.grad(score, image)
    return gradient[0]


class _Guided(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad.clamp(min=0) * (x > 0)


class _GuidedReLU(TorchFunctionMode):
    """Puts the guided ReLU in the place of every other one, layer or function, in place or not."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function_name(function) == "relu":
            return _Guided.apply(args[0] if args else kwargs["input"])
        return function(*args, **(kwargs or {}))
