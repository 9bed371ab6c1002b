"""The table that `describe` returns: rows, totals, and how they are shown."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from html import escape

from course_utils.anatomy.fields import ReceptiveField, short
from course_utils.errors import CourseError


@dataclass(frozen=True)
class Row:
    """One layer, one function between layers, or one block of them.

    shape            of the result, one example: (C, H, W) or (F,)
    multiply_adds    for one example
    activations      values that the result holds in memory of its own; 0 for what works in place
    bytes            of these values
    receptive_field  None where it is not defined, as behind Flatten
    function         True for a function of `forward` that is no layer, such as "add" or "cat"
    not_counted      operations of it that multiply_adds leaves out, as there is no formula for them
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    multiply_adds: int
    activations: int
    bytes: int
    receptive_field: ReceptiveField | None = None
    function: bool = False
    not_counted: tuple[str, ...] = ()


HEADS = ("layer", "kind", "output", "parameters", "multiply–adds", "activations", "memory",
         "field", "jump", "start")  # fmt: skip
LEFT = 3  # columns of words; the others are numbers


@dataclass(frozen=True)
class LayerTable:
    """Rows in order of execution, and their totals; shows itself as text and as HTML.

    idle  names of the layers that do not run at test time, with their parameters
    """

    title: str
    input_size: tuple[int, ...]
    rows: tuple[Row, ...]
    idle: dict[str, int]

    # ------------------------------------------------------------------------------- contents
    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, key: int | str) -> Row:
        """A row by number, or the first one of that name. Raises CourseError for another name."""
        if isinstance(key, int):
            return self.rows[key]
        for row in self.rows:
            if row.name == key:
                return row
        names = ", ".join(row.name for row in self.rows[:8])
        raise CourseError(f"The table of {self.title} has no row {key!r}: it has {names} …")

    @property
    def parameters(self) -> int:
        """Parameters of all rows."""
        return sum(row.parameters for row in self.rows)

    @property
    def multiply_adds(self) -> int:
        """Multiply–adds of all rows, for one example."""
        return sum(row.multiply_adds for row in self.rows)

    @property
    def not_counted(self) -> tuple[str, ...]:
        """Names of the rows whose multiply–adds are not all in the total."""
        return tuple(row.name for row in self.rows if row.not_counted)

    @property
    def activations(self) -> int:
        """Values that all rows hold, for one example; the input is not among them."""
        return sum(row.activations for row in self.rows)

    @property
    def bytes(self) -> int:
        """Bytes of these values."""
        return sum(row.bytes for row in self.rows)

    def only(self, *kinds: str) -> "LayerTable":
        """The rows of these kinds, such as only("Conv2d", "Linear"), as a table.

        Raises CourseError for a kind that the table does not have.
        """
        there = sorted({row.kind for row in self.rows})
        unknown = [kind for kind in kinds if kind not in there]
        if unknown:
            raise CourseError(f"No row is a {unknown[0]!r}: the kinds are {', '.join(there)}.")
        return replace(self, rows=tuple(row for row in self.rows if row.kind in kinds))

    # ---------------------------------------------------------------------------------- forms
    def to_dict(self) -> dict[str, list]:
        """The columns by name; the receptive field is split into size, jump and start."""
        columns = {f.name: [] for f in fields(Row) if f.name != "receptive_field"}
        columns |= {"field_size": [], "field_jump": [], "field_start": []}
        for row in self.rows:
            field = asdict(row)["receptive_field"] or dict.fromkeys(("size", "jump", "start"))
            values = asdict(row) | {f"field_{name}": value for name, value in field.items()}
            for name, column in columns.items():
                column.append(values[name])
        return columns

    def to_dataframe(self):
        """The same as a pandas DataFrame. Raises CourseError where pandas is not installed."""
        try:
            import pandas
        except ImportError:
            raise CourseError(
                "to_dataframe needs pandas (pip install pandas); to_dict gives the same columns."
            ) from None
        return pandas.DataFrame(self.to_dict())

    def __str__(self) -> str:
        lines = [list(HEADS), *map(_cells, self.rows), self._total()]
        widths = [max(len(line[k]) for line in lines) for k in range(len(HEADS))]
        texts = [_aligned(line, widths) for line in lines]
        rule = "─" * sum(widths, 2 * len(widths) - 2)
        parts = [self._caption(), texts[0], rule, *texts[1:-1], rule, texts[-1], *self._notes()]
        return "\n".join(part.rstrip() for part in parts)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        body = "".join(_html_row(_cells(row)) for row in self.rows)
        notes = "".join(f"<br>{escape(note)}" for note in self._notes())
        return (
            '<table style="font-size: 0.85em; font-variant-numeric: tabular-nums; '
            'border-collapse: collapse">'
            f'<caption style="text-align: left; caption-side: top">{escape(self._caption())}{notes}'
            f"</caption><thead>{_html_row(HEADS, 'th')}</thead><tbody>{body}</tbody>"
            f"<tfoot>{_html_row(self._total(), 'th')}</tfoot></table>"
        )

    def _caption(self) -> str:
        return f"{self.title}, input {_product(self.input_size)}"

    def _total(self) -> list[str]:
        return ["total", "", "", f"{self.parameters:,}", work(self.multiply_adds, self.not_counted),
                f"{self.activations:,}", megabytes(self.bytes), "", "", ""]  # fmt: skip

    def _notes(self) -> list[str]:
        notes = []
        if self.not_counted:
            kinds = dict.fromkeys(name for row in self.rows for name in row.not_counted)
            notes.append(f"Not counted: {_some(self.not_counted)} ({', '.join(kinds)}).")
        if self.idle:
            tops = tuple(dict.fromkeys(name.split(".")[0] for name in self.idle))
            idle = sum(self.idle.values())
            notes.append(f"Not run at test time: {_some(tops)} ({idle:,} parameters).")
        return notes


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:4]) + (" …" if len(names) > 4 else "")


def _cells(row: Row) -> list[str]:
    field = row.receptive_field
    places = [short(side) for side in (field.size, field.jump, field.start)] if field else 3 * ["–"]
    return [row.name, row.kind, _product(row.shape), _count(row.parameters),
            _work(row.multiply_adds, row.not_counted), _count(row.activations),
            megabytes(row.bytes) if row.bytes else "–", *places]  # fmt: skip


def _product(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


def work(multiply_adds: int, not_counted: tuple[str, ...]) -> str:
    """A count of multiply–adds that says so where it does not hold all of them."""
    if not not_counted:
        return f"{multiply_adds:,}"
    return f"{multiply_adds:,} + not counted" if multiply_adds else "not counted"


def _work(multiply_adds: int, not_counted: tuple[str, ...]) -> str:
    return work(multiply_adds, not_counted) if multiply_adds or not_counted else "–"


def _count(number: int) -> str:
    return f"{number:,}" if number else "–"


def megabytes(count: int) -> str:
    """Bytes in words, as storage is sold: 1 MB is 1,000,000 bytes."""
    return f"{count / 1e6:,.2f} MB" if count >= 1e5 else f"{count / 1e3:.1f} kB"


def _aligned(line: list[str], widths: list[int]) -> str:
    padded = enumerate(zip(line, widths, strict=True))
    cells = [c.ljust(w) if k < LEFT else c.rjust(w) for k, (c, w) in padded]
    return "  ".join(cells)


def _html_row(cells, tag: str = "td") -> str:
    sides = ["left"] * LEFT + ["right"] * (len(cells) - LEFT)
    parts = []
    for cell, side in zip(cells, sides, strict=True):
        kind = tag if cell else "td"  # a heading without words is announced, and says nothing
        style = f"text-align: {side}; padding: 1px 8px; white-space: nowrap"
        parts.append(f'<{kind} style="{style}">{escape(cell)}</{kind}>')
    return f"<tr>{''.join(parts)}</tr>"
