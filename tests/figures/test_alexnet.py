"""The pictures of notebook 11, at several settings."""

import math

import numpy as np
import pytest
from matplotlib import colors
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from course_utils.figures import alexnet as figures
from course_utils.figures.colours import BLUE, GREEN, ORANGE, SKY, YELLOW


def shown():
    """The axes of the only open figure; drawing it must not fail."""
    (number,) = plt.get_fignums()
    figure = plt.figure(number)
    figure.canvas.draw()
    width, height = figure.get_size_inches()
    assert width <= 6.4 + 1e-9
    assert height <= 3.6
    return figure.axes


def drawn(draw, *args):
    figure = Figure(figsize=(6.4, 2.6), layout="constrained")
    draw(figure, *args)
    figure.canvas.draw()
    return figure


def boxes(ax, colour):
    wanted = colors.to_rgba(colour)
    return [p for p in ax.patches if isinstance(p, Rectangle) and p.get_facecolor() == wanted]


@pytest.mark.parametrize(
    ("size", "padding", "places", "rest"),
    [(224, 0, 54, 1), (227, 0, 55, 0), (224, 2, 55, 1), (222, 3, 55, 1), (229, 0, 55, 2)],
)
def test_the_end_of_a_row_shows_what_no_filter_reaches(size, padding, places, rest):
    (ax,) = drawn(figures.draw_row_end, size, padding).axes
    title = ax.get_title()
    assert f"{places} places" in title
    assert ("it fits" in title) == (rest == 0)
    assert len(boxes(ax, ORANGE)) == rest
    reached = max(line.get_xdata()[1] for line in ax.lines)
    assert reached == size + padding - rest
    image = [box.get_x() for box in boxes(ax, SKY)]
    assert max(image) < size
    assert f"place {places}" in [text.get_text() for text in ax.texts]


@pytest.mark.parametrize(("n", "near"), [(1, 0), (3, 2), (9, 8)])
def test_the_loudest_map_and_its_neighbours_have_colours_of_their_own(n, near):
    before = np.ones(20)
    before[8] = 5
    first, second = drawn(figures.draw_response_norm, before, before / 2, n).axes
    for ax in (first, second):
        assert len(boxes(ax, ORANGE)) == 1
        assert len(boxes(ax, YELLOW)) == near
    assert [ax.get_ylabel() for ax in (first, second)] == ["value before", "value after"]
    assert second.patches[8].get_height() == 2.5
    assert second.get_ylim()[1] < first.get_ylim()[1]


def test_only_three_layers_see_both_towers():
    figures.show_towers()
    (ax,) = shown()
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    crossing = [a for a in arrows if a.get_edgecolor() == colors.to_rgba(ORANGE)]
    assert len(crossing) == 2 * 3  # into conv3, fc6 and fc7, from either side
    assert len(arrows) - len(crossing) == 2 * 6 + 4
    labels = [text.get_text() for text in ax.texts]
    assert labels.count("conv1\n48") == labels.count("fc7\n2,048") == 2


@pytest.mark.parametrize("bars", [1, 3])
def test_shares_fill_each_bar(bars):
    names = [f"layer {k}" for k in range(8)]
    figures.show_shares({f"bar {k}": np.arange(8) + k for k in range(bars)}, names)
    (ax,) = shown()
    widths = np.array([patch.get_width() for patch in ax.patches]).reshape(bars, 8)
    assert widths.sum(axis=1) == pytest.approx(1)
    assert widths[0, -1] == pytest.approx(7 / 28)
    assert "25%" in [text.get_text() for text in ax.texts]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == names


@pytest.mark.parametrize(("rows", "count", "side"), [(1, 12, 5), (4, 16, 11)])
def test_filters_stand_in_rows_with_grey_for_zero(rows, count, side):
    weight = np.zeros((count, 3, side, side))
    weight[:, 0, 0, 0] = 2.0
    figures.show_filter_rows({f"row {k}": weight for k in range(rows)}, beside="above")
    axes = shown()
    assert len(axes) == rows * count
    assert [ax.get_ylabel() for ax in axes[::count]] == [f"row {k}" for k in range(rows)]
    picture = axes[-1].images[0].get_array()
    assert picture[0, 0, 0] == 1.0
    assert picture[1, 1].tolist() == [0.5, 0.5, 0.5]


def test_each_network_has_a_curve_and_guessing_a_line():
    steps = [np.linspace(2, 1, 50), np.linspace(2, 0.5, 50)]
    figures.show_learning(steps, [[0.2, 0.5], [0.3, 0.9]], classes=7, window=20)
    left, right = shown()
    assert len(left.lines) == 3
    assert left.lines[0].get_ydata() == pytest.approx(
        [steps[0][:20].mean(), steps[0][20:40].mean()]
    )
    assert left.lines[-1].get_ydata()[0] == pytest.approx(math.log(7))
    assert [line.get_ydata()[-1] for line in right.lines] == [0.5, 0.9]


@pytest.mark.parametrize("networks", [1, 3, 7])
def test_votes_have_a_mark_for_each_way_and_column(networks):
    single = {"middle": [0.8] * networks, "ten": [0.9] * networks}
    figures.show_votes(single, {"mean": {"middle": 0.85, "ten": 0.95}, "majority": {"ten": 0.94}})
    (ax,) = shown()
    circles = [line for line in ax.lines if line.get_marker() == "o"]
    assert [len(line.get_ydata()) for line in circles] == [networks, networks]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "single networks", "mean", "majority",
    ]  # fmt: skip
    assert list(ax.lines[-1].get_ydata()) == [0.94]


@pytest.mark.parametrize(("p", "alike"), [(0.7, 0.6), (0.4, 0.0), (0.9, 1.0)])
def test_a_jury_that_is_always_alike_is_as_good_as_one(p, alike):
    def right(p, K):
        return sum(math.comb(K, k) * p**k * (1 - p) ** (K - k) for k in range(K // 2 + 1, K + 1))

    (ax,) = drawn(figures.draw_jury, (1, 3, 5), right, p, alike).axes
    apart, mixed = (line.get_ydata() for line in ax.lines[:2])
    assert apart[0] == pytest.approx(p)
    assert mixed == pytest.approx(alike * p + (1 - alike) * np.array(apart))


@pytest.mark.parametrize("rows", [1, 8])
def test_recorded_variants_have_a_row_and_a_mean_each(rows):
    figures.show_recorded({f"part {k}": [0.9, 0.8 - 0.01 * k] for k in range(rows)}, "part 0")
    (ax,) = shown()
    assert [text.get_text() for text in ax.get_yticklabels()] == [f"part {k}" for k in range(rows)]
    assert ax.lines[0].get_xdata()[0] == pytest.approx(0.85)
    means = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "|"]
    assert means == pytest.approx([0.85 - 0.005 * k for k in range(rows)])


@pytest.mark.parametrize(("count", "answered"), [(5, False), (12, False), (12, True)])
def test_answers_are_orange_and_below_stands_how_sure(count, answered):
    images = np.zeros((count, 3, 8, 8), np.uint8)
    truths = [f"class {k}" for k in range(count)]
    extra = (["checked triangle"] * count, [0.5] * count) if answered else ()
    figures.show_answers(images, truths, *extra)
    axes = [ax for ax in shown() if ax.images]
    assert [ax.get_title() for ax in axes] == truths
    texts = [text for text in axes[-1].texts if text.get_color() == ORANGE]
    assert [text.get_text() for text in texts] == (["checked triangle", "50%"] if answered else [])
    side = axes[0].get_window_extent()
    assert side.width > 80  # pixels: long names do not shrink the pictures


def test_neighbours_of_the_same_class_have_solid_green_frames():
    images = np.zeros((2, 3, 3, 4, 4), np.uint8)
    same = np.array([[True, False, True], [False, False, False]])
    found, right = {"pixels": images, "fc7": images}, {"pixels": same, "fc7": ~same}
    figures.show_neighbours(images[:, 0], found, right)
    axes = [ax for ax in shown() if ax.images]
    frames = [frame for ax in axes for frame in ax.patches]
    green, orange = colors.to_rgba(GREEN), colors.to_rgba(ORANGE)
    assert len(axes) == 2 + 12
    colours = [frame.get_edgecolor() for frame in frames]
    assert colours == [green, orange, green, orange, green, orange, *[orange] * 3, *[green] * 3]
    # and without colours by their dashes, which the legend explains
    assert [frame.get_linestyle() == "solid" for frame in frames] == [c == green for c in colours]
    (legend,) = plt.gcf().legends
    assert [t.get_text() for t in legend.get_texts()] == ["the same class", "another class"]


def test_the_image_row_is_blue_where_the_filter_stands():
    (ax,) = drawn(figures.draw_row_end, 227, 0).axes
    assert {line.get_color() for line in ax.lines} == {BLUE}
