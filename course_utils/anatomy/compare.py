"""`compare`: networks on one chart, by accuracy, multiply–adds and parameters."""

import numpy as np

from course_utils.anatomy.table import LayerTable
from course_utils.errors import CourseError
from course_utils.figures.colours import BLACK, BLUE
from course_utils.figures.style import WIDTH, house_style
from course_utils.figures.words import listed, number, say

LARGEST = 560.0  # square points of the largest dot


def compare(
    tables: dict[str, LayerTable], accuracy: dict[str, float], ylabel: str = "accuracy (%)"
) -> None:
    """Networks by accuracy and multiply–adds; the area of a dot is the number of parameters.

    tables    {name: describe(network, input_size)}
    accuracy  {name: accuracy}, in the unit of `ylabel`
    Raises CourseError where a name has no accuracy, and for no networks at all.
    """
    missing = [name for name in tables if name not in accuracy]
    if missing or not tables:
        raise CourseError(f"compare needs an accuracy for {', '.join(missing) or 'some networks'}.")
    names = sorted(tables, key=lambda name: -tables[name].parameters)  # small dots over large ones
    x = np.array([tables[name].multiply_adds / 1e9 for name in names])
    y = np.array([accuracy[name] for name in names])
    millions = np.array([tables[name].parameters / 1e6 for name in names])
    scale = LARGEST / millions.max()
    from matplotlib import pyplot as plt  # behind `figures`, which sees to its backend
    from matplotlib.ticker import LogLocator, NullLocator

    with house_style():
        _, ax = plt.subplots(figsize=(WIDTH, 3.6))
        ax.scatter(x, y, s=scale * millions, color=BLUE, alpha=0.35, edgecolors=BLUE)
        ax.set(xscale="log", xlabel="multiply–adds for one image (billions)", ylabel=ylabel)
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_major_formatter("{x:g}")
        ax.xaxis.set_minor_locator(NullLocator())
        ax.margins(x=0.15, y=0.15)
        _legend(ax, millions, scale)
        _name(ax, names, x, y, np.sqrt(scale * millions / np.pi))
    best = names[int(np.argmax(y))]
    said = [
        f"{name} {accuracy[name]:g} with {number(tables[name].multiply_adds / 1e9)} billion"
        for name in tables
    ]
    say(
        f"dots of {ylabel} over multiply–adds for one image, as large as the networks: "
        f"{listed(said)}; the best is {best}."
    )


def _legend(ax, millions: np.ndarray, scale: float) -> None:
    """The largest dot, and two of round sizes below it."""
    steps = np.outer(10.0 ** np.arange(-6, 6), (1, 2, 5)).ravel()  # 1, 2, 5, 10, 20, 50 …
    last = np.searchsorted(steps, millions.max() / 2, side="right") - 1
    for size in (float(f"{millions.max():.2g}"), steps[last], steps[last - 2]):
        ax.scatter([], [], s=scale * size, color=BLUE, alpha=0.35, label=f"{size:g} M")
    ax.legend(title="parameters", loc="lower right", fontsize=8, title_fontsize=8,
              labelspacing=2, borderpad=1.2, handletextpad=1.2)  # fmt: skip


def _name(ax, names: list[str], x, y, radii) -> None:
    """Each name beside its dot, where it covers no other name or dot; radii are in points."""
    ax.figure.canvas.draw()  # the layout is settled only when it is drawn
    points = ax.transData.transform(np.column_stack([x, y])) * 72 / ax.figure.dpi
    dots = [(*(point - r), *(point + r)) for point, r in zip(points, radii, strict=True)]
    taken: list[tuple] = []
    for k, (name, gap) in enumerate(zip(names, radii + 3, strict=True)):
        sides = {"left": (gap, 0), "right": (-gap, 0), "center": (0, gap + 4)}  # above
        spots = {side: _spot(points[k] + move, name, side) for side, move in sides.items()}
        others = [*taken, *dots[:k], *dots[k + 1 :]]
        free = [s for s, spot in spots.items() if not any(_meet(spot, other) for other in others)]
        side = free[0] if free else "left"
        ax.annotate(name, (x[k], y[k]), sides[side], ha=side, va="center", fontsize=8,
                    textcoords="offset points", color=BLACK)  # fmt: skip
        taken.append(spots[side])


def _spot(point, name: str, side: str) -> tuple:
    """Left, lower, right and upper end of a name, in points."""
    width, height = 5.0 * len(name), 10
    left = point[0] - width * {"left": 0, "right": 1, "center": 0.5}[side]
    return left, point[1] - height / 2, left + width, point[1] + height / 2


def _meet(a: tuple, b: tuple) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
