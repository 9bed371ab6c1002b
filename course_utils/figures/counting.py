"""Axes that count epochs, layers and the like: there is no epoch 2.5."""

import re

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, MaxNLocator

_COUNTS = re.compile(r"(epoch|step|layer|block|input pixel|widening factor)s?\b(?! of)")


def counts(axis: Axis) -> bool:
    """Whether the label of an axis is a thing that is counted, on a linear scale."""
    return bool(_COUNTS.match(axis.label.get_text())) and axis.get_scale() == "linear"


def count(axis: Axis) -> None:
    """Ticks at whole numbers only, also where there is room for just one."""
    if not isinstance(axis.get_major_locator(), FixedLocator):
        axis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, nbins=8))


def whole_numbers(ax: Axes, low: int, high: int, most: int = 8) -> None:
    """Ticks of the x axis at whole numbers only, with room beside them even for a single one."""
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, nbins=most))
    room = max(0.4, 0.04 * (high - low))
    ax.set_xlim(low - room, high + room)
