"""What is timed: each case does the same work, forward and backward, here and in torch."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn.functional as F

from course_utils import numpy_nn as nn
from lenets import lenet, torch_lenet


@dataclass(frozen=True)
class Case:
    """Two functions that return the same list of arrays, and the ratio of times to reach."""

    op: str
    shape: str
    level: float
    ours: Callable
    torchs: Callable
    others: dict = field(default_factory=dict)  # more torch or NumPy variants, shown beside
    level_2_threads: float | None = None


def _normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


def _torch_twin(function, *arrays, channels_last=False):
    """Forward and backward of a torch function; every array gets its gradient."""
    tensors = [torch.from_numpy(array) for array in arrays]
    if channels_last:
        tensors = [t.to(memory_format=torch.channels_last) if t.ndim == 4 else t for t in tensors]
    for tensor in tensors:
        tensor.requires_grad_()
    grad_out = None

    def run():
        nonlocal grad_out
        out = function(*tensors)
        if grad_out is None:
            grad_out = torch.from_numpy(_normal(9, *out.shape))
            if channels_last:
                grad_out = grad_out.to(memory_format=torch.channels_last)
        return [out, *torch.autograd.grad(out, tensors, grad_out)]

    return run


def conv(level, N, C, H, W, maps, K, stride=1, padding=0, groups=1, op=None, plain_too=False):
    x, weight, bias = _normal(0, N, C, H, W), _normal(1, maps, C // groups, K, K), _normal(2, maps)
    settings = (stride, padding, 1, groups)

    def run(forward, backward):
        out = forward(x, weight, bias, *settings)
        grad_out = _normal_like(out)
        return lambda: [
            forward(x, weight, bias, *settings),
            *backward(grad_out, x, weight, *settings),
        ]

    steps = (f" stride {stride}" if stride > 1 else "") + (f" pad {padding}" if padding else "")
    plain = {"im2col": run(nn.conv2d_im2col, nn.conv2d_im2col_backward)} if plain_too else {}
    return Case(
        op or f"conv {K}×{K}{steps}",
        f"{N}×{C}×{H}×{W} → {maps}",
        level,
        run(nn.conv2d, nn.conv2d_backward),
        _torch_twin(lambda x, w, b: F.conv2d(x, w, b, *settings), x, weight, bias),
        plain,
    )


def winograd(level, N, C, H, W, maps):
    x, weight, bias = _normal(0, N, C, H, W), _normal(1, maps, C, 3, 3), _normal(2, maps)
    last = np.ascontiguousarray(x.transpose(0, 2, 3, 1))
    grad_out = np.ascontiguousarray(_normal(9, N, maps, H, W).transpose(0, 2, 3, 1))

    def ours():
        out = nn.conv2d_winograd(last, weight, bias)
        grad_x, grad_weight, grad_bias = nn.conv2d_winograd_backward(grad_out, last, weight)
        return [out.transpose(0, 3, 1, 2), grad_x.transpose(0, 3, 1, 2), grad_weight, grad_bias]

    torchs = _torch_twin(lambda x, w, b: F.conv2d(x, w, b, 1, 1), x, weight, bias)
    return Case("conv 3×3 pad 1, Winograd", f"{N}×{C}×{H}×{W} → {maps}", level, ours, torchs)


def conv_transpose(level, N, C, H, W, maps, K, stride, padding):
    x, weight, bias = _normal(0, N, C, H, W), _normal(1, C, maps, K, K), _normal(2, maps)
    grad_out = _normal_like(nn.conv_transpose2d(x, weight, bias, stride, padding))

    def ours():
        out = nn.conv_transpose2d(x, weight, bias, stride, padding)
        return [out, *nn.conv_transpose2d_backward(grad_out, x, weight, stride, padding)]

    torchs = _torch_twin(
        lambda x, w, b: F.conv_transpose2d(x, w, b, stride, padding), x, weight, bias
    )
    shape = f"{N}×{C}×{H}×{W} → {maps}"
    return Case(f"transposed conv {K}×{K} s{stride} p{padding}", shape, level, ours, torchs)


def max_pool(level, N, C, H, W, K, stride):
    x = _normal(0, N, C, H, W)
    grad_out = _normal_like(nn.max_pool2d(x, K, stride)[0])

    def ours():
        out, positions = nn.max_pool2d(x, K, stride)
        return [out, nn.max_pool2d_backward(grad_out, positions, (H, W))]

    return _pool_case("max", F.max_pool2d, level, x, K, stride, ours)


def mean_pool(level, N, C, H, W, K, stride):
    x = _normal(0, N, C, H, W)
    grad_out = _normal_like(nn.avg_pool2d(x, K, stride))

    def ours():
        out = nn.avg_pool2d(x, K, stride)
        return [out, nn.avg_pool2d_backward(grad_out, (H, W), K, stride)]

    return _pool_case("mean", F.avg_pool2d, level, x, K, stride, ours)


def _pool_case(kind, function, level, x, K, stride, ours):
    def pool(x):
        return function(x, K, stride)

    last = _torch_twin(pool, x, channels_last=True)
    shape = "×".join(map(str, x.shape))
    return Case(
        f"{kind} pool {K}×{K} s{stride}",
        shape,
        level,
        ours,
        _torch_twin(pool, x),
        {"torch channels_last": last},
    )


def batch_norm(level, N, C, H, W):
    x, weight, bias = _normal(0, N, C, H, W), _normal(1, C), _normal(2, C)
    grad_out = _normal_like(x)

    def ours():
        mean, var = nn.batch_statistics(x)
        out = nn.batch_norm(x, weight, bias, mean, var)
        return [out, *nn.batch_norm_backward(grad_out, x, weight, mean, var)]

    torchs = _torch_twin(lambda x, w, b: F.batch_norm(x, None, None, w, b, True), x, weight, bias)
    return Case("batch norm", f"{N}×{C}×{H}×{W}", level, ours, torchs)


def lenet_epoch(level, level_2_threads, images=5000, batch_size=64):
    """One epoch with momentum, end to end: shuffling, measuring and all."""
    x, labels = _normal(0, images, 1, 28, 28), np.arange(images) % 10

    def ours():
        model = lenet()
        optimizer = nn.SGD(model.parameters, lr=0.01, momentum=0.9)
        settings = {"epochs": 1, "batch_size": batch_size, "progress": False}
        return [np.array(nn.fit(model, optimizer, (x, labels), **settings).step_loss)]

    def torchs():
        model = torch_lenet(lenet())
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
        order, losses, right = np.random.default_rng(0).permutation(images), [], []
        for start in range(0, images, batch_size):
            chosen = order[start : start + batch_size]
            batch, targets = torch.from_numpy(x[chosen]), torch.from_numpy(labels[chosen])
            optimizer.zero_grad()
            outputs = model(batch)
            loss = F.cross_entropy(outputs, targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            right.append((outputs.argmax(1) == targets).float().mean().item())
        return [np.array(losses)]

    shape = f"{images:,} images, batch {batch_size}"
    return Case("LeNet-5, one epoch", shape, level, ours, torchs, {}, level_2_threads)


def _normal_like(out):
    return _normal(9, *out.shape)


CASES = {
    "conv5-1": lambda: conv(0.26, 64, 1, 32, 32, 6, 5, plain_too=True),
    "conv5-6": lambda: conv(1.1, 64, 6, 14, 14, 16, 5, plain_too=True),
    "conv3": lambda: conv(1.2, 32, 64, 32, 32, 64, 3, padding=1, plain_too=True),
    "winograd": lambda: winograd(0.6, 32, 64, 32, 32, 64),
    "conv3s2": lambda: conv(1.2, 8, 64, 56, 56, 128, 3, stride=2, plain_too=True),
    "conv11s4": lambda: conv(0.65, 4, 3, 227, 227, 96, 11, stride=4, plain_too=True),
    "conv1": lambda: conv(1.0, 16, 256, 28, 28, 64, 1, plain_too=True),
    "depthwise": lambda: conv(
        1.8, 16, 128, 28, 28, 128, 3, padding=1, groups=128, op="depth-wise 3×3", plain_too=True
    ),
    "max3s2": lambda: max_pool(0.35, 32, 64, 56, 56, 3, 2),
    "max2s2": lambda: max_pool(0.35, 32, 64, 56, 56, 2, 2),
    "mean3s2": lambda: mean_pool(0.6, 32, 64, 56, 56, 3, 2),
    "mean2s2": lambda: mean_pool(0.6, 32, 64, 56, 56, 2, 2),
    "transposed": lambda: conv_transpose(1.1, 16, 64, 14, 14, 32, 4, 2, 1),
    "batchnorm": lambda: batch_norm(0.9, 32, 64, 32, 32),
    "lenet": lambda: lenet_epoch(0.80, 1.1),
}
