"""The pictures of notebook 10, at several settings."""

import numpy as np
import pytest
from figure_helpers import drawn
from matplotlib import pyplot as plt

from course_utils.figures import data_augmentation as figures

SHIFT = np.array([2, -1])


def frames(ax):
    """Each rectangle's label -> (x, y, width, height)."""
    return {p.get_label(): (*p.get_xy(), p.get_width(), p.get_height()) for p in ax.patches}


def test_pictures_put_the_corner_of_the_image_at_the_origin():
    images = [np.zeros((3, 5, 8)), np.zeros((1, 4, 4), np.uint8)]
    colour, grey = drawn(figures.draw_pictures, images, ["one", "two"]).axes
    assert colour.images[0].get_extent() == [0, 8, 5, 0]
    assert colour.images[0].get_array().shape == (5, 8, 3)
    assert grey.images[0].get_clim() == (0, 255)
    assert grey.get_title() == "two"


@pytest.mark.parametrize("most", [1.6, 3.0])
def test_factors_are_counted_in_bars_of_equal_quotients(most):
    draws = {"low": np.full(7, 1 / most * 1.001), "high": np.full(5, most * 0.999)}
    figures.show_factors(draws, 1 / most, most)
    low, high = plt.gcf().axes
    assert next(bar.get_height() for bar in low.patches) == 7
    assert [bar.get_height() for bar in high.patches][-1] == 5
    assert sum(bar.get_height() for bar in (*low.patches, *high.patches)) == 12
    quotients = [(bar.get_x() + bar.get_width()) / bar.get_x() for bar in low.patches]
    assert np.allclose(quotients, quotients[0])
    assert low.get_xscale() == "log"


def test_steps_follow_one_another():
    shift = np.array([[1.0, 0, 2], [0, 1, -1]])
    double = np.array([[2.0, 0, -5], [0, 2, -5]])
    figures.show_steps({"shift": shift, "double": double})
    first, second, unused = plt.gcf().axes
    outlines = [[p.get_xy()[:-1] for p in ax.patches] for ax in (first, second)]
    assert np.allclose(outlines[0][0], figures.LETTER)
    assert np.allclose(outlines[0][1], figures.LETTER + SHIFT)
    assert np.allclose(outlines[1][0], outlines[0][1])
    assert np.allclose(outlines[1][1], 2 * (figures.LETTER + SHIFT) - 5)
    assert second.get_title() == "double"
    assert not unused.axison
    assert first.get_ylim() == (12, -2)  # y points down, and a shifted letter has room


@pytest.mark.parametrize("extra", [{}, {"forgotten": np.array([1.0, 2, 4, 7])}])
def test_targets_carry_box_points_and_mask(extra):
    mask = np.zeros((6, 9), bool)
    mask[1, 2] = True
    before = np.zeros((6, 9)), np.array([2.0, 1, 5, 3]), np.array([[2.0, 1], [5, 3]]), mask
    after = np.zeros((6, 9)), np.array([3.0, 1, 8, 4]), np.array([[3.0, 1], [8, 4]]), mask
    figure = drawn(figures.draw_targets, before, after, extra)
    left, right = figure.axes
    assert frames(left) == {"box": (2, 1, 3, 2)}
    assert frames(right)["box"] == (3, 1, 5, 3)
    assert set(frames(right)) == {"box", *extra}
    if extra:
        assert frames(right)["forgotten"] == (1, 2, 3, 5)
    assert right.lines[0].get_xydata().tolist() == [[3, 1], [8, 4]]
    tint = left.images[1].get_array()
    assert (tint[..., 3] > 0).sum() == 1
    assert tint[1, 2, 3] > 0


def test_the_axes_of_the_colours_reach_two_deviations():
    pixels = np.random.default_rng(0).random((50, 3))
    mean, axes = np.array([0.5, 0.4, 0.6]), np.eye(3)[:, ::-1]
    figures.show_colours(pixels, mean, np.array([0.04, 0.01, 0.0025]), axes)
    (ax,) = plt.gcf().axes
    ends = [np.array(line.get_data_3d()).T for line in ax.lines]
    assert np.allclose(ends[0], [[0.5, 0.4, 0.2], [0.5, 0.4, 1.0]])
    assert np.allclose(ends[2], [[0.4, 0.4, 0.6], [0.6, 0.4, 0.6]])
    assert len(ax.collections[0].get_offsets()) == 50


@pytest.mark.parametrize("shift", [(0.1, 0.0, -0.2), (0.4, 0.4, 0.4)])
def test_a_tint_shows_what_was_added(shift):
    image = np.random.default_rng(0).random((3, 4, 5))
    before, after, bars = drawn(figures.draw_tint, image, image + np.reshape(shift, (3, 1, 1))).axes
    assert np.allclose([bar.get_height() for bar in bars.patches], shift)
    assert after.images[0].get_array().max() <= 1
    assert np.allclose(before.images[0].get_array(), image.transpose(1, 2, 0))


def test_accuracies_have_a_line_of_means_and_a_dot_for_each_run():
    curves = {"plain": np.array([[0.7, 0.9], [0.8, 0.9]]), "better": np.array([[0.9, 0.95]])}
    figures.show_accuracies([100, 500], curves)
    (ax,) = plt.gcf().axes
    assert np.allclose(ax.lines[0].get_ydata(), [0.75, 0.9])
    assert len(ax.lines) == 3 + 2
    assert [t.get_text() for t in ax.get_xticklabels()] == ["100", "500"]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["plain", "better"]


def test_bars_are_gains_in_points():
    figures.show_bars({"none": 0.9, "shift": 0.95, "flip": 0.8}, "none", "points")
    (ax,) = plt.gcf().axes
    assert np.allclose([bar.get_width() for bar in ax.patches], [5, -10])
    assert [t.get_text().strip() for t in ax.texts] == ["+5.0", "−10.0"]
    assert ax.yaxis_inverted()


def test_confusions_count_mistakes_only():
    labels, guesses = np.array([6, 6, 9, 1, 6]), np.array([9, 6, 6, 1, 9])
    table = figures.confusions(labels, guesses)
    assert table.shape == (10, 10)
    assert table.sum() == 3
    assert table[6, 9] == 2
    assert table[9, 6] == 1


def test_confusions_share_one_scale_and_write_the_numbers():
    one, two = np.zeros((10, 10), int), np.zeros((10, 10), int)
    one[6, 9], two[2, 5], two[3, 8] = 12, 3, 1
    figures.show_confusions({"one": one, "two": two})
    first, second, _ = plt.gcf().axes
    assert [t.get_text() for t in first.texts] == ["12"]
    assert [t.get_text() for t in second.texts] == ["3", "1"]
    assert second.texts[0].get_position() == (5, 2)
    assert first.images[0].get_clim() == second.images[0].get_clim() == (0, 12)


@pytest.mark.parametrize("accuracy", [[0.8, 0.9, 0.85], [[0.8, 0.9, 0.85], [0.7, 0.9, 0.95]]])
def test_strengths_mark_the_best(accuracy):
    figures.show_strengths([0, 1, 2], np.array(accuracy), 1)
    (ax,) = plt.gcf().axes
    assert list(ax.lines[0].get_xdata()) == [1, 1]
    assert np.allclose(ax.lines[1].get_ydata(), np.atleast_2d(accuracy).mean(axis=0))
    assert len(ax.lines) == 2 + np.atleast_2d(accuracy).shape[0]
