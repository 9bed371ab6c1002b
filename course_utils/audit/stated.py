"""Numbers as a slide states them: their value, and how precisely it is meant.

A whole number is meant exactly. A number with a scale word (`24M`, `60 million`, `400 GB`), a word
such as `about`, or a decimal point is meant to its last digit that is not a zero of padding.
"""

import math
import re
from dataclasses import dataclass

from course_utils.errors import CourseError

RIGHT, ROUNDED, WRONG = "right", "rounded", "wrong"

_SCALES = {"k": 1e3, "m": 1e6, "million": 1e6, "billion": 1e9, "mb": 1e6, "gb": 1e9}
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBER = re.compile(
    r"(?P<about>~|about )?(?P<bound>[<>]|over )?(?P<digits>-?\d[\d,]*(\.\d+)?(e-?\d+)?)"
    r" ?(?P<scale>K|MB|M|million|billion|GB)?(?P<unit> ?(%|°|[x×]))?(?P<more> or more)?",
    re.IGNORECASE,
)
_COARSEST = 0.05  # one digit alone, "100 billion", would let half of it pass


@dataclass(frozen=True)
class Stated:
    """One number of a slide. `step` is the unit of its last meaningful digit, 0 if it is exact."""

    text: str
    value: float
    step: float = 0.0
    bound: str = ""
    scale: str = ""
    unit: str = ""

    def verdict(self, value: float) -> str:
        """RIGHT, ROUNDED or WRONG, for the number that came out when it was computed again."""
        if self.bound:
            return RIGHT if self._within_bound(value) else WRONG
        if math.isclose(value, self.value, rel_tol=1e-9, abs_tol=1e-12):
            return RIGHT
        allowed = min(self.step / 2, _COARSEST * abs(self.value))
        return ROUNDED if abs(value - self.value) <= allowed * (1 + 1e-9) else WRONG

    def _within_bound(self, value: float) -> bool:
        if self.bound == "<":
            return value < self.value
        return value >= self.value if self.bound == "at least" else value > self.value

    def show(self, value: float) -> str:
        """A computed number, written in the unit of the stated one: `60.9 MB`, `15,237,608`."""
        if self.scale.lower() in ("mb", "gb"):
            return f"{value / _SCALES[self.scale.lower()]:,.1f} {self.scale}"
        return self._digits(value) + (f" {self.unit}" if self.unit == "%" else self.unit)

    def _digits(self, value: float) -> str:
        """`17.0` beside a stated `17.1`, where `plain` would say `17`."""
        decimals = len(self.text.split(".")[1].rstrip(" %x×°")) if "." in self.text else 0
        whole = float(value).is_integer() and not self.scale
        return f"{value:.{decimals}f}" if decimals and whole else plain(value)


def plain(value: float) -> str:
    """A number as one reads it: whole ones with commas, others with four digits or more."""
    if float(value).is_integer():
        return f"{int(value):,}" if abs(value) >= 10_000 else f"{int(value)}"
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.5f}".rstrip("0")


def parse(text: str) -> Stated:
    """Read `24M`, `~140 million`, `< 3.5%`, `1e-5`, `three` …; raises CourseError for others."""
    if text.lower() in (*_WORDS, "zero"):
        return Stated(text, 0 if text.lower() == "zero" else _WORDS.index(text.lower()))
    match = _NUMBER.fullmatch(text.strip().replace("< ", "<").replace("> ", ">"))
    if match is None:
        raise CourseError(f"“{text}” is not a number that an audit can compare.")
    digits, scale = match["digits"].replace(",", ""), match["scale"] or ""
    factor = _SCALES.get(scale.lower(), 1)
    rounded = bool(scale or match["about"] or "." in digits)
    return Stated(
        text,
        float(digits) * factor,
        _last_digit(digits) * factor if rounded else 0.0,
        "at least" if match["more"] else (match["bound"] or "").strip().lower(),
        scale,
        (match["unit"] or "").strip(),
    )


def _last_digit(digits: str) -> float:
    """The unit of the last meaningful digit: 0.1 for 3.2, 10 for 650, 1 for 24."""
    if "e" in digits:
        return 0.0
    if "." in digits:
        return 10.0 ** -len(digits.split(".")[1])
    return 10.0 ** (len(digits) - len(digits.rstrip("0")))
