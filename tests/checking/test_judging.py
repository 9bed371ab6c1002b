"""The judge on answers that need more than one look."""

import re
import warnings

import numpy as np
import pytest

from course_utils.checking import reference
from course_utils.checking.comparing import identical
from course_utils.checking.exercise import Case, Exercise, copy_value
from course_utils.checking.judging import NOT_ATTEMPTED, examine
from course_utils.checking.report import verdict_card
from course_utils.checking.running import is_stub


@pytest.fixture
def relu():
    return reference("relu")


def test_stub_forms_are_seen_as_stubs():
    def dots(x):
        """Doc."""
        ...

    def passes(x):
        pass

    def bare(x):
        return

    assert is_stub(dots)
    assert is_stub(passes)
    assert is_stub(bare)
    assert not is_stub(lambda x: 0)
    assert not is_stub(lambda x: x)
    assert not is_stub(print)


def test_not_implemented_is_not_attempted(relu):
    def later(x):
        raise NotImplementedError

    assert examine(later, relu).state == NOT_ATTEMPTED


def test_a_body_that_only_prints_is_an_attempt(relu):
    def prints(x):
        print("hello")

    verdict = examine(prints, relu)
    assert verdict.problem.kind == "none"
    assert "printed 1 line in one case:\n    hello" in verdict_card(verdict).text()


def test_what_is_printed_is_folded_away(relu, capsys):
    def chatty(x):
        for k in range(3000):
            print("step <", k)
        return np.maximum(x, 0)

    card = verdict_card(examine(chatty, relu))
    assert capsys.readouterr().out == ""
    assert len(card.text()) < 300
    assert "printed 3000 lines in one case" in card.text()
    assert "<details><summary>Your function printed 3000 lines" in card.html()
    assert "step &lt; 0" in card.html()
    assert len(card.html()) < 10_000


def test_the_input_itself_is_named(relu):
    assert examine(lambda x: x, relu).problem.kind == "input returned"


def test_an_unknown_mistake_is_not_named(relu):
    verdict = examine(lambda x: np.maximum(x, 0) + 0.5, relu)
    assert verdict.state == "wrong"
    assert verdict.mistake is None


def test_a_mistake_must_match_in_every_case(relu):
    def sometimes_abs(x):
        return np.abs(x) if x.ndim == 1 else np.maximum(x, 0)

    assert examine(sometimes_abs, relu).mistake is None


def test_the_smallest_failing_case_is_shown(relu):
    verdict = examine(lambda x: np.abs(x), relu)
    assert verdict.case.label == "three numbers"


def test_warnings_become_remarks_and_do_not_fail_an_answer():
    relu = reference("relu")

    def noisy(x):
        np.exp(np.array([1000.0]))
        return relu(x)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        verdict = examine(noisy, relu)
    assert verdict.passed
    assert any("overflow" in remark for remark in verdict.remarks)


def test_where_an_exercise_asks_for_quiet_a_warning_fails_it():
    sigmoid = reference("sigmoid")

    def unnamed(x):
        np.exp(np.array([1000.0]))
        return sigmoid(x)

    verdict = examine(unnamed, sigmoid)
    assert verdict.problem.kind == "warning"
    assert "overflow encountered in exp" in verdict.problem.sentence
    naive = examine(lambda x: 1 / (1 + np.exp(-x)), sigmoid)
    assert naive.mistake.name.startswith("e^(−x) overflowed")


def test_comparing_a_whole_array_with_a_number_is_explained(relu):
    verdict = examine(lambda x: max(x, 0), relu)
    assert "`if`, `max` and `and` take single numbers" in verdict.problem.sentence


def test_a_float_is_no_whole_number():
    count = reference("count_mlp_parameters")
    assert "whole number" in examine(lambda sizes: float(count(sizes)), count).problem.sentence


def test_lists_inside_a_tuple_are_refused_where_arrays_are_used_later():
    verdict = examine(lambda: ([[1, 1], [1, 1]], [0, -1], [[1, -2]], [0]), reference("xor_by_hand"))
    assert "must be an array" in verdict.problem.sentence


def test_numbers_that_look_alike_are_shown_with_more_digits(relu):
    verdict = examine(lambda x: np.maximum(x, 0) * 1.0001, relu)
    assert "got 3.0003, expected 3" in verdict.problem.sentence
    close = examine(lambda x: np.maximum(x, 0) + 1e-5, relu)
    assert "got 3.00001, expected 3" in close.problem.sentence


def test_a_small_error_is_not_overlooked(relu):
    assert not examine(lambda x: np.maximum(x, 0) * (1 + 1e-3), relu).passed


def test_text_and_objects_are_refused(relu):
    assert examine(lambda x: "three", relu).problem.kind == "type"
    assert examine(lambda x: x.astype(object), relu).problem.kind == "type"
    assert examine(lambda x: x + 1j, relu).problem.kind == "type"


def test_an_array_of_one_is_no_number():
    count = reference("count_mlp_parameters")
    verdict = examine(lambda sizes: np.array([count(sizes)]), count)
    assert verdict.problem.kind == "shape"


def test_a_torch_tensor_counts_as_an_array(relu):
    torch = pytest.importorskip("torch")

    def with_torch(x):
        return torch.relu(torch.tensor(np.ascontiguousarray(x)))

    assert examine(with_torch, relu).passed


def test_too_few_parts_of_a_tuple_are_counted():
    step = reference("momentum_step")
    verdict = examine(lambda p, g, v, lr, m: step(p, g, v, lr, m)[:1], step)
    assert verdict.problem.kind == "length"
    assert "(parameter, velocity)" in verdict.problem.sentence


def test_one_part_of_a_tuple_is_named():
    linear = reference("linear_backward")

    def without_bias(grad_out, x, weight):
        grad_x, grad_weight, _ = linear(grad_out, x, weight)
        return grad_x, grad_weight, None

    assert "grad_bias is None" in examine(without_bias, linear).problem.sentence


def test_inputs_stay_strided_when_copied():
    x = np.arange(24.0).reshape(4, 6)[:, ::2]
    copied = copy_value(x)
    assert not copied.flags.c_contiguous
    assert np.array_equal(copied, x)
    copied[:] = 0
    assert x.any()


def test_identical_is_strict():
    assert identical(np.array([np.nan]), np.array([np.nan]))
    assert not identical(np.array([0.0]), np.array([-0.0]))
    assert not identical(np.float32([1]), np.float64([1]))
    assert identical({"a": [np.ones(2)]}, {"a": [np.ones(2)]})


@pytest.fixture
def divider():
    made = Exercise(lambda x: x, notebook="99", points=1, minutes=1)
    made.cases(lambda rng: iter([Case((np.ones(3),))]))
    made.oracle(lambda x: x)

    @made.mistake("divides by nothing", hint="What is 1/0?")
    def _(x):
        raise ZeroDivisionError("division by zero")

    return made


def test_a_catalogued_exception_is_recognised(divider):
    assert examine(lambda x: 1 / 0, divider).mistake.name == "divides by nothing"


def test_an_exception_of_the_same_type_with_other_words_is_another_one(divider):
    def other(x):
        raise ZeroDivisionError("something else")

    assert examine(other, divider).mistake is None


def test_equal_numbers_are_not_taken_for_the_input():
    size = reference("conv_output_size")

    def without_the_one(size, kernel_size, stride=1, padding=0, dilation=1):
        return (size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride

    assert examine(without_the_one, size).problem.kind == "values"


@pytest.fixture
def halves():
    """Two parts; the one mistake spoils both."""

    def both(x):
        return 2 * x, x + 1

    made = Exercise(both, notebook="99", points=1, minutes=1, returns=("double", "more"))
    made.cases(lambda rng: iter([Case((rng.normal(size=3),)), Case((rng.normal(size=2),))]))
    made.oracle(both)
    made.mistake("took a half", hint="?")(lambda x: (x / 2, x - 1))
    made.mistake("added two", hint="?")(lambda x: (2 * x, x + 2))
    return made


def test_a_mistake_in_one_part_is_named_whatever_the_other_part_is(halves):
    assert examine(lambda x: (x / 2, x + 17), halves).mistake.name == "took a half"
    assert examine(lambda x: (2 * x, x + 2), halves).mistake.name == "added two"
    assert examine(lambda x: (x / 3, x + 2), halves).mistake.name == "added two"
    assert examine(lambda x: (x / 3, x), halves).mistake is None
    # the first part is wrong in a way of its own: a mistake that spoils it otherwise is not ours
    assert examine(lambda x: (x / 3, x - 1), halves).mistake is None
    # the first part is right: a mistake that spoils it is not ours either
    assert examine(lambda x: (2 * x, x - 1), halves).mistake is None


def test_a_right_number_of_the_wrong_type_is_no_mistake_of_value():
    count = reference("stack_parameters")

    def as_floats(channels, kernels):
        return tuple(float(part) for part in count.reference(channels, kernels))

    verdict = examine(as_floats, count)
    assert verdict.mistake is None
    assert "the value is right, but it is a float" in verdict.problem.sentence


def test_a_mistake_is_recognised_also_as_a_float():
    count = reference("stack_parameters")
    mistake = count.mistakes[0]

    def as_floats(channels, kernels):
        return tuple(float(part) for part in mistake.function(channels, kernels))

    assert examine(as_floats, count).mistake == mistake


def test_a_right_part_names_no_mistake(halves):
    # the first part is right, as in "added two", and the second is wrong in a way of its own
    assert examine(lambda x: (2 * x, x * 5), halves).mistake is None


def test_shapes_in_an_answer_are_shown_whole():
    shapes = reference("lenet_shapes")

    def answer(H, W):
        return ((6, H - 1, W - 1), *shapes(H, W)[1:])

    verdict = examine(answer, shapes)
    assert re.search(r"conv1 is \(6, \d+, \d+\), expected \(6, \d+", verdict.problem.sentence)


def test_a_part_of_the_cases_earns_a_part_of_the_points():
    pool = reference("maxpool2d")

    def without_padding(x, kernel_size, stride, padding=0):
        return pool.reference(x, kernel_size, stride, 0)

    verdict = examine(without_padding, pool)
    assert not verdict.passed
    assert verdict.points == 2
    assert "worth 2 of 3 points so far" in verdict_card(verdict).headline
    assert examine(lambda x, k, s, p=0: (x, x), pool).points == 0
    assert examine(pool.reference, pool).points == 3


def test_a_tuple_in_place_of_one_array_is_not_told_to_become_an_array():
    relu = reference("relu")
    verdict = examine(lambda x: (np.maximum(x, 0), x > 0), relu)
    assert "return it alone, without a comma" in verdict.problem.sentence
