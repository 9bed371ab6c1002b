"""The pictures of notebook 21, at several settings."""

import numpy as np
import pytest
from figure_helpers import drawn, shown, texts
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb, to_rgba

from course_utils.checking import reference
from course_utils.figures import segmentation as figures
from course_utils.figures.colours import BLACK, GREEN, ORANGE, SKY

IMAGES = np.zeros((3, 1, 4, 6), np.uint8)
LABELS = np.arange(3 * 4 * 6).reshape(3, 4, 6) % 3


def colours_of(ax):
    """(H, W, 3): the colours that a label map is shown in."""
    (picture,) = ax.images
    return picture.cmap(picture.norm(picture.get_array()))[..., :3]


# ------------------------------------------------------------------------------------- label maps
def test_label_maps_lie_below_their_images_in_the_colours_of_the_legend():
    figures.show_label_maps(IMAGES, {"truth": LABELS, "guess": 2 - LABELS}, ("a", "b", "c"))
    axes = shown()
    assert len(axes) == 9
    assert [axes[k].get_ylabel() for k in (0, 3, 6)] == ["image", "truth", "guess"]
    palette = np.array([to_rgb(c) for c in (BLACK, SKY, ORANGE)])
    assert np.allclose(colours_of(axes[4]), palette[LABELS[1]])
    assert np.allclose(colours_of(axes[8]), palette[2 - LABELS[2]])
    (legend,) = plt.gcf().legends
    assert [t.get_text() for t in legend.get_texts()] == ["a", "b", "c"]
    assert [to_rgb(p.get_facecolor()) for p in legend.get_patches()] == [tuple(c) for c in palette]


def test_a_label_keeps_its_colour_where_others_are_missing():
    figures.show_label_maps(IMAGES[:1], {"only digits": np.full((1, 4, 6), 2)}, ("a", "b", "c"))
    assert np.allclose(colours_of(shown()[1]), to_rgb(ORANGE))


def test_photographs_of_different_sizes_have_label_maps_too():
    images = [np.zeros((3, 5, 4), np.uint8), np.zeros((3, 2, 7), np.uint8)]
    figures.show_label_maps(images, {"mask": [np.ones((5, 4), int), np.zeros((2, 7), int)]}, "ab")
    assert [ax.images[0].get_array().shape[:2] for ax in shown()] == [(5, 4), (2, 7)] * 2


def test_wrong_pixels_are_coloured_and_no_others():
    guess = LABELS.copy()
    guess[1, 2, 3] += 1
    figures.show_errors(IMAGES + 100, LABELS, {"a": guess, "b": LABELS})
    axes = shown()
    wrong = [(ax.images[0].get_array() == to_rgb(ORANGE)).all(axis=-1) for ax in axes]
    assert [w.sum() for w in wrong] == [0, 1, 0, 0, 0, 0]
    assert wrong[1][2, 3]
    assert [axes[0].get_ylabel(), axes[3].get_ylabel()] == ["a", "b"]


# ------------------------------------------------------------------------------ how good is a mask
@pytest.mark.parametrize(("radius", "shift"), [(2, 0), (3, 7), (10, 4), (20, 24)])
def test_the_overlap_shows_what_the_judges_say(radius, shift):
    picture, bars = drawn(figures.draw_overlap, radius, shift).axes
    truth, guess = (figures.disc(48, radius, x) for x in (24, 24 + shift))
    assert np.array_equal(picture.images[0].get_array(), truth + 2 * guess)
    ious, _ = reference("mean_iou")(guess[None].astype(int), truth[None].astype(int), 2)
    accuracy, dice, iou = (bar.get_width() for bar in bars.patches)
    assert iou == pytest.approx(ious[1])
    assert dice == pytest.approx(2 * iou / (1 + iou))
    assert accuracy == pytest.approx((truth == guess).mean())
    assert texts(bars) == [f"{v:.2f}" for v in (accuracy, dice, iou)]
    assert [t.get_text() for t in bars.get_yticklabels()] == ["pixel accuracy", "Dice", "IoU"]


def test_the_page_tells_the_truth_about_a_small_disc():
    verdict = figures.judges(figures.disc(48, 3, 24), figures.disc(48, 3, 31))
    assert verdict["IoU"] == verdict["Dice"] == 0
    assert round(verdict["pixel accuracy"], 2) == 0.97


def test_a_disc_lies_where_it_should():
    mask = figures.disc(9, 2, 3.5)
    rows, columns = np.nonzero(mask)
    assert (columns.mean() + 0.5, rows.mean() + 0.5) == (3.5, 4.5)
    assert mask.sum() == 13  # of 9 × 9 pixels, the centre on a pixel


def test_missed_and_too_much_have_colours_of_their_own():
    picture, _ = drawn(figures.draw_overlap, 4, 3).axes
    colours = {tuple(c) for c in colours_of(picture).reshape(-1, 3)}
    assert colours == {to_rgb(c) for c in (BLACK, SKY, ORANGE, GREEN)}


# -------------------------------------------------------------------------------- down and up again
def test_ceilings_have_a_tick_for_each_stride():
    figures.show_ceilings((1, 2, 4), {"a": (1, 0.8, 0.6), "b": (1, 0.7, 0.5)})
    (ax,) = shown()
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1 × 1", "2 × 2", "4 × 4"]
    assert [list(line.get_ydata()) for line in ax.lines] == [[1, 0.8, 0.6], [1, 0.7, 0.5]]


@pytest.mark.parametrize("stride", [2, 3, 4])
def test_tents_add_up_to_the_values_in_the_middle_of_the_coarse_pixels(stride):
    line = reference("bilinear_kernel")(1, stride)[0, 0].sum(axis=0) / stride
    values = (2.0, 2.0, 2.0, 2.0)
    figures.show_tents(line, values, stride)
    (ax,) = shown()
    total, middles = ax.lines
    inside = (total.get_xdata() > stride / 2) & (total.get_xdata() < 3.5 * stride)
    assert np.allclose(total.get_ydata()[inside], 2)
    assert list(middles.get_xdata()) == [(k + 0.5) * stride for k in range(4)]
    assert len(ax.patches) == 4 * len(line)


# -------------------------------------------------------------------------------- where errors are
def test_errors_by_distance_are_in_per_cent_with_the_bins_named():
    figures.show_errors_by_distance((0, 1, 4, np.inf), {"a": (0.3, 0.1, 0), "b": (0.5, 0.2, 0.1)},
                                    (0.2, 0.3, 0.5))  # fmt: skip
    left, right = shown()
    assert [t.get_text() for t in left.get_xticklabels()] == ["0–1", "1–4", "over 4"]
    assert [bar.get_height() for bar in left.patches] == pytest.approx([30, 10, 0, 50, 20, 10])
    assert [bar.get_height() for bar in right.patches] == pytest.approx([20, 30, 50])
    (legend,) = plt.gcf().legends
    assert [t.get_text() for t in legend.get_texts()] == ["a", "b"]


def test_runs_have_a_dot_each_and_a_line_at_their_mean():
    figures.show_runs({"with": {"x": [0.8, 0.9]}, "without": {"x": [0.5], "y": [0.2, 0.4]}}, "IoU")
    (ax,) = shown()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["x", "x", "y"]
    dots, means = ax.lines[::2], ax.lines[1::2]
    assert [list(d.get_xdata()) for d in dots] == [[0.8, 0.9], [0.5], [0.2, 0.4]]
    assert [m.get_xdata()[0] for m in means] == pytest.approx([0.85, 0.5, 0.3])
    colours = [to_rgba(m.get_color()) for m in means]
    assert colours[0] != colours[1] == colours[2]
