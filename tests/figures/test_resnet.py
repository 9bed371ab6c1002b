"""The pictures of notebook 15, at several settings."""

import numpy as np
import pytest
from figure_helpers import shown
from matplotlib.figure import Figure

from course_utils.figures import resnet as figures
from course_utils.figures.colours import BLUE, ORANGE


def run(network, accuracy, validation):
    return {
        "network": network,
        "curve": {"accuracy": accuracy, "validation_accuracy": validation},
    }


def test_errors_stand_beside_each_other_in_per_cent():
    runs = [
        run("plain20", [0.5, 0.9], [0.4, 0.8]),
        run("plain56", [0.3, 0.7], [0.2, 0.6]),
        run("resnet20", [0.6, 0.95], [0.5, 0.85]),
        run("resnet56", [0.7, 1.0], [0.6, 0.9]),
    ]
    figures.show_degradation(runs, "four networks")
    plain, residual = shown()
    assert [line.get_linestyle() for line in plain.lines] == ["-", "--", "-", "--"]
    assert [line.get_color() for line in plain.lines] == [BLUE, BLUE, ORANGE, ORANGE]
    assert plain.lines[0].get_ydata() == pytest.approx([50, 10])
    assert plain.lines[3].get_ydata() == pytest.approx([80, 40])
    assert residual.lines[2].get_ydata() == pytest.approx([30, 0])
    assert list(residual.lines[2].get_xdata()) == [1, 2]
    words = [text.get_text() for text in residual.get_legend().get_texts()]
    assert words == ["20 layers", "56 layers", "training", "validation"]
    assert plain.figure.get_suptitle() == "four networks"


@pytest.mark.parametrize("validation", [[], None])
def test_a_run_without_validation_and_two_seeds(validation):
    figures.show_degradation([run("plain8", [0.5], validation), run("plain8", [0.25], validation)])
    plain, residual = shown()
    drawn = [list(line.get_ydata()) for line in plain.lines if len(line.get_ydata())]
    assert drawn == [[50], [75]]
    assert not residual.lines


def test_signals_are_relative_to_where_they_begin():
    signals = dict.fromkeys("abcd", ([2.0, 4.0, 8.0], [30.0, 20.0, 10.0]))
    figures.show_both_ways(signals)
    forwards, backwards = shown()
    assert forwards.get_yscale() == "log"
    assert "block 1" in forwards.get_title()
    assert "last block" in backwards.get_title()
    assert forwards.get_xlim()[0] > 0  # there is no block 0
    assert list(forwards.lines[0].get_ydata()) == [1, 2, 4]
    assert list(backwards.lines[3].get_ydata()) == [3, 2, 1]
    styles = {(line.get_color(), line.get_linestyle()) for line in backwards.lines[:4]}
    assert len(styles) == 4


@pytest.mark.parametrize(("blocks", "slope"), [(1, 0.05), (3, 1.0), (27, 0.2)])
def test_paths_are_counted_by_their_length(blocks, slope):
    figure = Figure(figsize=(6.4, 3.0), layout="constrained")
    figures.draw_paths(figure, blocks, slope)
    figure.canvas.draw()
    left, right = figure.axes
    assert left.get_title() == f"{2**blocks:,} paths"
    heights = [bar.get_height() for bar in left.patches]
    assert sum(heights) == pytest.approx(100)
    assert heights[1] == pytest.approx(100 * blocks / 2**blocks)
    shares = [bar.get_height() for bar in right.patches]
    assert shares[0] == pytest.approx(100 / (1 + slope) ** blocks)  # the path past all blocks
    assert f"{(1 + slope) ** blocks:.3g}" in right.get_title()


def test_blocks_that_must_stay_leave_a_gap():
    figures.show_deletion({"plain20": (0.5, [0.1, None, 0.3]), "resnet20": (0.9, [0.8])}, 0.1)
    plain, residual = shown()
    middles = [bar.get_x() + bar.get_width() / 2 for bar in plain.patches]
    assert middles == pytest.approx([1, 3])
    assert list(plain.get_xticks()) == [1, 2, 3]  # the first, the gap, the last
    assert list(residual.get_xticks()) == [1]
    assert plain.get_xlim()[0] > 0
    assert [bar.get_height() for bar in plain.patches] == [0.1, 0.3]
    assert plain.lines[0].get_ydata()[0] == 0.5
    assert residual.lines[1].get_ydata()[0] == 0.1
    assert plain.patches[0].get_facecolor() != residual.patches[0].get_facecolor()


def test_each_draw_has_a_dot_and_the_mean_a_line():
    figures.show_many_out((0, 2), np.array([[0.9, 0.9], [0.8, 0.4]]), 0.1)
    (ax,) = shown()
    assert ax.lines[0].get_ydata() == pytest.approx([0.9, 0.6])
    assert [list(line.get_ydata()) for line in ax.lines[1:3]] == [[0.9, 0.8], [0.9, 0.4]]
    assert list(ax.get_xticks()) == [0, 2]
