"""No false name: a name speaks only of what is wrong in the answer, and the case shown shows it."""

import re

import numpy as np
import pytest

from course_utils.checking import reference
from course_utils.checking.exercise import Case, Exercise
from course_utils.checking.judging import examine
from course_utils.checking.report import verdict_card
from course_utils.exercises.slips import averaged, ignored, negated


def changed(name: str, part: int, change):
    """The right answer with one part of it changed: change(value, *args)."""
    right = reference(name).reference

    def answer(*args):
        parts = list(right(*args))
        parts[part] = change(parts[part], *args)
        return tuple(parts)

    return answer


def named(answer, name: str) -> str:
    mistake = examine(answer, reference(name)).mistake
    return mistake.name if mistake else ""


# ------------------------------------------------------------------- names of parts that are right
def loss_summed_gradient_turned(logits, labels):
    loss, grad = reference("softmax_cross_entropy").reference(logits, labels)
    return loss * len(logits), -grad


def maximum_of_the_batch(logits, labels):
    rows, shifted = np.arange(len(logits)), logits - logits.max()
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    loss, grad = -np.log(p[rows, labels]).mean(), p.copy()
    grad[rows, labels] -= 1
    return loss, grad / len(logits)


def square_filter(x, weight, bias, stride=1, padding=0):
    F, _, K, _ = weight.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    OH, OW = (x.shape[2] - K) // stride + 1, (x.shape[3] - K) // stride + 1
    out = np.zeros((len(x), F, OH, OW))
    for n, f, i, j in np.ndindex(out.shape):
        window = x[n, :, i * stride : i * stride + K, j * stride : j * stride + K]
        out[n, f, i, j] = (window * weight[f]).sum() + bias[f]
    return out


def new_jump_and_sign(layers):
    size, jump, start, out = 1, 1, 0, []
    for kernel, stride, padding in layers:
        start = start + padding * jump
        jump = jump * stride
        size = size + (kernel - 1) * jump
        out.append((size, jump, start))
    return tuple(np.array([row[k] for row in out], dtype=int) for k in range(3))


def no_projection_and_norms_once(before, maps, cardinality, width):
    inner = cardinality * width
    return before * inner + 9 * inner * width + inner * maps, inner + inner + maps


FALSE = {  # exercise, answer, what a name must not say
    "conv2d_backward: only grad_x averaged": (
        "conv2d_backward", changed("conv2d_backward", 0, lambda g, grad_out, x, *a: g / len(x)),
        "all three"),
    "batchnorm_backward: only grad_weight averaged": (
        "batchnorm_backward",
        changed("batchnorm_backward", 1, lambda g, grad_out, x, *a: g / (x.size // x.shape[1])),
        "grad_bias"),
    "residual_backward: only grad_weight1 averaged": (
        "residual_backward", changed("residual_backward", 1, lambda g, grad_out, x, *a: g / len(x)),
        "weights' gradients|grad_weight2"),
    "ensemble_vote: only by_mean is the least": (
        "ensemble_vote",
        changed("ensemble_vote", 1,
                lambda by, scores: reference("ensemble_vote")(scores)[0].argmin(axis=1)),
        "by_majority"),
    "receptive_field: new jump for the size, sign of the start": (
        "receptive_field", new_jump_and_sign, "start were computed|and start"),
    "softmax_cross_entropy: loss summed, gradient turned": (
        "softmax_cross_entropy", loss_summed_gradient_turned, "are sums"),
    "softmax_cross_entropy: the maximum of the whole batch": (
        "softmax_cross_entropy", maximum_of_the_batch, "overflow"),
    "resnext_parameters: no projection, norms counted once": (
        "resnext_parameters", no_projection_and_norms_once, "its norm was not"),
    "conv2d_loops: a square filter": ("conv2d_loops", square_filter, "exchanged"),
}  # fmt: skip


@pytest.mark.parametrize("title", FALSE)
def test_no_name_is_false(title):
    name, answer, words = FALSE[title]
    verdict = examine(answer, reference(name))
    assert not verdict.passed
    assert not re.search(words, verdict.mistake.name if verdict.mistake else "")


# --------------------------------------------------------------------- the case that is shown fits
def test_the_case_that_is_shown_shows_the_named_part():
    pool = reference("maxpool2d").reference

    def answer(x, kernel_size, stride, padding=0):
        P = padding
        padded = np.pad(x, ((0, 0), (0, 0), (P, P), (P, P)))
        out = pool(padded, kernel_size, stride, 0)[0]
        return out, pool(x, kernel_size, stride, padding)[1] % 7

    verdict = examine(answer, reference("maxpool2d"))
    assert "zero" in verdict.mistake.name
    assert verdict.case.args[3] > 0  # a case with padding
    assert verdict.also_wrong == ("positions",)
    said = verdict_card(verdict).text()
    assert "Besides, positions is wrong as well." in said
    assert "Out" in said or "out" in verdict.problem.sentence


def test_the_problem_is_that_of_the_named_part():
    answer = changed("linear_backward", 2, lambda g, grad_out, *a: grad_out.mean(axis=0))
    spoiled = lambda *args: (answer(*args)[0] + 17, *answer(*args)[1:])  # noqa: E731
    verdict = examine(spoiled, reference("linear_backward"))
    assert "bias" in verdict.mistake.name
    assert "grad_bias has the right shape, but" in verdict.problem.sentence
    assert verdict.also_wrong == ("grad_x",)


# ----------------------------------------------------------------------------- two mistakes at once
@pytest.fixture
def scale():
    """scale(x, factor, shift): one result, mistakes that are slips and one that is none."""

    def scale(x, factor, shift):
        return factor * x + shift

    made = Exercise(scale, notebook="", points=1, minutes=1)
    sizes = ((3, 1.0, 0.0), (2, 5.0, 0.0), (4, 1.0, 7.0), (6, 2.0, 3.0))
    made.cases(lambda rng: (Case((rng.normal(size=n), f, s)) for n, f, s in sizes))
    made.oracle(scale)
    made.slip(ignored("factor", 1.0), "the factor was left out", hint="?")
    made.slip(ignored("shift", 0.0), "the shift was left out", hint="?")
    made.slip(negated(), "the sign is wrong", hint="?")
    made.mistake("the shift was added first", hint="?")(
        lambda x, factor, shift: factor * (x + shift)
    )
    return made


def test_two_mistakes_that_act_in_different_cases_are_both_named(scale):
    verdict = examine(lambda x, factor, shift: x, scale)
    names = {verdict.mistake.name, verdict.beside.name}
    assert names == {"the factor was left out", "the shift was left out"}
    said = verdict_card(verdict).text()
    assert "It looks like two mistakes at once: " in said
    assert "and the shift was left out." in said or "and the factor was left out." in said


def test_one_mistake_on_top_of_another_is_recognised(scale):
    verdict = examine(lambda x, factor, shift: -factor * (x + shift), scale)
    assert {verdict.mistake.name, verdict.beside.name} == {
        "the shift was added first", "the sign is wrong",
    }  # fmt: skip


def test_a_second_error_of_another_kind_takes_the_name_away(scale):
    # right where factor is 1, and not what leaving it out gives where it is not
    assert examine(lambda x, factor, shift: x * factor**2 + shift, scale).mistake is None
    # the factor left out, and one case wrong in a way that nothing explains
    strange = lambda x, factor, shift: x + shift + (len(x) == 3)  # noqa: E731
    assert examine(strange, scale).mistake is None


def test_two_parts_of_a_tuple_get_their_own_names():
    linear = reference("linear_backward").reference

    def answer(grad_out, x, weight):
        grad_x, grad_weight, _ = linear(grad_out, x, weight)
        return grad_x, grad_weight.T, grad_out.mean(axis=0)

    verdict = examine(answer, reference("linear_backward"))
    assert "transposed" in verdict.mistake.name
    assert verdict.beside is not None
    assert "bias" in verdict.beside.name


# -------------------------------------------------------------------------- errors, and whole names
def test_two_errors_of_the_same_type_are_not_the_same_mistake(scale):
    @scale.mistake("asks for a key", hint="?")
    def _(x, factor, shift):
        return {"a": x}["b"] if factor != 1 else x + shift

    def other(x, factor, shift):
        return {"a": x}["c"] if factor != 1 else x + shift

    def same(x, factor, shift):
        return {}["b"] if factor != 1 else x + shift

    assert examine(other, scale).mistake is None
    assert examine(same, scale).mistake.name == "asks for a key"


def test_another_way_of_writing_has_the_same_name(scale):
    scale.mistake("took a root", hint="?", also=(lambda x, f, s: np.abs(x) ** 0.25 + s,))(
        lambda x, f, s: np.abs(x) ** 0.5 + s
    )
    assert examine(lambda x, f, s: np.sqrt(np.sqrt(np.abs(x))) + s, scale).mistake.name == (
        "took a root"
    )


def test_a_mistake_of_the_whole_answer_gives_no_name_to_a_part():
    made = Exercise(lambda x: (x + 1, 2 * x), notebook="", points=1, minutes=1, returns=("a", "b"))
    made.cases(lambda rng: iter([Case((rng.normal(size=3),)), Case((rng.normal(size=5),))]))
    made.oracle(lambda x: (x + 1, 2 * x))
    made.mistake("both were halved", hint="?", whole=True)(lambda x: ((x + 1) / 2, x))
    made.slip(averaged("a", count=lambda x: len(x)), hint="?")
    assert examine(lambda x: ((x + 1) / 2, x), made).mistake.name == "both were halved"
    assert examine(lambda x: ((x + 1) / 2, 2 * x), made).mistake is None
    assert "averaged" in examine(lambda x: ((x + 1) / len(x), 2 * x), made).mistake.name
