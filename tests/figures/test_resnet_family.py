"""The pictures of notebook 16, at several settings."""

import numpy as np
import pytest
from figure_helpers import shown
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.figures import resnet_family as figures


def test_nothing_stands_behind_the_sum_of_a_pre_activation_block():
    figures.show_orders()
    original, preact = ([text.get_text() for text in ax.texts] for ax in shown())
    assert original[:7] == ["conv", "norm", "ReLU", "conv", "norm", "+", "ReLU"]
    assert preact[:7] == ["norm", "ReLU", "conv", "norm", "ReLU", "conv", "+"]


@pytest.mark.parametrize("log", [False, True])
def test_a_line_for_each_network_from_block_one(log):
    figures.show_by_block({"a": [1.0, 0.5, 0.25], "b": [1.0, 1.0]}, "share", log=log)
    (ax,) = shown()
    assert [list(line.get_xdata()) for line in ax.lines] == [[1, 2, 3], [1, 2]]
    assert ax.get_yscale() == ("log" if log else "linear")
    assert ax.get_ylabel() == "share"
    assert ax.get_xlim()[0] > 0
    assert list(ax.get_xticks()) == [1, 3]


def test_a_kind_of_block_keeps_its_colour_and_stages_are_marked():
    figures.show_by_block({"original": [1.0] * 7, "pre-activation": [0.5] * 7}, "share")
    figures.show_by_block({"no shortcuts": [1.0] * 7, "original": [1.0] * 7}, "share", stage=3)
    first, second = (ax for figure in map(plt.figure, plt.get_fignums()) for ax in figure.axes)
    assert list(first.get_xticks()) == [1, 5, 7]
    assert first.lines[0].get_color() == second.lines[1].get_color()
    assert first.lines[0].get_color() != second.lines[0].get_color()
    assert [line.get_xdata()[0] for line in second.lines[2:]] == [4, 7]
    assert list(second.get_xticks()) == [1, 4, 7]


def test_parameters_against_width_and_against_depth():
    figures.show_growth([1, 2], [1e6, 4e6], [10, 16, 22], [1e6, 2e6, 3e6], ("wider", "deeper"))
    left, right = shown()
    assert list(left.lines[0].get_ydata()) == [1, 4]
    assert list(right.lines[0].get_ydata()) == [1, 2, 3]
    assert left.get_ylim()[0] == right.get_ylim()[0] == 0
    assert [left.get_title(), right.get_title()] == ["wider", "deeper"]


@pytest.mark.parametrize(("cardinality", "width"), [(1, 6), (3, 2), (6, 1)])
def test_each_filter_reads_its_own_group(cardinality, width):
    table = figures.groups_of(cardinality, width)
    assert table.shape == (6, 6)
    assert (table.sum(axis=1) == width).all()
    assert np.diag(table).all()


@pytest.mark.parametrize("cardinality", [1, 2, 4])
def test_groups_and_their_weights(cardinality):
    figure, widths = Figure(figsize=(6.4, 3.0), layout="constrained"), {1: 8, 2: 5, 4: 3}
    figures.draw_groups(figure, cardinality, widths, lambda groups, width: 1000 * groups)
    figure.canvas.draw()
    left, right = figure.axes
    inner = cardinality * widths[cardinality]
    assert left.images[0].get_array().shape == (inner, inner)
    assert left.get_title() == f"{cardinality} × {widths[cardinality]}d: {inner} maps"
    ends = [bar.get_x() + bar.get_width() for bar in right.patches[1::2]]
    assert ends == pytest.approx([1, 2, 4])
    strong = [bar for bar in right.patches if bar.get_alpha() == 1]
    assert strong[0].get_width() == pytest.approx(9 * inner * widths[cardinality] / 1000)


def test_four_convolutions_between_two_streams():
    figures.show_streams()
    (ax,) = shown()
    words = [text.get_text() for text in ax.texts]
    assert [words.count(f"${letter}$") for letter in "ABCD"] == [1, 1, 1, 1]
    assert words.count("+") == 2
    assert words.count("shortcut") == 1


@pytest.mark.parametrize("columns", [1, 2, 3, 5])
def test_a_fractal_has_all_its_layers(columns):
    figure = Figure(figsize=(6, 2.7), layout="constrained")
    figures.draw_fractal(figure, columns)
    figure.canvas.draw()
    (ax,) = figure.axes
    squares = [line for line in ax.lines if line.get_marker() == "s"]
    assert len(squares) == len(figures.fractal_layers(columns)) == 2**columns - 1
    assert ax.get_title().startswith(f"deepest path: {2 ** (columns - 1)},")
    upright = [x for x, y in (line.get_data() for line in ax.lines) if len(x) > 1 and x[0] == x[1]]
    assert len(upright) == (2 ** (columns - 2) + 1 if columns > 1 else 0)


def test_a_bar_for_the_whole_and_each_column():
    figures.show_columns({"with": [0.9, 0.8], "without": [0.95, 0.3]}, ["whole", "column 1"])
    (ax,) = shown()
    assert [bar.get_height() for bar in ax.patches] == [0.9, 0.8, 0.95, 0.3]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["whole", "column 1"]
