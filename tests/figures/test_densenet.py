"""The pictures of notebook 17, at several settings."""

import numpy as np
import pytest
from figure_helpers import shown
from matplotlib.figure import Figure

from course_utils.figures import densenet as figures


@pytest.mark.parametrize("layers", [3, 6])
def test_three_ways_of_reading(layers):
    figures.show_readers(layers)
    plain, add, union = shown()
    assert (plain.collections[0].get_array() > 0).sum() == layers
    for ax, level in ((add, 1), (union, 2)):
        table = ax.collections[0].get_array()
        assert (table == level).sum() == layers * (layers + 1) // 2
        assert (table == 0).sum() == layers * (layers - 1) // 2
    assert len(add.texts) == layers * (layers - 1) // 2  # as many plus signs as sums
    assert not union.texts


@pytest.mark.parametrize(("growth", "layers"), [(12, 12), (4, 1), (48, 40)])
def test_a_growing_block(growth, layers):
    figure = Figure(figsize=(6.4, 3.2), layout="constrained")
    figures.draw_block(figure, growth, layers)
    figure.canvas.draw()
    left, right = figure.axes
    assert left.get_title() == f"{growth * (layers + 2)} maps after the block"
    tops = [bar.get_y() + bar.get_height() for bar in left.containers[2]]
    assert tops == [growth * (layer + 3) for layer in range(layers)]
    plain, bottleneck = (line.get_ydata() * 1000 for line in right.lines)
    assert plain == pytest.approx([9 * growth * growth * (n + 2) for n in range(layers)])
    assert bottleneck[0] == pytest.approx(4 * growth * growth * (2 + 9))


def test_no_reader_sees_what_comes_later():
    maps = np.random.default_rng(0).random((6, 4, 5))
    figures.show_growing(maps, (3, 1, 2))
    seen = [len(ax.images) for ax in shown()]
    assert seen == [1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1]


def test_each_map_has_its_word_and_its_owner():
    maps = np.random.default_rng(0).random((3, 4, 5))
    figures.show_growing(maps, (2, 1), ("red", "green", "slope"))
    assert [ax.get_xlabel() for ax in shown()[3:]] == ["red\nin", "green\nin", "slope\nlayer 1"]


def test_each_way_of_keeping_has_a_line_from_zero():
    figures.show_kept((2, 4), {"dense": [1, 4], "recomputed": [0.5, 1]})
    (ax,) = shown()
    assert [list(line.get_ydata()) for line in ax.lines] == [[1, 4], [0.5, 1]]
    assert ax.get_ylim()[0] == 0


@pytest.mark.parametrize("blocks", [1, 3])
def test_a_number_stands_where_something_is_read(blocks):
    table = np.where(np.tri(4) > 0, 0.25, np.nan)
    figures.show_reuse({"weight": blocks * [table], "harm": blocks * [-table]})
    axes = [ax for ax in shown() if ax.get_label() != "<colorbar>"]
    assert len(axes) == 2 * blocks
    assert all(len(ax.texts) == 10 for ax in axes)
    assert {text.get_text() for text in axes[0].texts} == {"0.25"}
    titles = [ax.get_title() for ax in axes]
    assert titles == [f"block {k + 1}" for k in range(blocks)] + blocks * [""]
    assert [ax.get_xlabel() for ax in axes] == blocks * [""] + blocks * ["maps of layer"]
