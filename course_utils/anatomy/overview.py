"""The whole zoo in one table: what each network has, counted, beside what its source prints."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from course_utils import zoo
from course_utils.anatomy.describe import describe
from course_utils.anatomy.table import LayerTable

README = Path(zoo.__file__).with_name("README.md")
MARK = "<!-- written by `course zoo --markdown` -->"
HEADS = ("network", "images", "parameters", "printed", "multiply–adds", "activations", "layers")


@dataclass(frozen=True)
class Line:
    """One network of the zoo, for one image: all counts come from `describe`."""

    entry: zoo.Entry
    parameters: int
    multiply_adds: int
    activations: int
    layers: int

    @property
    def cells(self) -> tuple[str, ...]:
        """The columns of `HEADS` as text."""
        e = self.entry
        images = f"{e.channels} × {e.size} × {e.size}"
        return (e.name, images, f"{self.parameters:,}", e.published or "–",
                in_words(self.multiply_adds), in_words(self.activations),
                str(self.layers))  # fmt: skip


def lines(*names: str) -> Iterator[Line]:
    """One line for each network of these names, or of the whole zoo, in the zoo's order.

    Heads that run in training only do not count. Raises CourseError for an unknown name.
    """
    for name in names or zoo.names():
        table = table_of(name)
        weighty = [row for row in table if row.kind in ("Conv2d", "ConvTranspose2d", "Linear")]
        yield Line(zoo.entry(name), table.parameters + sum(table.idle.values()),
                   table.multiply_adds, table.activations, len(weighty))  # fmt: skip


def table_of(name: str, depth: int | None = None) -> LayerTable:
    """`describe` for a network as it was published, built without memory for its weights."""
    import torch

    entry = zoo.entry(name)
    with torch.device("meta"):
        network = entry.build()
    return describe(network, (entry.channels, entry.size, entry.size), depth)


def in_words(count: int) -> str:
    """A count with three digits: 724 M, 15.2 M, 339 k."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if count >= size:
            digits = count / size
            return f"{digits:.{max(0, 3 - len(str(int(digits))))}f} {unit}"
    return str(count)


def markdown() -> str:
    """The table for the zoo's README: a part for each source, its notes below."""
    parts = [MARK]
    for source, group in groupby(lines(), key=lambda line: line.entry.source):
        rows = list(group)
        parts.append(f"\n### {rows[0].entry.family}: {source}\n")
        parts.append("| " + " | ".join(HEADS) + " |")
        parts.append("| --- | --- |" + " ---: |" * (len(HEADS) - 2))
        parts += ["| " + " | ".join((f"`{r.cells[0]}`", *r.cells[1:])) + " |" for r in rows]
        notes = dict.fromkeys(r.entry.note for r in rows if r.entry.note)
        parts += [f"\n{'; '.join(f'`{n}`' for n in _named(rows, note))}: {note}." for note in notes]
    return "\n".join(parts) + "\n"


def _named(rows: list[Line], note: str) -> list[str]:
    return [row.entry.name for row in rows if row.entry.note == note]


def write_readme() -> None:
    """Put the table into the zoo's README, in the place of the one that is there."""
    text = README.read_text(encoding="utf-8")
    README.write_text(text[: text.index(MARK)] + markdown(), encoding="utf-8")
