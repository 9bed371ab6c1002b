"""Pictures of notebook 01: points and lines, hidden units as maps, functions built from hinges."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_utils.figures.colours import BLACK, BLUE, GREEN, GREY, ORANGE
from course_utils.figures.style import house_style
from course_utils.figures.words import listed, say, trend

_MARKS = {1: ("o", ORANGE, "class +1"), -1: ("s", BLUE, "class −1")}


def draw_points(ax: Axes, x: np.ndarray, y: np.ndarray) -> None:
    """Points x (N, 2) with labels y (N,) of +1 (orange circles) and −1 (blue squares)."""
    for label, (marker, colour, name) in _MARKS.items():
        chosen = x[y == label]
        ax.scatter(*chosen.T, marker=marker, color=colour, s=22, label=name, edgecolor="white",
                   linewidth=0.5, zorder=3)  # fmt: skip


def draw_line(ax: Axes, weight: np.ndarray, bias: float, **style) -> None:
    """The line where weight·x + bias = 0, across the whole of the axes."""
    length = float(np.hypot(*weight))
    if length == 0:
        return
    foot = -bias * weight / length**2  # the point of the line that is nearest to the origin
    along = np.array([-weight[1], weight[0]]) / length
    reach = 10 * max(np.abs(ax.get_xlim() + ax.get_ylim()))
    ends = np.stack([foot - reach * along, foot + reach * along])
    ax.plot(*ends.T, **{"color": BLACK, "zorder": 2, **style})


def _frame(ax: Axes, x: np.ndarray, names: tuple[str, str]) -> None:
    margin = 0.12 * (x.max(axis=0) - x.min(axis=0)) + 1e-9
    low, high = x.min(axis=0) - margin, x.max(axis=0) + margin
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel=names[0], ylabel=names[1])


def show_points(x, y, names=("x₁", "x₂"), lines=()) -> None:
    """Points of two classes, with lines [(weight, bias, label)] on top."""
    with house_style():
        _, ax = plt.subplots(figsize=(4.8, 3.2))
        _frame(ax, x, names)
        draw_points(ax, x, y)
        for weight, bias, label in lines:
            draw_line(ax, weight, bias, label=label)
        ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    sizes = [f"{(y == label).sum()} of {name}" for label, (_, _, name) in _MARKS.items()]
    drawn = f", with the lines {listed(label for _, _, label in lines)}" if lines else ""
    say(f"points in a plane of {names[0]} and {names[1]}, {listed(sizes)}{drawn}.")


def draw_perceptron(figure: Figure, x, y, names, angle: float, offset: float) -> None:
    """A line given by the angle of its weight (degrees) and its distance from the points' middle.

    The side of class +1 is shaded; points on the wrong side are ringed and counted.
    """
    ax = figure.subplots()
    _frame(ax, x, names)
    turn = np.deg2rad(angle)
    weight = np.array([np.cos(turn), np.sin(turn)])
    bias = -float(weight @ x.mean(axis=0)) - offset
    _shade(ax, weight, bias)
    draw_points(ax, x, y)
    draw_line(ax, weight, bias)
    wrong = x[y * (x @ weight + bias) <= 0]
    ax.scatter(*wrong.T, s=110, facecolor="none", edgecolor=BLACK, zorder=4)
    right = len(x) - len(wrong)
    ax.set_title(f"{len(wrong)} points on the wrong side, {right} on the right side")
    say(
        f"points of two classes and a line at {angle:g}°, shaded on the side of class +1: "
        f"{len(wrong)} of {len(x)} points are ringed, on the wrong side.",
        figure,
    )


def _shade(ax: Axes, weight: np.ndarray, bias: float) -> None:
    across, up = np.linspace(*ax.get_xlim(), 200), np.linspace(*ax.get_ylim(), 200)
    grid = np.stack(np.meshgrid(across, up), axis=-1)  # (200, 200, 2)
    ax.contourf(across, up, grid @ weight + bias, levels=[0, np.inf], colors=[ORANGE], alpha=0.12)


def show_learning(x, y, names, history) -> None:
    """The perceptron's line after some of its mistakes: pale at first, dark at the end.

    history: list of (weight, bias), one for each mistake
    """
    chosen = np.unique(np.geomspace(1, len(history), 6).astype(int)) - 1
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 3.2))
        _frame(ax, x, names)
        draw_points(ax, x, y)
        for k, index in enumerate(chosen):
            shade = 1 - 0.8 * (1 - (k + 1) / len(chosen))
            draw_line(ax, *history[index], alpha=shade, label=f"after {index + 1}")
        ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    say(
        f"points of two classes with lines from pale to dark: the perceptron's line after "
        f"{listed(chosen + 1)} mistakes turns until it separates the classes."
    )


_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def draw_layer(figure: Figure, inputs: int, neurons: int, neuron: int) -> None:
    """A layer as circles and arrows: what comes in on the left, its neurons on the right.

    The arrows of one neuron (counted from 1) are orange and carry their weights w_ij: i is the
    neuron, j the input.
    """
    ax = figure.subplots()
    ax.axis("off")
    ax.set(xlim=(-0.25, 1.25), ylim=(-0.6, max(inputs, neurons) - 0.4), aspect="auto")
    left, right = _heights(inputs, neurons), _heights(neurons, inputs)
    for i, end in enumerate(right, 1):
        for j, start in enumerate(left, 1):
            colour = ORANGE if i == neuron else GREY
            ax.annotate("", (0.955, end), (0.045, start), zorder=2 if i == neuron else 1,
                        arrowprops={"arrowstyle": "->", "color": colour,
                                    "linewidth": 1.6 if i == neuron else 0.7})  # fmt: skip
            if i == neuron:
                place = 0.3 + 0.7 * 0.12 * (j % 2)
                ax.text(place, start + (end - start) * place, f"w{i}{j}".translate(_SUBSCRIPTS),
                        ha="center", va="center", zorder=3,
                        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})  # fmt: skip
    for x, heights, name in ((0, left, "x"), (1, right, "z")):
        for k, y in enumerate(heights, 1):
            chosen = name == "z" and k == neuron
            ax.plot(x, y, "o", markersize=25, markerfacecolor="white", zorder=4,
                    markeredgecolor=ORANGE if chosen else BLACK)  # fmt: skip
            ax.text(x, y, f"{name}{k}".translate(_SUBSCRIPTS), ha="center", va="center", zorder=5)
    terms = " + ".join(f"w{neuron}{j} x{j}" for j in range(1, inputs + 1))
    ax.set_title(f"z{neuron} = {terms} + b{neuron}".translate(_SUBSCRIPTS))
    say(f"{inputs} circles on the left, {neurons} on the right, an arrow from each to each. Those "
        f"that lead to circle {neuron} on the right are orange and carry its {inputs} weights.",
        figure)  # fmt: skip


def _heights(count: int, other: int) -> list[float]:
    """Heights of circles in a column, from the top, centred beside a column of `other`."""
    return [(max(count, other) - 1) / 2 + (count - 1) / 2 - k for k in range(count)]


def show_sigmoid(sigmoid) -> None:
    """The learner's sigmoid beside the step that it smooths."""
    z = np.linspace(-8, 8, 401)
    with house_style():
        _, ax = plt.subplots(figsize=(5.4, 2.4))
        ax.plot(z, (z > 0).astype(float), color=GREY, linestyle="--", label="step")
        ax.plot(z, sigmoid(z), color=BLUE, label="sigmoid")
        ax.set(xlabel="z = w·x + b", ylabel="output", yticks=[0, 0.5, 1])
        ax.legend(loc="upper left")
    say(
        "a dashed step from 0 to 1 at z = 0, and the sigmoid, a smooth S that passes through "
        "one half there."
    )


def hinge_fit(function, units: int, low: float = 0.0, high: float = 1.0):
    """Weights of a 1-hidden-layer ReLU network that meets `function` at units + 1 knots.

    -> (weight1 (units, 1), bias1 (units,), weight2 (1, units), bias2 (1,)); between the knots the
    network is a straight line.
    """
    knots = np.linspace(low, high, units + 1)
    values = function(knots)
    slopes = np.diff(values) / np.diff(knots)
    bends = np.diff(slopes, prepend=0.0)  # how much the slope changes at each knot
    return np.ones((units, 1)), -knots[:-1], bends[np.newaxis], values[:1]


def draw_approximation(figure: Figure, function, forward, units: int, title: str = "") -> None:
    """A function, the network of `hinge_fit`, and (below) what each hidden unit contributes."""
    x = np.linspace(0, 1, 501)
    weight1, bias1, weight2, bias2 = hinge_fit(function, units)
    y = forward(x[:, np.newaxis], [weight1, weight2], [bias1, bias2])[:, 0]
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1.3])
    top.plot(x, function(x), color=GREY, linewidth=4, alpha=0.5, label=title or "wanted")
    top.plot(x, y, color=ORANGE, label=f"network, {units} hidden units")
    error = np.abs(y - function(x)).max()
    top.set_title(f"largest error {error:.3f}", loc="left")
    top.set_ylabel("y")
    top.legend(fontsize=8, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, borderpad=0)
    hidden = np.maximum(x[:, np.newaxis] * weight1[:, 0] + bias1, 0) * weight2[0]  # (501, units)
    bottom.plot(x, hidden[:, :40], linewidth=0.9)
    bottom.set(xlabel="x", ylabel="each unit")
    say(
        f"{title or 'a curve'} in grey, and in orange the broken line of a network with {units} "
        f"hidden units, at most {error:.3f} off; below, what each unit adds.",
        figure,
    )


def show_error_by_units(
    functions: dict, forward, counts=(1, 2, 4, 8, 16, 32, 64, 128, 256)
) -> None:
    """Largest error of `hinge_fit` against the number of hidden units, both axes logarithmic."""
    x, ends = np.linspace(0, 1, 2001), []
    with house_style():
        _, ax = plt.subplots(figsize=(5.4, 2.7))
        for (name, function), colour in zip(functions.items(), (BLUE, ORANGE, GREEN), strict=False):
            errors = []
            for units in counts:
                weight1, bias1, weight2, bias2 = hinge_fit(function, units)
                y = forward(x[:, np.newaxis], [weight1, weight2], [bias1, bias2])[:, 0]
                errors.append(np.abs(y - function(x)).max())
            ax.loglog(counts, errors, "o-", color=colour, markersize=4, label=name)
            ends.append(f"{name} {trend(errors, log=True)}")
        ax.set(xlabel="hidden units", ylabel="largest error")
        ax.legend(fontsize=8)
    say(
        f"largest error from {counts[0]} to {counts[-1]} hidden units, both axes logarithmic: "
        f"{'; '.join(ends)}."
    )


def show_overfit(x, y, truth, forward) -> None:
    """A network through every noisy point (x, y), against the truth between the points."""
    order = np.argsort(x)
    knots, values = x[order], y[order]
    fine = np.linspace(knots[0], knots[-1], 801)
    slopes = np.diff(values) / np.diff(knots)
    weights = [np.ones((len(slopes), 1)), np.diff(slopes, prepend=0.0)[np.newaxis]]
    predicted = forward(fine[:, np.newaxis], weights, [-knots[:-1], values[:1]])[:, 0]
    with house_style():
        _, ax = plt.subplots(figsize=(5.8, 2.6))
        ax.plot(fine, truth(fine), color=GREY, linewidth=4, alpha=0.5, label="the truth")
        ax.plot(fine, predicted, color=ORANGE, linewidth=1.2, label="a network through all points")
        ax.plot(x, y, ".", color=BLACK, markersize=5, label="noisy measurements")
        ax.set(xlabel="x", ylabel="y")
        ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    say(
        f"a smooth grey curve, {len(x)} noisy points around it, and an orange line that zigzags "
        "through every point, far from the curve."
    )
