"""A claim: what a lecture says, where, and the code that computes it again.

A claim is written once. Its numbers stand in braces inside the quotation; the function below it
returns the same numbers, counted. The verdict is computed from the two, never typed.

    @claim("vgg16-memory", "{24M} data to store … {96 MB} / Image", notebook="13",
           lecture="002", where="Calculating the memory for VGG")
    def _():
        values = ...
        return found(values, 4 * values, why="...")

A statement without a number has no braces, and its function returns whether it holds.
"""

import inspect
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from course_utils.audit.stated import RIGHT, ROUNDED, WRONG, Stated, parse, plain
from course_utils.errors import CourseError

LOOKED_UP, FROM_MEMORY, MISPRINT = "looked up", "from memory", "misprint"
VERDICTS = (RIGHT, ROUNDED, WRONG, LOOKED_UP, FROM_MEMORY, MISPRINT)

LECTURES = {
    "000": "Deep Networks, slides (UNC Charlotte)",
    "002": "Study notes on the classic papers",
    "003": "Convolutional Neural Nets, EECS 442 (Michigan, 2019)",
    "004": "Convolutional Networks IV, 11-785 (CMU, 2021)",
    "papers": "Papers that the notebooks check",
}


@dataclass(frozen=True)
class Found:
    """What a claim's function returns: the numbers in the order of the quotation, and a remark."""

    values: tuple
    why: str = ""


def found(*values, why: str = "") -> Found:
    """The recomputed numbers (or one bool for a statement), and why they differ or what to know."""
    return Found(values, _flat(why))


@dataclass(frozen=True)
class Claim:
    """One claim of a lecture; `check()` computes it again."""

    id: str
    quotation: str
    notebook: str
    lecture: str
    where: str
    compute: Callable[[], Found] = field(repr=False)
    also: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    kind: str = ""  # LOOKED_UP or FROM_MEMORY where only a source can settle it; MISPRINT

    @property
    def says(self) -> str:
        """The quotation without the braces, and with an arrow where the lecture has TeX's."""
        plainer = self.quotation.replace("{", "").replace("}", "")
        return plainer.replace("\\rightarrow", "→")

    @property
    def stated(self) -> tuple[Stated, ...]:
        """The numbers of the quotation."""
        return tuple(parse(text) for text in re.findall(r"\{(.*?)\}", self.quotation))

    @property
    def places(self) -> dict[str, str]:
        """Where it stands: lecture -> the slide's first words."""
        return {self.lecture: self.where, **self.also}

    @property
    def code(self) -> str:
        """The source of the function that computes it again; empty for a citation."""
        if self.source:
            return ""
        given = inspect.getclosurevars(self.compute).nonlocals  # of claims that a table makes
        head = "".join(f"{name} = {value!r}\n" for name, value in given.items())
        return head + textwrap.dedent(inspect.getsource(self.compute))

    def check(self) -> "Finding":
        """Compute it again and judge. Raises CourseError if the counts of numbers differ."""
        result = self.compute()
        stated = self.stated
        if self.source and not result.values:
            return Finding(self, (), (), self.kind, result.why)
        if len(result.values) != max(len(stated), 1):
            raise CourseError(
                f"claim {self.id} states {len(stated)} numbers, and {len(result.values)} came out."
            )
        pairs = zip(stated, result.values, strict=True)
        verdicts = tuple(s.verdict(v) for s, v in pairs) if stated else (_holds(*result.values),)
        return Finding(self, result.values, verdicts, self._worst(verdicts), result.why)

    def _worst(self, verdicts: tuple[str, ...]) -> str:
        worst = max(verdicts, key=VERDICTS.index)
        if self.kind == MISPRINT:
            return MISPRINT if worst == WRONG else worst
        return self.kind if self.source and worst != WRONG else worst


def _holds(value) -> str:
    if value is not True and value is not False:
        raise CourseError(f"a statement holds or does not, but {value!r} came out.")
    return RIGHT if value else WRONG


@dataclass(frozen=True)
class Finding:
    """The result of checking one claim; a number's own verdict stands in `verdicts`."""

    claim: Claim
    values: tuple
    verdicts: tuple[str, ...]
    verdict: str
    why: str = ""

    @property
    def shown(self) -> str:
        """The numbers that came out, as text; of several only those that are not right."""
        if not self.values:
            return "no number to compare" if self.why else "not looked up"
        if not self.claim.stated:
            return self._of_statement()
        if self.claim.source and set(self.verdicts) == {RIGHT}:
            return "the same" if self.claim.kind == FROM_MEMORY else "the source says the same"
        triples = list(zip(self.claim.stated, self.values, self.verdicts, strict=True))
        if len(set(self.verdicts)) == 1 or self.claim.source:
            numbers = [s.show(v) for s, v, _ in triples]
            return (" and " if len(numbers) == 2 else ", ").join(numbers)
        worst = max(self.verdicts, key=VERDICTS.index)
        shown = [(s, v) for s, v, verdict in triples if verdict == worst]
        beside = "not " if worst == WRONG else ""
        return ", ".join(f"{s.show(v)} ({beside}{s.text})" for s, v in shown)

    def _of_statement(self) -> str:
        if self.claim.source:
            return f"the source says {'so' if self.values[0] else 'otherwise'}"
        return "holds" if self.values[0] else "does not hold"


class Registry(dict):
    """Claims by id, in the order in which they were written."""

    def add(self, claim: Claim) -> None:
        if claim.id in self:
            raise CourseError(f"there are two claims {claim.id}.")
        unknown = set(claim.places) - set(LECTURES)
        if unknown:
            raise CourseError(f"claim {claim.id} names no lecture: {', '.join(unknown)}.")
        self[claim.id] = claim


REGISTRY = Registry()


def claim(id: str, quotation: str, *, notebook: str, lecture: str, where: str, **also: str):
    """Register the function below as what recomputes this claim.

    `also_000="…"` names a second place. Raises CourseError for an id that there is already.
    """
    return _registered(id, quotation, notebook, lecture, where, _places(also))


def misprint(id: str, quotation: str, *, notebook: str, where: str):
    """Register a number that a paper prints, and that the function below counts otherwise."""
    return _registered(id, quotation, notebook, "papers", where, {}, MISPRINT)


def _registered(id, quotation, notebook, lecture, where, also, kind=""):
    def register(compute: Callable[[], Found]) -> Callable[[], Found]:
        REGISTRY.add(Claim(id, _flat(quotation), notebook, lecture, where, compute, also,
                           kind=kind))  # fmt: skip
        return compute

    return register


def cited(id: str, quotation: str, *paper: float | bool, source: str, remark: str = "",
          looked_up: bool = False, notebook: str, lecture: str, where: str,
          **also: str) -> None:  # fmt: skip
    """Register a claim that only a source can settle; `paper` holds what the source says.

    looked_up: whether the source was read; it then names the paper, and the table or section. A
    number that is only remembered is said to be. No number means that there is none to compare.
    Where source and lecture differ the claim is wrong.
    """
    result, kind = found(*paper, why=remark), LOOKED_UP if looked_up else FROM_MEMORY
    REGISTRY.add(Claim(id, _flat(quotation), notebook, lecture, where, lambda: result,
                       _places(also), source, kind))  # fmt: skip


def _flat(text: str) -> str:
    return " ".join(text.split())


def _places(also: dict[str, str]) -> dict[str, str]:
    return {key.removeprefix("also_"): where for key, where in also.items()}


__all__ = ["FROM_MEMORY", "LECTURES", "LOOKED_UP", "MISPRINT", "REGISTRY", "RIGHT", "ROUNDED",
           "VERDICTS", "WRONG", "Claim", "Finding", "Found", "cited", "claim", "found", "misprint",
           "plain"]  # fmt: skip
