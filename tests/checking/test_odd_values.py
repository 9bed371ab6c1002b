"""Whatever a function returns, there is a sentence for it, and never a traceback."""

import dataclasses
import datetime
import decimal
import fractions

import numpy as np
import pytest

from course_utils.checking import all_exercises, check
from course_utils.checking.answer_key import AnswerKey
from course_utils.checking.comparing import describe, identical
from course_utils.checking.judging import judge
from course_utils.checking.registry import get
from course_utils.checking.report import verdict_card
from course_utils.checking.running import Outcome, run_all
from course_utils.grading import unnamed


class Stubborn:
    """Fails at everything that anybody may ask of it."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __eq__(self, other):
        raise RuntimeError("equal")

    def __bool__(self):
        raise RuntimeError("true or false")

    def __array__(self, *args, **kwargs):
        raise RuntimeError("an array")

    def __len__(self):
        raise RuntimeError("length")

    __hash__ = None


class LiesAboutItself(list):
    def __len__(self):
        return -1

    def __iter__(self):
        raise RuntimeError("nothing to see")


@dataclasses.dataclass
class Pair:
    a: object = None


nameless = type("", (), {})
itself: list = []
itself.append(itself)

ODD = {
    "nothing": None,
    "ragged": [1, [2, 3]],
    "a tuple of ragged": ([1, [2, 3]],),
    "two ragged": ([[27, 27], [18]], [1]),
    "an object without a name": nameless(),
    "a class without a name": nameless,
    "stubborn": Stubborn(),
    "a tuple of stubborn": (Stubborn(), Stubborn()),
    "a list that lies": LiesAboutItself([1, 2]),
    "itself": itself,
    "empty list": [],
    "empty tuple": (),
    "empty dict": {},
    "a set": {1, 2},
    "text": "0.5",
    "bytes": b"12",
    "complex": 1j,
    "complex array": np.ones((2, 2)) * 1j,
    "NaN": float("nan"),
    "infinite": float("inf"),
    "huge": 10**400,
    "minus huge": -(10**400),
    "True": True,
    "numpy bool": np.bool_(True),
    "objects": np.array([1, None, "x"], object),
    "an array in an array": np.array([np.ones(2), np.ones(3)], object),
    "dates": np.array(["2020-01-01"], "datetime64[D]"),
    "records": np.zeros(2, [("a", float), ("b", int)]),
    "strings": np.array(["a", "b"]),
    "masked": np.ma.array([1.0, 2.0], mask=[True, False]),
    "0 × 3": np.zeros((0, 3)),
    "32 axes": np.zeros((1,) * 32),
    "float16": np.float16(1.5),
    "longdouble": np.longdouble(1.5),
    "unsigned": np.uint64(2**64 - 1),
    "generator": (x for x in "ab"),
    "function": len,
    "lambda": lambda: None,
    "type": int,
    "module": np,
    "ellipsis": ...,
    "not implemented": NotImplemented,
    "exception": ValueError("x"),
    "decimal": decimal.Decimal("1.5"),
    "fraction": fractions.Fraction(1, 3),
    "date": datetime.date(2020, 1, 1),
    "range": range(3),
    "slice": slice(1, 2),
    "data class": Pair(np.ones(3)),
    "dict of arrays": {"a": np.ones(3)},
    "tuple of None": (None, None),
    "tuple of lists": ([1, 2], [3]),
    "tuple of arrays": (np.ones(2), np.ones(3)),
    "deep": [[[[[[1.0]]]]]],
    "surrogate": "\ud800",
    "memory": memoryview(b"abc"),
}


@pytest.mark.parametrize("exercise", [e for e in all_exercises() if e.points], ids=lambda e: e.name)
def test_an_odd_value_is_wrong_in_words(exercise):
    key = AnswerKey.drawn(exercise, 3)
    parts = len(key.expected[0]) if isinstance(key.expected[0], tuple) else 1
    for name, value in ODD.items():
        for whole in [value] + [(value,) * parts] * (parts > 1):
            outcomes = run_all(lambda *args, v=whole: v, key.cases, exercise.argument_names)
            verdict = judge(key, outcomes)
            assert not verdict.passed, name
            assert verdict.problem.sentence.strip(), name
            assert len(unnamed.returned(key, outcomes)) == 16


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
def test_check_shows_a_card_for_it(value, capsys):
    exercise = get("relu")
    check(relu=lambda x: value)
    said = capsys.readouterr().out
    assert "✗" in said
    assert "Traceback" not in said
    key = AnswerKey.drawn(exercise, 3)
    outcomes = run_all(lambda x: value, key.cases, exercise.argument_names)
    card = verdict_card(judge(key, outcomes))
    assert card.html()
    assert card.text()


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
def test_anything_can_be_described_and_compared(value):
    assert describe(value).split()[0] in ("a", "an")
    for other in ODD.values():
        assert identical(value, other) in (True, False)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_coarse_numbers_are_not_forgiven_more(dtype):
    """A thousandth off in half precision is a thousandth off."""
    for exercise in all_exercises():
        key = AnswerKey.drawn(exercise, 3)
        if exercise.rtol or not all(
            _is_double(v) for v in (key.expected, [c.args for c in key.cases])
        ):
            continue
        outcomes = [Outcome(value=_coarse(e, dtype)) for e in key.expected]
        assert not judge(key, outcomes).passed, exercise.name


def _is_double(value) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_double, value))
    return not isinstance(value, np.ndarray) or value.dtype == np.float64


def _coarse(value, dtype):
    if isinstance(value, tuple):
        return tuple(_coarse(v, dtype) for v in value)
    with np.errstate(over="ignore"):
        return np.asarray(np.asarray(value) * 1.001).astype(dtype)
