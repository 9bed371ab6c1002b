"""Mistakes that can happen in many exercises, each said once: as a change of a right function.

    conv2d.slip(ignored("padding", 0))
    conv2d_weight_grad.slip(averaged(over="the images", count=lambda grad_out, x: len(x)))
    conv2d_backward.slip(averaged("grad_bias"), "the gradient of the bias was averaged", hint="…")

A slip changes what a function is given (`ignored`, `exchanged`, `square`, `first_only` …) or what
it returns (`averaged`, `rotated`, `transposed`, `reordered` …), and brings a name and a question of
its own; both can be said in other words where an exercise has better ones. Since a slip is a
function of functions, two of them can be applied one after the other.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checking.exercise import Slip


# ------------------------------------------------------------------------------ what goes in
def given(change: Callable[[dict], dict], name: str = "", hint: str = "") -> Slip:
    """The function gets other arguments: `change(arguments)` returns those that differ."""

    def apply(function: Callable, parts: tuple[str, ...]) -> Callable:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def wrong(*args, **kwargs):
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            bound.arguments.update(change(dict(bound.arguments)))
            return function(*bound.args, **bound.kwargs)

        return wrong

    return Slip(apply, name, hint)


def ignored(what: str, value: Any) -> Slip:
    """An argument was not used: as if it had always this value."""
    return given(
        lambda arguments: {what: value},
        f"{what} was not used",
        f"Where does your code use {what}?",
    )


def missing(what: str, neutral: float = 1.0) -> Slip:
    """An array was left out: as if it were all ones (of a product) or all zeros (of a sum)."""
    return given(
        lambda arguments: {what: np.full_like(arguments[what], neutral)},
        f"{what} is missing",
        f"Where does {what} enter your result?",
    )


def turned(what: str) -> Slip:
    """Rows and columns of an array, its last two axes, were rotated by 180° on the way in."""
    return given(
        lambda arguments: {what: arguments[what][..., ::-1, ::-1]},
        f"{what} was rotated by 180°",
        f"Is there a [::-1] too many, or one too few, at {what}?",
    )


def exchanged(what: str) -> Slip:
    """A pair (height, width) was read the other way round."""
    return given(
        lambda arguments: {what: arguments[what][::-1]},
        f"height and width in {what} were exchanged",
        f"In which order does {what} name height and width, and in which did you take it apart?",
    )


def square(what: str, axis: int = 0) -> Slip:
    """One size of a pair was used for both, as if everything were square."""
    return given(
        lambda arguments: {what: (arguments[what][axis],) * 2},
        f"{what} was taken to be square: one of its two sizes serves for both",
        f"{what} has two sizes, which need not be equal. Where does your code use the one, and "
        "where the other?",
    )


def swapped(one: str, other: str) -> Slip:
    """Two arguments changed places."""
    return given(
        lambda arguments: {one: arguments[other], other: arguments[one]},
        f"{one} and {other} have changed places",
        f"Which of the two is {one}, and which is {other}?",
    )


def first_only(*what: str) -> Slip:
    """Only the first image (or point) of each of these arguments was used."""
    return given(
        lambda arguments: {name: arguments[name][:1] for name in what},
        "only the first image was used",
        "How many images are there? Does your code look at number 0 alone?",
    )


def last_only(*what: str) -> Slip:
    """A loop over the images keeps what the last one gave."""
    return given(
        lambda arguments: {name: arguments[name][-1:] for name in what},
        "only the last image counts: each one overwrites what came before",
        "After your loop over the images, what is left of the first one: is it = or +=?",
    )


# ----------------------------------------------------------------------------- what comes out
def result(change: Callable, part: str = "", name: str = "", hint: str = "") -> Slip:
    """The answer, or the part of it with this name, is `change(value, **arguments)`."""

    def apply(function: Callable, parts: tuple[str, ...]) -> Callable:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def wrong(*args, **kwargs):
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            values = function(*args, **kwargs)
            if not part:
                return change(values, **bound.arguments)
            k = parts.index(part)
            return (*values[:k], change(values[k], **bound.arguments), *values[k + 1 :])

        return wrong

    return Slip(apply, name, hint)


def _of(part: str) -> str:
    return part or "the result"


def averaged(part: str = "", *, over: str = "the images", count: Callable | None = None) -> Slip:
    """Divided by `count(**arguments)`: by the length of the first argument, if not given."""

    def change(value, **arguments):
        return value / (count(**arguments) if count else len(next(iter(arguments.values()))))

    return result(
        change,
        part,
        f"{_of(part)} was averaged over {over} instead of summed",
        f"What acts on each of {over} collects a gradient from each. Do they add up, or are they "
        "averaged?",
    )


def rotated(part: str = "") -> Slip:
    """Rows and columns, the last two axes, came out rotated by 180°."""
    return result(
        lambda value, **arguments: value[..., ::-1, ::-1],
        part,
        f"{_of(part)} came out rotated by 180°",
        "Which entry should lie in the upper left corner, and which one lies there?",
    )


def transposed(part: str = "", axes: tuple[int, int] = (0, 1)) -> Slip:
    """Two axes of the result changed places."""
    return result(
        lambda value, **arguments: np.swapaxes(value, *axes),
        part,
        f"{_of(part)} came out with axes {axes[0]} and {axes[1]} exchanged",
        "Which shape does the docstring ask for, and which one has yours?",
    )


def negated(part: str = "") -> Slip:
    """The sign is wrong everywhere."""
    return result(
        lambda value, **arguments: -value,
        part,
        f"{_of(part)} has the wrong sign",
        "Take the smallest example: should the number be positive or negative?",
    )


def scaled(factor: float, part: str = "", name: str = "", hint: str = "") -> Slip:
    """Everything is `factor` times as large as it should be."""
    return result(
        lambda value, **arguments: factor * value,
        part,
        name or f"{_of(part)} is {factor:g} times what it should be",
        hint or "Divide your numbers by the expected ones. Where could this factor come from?",
    )


def with_axes(part: str, axes: tuple[int, ...]) -> Slip:
    """Axes that were summed over are still there, with length 1."""
    return result(
        lambda value, **arguments: np.expand_dims(value, axes),
        part,
        f"{_of(part)} kept the axes that were summed over, with length 1",
        "A gradient has the shape of what it belongs to. What does keepdims=True do?",
    )


def reordered(*order: int) -> Slip:
    """The parts of the answer come in another order."""
    return result(
        lambda values, **arguments: tuple(values[k] for k in order),
        "",
        "the parts of the answer come in another order",
        "In which order does the docstring name them?",
    )


def replaced(part: str, function: Callable, name: str = "", hint: str = "") -> Slip:
    """One part of the answer is `function(**arguments)` instead."""
    return result(lambda value, **arguments: function(**arguments), part, name, hint)
