"""The pictures of notebook 22, at several settings."""

import numpy as np
import pytest
from figure_helpers import drawn, shown
from matplotlib import pyplot as plt
from matplotlib.patches import Polygon, Rectangle

from course_utils.checking import reference
from course_utils.figures import spatial_transformers as looks

IMAGE = np.linspace(0, 1, 24 * 48).reshape(24, 48)
IMAGES = np.stack([IMAGE[np.newaxis]] * 3)
SAME = np.array([[[1.0, 0, 0], [0, 1, 0]]])
THREE = np.concatenate([SAME, SAME * 0.5, [[[0, 1, 0.5], [-1, 0, 0]]]])


def corners_of(ax):
    (frame,) = (patch for patch in ax.patches if isinstance(patch, Polygon))
    return frame.get_xy()[:4]


# ------------------------------------------------------------------------------ where a crop looks
def test_frames_are_where_the_grid_ends():
    frames = looks.frames(THREE, (24, 48))
    assert frames[0].tolist() == [[0, 0], [48, 0], [48, 24], [0, 24]]
    assert frames[1].tolist() == [[12, 6], [36, 6], [36, 18], [12, 18]]
    assert frames[2].tolist() == [[12, 24], [12, 0], [60, 0], [60, 24]]  # a quarter turn
    grid = reference("affine_grid")(THREE, (2, 2))  # its four centres lie half way to the corners
    middle = frames.mean(axis=1, keepdims=True)
    order = [0, 1, 3, 2]  # rows of two against clockwise
    centres = looks.in_pixels(grid, (24, 48)).reshape(3, 4, 2)[:, order]
    assert np.allclose(centres, (frames + middle) / 2)


@pytest.mark.parametrize("k", range(3))
def test_a_look_shows_the_frame_the_places_and_the_numbers(k):
    grid = reference("affine_grid")(THREE, (3, 4))[k]
    figure = drawn(looks.draw_look, IMAGE, THREE[k], grid, np.zeros((3, 4)))
    left, right = figure.axes
    assert np.allclose(corners_of(left), looks.frames(THREE, (24, 48))[k])
    dots, first = left.lines
    assert len(dots.get_xdata()) == 12
    assert [first.get_xdata()[0], first.get_ydata()[0]] == pytest.approx(corners_of(left)[0])
    assert right.images[0].get_array().shape == (3, 4)
    said = figure.get_supxlabel()
    assert [float(w) for w in said.removeprefix("θ =").replace("|", " ").split()] == pytest.approx(
        THREE[k].ravel()
    )


def test_looks_have_their_own_frames_above_and_crops_below():
    crops = np.arange(3 * 4.0).reshape(3, 1, 2, 2) / 12
    looks.show_looks(IMAGES, THREE, crops, list("abc"), margin=0.5)
    axes = shown()
    assert [ax.get_title() for ax in axes] == ["a", "b", "c", "", "", ""]
    for k in range(3):
        assert np.allclose(corners_of(axes[k]), looks.frames(THREE, (24, 48))[k])
        assert np.array_equal(axes[3 + k].images[0].get_array(), crops[k, 0])
    assert (axes[0].get_xlim(), axes[0].get_ylim()) == ((-24, 72), (36, -12))


def test_two_rows_keep_their_order():
    looks.show_two_rows(IMAGES, 1 - IMAGES, ("canvas", "put back"))
    axes = shown()
    assert [axes[0].get_ylabel(), axes[3].get_ylabel()] == ["canvas", "put back"]
    assert np.array_equal(axes[4].images[0].get_array(), 1 - IMAGE)


# ----------------------------------------------------------------------------------- half a pixel
@pytest.mark.parametrize("count", [2, 4, 8])
@pytest.mark.parametrize("corners", [False, True])
def test_units_show_both_rows_with_their_centres(count, corners):
    figure = drawn(looks.draw_units, count, corners)
    (ax,) = figure.axes
    for line, n in zip(ax.lines[:2], (count, 2 * count), strict=True):
        x = np.linspace(-1, 1, n) if corners else (2 * np.arange(n) + 1) / n - 1
        assert np.allclose(line.get_xdata(), x)
    boxes = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    lower = boxes[:count]
    ends = lower[0].get_x(), lower[-1].get_x() + lower[-1].get_width()
    assert ends == pytest.approx((-1 - corners / (count - 1), 1 + corners / (count - 1)))
    assert ("centres" in ax.get_title()) == corners


# ---------------------------------------------------------------------------------------- slopes
def test_the_slope_has_a_gap_at_each_jump():
    row, at = np.array([1.0, 3, 2]), np.linspace(-0.5, 2.5, 31)
    read = np.interp(at, [-1, 0, 1, 2, 3], [0, 1, 3, 2, 0])
    slope = np.select([at < 0, at < 1, at < 2], [1, 2, -1], -2)
    looks.show_reading(row, at, read, slope)
    upper, lower = shown()
    assert np.array_equal(upper.lines[0].get_ydata(), read)
    assert upper.lines[1].get_ydata().tolist() == row.tolist()
    assert np.isnan(lower.lines[0].get_ydata()).sum() == 3


def test_what_lands_is_on_a_scale_around_zero():
    landed = np.array([[0.0, 2], [-4, 1]])
    looks.show_landing(IMAGE[:2, :2], landed, ("canvas", "arrives"))
    left, right = shown()[:2]
    assert (left.get_title(), right.get_title()) == ("canvas", "arrives")
    assert right.images[0].get_clim() == (-4, 4)
    assert np.array_equal(right.images[0].get_array(), landed)


# ------------------------------------------------------------------------------- what is cropped
@pytest.mark.parametrize("scale", [1.0, 0.4])
def test_a_film_has_a_frame_for_each_image(scale):
    theta = THREE * scale
    figure = drawn(looks.draw_film, IMAGES, theta, IMAGES, "step 7")
    assert figure.get_suptitle() == "step 7"
    assert len(figure.axes) == 6
    for k in range(3):
        assert np.allclose(corners_of(figure.axes[k]), looks.frames(theta, (24, 48))[k])


def test_sizes_end_at_the_rim_of_the_picture():
    looks.show_sizes({"a": [0, 1], "b": [0, 2]}, {"a": [1, 0.5], "b": [1, 300]}, most=8)
    (ax,) = shown()
    assert [line.get_label() for line in ax.lines[:2]] == ["a", "b"]
    assert list(ax.lines[1].get_ydata()) == [1, 8]
    assert ax.get_ylim() == (1 / 8, 8)
    assert [t.get_text() for t in plt.gcf().legends[0].get_texts()] == ["a", "b"]


def test_accuracies_have_a_dot_for_each_training_and_their_mean():
    looks.show_accuracies({"with": [0.8, 0.9], "without": [0.3]})
    (ax,) = shown()
    assert list(ax.lines[0].get_xdata()) == [0.8, 0.9]
    assert list(ax.lines[1].get_xdata()) == pytest.approx([0.85, 0.85])
    assert [t.get_text() for t in ax.get_yticklabels()] == ["with", "without"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first one above
