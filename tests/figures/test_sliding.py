"""The sliding filter shows the windows, the sums and the shapes that it says."""

import numpy as np
import pytest
from figure_helpers import texts
from matplotlib.figure import Figure

from course_utils import numpy_nn as nn
from course_utils.figures import sliding
from course_utils.figures.colours import BLACK
from course_utils.figures.words import words_of

IMAGE = np.arange(20.0).reshape(4, 5)
WEIGHT = np.array([[1.0, 0.0, -2.0], [0.0, 3.0, 0.0]])
PLANES = np.stack([IMAGE % 7, 9 - IMAGE % 4])  # (2, 4, 5)
FILTERS = np.array([[WEIGHT, -WEIGHT], [WEIGHT[::-1], 2 * WEIGHT]])  # (2, 2, 2, 3)


@pytest.fixture
def figure():
    return Figure(figsize=(6.4, 3.2), layout="constrained")


@pytest.fixture
def large():
    return Figure(figsize=(6.4, 3.6), layout="constrained")


def frames(ax):
    """(row, column, height, width) of the outlined windows."""
    black = tuple(int(BLACK[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return [
        (p.get_y() + 0.5, p.get_x() + 0.5, p.get_height(), p.get_width())
        for p in ax.patches
        if p.get_edgecolor()[:3] == pytest.approx(black) and p.get_linewidth() > 2
    ]


def numbers(ax):
    return [float(text.replace("−", "-")) for text in texts(ax)]


# -------------------------------------------------------------------------------- a single plane
@pytest.mark.parametrize(
    ("place", "stride", "corner"), [(0, 1, (0, 0)), (4, 1, (1, 1)), (1, 2, (0, 2)), (99, 1, (2, 2))]
)
def test_sliding_marks_the_window_and_writes_its_sum(figure, place, stride, corner):
    sliding.draw_sliding(figure, IMAGE, WEIGHT, place, stride)
    image, weight, output = figure.axes
    assert frames(image) == [(*corner, 2, 3)]
    assert texts(image) == [f"{v:g}" for v in IMAGE.ravel()]
    assert texts(weight) == ["1", "0", "-2", "0", "3", "0"]
    row, column = corner
    total = (IMAGE[row : row + 2, column : column + 3] * WEIGHT).sum()
    assert texts(output)[-1] == f"{total:g}"
    assert figure.texts[0].get_text().endswith(f"= {total:g}".replace("-", "−"))


@pytest.mark.parametrize("place", [0, 3, 8])
def test_sliding_shows_the_output_only_as_far_as_it_has_come(figure, place):
    sliding.draw_sliding(figure, IMAGE, WEIGHT, place)
    assert len(texts(figure.axes[2])) == place + 1
    assert figure.axes[2].get_title() == "output 3×3"


def test_a_sum_is_written_with_signs_that_can_be_read():
    window = np.array([[2.0, 1.0]])
    assert sliding._products(window, np.array([[-3.0, 1.0]])) == "2·(−3) + 1·1 = −5"


# --------------------------------------------------------------------- several planes and filters
@pytest.mark.parametrize("stride", [1, 2])
def test_correlate_is_the_convolution_of_the_library(stride):
    out = sliding.correlate(PLANES, FILTERS, stride)
    expected = nn.conv2d(PLANES[np.newaxis], FILTERS, stride=stride)[0]
    np.testing.assert_allclose(out, expected)


@pytest.mark.parametrize("chosen", [0, 1])
@pytest.mark.parametrize(
    ("place", "stride", "corner", "stop"),
    [(0, 1, (0, 0), (0, 0)), (5, 1, (1, 2), (1, 2)), (8, 1, (2, 2), (2, 2)), (1, 2, (0, 2), (0, 1)),
     (99, 2, (2, 2), (1, 1))],
)  # fmt: skip
def test_the_products_of_all_planes_are_added(large, place, stride, corner, stop, chosen):
    bias = np.array([10.0, -3.0])
    sliding.draw_sliding(large, PLANES, FILTERS, place, stride, chosen=chosen, bias=bias,
                         planes=("red", "green"))  # fmt: skip
    axes = {ax.get_title(): ax for ax in large.axes}
    row, column = corner
    window = PLANES[:, row : row + 2, column : column + 3]
    total = (window * FILTERS[chosen]).sum() + bias[chosen]
    assert numbers(axes[f"map {chosen + 1}"])[-1] == pytest.approx(total)
    assert frames(axes["red"]) == frames(axes["green"]) == [(*corner, 2, 3)]
    assert frames(axes[f"map {chosen + 1}"]) == [(*stop, 1, 1)]
    assert not frames(axes[f"map {2 - chosen}"])
    assert len(frames(axes[f"filter {chosen + 1}, red"])) == 1
    assert not frames(axes[f"filter {2 - chosen}, green"])
    below = sorted((t.get_position()[1], t.get_text()) for t in large.texts if t != large._suptitle)
    together, green, red = (text for _, text in below)
    assert red.startswith("red: ") and green.startswith("green: ")  # noqa: PT018
    assert together.endswith(f"= {total:g}".replace("-", "−"))
    for line, x, w in zip((red, green), window, FILTERS[chosen], strict=True):
        assert line.endswith(f"= {(x * w).sum():g}".replace("-", "−"))


@pytest.mark.parametrize(("place", "shown"), [(0, 1), (3, 4), (8, 9), (50, 9)])
def test_both_maps_are_filled_up_to_the_place(large, place, shown):
    sliding.draw_sliding(large, PLANES, FILTERS, place, chosen=1)
    maps = [ax for ax in large.axes if ax.get_title().startswith("map")]
    assert [len(texts(ax)) for ax in maps] == [shown, shown]


def test_every_shape_is_named(large):
    sliding.draw_sliding(large, PLANES, FILTERS, 2)
    assert large.get_suptitle() == "input 2×4×5, 2 filters of 2×2×3, output 2×3×3"
    words = words_of(large)
    assert "2 planes of 4 × 5 numbers, 2 filters of 2 × 2 × 3 on row 0 and column 2" in words
    assert "2 maps of 3 × 3 with 3 of 9 numbers each; for filter 1, plane 1: " in words


@pytest.mark.parametrize(("C", "F"), [(1, 3), (3, 1), (3, 2)])
def test_planes_and_filters_are_counted_apart(C, F):
    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    rng = np.random.default_rng(0)
    image, weight = rng.integers(0, 9, (C, 4, 4)), rng.integers(-1, 2, (F, C, 2, 2))
    sliding.draw_sliding(figure, image, weight, 4, chosen=F - 1)
    titles = [ax.get_title() for ax in figure.axes]
    assert sum(t.startswith("plane") for t in titles) == C
    assert sum(t.startswith("filter") for t in titles) == C * F
    assert sum(t.startswith("map") for t in titles) == F
    assert figure.get_suptitle().endswith(f"output {F}×3×3")
