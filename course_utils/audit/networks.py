"""What the claims ask about whole networks: each is built by the zoo, and counted by anatomy.

Everything runs on PyTorch's `meta` device: sizes without memory. torch is imported only then.
"""

from functools import cache

import numpy as np

from course_utils import numpy_nn as nn


@cache
def model(name: str):
    """A network of the zoo without memory for its weights, in test mode."""
    import torch

    from course_utils import zoo

    with torch.device("meta"):
        return zoo.build(name).eval()


@cache
def table(name: str):
    """The layer table of a network of the zoo, at the input size of its paper."""
    from course_utils.anatomy import describe

    return describe(model(name), input_size(name))


def input_size(name: str) -> tuple[int, int, int]:
    """(C, H, W) of the images that the network was made for."""
    from course_utils import zoo

    entry = zoo.entry(name)
    return entry.channels, entry.size, entry.size


def layers(name: str, *kinds: str) -> list:
    """Rows of the classical table: convolutions, poolings, fully connected layers (or `kinds`)."""
    return list(table(name).only(*(kinds or ("Conv2d", "MaxPool2d", "Linear"))))


def modules(name: str, kind: str) -> list:
    """The network's layers of one class, such as "Conv2d", in the order of the paper."""
    return [m for m in model(name).modules() if type(m).__name__ == kind]


def values(name: str) -> int:
    """Numbers that an image needs on its way: itself and what each layer of `layers` puts out."""
    C, H, W = input_size(name)
    return C * H * W + sum(row.activations for row in layers(name))


def depth(name: str) -> int:
    """Layers with weights on the longest way from the image to the scores."""
    import torch

    scores = model(name)(torch.empty(1, *input_size(name), device="meta"))
    longest: dict = {}
    for node in _inputs_first(scores.grad_fn):
        weighted = node.name().startswith(("Convolution", "Addmm"))
        before = (longest[n] for n, _ in node.next_functions if n is not None)
        longest[node] = weighted + max(before, default=0)
    return longest[scores.grad_fn]


def _inputs_first(last) -> list:
    """The nodes of autograd's graph, each after all that it depends on."""
    order, seen, stack = [], set(), [(last, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack += [(n, False) for n, _ in node.next_functions if n is not None]
    return order


def measured_field(*kernels: int) -> int:
    """Pixels that one output of a stack of layers sees: where its gradient arrives."""
    size = 1 + sum(k - 1 for k in kernels) + 6
    x = np.zeros((1, 1, size, size))
    inputs = [x]
    for k in kernels:
        inputs.append(nn.conv2d(inputs[-1], np.ones((1, 1, k, k))))
    grad = np.zeros_like(inputs[-1])
    grad[0, 0, 0, 0] = 1
    for map_, k in zip(inputs[-2::-1], kernels[::-1], strict=True):
        grad = nn.conv2d_backward(grad, map_, np.ones((1, 1, k, k)))[0]
    return int((grad[0, 0, 0] > 0).sum())
