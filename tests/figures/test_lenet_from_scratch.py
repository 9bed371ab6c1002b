"""The pictures of notebook 07, at several settings."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.figures import lenet_from_scratch as lenet

RNG = np.random.default_rng(0)


def drawn(draw, *args):
    figure = Figure(figsize=(6.4, 2.8), layout="constrained")
    draw(figure, *args)
    figure.canvas.draw()
    return figure


@pytest.mark.parametrize("size", [32, 44])
def test_network_has_one_square_per_map_and_one_bar_per_vector(size):
    shapes = {"input": (1, size, size), "conv1": (6, 28, 20), "flat": (400,), "scores": (10,)}
    lenet.show_network(shapes)
    (ax,) = plt.gcf().axes
    assert len(ax.patches) == 1 + 6 + 2
    first, map_of_conv1 = ax.patches[0], ax.patches[1]
    assert (first.get_width(), first.get_height()) == (size, size)
    assert (map_of_conv1.get_width(), map_of_conv1.get_height()) == (20, 28)
    texts = [t.get_text() for t in ax.texts]
    assert texts == ["input", f"1 × {size} × {size}", "conv1", "6 × 28 × 20", "flat", "400",
                     "scores", "10"]  # fmt: skip
    assert ax.patches[-2].get_height() > ax.patches[-1].get_height()


def test_maps_stand_in_two_rows_with_gaps():
    maps = np.arange(4 * 2 * 3, dtype=float).reshape(4, 2, 3)
    tile = lenet._tile(maps)
    assert tile.shape == (2 + 1 + 2, 3 + 1 + 3)
    assert np.array_equal(tile[:2, :3], maps[0])
    assert np.array_equal(tile[:2, 4:], maps[1])
    assert np.array_equal(tile[3:, 4:], maps[3])
    assert np.isnan(tile[2]).all()
    assert np.isnan(tile[:, 3]).all()
    assert np.array_equal(lenet._tile(maps[:1]), maps[0])


def test_show_maps_names_every_layer_and_its_shape():
    sizes = {"input": (1, 8, 8), "conv1": (6, 6, 6), "pool1": (6, 3, 3), "conv2": (16, 2, 2)}
    lenet.show_maps({name: RNG.random(size) for name, size in sizes.items()})
    titles = [ax.get_title() for ax in plt.gcf().axes]
    assert titles == ["input: 1 × 8 × 8", "conv1: 6 × 6 × 6", "pool1: 6 × 3 × 3",
                      "conv2: 16 × 2 × 2"]  # fmt: skip
    assert all(ax.images[0].get_clim()[0] == 0 for ax in plt.gcf().axes)


@pytest.mark.parametrize(("sizes", "end"), [([1, 0.5, 0.25], 0.25), ([1, 1e12], 1e9)])
def test_signal_stays_in_the_picture_and_says_the_true_size(sizes, end):
    (ax,) = drawn(lenet.draw_signal, sizes, 1.0).axes
    assert ax.lines[0].get_ydata()[-1] == end
    assert f"{sizes[-1]:.1e}" in ax.get_title()
    assert ax.get_yscale() == "log"


def test_signals_losses_and_learning_rates():
    lenet.show_signals({"one": [1, 2, 4], "two": [1, 1, 1]}, "variety")
    (ax,) = plt.gcf().axes
    assert ax.lines[0].get_ydata().tolist() == [1, 2, 4]
    assert ax.get_ylabel() == "variety"
    lenet.show_losses({"few": [2.3, 0.1]}, classes=10)
    (ax,) = plt.gcf().axes
    assert ax.lines[1].get_ydata()[0] == pytest.approx(np.log(10))
    lenet.show_learning_rates((0.01, 1.0), {"plain": [0.8, 0.1]})
    (ax,) = plt.gcf().axes
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0.01", "1"]
    assert ax.lines[0].get_ydata().tolist() == [0.8, 0.1]


@pytest.mark.parametrize("label", [3, 7])
def test_opinions_say_who_is_right(label):
    sure = np.eye(10)
    figure = drawn(
        lenet.draw_opinions, np.zeros((1, 4, 4)), {"A": sure[3], "B": sure[7] * 0.9}, label
    )
    _, a, b = figure.axes
    assert a.get_title() == f"A: 3 ({'right' if label == 3 else 'wrong'})"
    assert b.get_title() == f"B: 7 ({'right' if label == 7 else 'wrong'})"
    assert [bar.get_width() for bar in b.patches][7] == 0.9
    colours = [bar.get_facecolor() for bar in a.patches]
    assert colours.count(colours[label]) == 1


def test_tolerance_sounds_and_scores_over_time():
    lenet.show_tolerance(range(3), {"LeNet": [1, 0.9, 0.5]}, "shift")
    (ax,) = plt.gcf().axes
    assert ax.lines[0].get_ydata().tolist() == [1, 0.9, 0.5]
    assert ax.get_xlabel() == "shift"
    lenet.show_sounds(RNG.random((2, 16, 30)), ["rises", "falls"])
    assert [ax.get_title() for ax in plt.gcf().axes] == ["rises", "falls"]
    lenet.show_over_time(RNG.random((16, 30)), RNG.normal(size=(3, 24)), ("a", "b", "c"))
    _, below = plt.gcf().axes
    places = below.lines[0].get_xdata()
    assert (places[0], places[-1]) == (3, 26)  # the middle of a window of 7 frames
    assert [t.get_text() for t in below.get_legend().get_texts()] == ["a", "b", "c"]
