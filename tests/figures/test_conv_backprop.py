"""The pictures of notebook 04 say what the formulas say."""

import re

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils import numpy_nn as nn
from course_utils.figures import conv_backprop as pictures

X, F, G = (
    np.arange(9.0).reshape(3, 3) ** 2,
    np.array([[2.0, -1], [3, 5]]),
    np.array([[1.0, 7], [4, 6]]),
)
NAMES = {"X": X, "F": F, "g": G}


def value_of(formula):
    """The number that `… = X11·F11 + …` stands for."""

    def entry(match):
        name, i, j = match[1], int(match[2]), int(match[3])
        return repr(float(NAMES[name][i - 1, j - 1]))

    terms = formula.split("=")[1].replace("·", "*")
    return eval(re.sub(r"([XFg])(\d)(\d)", entry, terms))


def drawn(function, *settings):
    figure = Figure()
    function(figure, *settings)
    return figure


@pytest.mark.parametrize("place", range(4))
def test_the_forward_picture_computes_the_output(place):
    out = nn.conv2d(X[None, None], F[None, None])[0, 0]
    said = drawn(pictures.draw_forward, place).get_supxlabel()
    assert value_of(said) == out.ravel()[place]


@pytest.mark.parametrize("place", range(4))
def test_the_weight_gradient_picture_computes_it(place):
    _, grad_weight, _ = nn.conv2d_backward(G[None, None], X[None, None], F[None, None])
    said = drawn(pictures.draw_weight_gradient, place).get_supxlabel()
    assert value_of(said) == grad_weight.ravel()[place]


@pytest.mark.parametrize("place", range(9))
def test_pulling_and_touching_compute_the_same_input_gradient(place):
    grad_x, _, _ = nn.conv2d_backward(G[None, None], X[None, None], F[None, None])
    row, column = divmod(place, 3)
    pulled = drawn(pictures.draw_full_convolution, place).get_supxlabel()
    touched = drawn(pictures.draw_touched, row + 1, column + 1).get_supxlabel()
    assert value_of(pulled) == grad_x.ravel()[place]
    assert value_of(touched) == grad_x.ravel()[place]


@pytest.mark.parametrize(
    ("size", "kernel", "stride"), [(8, 3, 2), (7, 3, 2), (12, 4, 3), (6, 1, 4)]
)
def test_the_stride_picture_counts_what_is_left_over(size, kernel, stride):
    figure = drawn(pictures.draw_stride, size, kernel, stride)
    count = (size - kernel) // stride + 1
    left = size - ((count - 1) * stride + kernel)
    title = figure.axes[0].get_title()
    assert title == f"{count} windows; pixels that no window reaches: {left}"
    shown = [t.get_text() for t in figure.axes[1].texts]
    assert len(shown) == size - kernel + 1
    assert sum(text != "0" for text in shown) == count


def test_the_rotation_ends_with_half_a_turn():
    pictures.show_rotation()
    last = [t.get_text() for t in plt.gcf().axes[2].texts]
    assert last == ["F22", "F21", "F12", "F11"]


def test_maps_and_filters_share_a_scale():
    pictures.show_gradient_maps({"a": np.ones((2, 2)), "b": -3 * np.ones((2, 2))})
    assert {ax.images[0].get_clim() for ax in plt.gcf().axes[:2]} == {(-3.0, 3.0)}
    pictures.show_learned_filter(np.zeros((50, 3, 3)), F[[0, 1, 0]][:, [0, 1, 0]])
    assert plt.gcf().axes[-1].get_title() == "wanted"
