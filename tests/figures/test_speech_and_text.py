"""The pictures of notebook 24, at several settings."""

import numpy as np
import pytest
from figure_helpers import drawn, shown, texts
from matplotlib import pyplot as plt

from course_utils.checking import reference
from course_utils.figures import speech_and_text as figures

RATE = 8000


def test_a_sound_is_shown_whole_and_under_the_glass():
    sound = np.sin(np.arange(4000) / 9)
    figures.show_sound(sound, RATE, start=0.1, seconds=0.02)
    whole, near = shown()
    assert np.array_equal(whole.lines[0].get_ydata(), sound)
    assert np.allclose(near.lines[0].get_ydata(), sound[800:960])
    assert near.get_xlim() == pytest.approx((100, 120))


@pytest.mark.parametrize("milliseconds", [4, 16, 100])
def test_a_spectrogram_says_what_its_window_can_tell_apart(milliseconds):
    sound = np.random.default_rng(0).normal(size=2000)
    window = np.hanning(milliseconds * RATE // 1000)
    power = reference("spectrogram")(sound, window, 8)
    figure = drawn(figures.draw_spectrogram, sound, power, RATE, window, 8)
    above, below = figure.axes
    picture = below.images[0]
    assert np.allclose(picture.get_array(), figures.in_decibels(power))
    left, right, low, high = picture.get_extent()
    first = 1000 * len(window) / 2 / RATE  # the middle of the first frame, in ms
    assert left < first < left + 1000 * 8 / RATE
    assert (right - left) / power.shape[1] == pytest.approx(1)  # ms from column to column
    assert (high - low) / len(power) == pytest.approx(RATE / len(window))
    assert f"window {milliseconds} ms" in below.get_title()
    assert above.get_xlim() == below.get_xlim()


@pytest.mark.parametrize(("power", "decibel"), [
    ([[1.0, 10], [100, 1e-9]], [[-20, -10], [0, -60]]), ([[0.0, 0.0]], [[-60, -60]]),
])  # fmt: skip
def test_decibels_count_from_the_loudest_and_silence_is_no_error(power, decibel):
    assert np.allclose(figures.in_decibels(np.array(power)), decibel)


@pytest.mark.parametrize("some", [1, 3])
def test_filters_are_curves_over_hertz(some):
    bank = reference("mel_filterbank")(7, 64, RATE, 100, 4000)
    figures.show_filters(bank, RATE, 64, some)
    (ax,) = shown()
    assert [line.get_ydata().tolist() for line in ax.lines] == bank[::some].tolist()
    assert ax.lines[0].get_xdata()[-1] == RATE / 2


def test_panels_share_a_scale():
    pictures = [np.zeros((4, 5)), np.full((4, 5), 3.0)]
    figures.show_panels(pictures, ["a man", "a child"], 0.4)
    *panels, bar = shown()
    assert [ax.get_title() for ax in panels] == ["a man", "a child"]
    assert {ax.images[0].get_clim() for ax in panels} == {(0, 3)}
    assert bar.get_ylabel() == "log power"
    assert panels[0].images[0].origin == "lower"


@pytest.mark.parametrize("by", [0, 3])
def test_moved_spectra_are_compared_where_they_overlap(by):
    low = np.random.default_rng(0).normal(size=12)
    high = np.concatenate([np.full(3, 9.0), low[:-3]])  # the same, three bands up
    (ax,) = drawn(figures.draw_moved, low, high, by).axes
    child, man = ax.lines
    assert np.array_equal(child.get_ydata(), high)
    assert man.get_xdata()[0] == by
    assert ("1.00" in ax.get_title()) == (by == 3)


def test_a_scan_has_its_scores_at_the_middle_of_what_they_heard():
    scores = np.linspace(0, 1, 11)
    words = {"HELLO": [1.0], "something else": [0.2, 2.0]}
    figures.show_scan(np.zeros((32, 50)), scores, 3.0, words, reach=0.5)
    bands, sure = shown()
    assert bands.images[0].get_extent()[:2] == [0, 3]
    assert np.array_equal(sure.lines[0].get_ydata(), scores)
    assert sure.lines[0].get_xdata()[[0, -1]] == pytest.approx([0.25, 2.75])
    assert sorted(patch.get_x() for patch in sure.patches) == [0.2, 1.0, 2.0]
    (legend,) = plt.gcf().legends
    assert [t.get_text() for t in legend.get_texts()] == list(words)


def test_groups_have_a_dot_for_each_training():
    results = {"one": np.array([[0.9, 0.5], [0.8, 0.4]]), "two": np.array([[0.7, 0.3]])}
    figures.show_by_group(results, ("men", "children"))
    (ax,) = shown()
    dots = [(line.get_xdata().tolist(), line.get_ydata()[0]) for line in ax.lines[:4]]
    assert dots == [([0.9, 0.8], 0), ([0.5, 0.4], 0), ([0.7], 1), ([0.3], 1)]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["one", "two"]
    (legend,) = plt.gcf().legends
    assert [t.get_text() for t in legend.get_texts()] == ["men", "children"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first network is above


def test_letters_stand_over_their_weights():
    words, weights = ["järvi", "lac", "ø"], [np.arange(5) / 4, np.ones(3), np.zeros(1)]
    figures.show_letters(words, weights, ["Finnish", "French", "Danish"], columns=2)
    axes = shown()
    for ax, word, weight in zip(axes, words, weights, strict=False):
        assert texts(ax) == list(word)
        assert np.array_equal(ax.images[0].get_array()[0], weight)
    assert [ax.get_title(loc="left") for ax in axes] == ["Finnish", "French", "Danish", ""]
    assert not any(ax.axison for ax in axes)


def test_confusion_shows_shares_and_writes_what_is_not_small():
    table = np.array([[8, 2, 0], [5, 15, 0], [0, 0, 0]])
    figures.show_confusion(table, ["a", "b", "c"])
    (ax,) = shown()
    assert np.allclose(ax.images[0].get_array(), [[0.8, 0.2, 0], [0.25, 0.75, 0], [0, 0, 0]])
    assert texts(ax) == ["5"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("said", "was")
