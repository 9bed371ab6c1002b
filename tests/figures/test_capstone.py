"""The pictures of notebook 25, at several settings."""

import numpy as np
import pytest
from figure_helpers import drawn, shown, texts
from matplotlib import pyplot as plt

from course_utils.figures import capstone as figures
from course_utils.figures import ilsvrc


# ------------------------------------------------------------------------------------- scoreboards
def board(count):
    """Rows as the notebook makes them; every other one has a spread."""
    return [
        {"network": f"net{k}", "accuracy": 0.5 + 0.01 * k, "spread": 0.02 * (k % 2),
         "parameters": 10**k, "milliseconds": 1.0 + k}
        for k in range(1, count + 1)
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 3, 10])
def test_the_scoreboard_has_a_mark_for_each_network_in_each_panel(count):
    figures.show_scoreboard(board(count), {"parameters": "weights", "milliseconds": "ms"})
    axes = shown()
    assert [ax.get_xlabel() for ax in axes] == ["weights", "ms"]
    for ax, key in zip(axes, ("parameters", "milliseconds"), strict=True):
        found = [(float(c.lines[0].get_xdata()[0]), float(c.lines[0].get_ydata()[0]))
                 for c in ax.containers]  # fmt: skip
        assert found == [(row[key], row["accuracy"]) for row in board(count)]
        looks = {(c.lines[0].get_marker(), c.lines[0].get_color()) for c in ax.containers}
        assert len(looks) == count
    (legend,) = plt.gcf().legends
    assert [t.get_text() for t in legend.get_texts()] == [row["network"] for row in board(count)]


def test_a_spread_is_drawn_only_where_there_is_one():
    figures.show_scoreboard(board(2), {"parameters": "weights"})
    (ax,) = shown()
    assert [c.has_yerr for c in ax.containers] == [True, False]


def test_recipes_have_an_arrow_from_old_to_new():
    figures.show_recipes({"one": (70.0, 75.0), "two": (60.0, None)})
    (ax,) = shown()
    assert [list(line.get_xdata()) for line in ax.lines] == [[70.0], [75.0], [60.0]]
    assert [(a.xyann, a.xy) for a in ax.texts] == [((70.0, 0), (75.0, 0))]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["one", "two"]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["old recipe", "new recipe"]


def test_the_challenge_has_a_bar_for_each_entry_and_a_line_for_a_person():
    ilsvrc.show_ilsvrc()
    (ax,) = shown()
    assert [bar.get_height() for bar in ax.patches] == [e.error for e in ilsvrc.ENTRIES]
    assert ax.lines[0].get_ydata()[0] == ilsvrc.HUMAN
    assert texts(ax)[: len(ilsvrc.ENTRIES)] == [f"{e.error:g}" for e in ilsvrc.ENTRIES]
    labels = [t.get_text() for t in ax.get_xticklabels()]
    assert labels[0].endswith("no network")
    assert labels[6] == "2015\nResNet\n152 layers"


def test_errors_of_the_challenge_fall_from_year_to_year():
    years = sorted({e.year for e in ilsvrc.ENTRIES})
    best = [min(e.error for e in ilsvrc.ENTRIES if e.year == year) for year in years]
    assert years == list(range(2010, 2018))
    assert best == sorted(best, reverse=True)


# -------------------------------------------------------------------------------- ways to learn
def test_ways_show_each_training_and_their_mean():
    runs = {"linear layer": [[0.3, 0.4], [0.6, 0.8]], "fine-tuned": [[0.5], [0.9]]}
    figures.show_ways([5, 20], runs, chance=0.25)
    (ax,) = shown()
    lines = [list(line.get_ydata()) for line in ax.lines]
    assert np.allclose(lines[0], [0.35, 0.7])
    assert lines[1:3] == runs["linear layer"]
    assert np.allclose(lines[3], [0.5, 0.9])
    assert lines[-1] == [0.25, 0.25]
    (legend,) = plt.gcf().legends
    assert [t.get_text() for t in legend.get_texts()] == [*runs, "guessing"]


# ------------------------------------------------------------------------------------- judging
@pytest.mark.parametrize("size", [2, 10])
def test_confusion_writes_what_occurs_and_colours_what_is_wrong(size):
    counts = np.zeros((size, size), int)
    counts[0, 1], counts[1, 1] = 3, 40
    figures.show_confusion(counts, [f"class {k}" for k in range(size)])
    (ax,) = shown()
    assert texts(ax) == ["3", "40"]
    assert [t.get_position() for t in ax.texts] == [(1, 0), (1, 1)]
    shade = ax.images[0].get_array()
    assert shade[0, 1] == 3
    assert np.count_nonzero(shade) == 1
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("guess", "label")


@pytest.mark.parametrize("bins", [4, 10])
def test_bars_of_a_reliability_diagram_end_a_gap_beside_the_diagonal(bins):
    gaps, counts = np.zeros(bins), np.zeros(bins, int)
    gaps[1], counts[1], counts[-1] = 0.1, 5, 20
    figure = drawn(figures.draw_reliability, gaps, counts, 0.02, 0.8)
    upper, lower = figure.axes
    middles = (np.arange(bins) + 0.5) / bins
    assert np.allclose([bar.get_height() for bar in upper.patches],
                       [middles[1] + 0.1, middles[-1]])  # fmt: skip
    assert [bar.get_height() for bar in lower.patches] == counts.tolist()
    assert [bar.get_alpha() for bar in upper.patches] == [0.3, 1]  # 5 images are few
    assert upper.get_title() == "accuracy 0.80, calibration error 0.02"


def test_a_reliability_bar_stays_within_zero_and_one():
    figure = drawn(figures.draw_reliability, np.array([-0.4, 0.4]), np.array([1, 1]), 0.4, 0.5)
    assert [bar.get_height() for bar in figure.axes[0].patches] == [0, 1]
