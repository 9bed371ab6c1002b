"""Transposed convolution by phases: the same numbers, whatever the sizes."""

import itertools

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from course_utils import numpy_nn as nn
from course_utils.numpy_nn import conv_transpose, sub_pixel
from course_utils.numpy_nn.geometry import window
from course_utils.shapes import ShapeError

KERNELS, STRIDES = [(2, 2), (4, 4), (4, 6), (3, 3), (6, 3)], [2, 3, (2, 1), (2, 3)]
PADDINGS = [0, 1, (1, 0), (0, 2)]


def _arrays(N, C, maps, groups, kernel):
    rng = np.random.default_rng(0)
    shapes = ((N, C, 5, 4), (C, maps // groups, *kernel), (maps,))
    return [rng.standard_normal(shape) for shape in shapes]


@pytest.mark.parametrize(("kernel", "stride"), list(itertools.product(KERNELS, STRIDES)))
def test_forward_and_backward_are_those_of_torch(kernel, stride):
    for padding, extra, groups in itertools.product(PADDINGS, (0, 1), (1, 2)):
        x, weight, bias = _arrays(2, 4, 6, groups, kernel)
        if extra and 1 in np.atleast_1d(stride):
            continue  # torch and the library both refuse it
        settings = (stride, padding, extra)
        tensors = [torch.from_numpy(a).requires_grad_() for a in (x, weight, bias)]
        expected = F.conv_transpose2d(*tensors, *settings, groups)
        out = nn.conv_transpose2d(x, weight, bias, *settings, 1, groups)
        np.testing.assert_allclose(out, expected.detach(), atol=1e-12)
        grad_out = np.random.default_rng(1).standard_normal(out.shape)
        gradients = torch.autograd.grad(expected, tensors, torch.from_numpy(grad_out))
        own = nn.conv_transpose2d_backward(grad_out, x, weight, *settings, 1, groups)
        for a, b in zip(own, gradients, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-11)


def test_the_shuffle_is_taken_where_the_stride_divides_the_kernel_and_only_there():
    def pays(kernel, stride, padding=0, extra=0, dilation=1):
        w = window("test", (40, 40), kernel, stride, padding, dilation)
        return bool(conv_transpose._shuffling_pays(w, extra))

    taken = [((4, 4), 2), ((4, 3), (2, 3)), ((4, 4), 2, 1, 1)]
    # an odd kernel; no stride; dilation; a row beyond the last stamp, which is no pixel of a phase
    left = [((3, 3), 2), ((4, 4), 1), ((4, 4), 2, 0, 0, 2), ((4, 4), 2, 0, 1)]
    assert all(pays(*case) for case in taken)
    assert not any(pays(*case) for case in left)


def test_it_is_really_taken(monkeypatch):
    seen = []

    def interleave(maps, size, *_):
        seen.append(maps.shape)
        return np.zeros((2, 6, *size))

    monkeypatch.setattr(sub_pixel, "interleave", interleave)
    x, weight, _ = _arrays(2, 4, 6, 1, (4, 4))
    nn.conv_transpose2d(x, weight, stride=2, padding=1)
    assert seen == [(2, 6 * 4, 6, 5)]


def test_pixel_shuffle_is_that_of_torch_and_no_number_is_lost():
    x = np.arange(2 * 12 * 3 * 4.0).reshape(2, 12, 3, 4)
    np.testing.assert_array_equal(nn.pixel_shuffle(x, 2), F.pixel_shuffle(torch.from_numpy(x), 2))
    wide = nn.pixel_shuffle(x, (1, 3))
    assert wide.shape == (2, 4, 3, 12)
    np.testing.assert_array_equal(np.sort(wide, axis=None), np.arange(x.size))
    np.testing.assert_array_equal(wide[:, :, :, 1::3], x[:, 1::3])


def test_pixel_shuffle_says_how_many_maps_it_needs():
    with pytest.raises(ShapeError, match=r"multiple of 2·2 = 4 maps, got 6"):
        nn.pixel_shuffle(np.zeros((1, 6, 2, 2)), 2)


def test_separate_is_the_transpose_of_interleave():
    rng = np.random.default_rng(0)
    for stride, padding in (((2, 2), (1, 1)), ((3, 2), (0, 1)), ((2, 1), (2, 0))):
        maps = rng.standard_normal((2, 3 * stride[0] * stride[1], 5, 4))
        size = (5 * stride[0] - 2 * padding[0], 4 * stride[1] - 2 * padding[1])
        out = rng.standard_normal((2, 3, *size))
        there = (sub_pixel.interleave(maps, size, stride, padding) * out).sum()
        back = (maps * sub_pixel.separate(out, (5, 4), stride, padding)).sum()
        np.testing.assert_allclose(there, back)
