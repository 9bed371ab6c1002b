"""The pictures of notebook 20, at several settings."""

import numpy as np
import pytest
from figure_helpers import drawn, shown
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgba

from course_utils.checking import reference
from course_utils.figures import pose_estimation as poses
from course_utils.figures.colours import ORANGE, SKY

IMAGES = np.zeros((3, 1, 24, 48), np.uint8)
JOINTS = np.arange(24.0).reshape(3, 4, 2)
NAMES = ("head", "right hand", "left hand", "right foot")
BONES = ((0, 1), (1, 2), (1, 3))


def points_of(line):
    return np.stack([line.get_xdata(), line.get_ydata()], axis=1)


# -------------------------------------------------------------------------------------- skeletons
def test_each_canvas_gets_its_skeletons_in_pixels():
    visible = np.ones((3, 4), bool)
    visible[1, 2] = False
    poses.show_poses(IMAGES, {"truth": JOINTS, "network": JOINTS + 1}, BONES, list("abc"),
                     columns=2, visible=visible)  # fmt: skip
    axes = shown()
    assert [ax.get_title() for ax in axes] == ["a", "b", "c", ""]
    assert axes[0].images[0].get_extent() == [0, 48, 24, 0]
    assert [len(ax.lines) for ax in axes] == [2 * (len(BONES) + 2)] * 3 + [0]
    bones, seen, hidden = axes[1].lines[:3], axes[1].lines[3], axes[1].lines[4]
    assert [points_of(b).tolist() for b in bones] == [JOINTS[1][[a, b]].tolist() for a, b in BONES]
    assert np.array_equal(points_of(seen), JOINTS[1][[0, 1, 3]])
    assert np.array_equal(points_of(hidden), JOINTS[1][[2]])
    assert hidden.get_markerfacecolor() == "none"
    (legend,) = plt.gcf().legends
    assert [t.get_text() for t in legend.get_texts()] == ["truth", "network"]


def test_canvases_without_poses_have_no_legend():
    poses.show_poses(IMAGES, {}, BONES)
    assert not plt.gcf().legends
    assert not plt.gcf().axes[0].lines


def test_sides_have_their_colours():
    poses.show_sides(IMAGES[:2], JOINTS[:2], NAMES, BONES, columns=2)
    ax = shown()[1]
    assert [line.get_color() for line in ax.lines[:3]] == ["white", "white", ORANGE]
    assert [line.get_color() for line in ax.lines[3:]] == ["white", ORANGE, SKY, ORANGE]
    assert np.array_equal(points_of(ax.lines[5])[0], JOINTS[1, 2])


# ---------------------------------------------------------------------------- the mean of two
@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_the_best_guess_is_the_mean_and_the_map_holds_both(share):
    best = share * 20 + (1 - share) * 44
    assert poses.best_guess((20, 44), (share, 1 - share)) == pytest.approx(best)
    left, right = drawn(poses.draw_mean_of_two, share).axes
    curve, point = left.lines[:2]
    assert points_of(point)[0, 0] == pytest.approx(best)
    lowest = points_of(curve)[np.argmin(curve.get_ydata()), 0]
    assert abs(lowest - best) <= 0.125
    heights = [bar.get_height() for bar in right.patches]
    assert heights == pytest.approx([0, 0, share, 0, 0, 1 - share, 0, 0])


def test_two_answers_show_both_places_the_guess_and_the_map():
    maps = np.zeros((3, 2, 4))
    maps[:, 1, 2], maps[:, 0, 0] = 0.6, 0.3
    poses.show_two_answers(IMAGES, JOINTS[:, :2], JOINTS[:, 2], maps, columns=3)
    ax = shown()[2]
    layer = ax.images[1]
    assert layer.get_extent() == [0, 48, 24, 0]
    alpha = layer.get_array()[..., 3]
    assert (alpha[1, 2], alpha[0, 0], alpha[0, 1]) == pytest.approx((0.85, 0.425, 0))
    assert np.array_equal(points_of(ax.lines[0]), JOINTS[2, :2])
    assert np.array_equal(points_of(ax.lines[1])[0], JOINTS[2, 2])
    assert [t.get_text() for t in plt.gcf().legends[0].get_texts()][-1] == "heat map"


# -------------------------------------------------------------------------------------- heat maps
def test_each_map_lies_over_its_own_canvas():
    maps = np.zeros((3, 2, 4))
    maps[0, 1, 3], maps[2, 0, 0] = 1, 0.5
    poses.show_maps(IMAGES[0], maps, NAMES[:3], columns=2)
    axes = shown()
    assert [ax.get_title() for ax in axes[:3]] == list(NAMES[:3])
    assert [len(ax.images) for ax in axes] == [2, 1, 2, 0]  # a map of zeros shows nothing
    assert axes[2].images[1].get_array()[0, 0, 3] == pytest.approx(0.85)


@pytest.mark.parametrize("seen", [True, False])
def test_a_joint_map_has_its_numbers_and_the_distance(seen):
    p = np.array([[0.0, 0.25, 0.0], [0.004, 0.746, 0.0]])
    figure = drawn(poses.draw_joint_map, IMAGES[0], p, (10, 10), (13, 14), "left hand", seen)
    canvas, table = figure.axes
    assert canvas.get_title() == ("left hand" if seen else "left hand (hidden)")
    assert [t.get_text() for t in table.texts] == ["25", "75"]
    assert table.get_title() == "per cent; off by 5.0 px"
    assert [points_of(line)[0].tolist() for line in canvas.lines] == [[10, 10], [13, 14]]


@pytest.mark.parametrize("slope", [0.2, 0.9, 1.0])
def test_the_temperature_shows_how_far_guesses_reach(slope):
    true = np.linspace(2, 62, 31)
    guesses = 32 + slope * (true - 32)
    p = np.array([[0.1, 0.6], [0.2, 0.1]])
    figure = drawn(poses.draw_temperature, IMAGES[0], p, (5, 6), (7, 8), true, guesses)
    canvas, cloud = figure.axes
    assert canvas.get_title() == "largest cell: 60%"
    assert cloud.get_title() == f"slope {slope:.2f}"
    assert np.array_equal(points_of(cloud.lines[0]), np.stack([true, guesses], axis=1))


def test_the_pull_is_that_of_a_flat_map():
    rng = np.random.default_rng(0)
    true = rng.uniform(2, 62, (50, 2)) - 32
    flat = reference("soft_argmax")(np.zeros((50, 8, 8)), 1.0, 8) - 32
    assert poses.pull(true, flat) == pytest.approx(0)
    assert poses.pull(true, true) == 1


def test_the_bias_has_a_tick_for_each_temperature():
    poses.show_bias([0.5, 1, 4], [1, 0.99, 0.5], [1.2, 0.7, 8.0])
    left, right = shown()
    assert [t.get_text() for t in left.get_xticklabels()] == ["0.5", "1", "4"]
    assert list(right.lines[0].get_ydata()) == [1.2, 0.7, 8.0]


# ------------------------------------------------------------------------------------ how good
def test_the_histogram_counts_every_joint_once():
    poses.show_error_histogram({"a": np.array([0.1, 3.0, 99.0]), "b": np.array([1.0])}, cell=6)
    (ax,) = shown()
    counts = [np.histogram(v, np.linspace(0, 10, 41))[0] for v in ([0.1, 3.0, 10.0], [1.0])]
    tops = [patch.get_xy()[:, 1].max() for patch in ax.patches]
    assert tops == [max(c) for c in counts]
    assert ax.patches[0].get_xy()[-3:, 0].max() == 10
    assert ax.lines[0].get_xdata()[0] == 3


def test_curves_and_joints_keep_their_names():
    poses.show_pck_curves([0, 0.1, 0.2], {"maps": [0, 0.9, 1], "numbers": [0, 0.8, 0.9]})
    (ax,) = shown()
    assert [line.get_label() for line in ax.lines] == ["maps", "numbers"]
    assert ax.get_xlim() == (0, 0.2)
    plt.close("all")
    poses.show_pck_by_joint(NAMES, {"maps": np.array([0.9, 0.8, 0.7, 0.6])})
    (ax,) = shown()
    assert [t.get_text() for t in ax.get_yticklabels()] == list(NAMES)
    assert points_of(ax.lines[0]).tolist() == [[0.9, 0], [0.8, 1], [0.7, 2], [0.6, 3]]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first one above


def test_runs_have_a_dot_each_and_a_line_of_means():
    poses.show_runs_by_count([250, 4000], {"a": [[0.4, 0.6], [0.9]], "b": [[0.1], [0.2]]}, "PCK")
    (ax,) = shown()
    means = [line for line in ax.lines if not line.get_label().startswith("_")]
    assert [list(line.get_ydata()) for line in means] == [[0.5, 0.9], [0.1, 0.2]]
    assert list(ax.lines[1].get_ydata()) == [0.4, 0.6]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["250", "4,000"]
    assert to_rgba(means[0].get_color()) != to_rgba(means[1].get_color())
