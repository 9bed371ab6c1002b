"""The backward pass of a convolution, step by step, with one of its steps changed."""

import numpy as np

from course_utils.exercises.nb04_conv_backprop.axes import pad
from course_utils.exercises.nb04_conv_backprop.conv2d_input_grad import conv2d_input_grad
from course_utils.exercises.nb04_conv_backprop.conv2d_weight_grad import conv2d_weight_grad
from course_utils.exercises.stamps import stamps


def backward(
    grad_out, x, weight, stride, padding, *, spread=None, size=None, met=None, cut=None,
    input_grad=None, bias=None, order=(0, 1, 2),
):  # fmt: skip
    """The reference with one of its steps changed.

    size(full, S, O, H, K, P): the length of the array of zeros along one axis, where `full` is
    right; spread(grad_out, S, sizes): the gradients between their zeros; met(x, P): what the weight
    has met; input_grad(spread, weight); cut(grad, P, H, W); bias(grad_out)
    """
    S, P, (H, W), (KH, KW) = stride, padding, x.shape[2:], weight.shape[2:]
    size = size or (lambda full, S, O, H, K, P: full)  # noqa: E741
    sizes = [
        size(h + 2 * P - k + 1, S, o, h, k, P)
        for h, k, o in zip((H, W), (KH, KW), grad_out.shape[2:], strict=True)
    ]
    gradients = (spread or zeros_between)(grad_out, S, sizes)
    grad_x = (input_grad or conv2d_input_grad)(gradients, weight)
    grad_x = cut(grad_x, P, H, W) if cut else grad_x[:, :, P : P + H, P : P + W]
    grad_weight = conv2d_weight_grad(gradients, met(x, P) if met else pad(x, P, P))
    grad_bias = bias(grad_out) if bias else grad_out.sum(axis=(0, 2, 3))
    return tuple((grad_x, grad_weight, grad_bias)[k] for k in order)


def zeros_between(grad_out, S, sizes):
    spread = np.zeros((*grad_out.shape[:2], *sizes))
    spread[:, :, ::S, ::S] = grad_out
    return spread


def stamped(grad_out, x, weight, stride, padding, *, tall=None, cut=False, **how):
    """grad_x alone, as stamps on the padded input.

    tall(O, S, K): another size, along one axis; cut: the padding is cut off at its ends
    """
    (H, W), P = x.shape[2:], padding
    size = H + 2 * P, W + 2 * P
    if tall:
        pairs = zip(grad_out.shape[2:], weight.shape[2:], strict=True)
        size = [tall(O, stride, K) for O, K in pairs]  # noqa: E741
    grad = stamps(grad_out, weight, size, stride=stride, **how)
    end = (size[0] - P, size[1] - P) if cut else (P + H, P + W)
    return grad[:, :, P : end[0], P : end[1]]


def met(grad_out, x, weight, stride, padding, *, step=None, last=False):
    """grad_weight alone: each output hands back the window that it has seen.

    step: how far apart the windows really are; last: only the last output is left
    """
    (KH, KW), S = weight.shape[2:], stride if step is None else step
    padded, grad = pad(x, padding, padding), np.zeros_like(weight)
    for i, j in np.ndindex(grad_out.shape[2:]):
        window = padded[:, :, i * S : i * S + KH, j * S : j * S + KW]
        part = np.einsum("nf,ncuv->fcuv", grad_out[:, :, i, j], window)
        grad = part if last else grad + part
    return grad
