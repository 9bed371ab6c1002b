"""The pictures that compare trainings, at several settings. (`show_history`: tests/training.)"""

import pytest
from figure_helpers import shown

from course_utils.figures.training import show_curves, show_runs


def test_each_network_has_its_curve():
    show_curves({"a": [0.1, 0.5], "b": [0.2, 0.4, 0.9]})
    (ax,) = shown()
    assert [line.get_label() for line in ax.lines] == ["a", "b"]
    assert ax.lines[1].get_xdata().tolist() == [1, 2, 3]
    assert list(ax.lines[1].get_ydata()) == [0.2, 0.4, 0.9]
    assert ax.get_ylim() == (0, 1.02)
    assert all(tick == round(tick) for tick in ax.get_xticks())


@pytest.mark.parametrize("count", [4, 6, 9])
def test_no_network_is_left_out_and_no_two_look_alike(count):
    show_curves({f"network {k}": [0.1 * k, 0.2] for k in range(count)})
    (ax,) = shown()
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == [f"network {k}" for k in range(count)]
    looks = {(line.get_color(), line.get_linestyle(), line.get_marker()) for line in ax.lines}
    assert len(looks) == count


@pytest.mark.parametrize("rows", [1, 7])
def test_each_training_is_a_dot_and_their_mean_a_line(rows):
    scores = {f"recipe {k}": [0.9, 0.7, 0.8 - 0.05 * k] for k in range(rows)}
    show_runs(scores, "share")
    (ax,) = shown()
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [list(d.get_xdata()) for d in dots] == list(scores.values())
    means = [line.get_xdata()[0] for line in ax.lines if line.get_marker() != "o"]
    assert means == pytest.approx([0.8 - 0.05 * k / 3 for k in range(rows)])
    assert [t.get_text() for t in ax.get_yticklabels()] == list(scores)
    assert ax.get_xlabel() == "share"
    assert ax.yaxis_inverted()
