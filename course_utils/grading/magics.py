"""What IPython allows in a cell beyond Python, turned into Python, line by line.

`%magic`, `!command` and `name?` become calls of `get_ipython()`; what a magic runs itself
(`%time x = f(y)`) stays; prompts and a common indentation that were pasted along go. IPython's own
transformer reads the whole cell again for every magic in it, which a cell can make last for ever.
"""

import itertools
import re

# Cell magics whose body is Python that runs in the notebook: the first line goes, the rest stays.
_TRANSPARENT = re.compile(r"%%(?:time|timeit|capture|prun|debug)\b.*")
_PROMPT = re.compile(r"^(?:>>> ?|In \[\d+\]: ?)")
_CONTINUED = re.compile(r"^(?:\.\.\. ?|[ \t]*\.{3,}: ?|>>> ?|In \[\d+\]: ?)")
_ASSIGNED = re.compile(r"^([ \t]*[\w.,\[\]'\"* \t]+?)=[ \t]*(?:!|%(?=\w))(.*)$")
_RUNS = re.compile(r"^%time[ \t]+(?=\S)")  # its statement is run in the notebook
_QUOTES = re.compile(r"\"\"\"|'''|\"|'|#|[\[({]|[\])}]|\\.")


def as_python(text: str) -> str:
    """The cell with all that only IPython understands replaced, in time that grows with it."""
    lines = _without_prompts(text.lstrip("\n").split("\n"))
    passed = itertools.takewhile(lambda s: not s.strip() or _TRANSPARENT.match(s.strip()), lines)
    lines = _without_indent(lines[sum(1 for _ in passed) :])
    if lines and lines[0].startswith("%%"):
        return _called("run_cell_magic", "\n".join(lines))
    out, state, waiting = [], _Inside(), []
    for line in lines:
        if waiting or state.at_start:
            if _is_special(line) and line.rstrip().endswith("\\"):
                waiting.append(line)
                continue
            line = _line("\n".join([*waiting, line])) if waiting else _line(line)
            out += [""] * len(waiting)  # the numbers of the lines below stay
            waiting = []
        out.append(line)
        state.pass_over(line)
    return "\n".join([*out, *waiting])


def _without_prompts(lines: list[str]) -> list[str]:
    """`>>> x` and `In [3]: x`, as they are copied from a terminal."""
    if not any(_PROMPT.match(line) for line in lines[:2]):
        return lines
    return [_CONTINUED.sub("", line, count=1) for line in lines]


def _without_indent(lines: list[str]) -> list[str]:
    """What stands in front of the first line goes from all, as in IPython."""
    first = next((line for line in lines if line.strip()), "")
    space = first[: len(first) - len(first.lstrip(" \t"))]
    return [line.removeprefix(space) for line in lines] if space else lines


def _is_special(line: str) -> bool:
    return line.lstrip(" \t")[:1] in ("%", "!")


def _line(line: str) -> str:
    """One line that begins a statement, as Python."""
    bare = line.strip(" \t")
    space = line[: len(line) - len(line.lstrip(" \t"))]
    if _RUNS.match(bare):
        return space + _RUNS.sub("", bare, count=1)
    if bare[:1] in ("%", "!") or bare[:1] in (",", ";", "/", "?") or _asks(bare):
        return space + _called("run_line_magic", bare)
    assigned = _ASSIGNED.match(line)
    if assigned and "==" not in assigned[1]:
        return f"{assigned[1]}= {_called('getoutput', assigned[2])}"
    return line


def _asks(bare: str) -> bool:
    """`relu?` and `np.sum??`: help about a name."""
    return bool(re.fullmatch(r"%{0,2}[\w.*]+(?:\[[^\]]*\])?\?{1,2}", bare))


def _called(method: str, text: str) -> str:
    return f"get_ipython().{method}({text!r})"


class _Inside:
    """Whether the next line begins a statement, or goes on with a string or within brackets."""

    def __init__(self):
        self._quote, self._depth, self._joined = "", 0, False

    @property
    def at_start(self) -> bool:
        return not (self._quote or self._depth or self._joined)

    def pass_over(self, line: str) -> None:
        self._joined = not self._quote and line.endswith("\\")
        for found in _QUOTES.finditer(line):
            mark = found[0]
            if self._quote:
                self._quote = "" if mark == self._quote else self._quote
            elif mark == "#":
                self._joined = False
                return
            elif mark[0] in "\"'":
                self._quote = mark
            elif mark in "[({":
                self._depth += 1
            elif mark in "])}":
                self._depth = max(0, self._depth - 1)
        if len(self._quote) == 1 and not line.endswith("\\"):  # a string of one line ends with it
            self._quote = ""
