"""The pictures of the appendix on floating point, at several settings."""

import numpy as np
import pytest
from figure_helpers import shown, texts
from matplotlib import pyplot as plt

from course_utils.figures import floating_point as figures
from course_utils.figures.words import words_of

FORMATS = {"float32": ("0" + "01111011" + "10011001100110011001101", 8),
           "bfloat16": ("0" + "01111011" + "1001101", 8),
           "float16": ("1" + "01011" + "1001100110", 5)}  # fmt: skip
HELD = {"float32": np.float32(0.1), "bfloat16": np.float32(0.100097656), "float16": np.float16(0)}


@pytest.fixture
def figure():
    return plt.figure(figsize=(6.4, 2.6), layout="constrained")


@pytest.mark.parametrize("names", [["float32"], ["float32", "bfloat16", "float16"]])
def test_each_bit_has_a_box_and_mantissas_lie_below_one_another(figure, names):
    formats = {name: FORMATS[name] for name in names}
    figures.draw_bits(figure, formats, HELD, "0.1")
    (ax,) = figure.axes
    assert len(ax.patches) == sum(len(bits) for bits, _ in formats.values())
    for row, (bits, exponent) in enumerate(formats.values()):
        line = [
            t
            for t in ax.texts
            if t.get_position()[1] == -1.5 * row
            and t.get_position()[0] < 32
            and t.get_text() in ("0", "1")
        ]
        assert "".join(t.get_text() for t in line) == bits
        assert line[exponent + 1].get_position()[0] == 9  # the first digit of the mantissa
        assert line[exponent].get_position()[0] == exponent
    assert f"{HELD[names[-1]]:.9g}" in texts(ax)
    assert f"{names[-1]} has {formats[names[-1]][1]} bits for the exponent" in words_of(figure)


def small_format(exponent, mantissa):
    bias, m = 2 ** (exponent - 1) - 1, np.arange(2**mantissa) / 2**mantissa
    rest = [(1 + m) * 2.0 ** (e - bias) for e in range(1, 2**exponent - 1)]
    return np.concatenate([m * 2.0 ** (1 - bias), *rest])


@pytest.mark.parametrize(("exponent", "mantissa"), [(2, 1), (3, 2), (4, 5)])
def test_the_line_has_a_stroke_for_each_number(figure, exponent, mantissa):
    numbers = small_format(exponent, mantissa)
    figures.draw_number_line(figure, numbers[::-1], exponent, mantissa)  # in any order
    line, powers = figure.axes
    strokes = [segment[0, 0] for segment in line.collections[0].get_segments()]
    assert strokes == sorted(numbers[numbers <= 4])
    ends = [segment[0, 0] for segment in powers.collections[0].get_segments()]
    np.testing.assert_allclose(ends, np.log2(numbers[1:]))
    assert powers.get_xlim()[0] <= min(ends) <= max(ends) <= powers.get_xlim()[1]
    assert f"steps of {2.0**-mantissa:g} at 1" in figure.get_suptitle()
    said = f"0, and {len(numbers) - 1} numbers from {numbers[1]:g} to {numbers[-1]:g}; "
    assert said in words_of(figure)
    assert figure.get_suptitle().startswith(said)


def test_the_smallest_and_the_largest_number_of_all_settings_fit(figure):
    numbers = [small_format(e, m)[1:] for e in range(2, 5) for m in range(1, 6)]
    low, high = 2.0 ** np.array(figures.POWERS)
    assert low < min(n.min() for n in numbers)
    assert max(n.max() for n in numbers) < high


def test_an_error_of_zero_has_a_place_on_the_axis():
    figures.show_sum_errors([64, 128, 256], {"a": [1e-7, 1e-6, 1e-5], "b": [1e-8, 0, 1e-8]})
    (ax,) = shown()
    assert ax.lines[1].get_ydata().tolist() == [1e-8, 1e-9, 1e-8]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]


def test_a_ring_marks_the_first_decision_that_differs():
    distances = {"early": [0, 1e-7, 1e-3], "late": [0, 2e-7, 3e-7]}
    figures.show_drift(distances, {"early": [0, 2, 5], "late": [0, 0, 0]})
    (ax,) = shown()
    rings = [line for line in ax.lines if line.get_marker() == "o"]
    assert [(ring.get_xdata()[0], ring.get_ydata()[0]) for ring in rings] == [(1, 1e-7)]
    words = words_of(plt.gcf())
    assert "at step 1 for early" in words
    assert "for late" not in words
    assert "early from 1e−07 to 0.001" in words


def test_twins_that_always_decide_alike_have_no_ring():
    figures.show_drift({"one": [0, 1e-7]}, {"one": [0, 0]})
    assert "rings" not in words_of(plt.gcf())
