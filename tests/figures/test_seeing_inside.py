"""The pictures of notebook 12, at several settings."""

import numpy as np
import pytest
from figure_helpers import shown
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from course_utils.figures import seeing_inside as figures
from course_utils.figures.colours import ORANGE


@pytest.mark.parametrize(
    ("period", "stride", "seen"),
    [(5, 4, 20), (5, 2, 5), (16, 4, 16), (3, 4, 12), (8, 4, 8), (4, 4, np.inf), (2, 4, np.inf)],
)
def test_stripes_and_what_is_left_of_them(period, stride, seen):
    assert figures.seen_period(period, stride) == pytest.approx(seen)
    figure = Figure(figsize=(6.4, 2.6), layout="constrained")
    figures.draw_aliasing(figure, period, stride)
    figure.canvas.draw()
    (ax,) = figure.axes
    stripes, left, looked = ax.lines
    assert list(looked.get_xdata()) == list(range(0, 45, stride))
    for line in (stripes, left):  # both waves go through the pixels that are looked at
        at = np.interp(looked.get_xdata(), line.get_xdata(), line.get_ydata())
        assert at == pytest.approx(looked.get_ydata())
    assert ("nothing" in ax.get_title()) == np.isinf(seen)


@pytest.mark.parametrize(
    ("field", "count", "unit", "inside"),
    [
        ((20, 4, -8), 8, 0, range(12)),
        ((20, 4, -8), 8, 4, range(8, 28)),
        ((5, 1, -2), 32, 31, (29, 30, 31)),
    ],
)
def test_one_unit_and_the_pixels_that_it_sees(field, count, unit, inside):
    figure = Figure(figsize=(6.4, 2.4), layout="constrained")
    figures.draw_field(figure, field, 32, count, unit, "layer 3")
    figure.canvas.draw()
    (ax,) = figure.axes
    squares = {p.get_x(): to_hex(p.get_facecolor()) for p in ax.patches if hasattr(p, "get_x")}
    assert sorted(x for x, colour in squares.items() if colour == ORANGE.lower()) == list(inside)
    assert len(ax.lines[0].get_xdata()) == count
    first = field[2] + unit * field[1]
    said = f"unit {unit} sees {field[0]} pixels, from {first} to {first + field[0] - 1}"
    assert said in [text.get_text() for text in ax.texts]


def test_each_map_has_the_frame_of_the_field():
    maps = {"reaches": np.eye(6), "counts": np.arange(36.0).reshape(6, 6)}
    figures.show_fields(maps, (1, 4), (2, 3))
    for ax, (name, values) in zip(shown(), maps.items(), strict=True):
        assert ax.get_title() == name
        assert np.array_equal(ax.images[0].get_array(), values)
        assert ax.patches[0].get_bbox().bounds == (1.5, 0.5, 2, 4)


@pytest.mark.parametrize("columns", [2, 4])
def test_maps_with_numbers_share_a_scale(columns):
    figures.show_numbers({"a": np.array([[1.0, -2.0]]), "b": np.array([[-0.0], [8.0]])}, columns)
    axes = [ax for ax in shown() if ax.images]
    assert {ax.images[0].get_clim() for ax in axes} == {(-8.0, 8.0)}
    assert [text.get_text() for ax in axes for text in ax.texts] == ["1", "−2", "0", "8"]


def test_the_rules_are_those_of_the_function_given():
    asked = []

    def rule(signal, x, name):
        asked.append(name)
        return np.where(x > 0, signal, 0)

    figures.show_rules(rule)
    assert asked == ["backprop", "deconvnet", "guided"]
    for ax in shown():
        assert [text.get_text() for text in ax.texts] == ["2", "−2", "0", "0"]


@pytest.mark.parametrize(("units", "columns"), [(1, 9), (3, 4)])
def test_patches_stand_above_what_goes_back_to_them(units, columns):
    rng = np.random.default_rng(0)
    patches = [rng.random((columns, 3, 5, 5)) for _ in range(units)]
    back = [rng.normal(size=(columns, 3, 5, 5)) for _ in range(units)]
    figures.show_patches(patches, back, [f"map {k}" for k in range(units)])
    axes = shown()
    assert len(axes) == 2 * units * columns
    assert np.array_equal(axes[0].images[0].get_array(), patches[0][0].transpose(1, 2, 0))
    below = axes[columns].images[0].get_array()
    assert np.argmax(np.abs(below - 0.5)) == np.argmax(np.abs(back[0][0].transpose(1, 2, 0)))
    assert [ax.get_ylabel() for ax in axes[:: 2 * columns]] == [f"map {k}" for k in range(units)]


def test_each_method_has_a_line():
    figures.show_sanity({"gradient": [1, 0, 0], "guided": [1, 0.9, 0.8]}, ["none", "1", "2"])
    (ax,) = shown()
    assert [list(line.get_ydata()) for line in ax.lines[:2]] == [[1, 0, 0], [1, 0.9, 0.8]]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["none", "1", "2"]
