"""The structure of a drawing: what stands in a row, what stands side by side, what is tangled.

A network's boxes lie between a source (what they read from outside) and a sink (what reads them).
A box that no connection jumps over is a waist; between two waists the boxes fall apart into
branches, which are taken apart in the same way. What does not fall apart, such as a dense block,
is a tangle: one column with arcs.
"""

from dataclasses import dataclass, field
from itertools import pairwise

from course_utils.anatomy.boxes import Box

Edges = set[tuple[int, int]]  # (from, to): numbers of boxes


@dataclass
class Branches:
    """Branches side by side and the box where they meet (None: they meet further down).

    shortcut  whether the source is also read by that box itself, past all branches
    """

    branches: list[list]
    join: int | None
    shortcut: bool


@dataclass
class Tangle:
    """Boxes in one column, and the connections that jump: arcs from `source` or a box to a box."""

    numbers: list[int]
    source: int
    jumps: Edges = field(default_factory=set)


def arrange(boxes: list[Box]) -> list:
    """The whole network as a row of box numbers, `Branches` and `Tangle`s."""
    edges = {(r, number) for number, box in enumerate(boxes) for r in box.reads}
    sink = len(boxes)
    dead = {number for number in range(sink) if not any(a == number for a, _ in edges)}
    return _row(list(range(sink)), edges | {(number, sink) for number in dead}, -1, sink)


def _row(numbers: list[int], edges: Edges, source: int, sink: int) -> list:
    """The boxes between source and sink, one element behind the other."""
    row: list = []
    above, between = source, []
    waists = _waists(numbers, edges)
    for number in [*numbers, sink]:
        if number != sink and number not in waists:
            between.append(number)
            continue
        join = number if number != sink else None
        if between:
            row.append(_apart(between, edges, above, number, join))
        elif join is not None:
            row.append(join)
        above, between = number, []
    return row


def _apart(numbers: list[int], edges: Edges, above: int, below: int, join: int | None):
    """What lies between two waists, with the lower one: branches, or a tangle."""
    parts = _components(numbers, edges)
    if len(parts) == 1 and not _waists(numbers, _within(numbers, edges, above, below)):
        return _tangle(numbers, edges, above, join)
    rows = [_row(part, _within(part, edges, above, below), above, below) for part in parts]
    return Branches(rows, join, (above, below) in edges)


def _tangle(numbers: list[int], edges: Edges, above: int, join: int | None) -> Tangle:
    order = [above, *numbers] + ([join] if join is not None else [])
    beside = set(pairwise(order))
    return Tangle(order[1:], above, {e for e in edges if set(e) <= set(order)} - beside)


def _waists(numbers: list[int], edges: Edges) -> set[int]:
    """The boxes that no connection jumps over: all that begin above end there at the latest."""
    reach: dict[int, int] = {}
    for a, b in edges:
        reach[a] = max(b, reach.get(a, a))
    waists, furthest = set(), max((reach[a] for a in reach if a < numbers[0]), default=numbers[0])
    for number in numbers:
        if furthest <= number:
            waists.add(number)
        furthest = max(furthest, reach.get(number, number))
    return waists


def _within(part: list[int], edges: Edges, above: int, below: int) -> Edges:
    """The connections of one branch; the one from the source to the sink is no part of it."""
    ends = {above, below, *part}
    return {(a, b) for a, b in edges if a in ends and b in ends and (a, b) != (above, below)}


def _components(numbers: list[int], edges: Edges) -> list[list[int]]:
    """The boxes that hang together without the source and the sink, in order of execution."""
    group = {number: {number} for number in numbers}
    for a, b in edges:
        if a in group and b in group and group[a] is not group[b]:
            group[a] |= group[b]
            for number in group[b]:
                group[number] = group[a]
    return [sorted(g) for n, g in group.items() if n == min(g)]
