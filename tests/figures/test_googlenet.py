"""The pictures of notebook 14, at several settings."""

import numpy as np
import pytest
from figure_helpers import shown
from matplotlib.figure import Figure

from course_utils.figures import googlenet as figures


def test_the_pieces_of_a_bar_lie_end_to_end():
    figures.show_costs({"naive": {"a": 2e6, "b": 3e6}, "other": {"a": 1e6, "c": 1e6, "b": 5e6}})
    (ax,) = shown()
    bars = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    assert bars == [(0, 2), (2, 3), (0, 1), (1, 1), (2, 5)]
    assert ax.patches[1].get_facecolor() == ax.patches[4].get_facecolor()
    assert [text.get_text() for text in ax.texts] == [" 5", " 7"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b", "c"]


@pytest.mark.parametrize(("chosen", "cost"), [(8, "10 M, 25%"), (24, "30 M, 75%")])
def test_the_chosen_bottleneck_has_a_dot(chosen, cost):
    figure = Figure(figsize=(5.8, 3), layout="constrained")
    figures.draw_bottleneck(figure, [8, 16, 24], [10e6, 20e6, 30e6], 40e6, chosen)
    figure.canvas.draw()
    (ax,) = figure.axes
    (dot,) = (line for line in ax.lines if line.get_marker() == "o")
    assert dot.get_xdata()[0] == chosen
    assert ax.get_title() == f"{chosen} maps: {cost} of the cost without"
    assert ax.lines[1].get_ydata()[0] == 40


def test_gradients_stand_at_their_places():
    figures.show_gradients(["conv1", "3a"], {"bare": [1e-6, 1e-2], "heads": [1e-3, 1e-2]})
    (ax,) = shown()
    assert [text.get_text() for text in ax.get_xticklabels()] == ["conv1", "3a"]
    assert ax.get_yscale() == "log"
    assert ax.lines[0].get_ydata().tolist() == [1e-6, 1e-2]


@pytest.mark.parametrize("N", [1, 6])
def test_class_maps_lie_over_their_images_on_one_scale(N):
    maps = np.linspace(-3, 2, N * 4).reshape(N, 2, 2)
    figures.show_class_maps(np.zeros((N, 3, 8, 6), np.uint8), maps, [f"{k}" for k in range(N)])
    axes = shown()[: 2 * N]
    for below in axes[N:]:
        picture, found = below.images
        assert found.get_clim() == (-3, 3)
        assert tuple(found.get_extent()) == tuple(picture.get_extent()) == (-0.5, 5.5, 7.5, -0.5)
    assert [ax.get_title() for ax in axes[:N]] == [f"{k}" for k in range(N)]


def test_column_row_and_product_share_their_colours():
    column, row = np.array([1.0, 2]), np.array([-3.0, 0, 1])
    figures.show_rank_one(column, row, np.outer(column, row))
    axes = shown()
    assert [ax.images[0].get_array().shape for ax in axes] == [(2, 1), (1, 3), (2, 3)]
    assert {ax.images[0].get_clim() for ax in axes} == {(-6, 6)}
