"""What must hold for every exercise of the course."""

import functools

import numpy as np
import pytest

from course_utils.checking import all_exercises
from course_utils.checking.answer_key import AnswerKey
from course_utils.checking.judging import NOT_ATTEMPTED, RAISED, WRONG, examine, judge
from course_utils.checking.running import run

EXERCISES = all_exercises()
GRADED = [e for e in EXERCISES if e.points]  # a worked example (no points) is solved on the page
MISTAKES = [(e, m, k) for e in EXERCISES for m in e.mistakes for k in range(len(m.functions))]
SEEDS = (None, 1, 2)

every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
graded_exercise = pytest.mark.parametrize("exercise", GRADED, ids=lambda e: e.name)


@functools.cache
def answer_key(exercise, seed):
    """Made once for all mistakes of an exercise: what they do is what takes the time."""
    return AnswerKey.drawn(exercise, seed)


def answering(exercise, change):
    """The reference, with `change(result, args)` in place of its result."""

    def answer(*args):
        return change(exercise.prepare(exercise.reference)(*args), args)

    return answer


def each_array(value, change):
    """`change` on every array of an answer, tuples kept as tuples."""
    if isinstance(value, tuple):
        return tuple(each_array(part, change) for part in value)
    return change(value)


@every_exercise
@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_agrees_with_the_oracle(exercise, seed):
    verdict = examine(exercise.reference, exercise, seed)
    assert verdict.passed, verdict.problem
    assert verdict.cases >= 1
    assert not verdict.remarks


@every_exercise
def test_the_stub_is_not_attempted(exercise):
    scope = exercise.scope()
    exec(exercise.stub, scope)
    assert examine(scope[exercise.name], exercise).state == NOT_ATTEMPTED


@every_exercise
def test_the_source_solves_it(exercise):
    scope = {**vars(__import__(exercise.home, fromlist=["_"])), **exercise.scope()}
    exec(exercise.source, scope)
    assert examine(scope[exercise.name], exercise).passed


@pytest.mark.parametrize(
    ("exercise", "mistake", "style"),
    MISTAKES,
    ids=[f"{e.name}-{m.name[:40]}-{k}" for e, m, k in MISTAKES],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_each_mistake_is_rejected_and_named(exercise, mistake, style, seed):
    key = answer_key(exercise, seed)
    function = mistake.functions[style]
    outcomes = [run(function, c, exercise.argument_names) for c in key.cases]
    verdict = judge(key, outcomes)
    assert verdict.state in (WRONG, RAISED)
    assert verdict.mistake is mistake, verdict.mistake and verdict.mistake.name


@every_exercise
def test_it_is_complete(exercise):
    assert len(exercise.mistakes) >= 3
    assert len({m.name for m in exercise.mistakes}) == len(exercise.mistakes)
    assert bool(exercise.hints) != exercise.optional
    assert exercise.explanation
    assert exercise.minutes > 0
    assert exercise.summary.endswith(".")
    assert all(m.hint.rstrip().endswith(("?", ".", ")")) for m in exercise.mistakes)


@every_exercise
def test_shares_of_partial_credit_add_up(exercise):
    groups = {c.group for c in exercise.draw_cases()}
    assert groups == (set(exercise.shares) or {""})
    assert sum(exercise.shares.values()) == (exercise.points if exercise.shares else 0)


@every_exercise
def test_it_fits_on_the_page(exercise):
    assert len(exercise.stub.splitlines()) + 4 <= 20
    assert max(map(len, exercise.source.splitlines())) <= 100


@graded_exercise
def test_it_stands_in_its_notebook(exercise):
    from course_utils.editions.build import source_files

    (source,) = source_files([exercise.notebook])
    assert f'{exercise.name} = reference("{exercise.name}")' in source.read_text(encoding="utf-8")


# --------------------------------------------------- wrong in ways that every beginner comes upon
@every_exercise
def test_none_is_understood(exercise):
    verdict = examine(answering(exercise, lambda value, args: None), exercise)
    assert verdict.problem.kind == "none"
    assert "return" in verdict.problem.sentence


@every_exercise
def test_a_list_is_understood(exercise):
    def as_list(value, args):
        return list(value) if isinstance(value, tuple) or np.ndim(value) else [value]

    verdict = examine(answering(exercise, as_list), exercise)
    assert verdict.problem.kind == "type"
    assert "list" in verdict.problem.sentence


@every_exercise
def test_a_wrong_shape_is_understood(exercise):
    longer = answering(exercise, lambda v, args: each_array(v, lambda a: np.stack([a, a])))
    verdict = examine(longer, exercise)
    assert verdict.problem.kind in ("shape", "form")
    assert "(2," in verdict.problem.sentence


@every_exercise
def test_not_a_number_is_understood(exercise):
    def with_nan(value, args):
        return each_array(value, lambda a: np.full(np.shape(a), np.nan))

    verdict = examine(answering(exercise, with_nan), exercise)
    assert verdict.problem.kind == "nan"
    assert "NaN" in verdict.problem.sentence


@every_exercise
def test_an_exception_is_understood(exercise):
    def stops(*args):
        raise KeyError("no such thing")

    verdict = examine(stops, exercise)
    assert verdict.state == RAISED
    assert "KeyError: 'no such thing'" in verdict.problem.sentence
    assert 'raise KeyError("no such thing")' in verdict.problem.sentence


@pytest.mark.parametrize(
    "exercise",
    [e for e in EXERCISES if any(isinstance(a, np.ndarray) for a in e.draw_cases()[0].args)],
    ids=lambda e: e.name,
)
def test_a_changed_input_is_understood(exercise):
    def spoils(*args):
        result = exercise.prepare(exercise.reference)(*args)
        for arg in args:
            if isinstance(arg, np.ndarray):
                arg += arg.dtype.type(1)
        return result

    verdict = examine(spoils, exercise)
    assert verdict.problem.kind == "changed input"
    assert "changed its input" in verdict.problem.sentence


@pytest.mark.parametrize(
    "exercise", [e for e in EXERCISES if e.argument_names and not e.returns], ids=lambda e: e.name
)
def test_returning_an_input_is_understood(exercise):
    verdict = examine(lambda *args: args[-1], exercise)
    assert verdict.state == WRONG
    assert verdict.problem.kind in ("input returned", "shape", "type", "values")


@every_exercise
def test_a_lost_parameter_is_understood(exercise):
    twelve = lambda a, b, c, d, e, f, g, h, i, j, k, l: a  # noqa: E731, E741
    verdict = examine(twelve, exercise)
    assert verdict.problem.kind == "signature"
    assert exercise.signature in verdict.problem.sentence


# ------------------------------------------------------------- right, but written in another way
@every_exercise
def test_another_memory_order_passes(exercise):
    def reordered(value, args):
        return each_array(value, lambda a: np.asfortranarray(a) if np.ndim(a) else a)

    assert examine(answering(exercise, reordered), exercise).passed


@every_exercise
def test_another_precision_passes(exercise):
    def narrowed(value, args):
        def narrow(a):
            return np.float32(a) if np.asarray(a).dtype == np.float64 else a

        return each_array(value, narrow)

    if exercise.rtol is not None or exercise.relative:
        pytest.skip(f"{exercise.name} asks for more digits than float32 has")
    assert examine(answering(exercise, narrowed), exercise).passed


@every_exercise
def test_the_oracles_way_passes(exercise):
    if exercise._view is not None:
        pytest.skip("the oracle gives the view of an answer, not an answer")
    assert examine(exercise._oracle, exercise).passed


@every_exercise
def test_extra_parameters_with_defaults_pass(exercise):
    def generous(*args, verbose=False):
        return exercise.prepare(exercise.reference)(*args)

    assert examine(generous, exercise).passed
