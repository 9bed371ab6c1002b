"""Blocks are put on slides: none is cut, none is left alone where that can be avoided."""

import functools
from collections.abc import Sequence

from course_utils.editions.decks.text import GAP, Block

LINES = 11  # of a slide
_TORN = 60.0  # cost of a break after a block that opens the next one, and of a slide more
_LIST = 40.0  # cost of a break within a list


def height(blocks: Sequence[Block]) -> float:
    """Lines of blocks one below another."""
    return sum(block.lines for block in blocks) + GAP * max(len(blocks) - 1, 0)


def pack(blocks: Sequence[Block], lines: float = LINES) -> list[list[Block]]:
    """The blocks on as few slides of about equal height as they need.

    A block that is higher than a slide has one to itself. A heading, and a text that ends in a
    colon, stay with what follows.
    """

    @functools.cache
    def best(start: int) -> tuple[int, float, int]:
        """Slides from `start` on, their cost, and where the second of them begins."""
        if start == len(blocks):
            return 0, 0.0, start
        ways = []
        for end in range(start + 1, len(blocks) + 1):
            slide = blocks[start:end]
            if height(slide) > lines and not _is_one(slide):
                break
            count, cost, _ = best(end)
            cost += (lines - height(slide)) ** 2 + (_cost_of_break(blocks[end - 1 : end + 1]))
            ways.append((count + 1, cost, end))
        return min(ways, key=lambda way: (_TORN * way[0] + way[1], way[0]))

    slides, start = [], 0
    while start < len(blocks):
        end = best(start)[2]
        slides.append(list(blocks[start:end]))
        start = end
    return slides


def _cost_of_break(blocks: Sequence[Block]) -> float:
    """What it costs to begin a slide with the last of these blocks."""
    if len(blocks) < 2:
        return 0.0
    before, after = blocks[-2:]
    same_list = before.kind == after.kind and before.kind.endswith("_list")
    return _TORN * before.opens + _LIST * same_list


def _is_one(slide: Sequence[Block]) -> bool:
    """A single block, or one with its heading."""
    return len([block for block in slide if block.kind != "heading"]) <= 1
