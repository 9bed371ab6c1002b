"""What a figure shows, in words: for readers who cannot see it, and where no picture can be.

A drawing function ends with `say("…")`, one sentence on what is to be seen. The sentence stands
beside the picture in the notebook (`alt` of its image/png, and text/plain), on the site and in the
decks.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

MOST = 5  # curves or names that one sentence describes; the others are counted


_HYPHEN = re.compile(r"(?<![\w.)\]-])-(?=[\d.])|(?<=\de)-(?=\d)")


def say(words: str, figure: Any = None) -> None:
    """Note what a figure shows, in whole sentences; without a figure, the one pyplot drew last."""
    if figure is None:
        from matplotlib import pyplot as plt  # slow to import

        figure = plt.gcf()
    words = with_minus(" ".join(words.split()))
    figure.words = words[:1].upper() + words[1:]


def with_minus(text: str) -> str:
    """`-0.6` with a minus sign instead of the hyphen; the hyphen of `ResNet-34` stays."""
    return _HYPHEN.sub("−", text)


def words_of(figure: Any) -> str:
    """What was said of a figure; "" if nothing was."""
    return getattr(figure, "words", "")


# -------------------------------------------------------------------------- parts of such sentences
def listed(names: Iterable[Any]) -> str:
    """`a, b and c`, or `a, b; c` where a name has a comma; of many names the first
    ones and how many others there are.
    """
    names = [" ".join(str(name).split()) for name in names]
    if len(names) > MOST + 1:
        names = [*names[:MOST], f"{len(names) - MOST} others"]
    if any(", " in name for name in names):
        return "; ".join(names)
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def number(value: float) -> str:
    """Two digits of a small number, all those before the point of a large one."""
    value = float(value)
    if not np.isfinite(value):
        return "infinity" if value > 0 else "minus infinity" if value < 0 else "undefined"
    text = f"{value:,.0f}" if 100 <= abs(value) < 1e7 else f"{value + 0:.2g}"
    return with_minus(text)


def trend(values: Sequence[float], x: Sequence | None = None, log: bool = False) -> str:
    """How a curve goes: `falls from 2.3 to 0.1`, `rises to 0.9 at 12 and falls to 0.4`.

    x  where the values are, for the place of a turn; without it there is none
    log  for a curve on a logarithmic axis: a turn is then judged by ratios
    """
    given = np.asarray(values, dtype=float)
    known = np.flatnonzero(np.isfinite(given))
    if not len(known):
        return "has no values"
    kept = given[known]
    heights = np.log10(np.maximum(kept, 1e-300)) if log else kept
    first, last = heights[0], heights[-1]
    span = float(np.ptp(heights))
    if len(kept) == 1:
        return f"is {number(kept[0])}"
    if span <= (0.02 if log else 0.02 * float(np.abs(kept).max())):
        return f"stays at about {number(kept.mean())}"
    low, high = int(heights.argmin()), int(heights.argmax())
    dip = min(first, last) - heights[low], low, "falls", "rises"
    peak = heights[high] - max(first, last), high, "rises", "falls"
    depth, turn, before, after = max(dip, peak)
    if depth <= 0.2 * span:
        way = "rises" if last > first else "falls"
        return f"{way} from {number(kept[0])} to {number(kept[-1])}"
    place = f" at {x[known[turn]]}" if x is not None else ""
    return f"{before} to {number(kept[turn])}{place} and {after} to {number(kept[-1])}"


def trends(lines: Mapping[str, Sequence[float]], x: Sequence | None = None, log: bool = False,
           most: int = MOST) -> str:  # fmt: skip
    """How each of several named curves goes, and how many more there are."""
    said = [f"{name} {trend(values, x, log)}" for name, values in lines.items()]
    more = [f"{len(said) - most} more curves are drawn"] if len(said) > most else []
    return "; ".join(" ".join(line.split()) for line in [*said[:most], *more])


def means(groups: Mapping[str, Sequence[float]], most: int = 8) -> str:
    """`a 0.91, b 0.87`: the mean of each group."""
    said = [f"{name} {number(np.mean(values))}" for name, values in groups.items()]
    more = [f"{len(said) - most} more"] if len(said) > most else []
    return ", ".join(" ".join(part.split()) for part in [*said[:most], *more])


def counted(count: int, one: str, many: str = "") -> str:
    """`1 image`, `3 images`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
