"""The pictures of notebook 08, at several settings."""

import numpy as np
import pytest
from figure_helpers import drawn, texts
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from course_utils.checking import all_exercises
from course_utils.figures import transform_invariance as orbits
from course_utils.figures.colours import GREEN, ORANGE

NUMBERS = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])


@pytest.mark.parametrize(("shape", "angle"), [((3, 3), 30), ((5, 4), -75), ((2, 6), 180)])
def test_the_pictures_turn_as_the_exercise_does(shape, angle):
    rotate_filter = next(e for e in all_exercises("08") if e.name == "rotate_filter")
    weight = np.random.default_rng(0).normal(size=(1, 1, *shape))
    rows, columns = orbits.looks_at(shape, angle)
    pictured = [
        [(weight[0, 0] * orbits.shares(shape, rows[i, j], columns[i, j])).sum()
         for j in range(shape[1])]
        for i in range(shape[0])
    ]  # fmt: skip
    assert np.allclose(rotate_filter(weight, angle)[0, 0], pictured)


def test_a_quarter_turn_is_np_rot90():
    old, new = drawn(orbits.draw_pull, NUMBERS, 90, 0).axes
    assert texts(old) == ["1", "2", "3", "4", "5", "6", "7", "8", "9"]
    assert texts(new) == [f"{v:g}" for v in np.rot90(NUMBERS).ravel()]


@pytest.mark.parametrize(("angle", "place", "weights"), [(0, 4, 1), (30, 4, 1), (20, 3, 4)])
def test_the_mixed_weights_are_marked(angle, place, weights):
    figure = drawn(orbits.draw_pull, NUMBERS, angle, place)
    old, new = figure.axes
    assert len(old.patches) == weights
    (frame,) = new.patches
    assert frame.get_xy() == (place % 3 - 0.5, place // 3 - 0.5)
    assert figure.get_supxlabel().count("·") == weights


def test_a_place_that_looks_outside_says_so():
    figure = drawn(orbits.draw_pull, np.ones((2, 9)), 90, 0)
    assert figure.get_supxlabel().startswith("only zeros from outside")


def test_curves_have_their_names_and_values():
    curves = {"one": [0.5, 0.75, 1.0], "two": [0.25, 0.25, 0.25], "three": [1, 2, 3]}
    orbits.show_angle_curves([0, 90, 180], curves, "angle", "accuracy")
    (ax,) = plt.gcf().axes
    assert [line.get_label() for line in ax.lines] == list(curves)
    assert list(ax.lines[1].get_ydata()) == [0.25, 0.25, 0.25]
    assert list(ax.get_xticks()) == [0, 45, 90, 135, 180]
    assert ax.get_ylim()[0] == 0


def test_a_copy_frames_its_strongest_answer():
    answer = np.zeros((4, 8))
    answer[2, 5] = 3.25
    _, right, _ = drawn(orbits.draw_copy, np.zeros((6, 10)), np.ones((3, 3)), answer, 4.0).axes
    assert "strongest 3.2" in right.get_title()
    assert [patch.get_xy() for patch in right.patches] == [(4.5, 1.5), (4.5, 8.5)]
    assert right.images[0].get_array()[7 + 1 + 2, 1 + 5] == 3.25


def test_arrows_point_along_the_winners_angle_where_the_answer_is_strong():
    out, winners = np.array([[1.0, 0.0], [0.8, 0.1]]), np.array([[3, 0], [1, 2]])
    orbits.show_winners(np.zeros((1, 4, 4)), out, winners, [0, 90, 180, 270])
    image, largest, who = plt.gcf().axes
    assert np.array_equal(largest.images[0].get_array(), out)
    (arrows,) = who.collections
    assert np.allclose(arrows.U, 0)
    assert np.allclose(arrows.V, [-1, 1])  # 270° points down, 90° up
    assert arrows.XY.tolist() == [[0, 0], [0, 1]]
    assert image.get_title() == "digit"


@pytest.mark.parametrize("best", [0, 6, 9])
def test_opinions_name_the_most_likely_digit(best):
    probabilities = np.full(10, 0.05)
    probabilities[best] = 0.55
    opinions = {"plain": probabilities, "bank": probabilities[::-1]}
    axes = drawn(orbits.draw_opinions, np.zeros((28, 28)), opinions, 9).axes
    assert [ax.get_title() for ax in axes[1:]] == [f"plain: {best}", f"bank: {9 - best}"]
    widths = [bar.get_width() for bar in axes[1].patches]
    assert widths == probabilities.tolist()
    colours = [to_hex(bar.get_facecolor()).upper() for bar in axes[1].patches]
    assert colours[9] == GREEN  # the truth
    assert colours[best] == (GREEN if best == 9 else ORANGE)
