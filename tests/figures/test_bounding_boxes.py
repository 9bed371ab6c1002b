"""The pictures of notebook 19, at several settings."""

import numpy as np
import pytest
from figure_helpers import drawn
from matplotlib import pyplot as plt

from course_utils.checking import reference
from course_utils.figures import bounding_boxes as boxes

BOX = np.array([10.0, 20.0, 30.0, 28.0])


# ------------------------------------------------------------------- the same as in the exercises
@pytest.mark.parametrize("seed", [0, 1])
def test_the_pictures_measure_as_the_exercises_do(seed):
    rng = np.random.default_rng(seed)
    first = rng.uniform(0, 20, (40, 2))
    some = np.concatenate([first, first + rng.uniform(1, 15, (40, 2))], axis=1)
    pictured = [boxes.measures(a, b)[0] for a, b in zip(some, some[::-1], strict=True)]
    assert np.allclose(reference("box_iou")(some, some[::-1]), pictured)
    corners = reference("box_to_corners")(some, np.zeros(40))
    assert np.allclose(boxes.upright_corners(some), corners)


def test_boxes_without_area_have_no_overlap():
    assert boxes.overlap((3, 3, 3, 3), (3, 3, 3, 3)) == (0, 0, 0)


# ------------------------------------------------------------------------------------- canvases
def test_each_canvas_gets_its_outlines_in_pixels():
    images = np.zeros((3, 1, 24, 48), np.uint8)
    upright = np.array([BOX, BOX + 1, BOX + 2])
    corners = boxes.upright_corners(upright)[:, [1, 2, 3, 0]]
    boxes.show_boxes(images, {"truth": upright, "network": corners}, list("abc"), columns=2)
    axes = plt.gcf().axes
    assert [ax.get_title() for ax in axes] == ["a", "b", "c", ""]
    assert axes[0].images[0].get_extent() == [0, 48, 24, 0]
    first, second = axes[1].patches
    assert first.get_xy()[:4].tolist() == boxes.upright_corners(BOX + 1).tolist()
    assert second.get_xy()[0].tolist() == [31, 21]
    (dot,) = axes[1].lines  # only corners have a first one
    assert (dot.get_xdata()[0], dot.get_ydata()[0]) == (31, 21)
    (legend,) = plt.gcf().legends
    assert [t.get_text() for t in legend.get_texts()] == ["truth", "network"]


def test_canvases_without_boxes_have_no_legend():
    boxes.show_boxes(np.zeros((2, 1, 8, 8), np.uint8), {})
    assert not plt.gcf().legends
    assert not plt.gcf().axes[0].patches


@pytest.mark.parametrize("angle", [-90, 0, 25, 180])
def test_a_turned_box_shows_its_corners_and_the_box_around_them(angle):
    corners = reference("box_to_corners")(BOX[np.newaxis], np.array([float(angle)]))[0]
    figure = drawn(boxes.draw_turned_box, corners, angle)
    ax, beside = figure.axes
    assert [t.get_text() for t in ax.texts] == ["0", "1", "2", "3"]
    hull, _, outline = ax.patches
    assert np.allclose(outline.get_xy()[:4], corners)
    assert np.allclose(hull.get_xy().min(axis=0), corners.min(axis=0))
    (said,) = beside.texts
    assert f"x1 {corners[:, 0].min():.1f}" in said.get_text()
    assert f"{angle}°" in ax.get_title()


# ------------------------------------------------------------------------------------- measures
@pytest.mark.parametrize(
    ("other", "said"), [((3, 2, 8, 6), "9/31 = 0.29"), ((1, 1, 6, 5), "20/20 = 1.00"),
                        ((7, 6, 9, 8), "0/24 = 0.00")]
)  # fmt: skip
def test_the_overlap_is_counted_in_the_title(other, said):
    boxes.show_overlap((1, 1, 6, 5), other)
    assert said in plt.gca().get_title()
    assert plt.gca().get_xlim()[1] == max(6, other[2]) + 1


@pytest.mark.parametrize(
    ("change", "iou", "error"),
    [((0, 0, 1, 1), 1.0, 0.0), ((6, 0, 1, 1), 14 / 26, 18.0), ((0, 0, 2, 1), 0.5, 50.0)],
)
def test_both_judges_see_the_moved_box(change, iou, error):
    left, cloud = drawn(boxes.draw_two_measures, BOX, *change).axes
    assert left.get_title() == f"IoU {iou:.2f}, L2 {error:.0f} px²"
    point = cloud.lines[-1]
    assert np.allclose((point.get_xdata()[0], point.get_ydata()[0]), (error, iou))
    assert len(cloud.lines[0].get_xdata()) == 1500


def test_one_error_goes_with_very_different_ious():
    many = boxes.many_measures((14, 18, 26, 38))
    near = many[np.abs(many[:, 1] - 36) < 6, 0]
    assert near.max() - near.min() > 0.3


# ----------------------------------------------------------------------------- network and results
def test_two_heads_branch_from_the_end_of_the_trunk():
    trunk = {"canvas": (1, 48, 48), "flat": (1152,)}
    boxes.show_two_heads(trunk, {"scores": (10,), "corners": (4, 2)})
    said = [" ".join(t.get_text().split()) for t in plt.gca().texts]
    assert said == ["canvas", "1 × 48 × 48", "flat", "1152", "scores", "10", "corners", "4 × 2"]
    assert len(plt.gca().patches) == 4 + 3  # four stages, three arrows


def test_the_histogram_counts_every_canvas_once():
    ious = np.array([0.02, 0.51, 0.52, 0.97])
    boxes.show_iou_histogram(ious, np.array([False, True, False, True]), 0.7)
    heights = [patch.get_height() for patch in plt.gca().patches]
    assert len(heights) == 40
    assert sum(heights) == 4
    assert plt.gca().lines[0].get_xdata()[0] == 0.7


def test_curves_against_the_threshold_keep_their_names():
    boxes.show_against_threshold([0.3, 0.5, 0.9], {"class": [0.9] * 3, "both": [0.8, 0.7, 0.1]})
    assert [line.get_label() for line in plt.gca().lines] == ["class", "both"]
    assert list(plt.gca().lines[1].get_ydata()) == [0.8, 0.7, 0.1]
    assert plt.gca().get_xlim() == (0.3, 0.9)


def test_weight_zero_stands_left_of_all_others():
    boxes.show_weights([0, 0.1, 10], {"accuracy": [0.9, 0.8, 0.7]})
    ax = plt.gca()
    places = list(ax.lines[0].get_xdata())
    assert places == sorted(places)
    assert places[0] > 0
    assert [t.get_text() for t in ax.get_xticklabels()] == ["0", "0.1", "10"]


@pytest.mark.parametrize("named", [0, 7])
def test_an_answer_shows_both_boxes_and_the_classes(named):
    probabilities = np.full(10, 0.05)
    probabilities[named] = 0.55
    true, guess = boxes.upright_corners(np.array([BOX, BOX + np.array([10, 0, 10, 0])]))
    image = np.zeros((1, 48, 48), np.uint8)
    canvas, bars = drawn(boxes.draw_answer, image, true, guess, probabilities, 7).axes
    assert canvas.get_title() == "IoU 0.33"
    first, second = canvas.patches
    assert np.allclose(first.get_xy()[:4], true)
    assert np.allclose(second.get_xy()[:4], guess)
    assert bars.get_title() == f"named {named}, it is 7"
    assert [bar.get_height() for bar in bars.patches] == probabilities.tolist()
