"""The pictures of notebook 23, at several settings."""

import numpy as np
import pytest
from figure_helpers import drawn, shown, texts
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from course_utils.checking import reference
from course_utils.figures import self_attention as figures


def frames(ax):
    """Upper left corners of the frames in an axis: column, row."""
    return [patch.get_xy() for patch in ax.patches if isinstance(patch, Rectangle)]


# -------------------------------------------------------------------------------------- the house
def test_the_house_has_tiles_that_repeat_and_one_door():
    house = figures.facade()
    assert house.shape == (3, 96, 144)
    assert house.min() >= 0
    assert house.max() <= 1
    tiles = reference("patchify")(house[np.newaxis], 16)[0].reshape(6, 9, -1)
    light = tiles.mean(axis=2)
    assert light[4, 7] < light[4, 3]  # both lit windows; the right one lies in the shade
    centred = tiles - tiles.mean(axis=2, keepdims=True)
    unit = centred / np.linalg.norm(centred, axis=2, keepdims=True)
    alike = np.einsum("ijd,kld->ijkl", unit, unit)
    plan = np.array([list(row) for row in figures.PLAN])
    for kind in "dlb":
        those = plan == kind
        assert alike[those][:, those].min() > 0.98
    assert (alike[5, 3] > 0.9).sum() == 1  # the door


def test_noise_is_the_same_each_time_and_as_large_as_asked_for():
    noisy = figures.facade(noise=0.05)
    assert np.array_equal(noisy, figures.facade(noise=0.05))
    assert (noisy - figures.facade()).std() == pytest.approx(0.05, rel=0.05)
    assert not np.array_equal(noisy, figures.facade(noise=0.05, seed=1))


@pytest.mark.parametrize("t", [0, 19, 53])
def test_likeness_frames_the_patch_and_shows_its_row(t):
    likeness = np.arange(54 * 54.0).reshape(54, 54) / 54**2
    figure = drawn(figures.draw_likeness, figures.facade(), likeness, t)
    left, right, bar = figure.axes
    row, column = divmod(t, 9)
    assert frames(left) == [(16 * column - 0.5, 16 * row - 0.5)]
    assert np.array_equal(right.images[0].get_array(), likeness[t].reshape(6, 9))
    assert frames(right) == [(column - 0.5, row - 0.5)]
    assert left.get_title() == f"patch {t}"
    assert bar.get_ylim() == (-1, 1)


# -------------------------------------------------------------------------------------- attention
def test_root_of_d_has_both_lines_in_both_panels():
    curves = {"q·k": [2, 4, 8], "q·k / √d": [1, 1, 1]}
    figures.show_root_of_d([4, 16, 64], curves, curves)
    for ax in shown():
        assert [line.get_ydata().tolist() for line in ax.lines] == list(curves.values())
        assert [t.get_text() for t in ax.get_xticklabels()] == ["4", "16", "64"]
    (legend,) = plt.gcf().legends
    assert [t.get_text() for t in legend.get_texts()] == list(curves)


@pytest.mark.parametrize("t", [0, 7, 48])
def test_attention_has_a_map_for_each_head_on_one_scale(t):
    weights = np.random.default_rng(0).random((4, 49, 49))
    figure = drawn(figures.draw_attention, np.zeros((1, 28, 28)), weights, t, 4)
    picture, *heads = figure.axes
    assert frames(picture) == [(4 * (t % 7) - 0.5, 4 * (t // 7) - 0.5)]
    for h, ax in enumerate(heads):
        assert np.array_equal(ax.images[0].get_array(), weights[h, t].reshape(7, 7))
        assert ax.images[0].get_clim() == (0, weights[:, t].max())
        assert ax.get_title() == f"head {h}"


@pytest.mark.parametrize(("dtype", "white"), [(np.uint8, 255), (np.float32, 1)])
def test_attention_shows_white_as_white(dtype, white):
    image = np.full((1, 8, 8), white, dtype)
    figure = drawn(figures.draw_attention, image, np.ones((2, 4, 4)), 3, 4)
    assert figure.axes[0].images[0].get_clim() == (0, white)


# ----------------------------------------------------------------------- a convolution is attention
@pytest.mark.parametrize(("t", "nowhere"), [(6, 0), (0, 5), (2, 3), (19, 5)])
def test_heads_look_around_t_and_nowhere_outside(t, nowhere):
    looks, _ = reference("relative_attention_as_conv")(np.ones((1, 1, 4, 5)), np.ones((1, 1, 3, 3)))
    figure = drawn(figures.draw_heads, looks, 4, 5, t)
    assert len(figure.axes) == 9
    titles = [ax.get_title() for ax in figure.axes]
    assert sum("nowhere" in title for title in titles) == nowhere
    for h, ax in enumerate(figure.axes):
        assert np.array_equal(ax.images[0].get_array(), looks[h, t].reshape(4, 5))
        assert frames(ax) == [(t % 5 - 0.5, t // 5 - 0.5)]
    assert texts(figure.axes[4]) == []


def test_focus_writes_per_cent():
    weights = np.array([[0.5, 0.25], [0.125, 0.125]])
    figure = drawn(figures.draw_focus, weights, (0, 1), (1, 0), 0.5)
    (ax,) = figure.axes
    assert texts(ax) == ["50", "25", "12", "12"]
    assert "α = 0.5" in ax.get_title()
    assert frames(ax) == [(0.5, -0.5), (-0.5, 0.5)]


# ------------------------------------------------------------------------------- cost, runs, norms
@pytest.mark.parametrize("log", [False, True])
def test_lines_have_marks_where_they_were_measured(log):
    curves = {"attention": [1, 10, 100], "convolution": [3, 4, 5]}
    figures.show_lines([8, 16, 32], curves, "side", "multiply–adds", log=log)
    (ax,) = shown()
    assert [line.get_ydata().tolist() for line in ax.lines] == list(curves.values())
    assert ax.get_xscale() == ax.get_yscale() == ("log" if log else "linear")
    assert [t.get_text() for t in ax.get_xticklabels()] == ["8", "16", "32"]


def test_runs_show_each_training_and_their_mean():
    runs = {"convolutional": [[0.4, 0.5], [0.8, 0.9]], "transformer": [[0.2], [0.3]]}
    figures.show_runs_by_count([200, 1000], runs)
    (ax,) = shown()
    lines = [line.get_ydata() for line in ax.lines]
    assert np.allclose(lines[0], [0.45, 0.85])
    assert [list(line) for line in lines[1:3]] == runs["convolutional"]
    assert np.allclose(lines[3], [0.2, 0.3])
    (legend,) = plt.gcf().legends
    assert [t.get_text() for t in legend.get_texts()] == [*runs, "guessing"]


def test_norms_mark_a_column_and_a_row():
    figures.show_norms(images=2, tokens=3, channels=4)
    batch, layer = (ax.images[0].get_array() for ax in shown())
    for cells, group in ((batch, np.s_[:, 2]), (layer, np.s_[4, :])):
        marked = (np.asarray(cells) != 1).any(axis=2)
        assert marked[group].all()
        assert marked.sum() == marked[group].size
