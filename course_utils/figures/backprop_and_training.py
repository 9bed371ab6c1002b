"""Pictures of notebook 02: a gradient on its graph, step sizes, descents, what was learned."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.figures.colours import BLACK, BLUE, GREEN, GREY, ORANGE, PALETTE
from course_utils.figures.style import house_style
from course_utils.figures.words import listed, say, trend, trends


def draw_graph(figure: Figure, x: float, step: int) -> None:
    """The graph of (−x + 3)² at x. `step` 0 to 3 goes forwards, 4 to 6 brings gradients back."""
    values = [x, -x, -x + 3, (3 - x) ** 2]
    slopes = [2 * (3 - x) * 1 * -1, 2 * (3 - x) * 1, 2 * (3 - x), 1.0]  # ∂f/∂ of each value
    local = ["−1", "1", f"2(n+3) = {2 * (3 - x):g}"]
    ax = figure.subplots()
    ax.set(xlim=(-0.8, 6.8), ylim=(-1.5, 1.5))
    ax.axis("off")
    for k, name in enumerate(("x", "n = −x", "m = n + 3", "f = m²")):
        active = k == step or (step > 3 and k == 6 - step)
        edge = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": ORANGE if active
                else GREY, "linewidth": 2.5 if active else 1}  # fmt: skip
        ax.text(2 * k, 0, name, ha="center", va="center", fontsize=11, bbox=edge)
        if k <= step:
            ax.text(2 * k, 0.75, f"{values[k]:g}", ha="center", color=BLUE, fontsize=12)
        if (step > 3 and k >= 6 - step) or (step == 3 and k == 3):
            ax.text(2 * k, -0.95, f"{slopes[k]:g}", ha="center", color=ORANGE, fontsize=12)
    _draw_arrows(ax, step, local)
    ax.text(-0.7, 1.3, "value", color=BLUE)
    ax.text(-0.7, -1.45, "slope of f with respect to it", color=ORANGE)
    names = ("x", "n", "m", "f")
    back = [
        f"{names[k]} has slope {slopes[k]:g}" for k in range(3, 5 - step if step > 3 else 2, -1)
    ]
    known = [f"{name} = {value:g}" for name, value in zip(names[: step + 1], values, strict=False)]
    says = f", and back again {listed(back)}" if step >= 3 else ""
    say(
        f"four boxes in a row, x, n = −x, m = n + 3 and f = m²: forwards {listed(known)}{says}.",
        figure,
    )


def _draw_arrows(ax, step: int, local: list[str]) -> None:
    for k in range(3):
        forward = {"arrowstyle": "->", "color": BLUE if k < step else "#cccccc", "lw": 1.8}
        ax.annotate("", (2 * k + 1.35, 0.12), (2 * k + 0.65, 0.12), arrowprops=forward)
        back = step > 3 and k >= 6 - step
        backward = {"arrowstyle": "->", "color": ORANGE if back else "#cccccc", "lw": 1.8}
        ax.annotate("", (2 * k + 0.65, -0.12), (2 * k + 1.35, -0.12), arrowprops=backward)
        if back:
            ax.text(2 * k + 1, -0.5, f"× {local[k]}", ha="center", color=ORANGE, fontsize=9)


# a box of the graph with a fork -> its place; an arrow goes from each input to its gate
_FORK = {"x": (0, 1.75), "y": (0, 0), "z": (0, -1.75), "a": (2.7, 0.95), "b": (2.7, -0.95),
         "f": (5.4, 0)}  # fmt: skip
_ARROWS = ("xa", "ya", "yb", "zb", "af", "bf")
_LABELS = {"a": "a = x + y", "b": "b = max(y, z)", "f": "f = a · b"}
_GATES = {"a": ("add distributes", 0.95), "b": ("max routes", -1.15), "f": ("multiply swaps", -1.1)}


def fork_slopes(x: float, y: float, z: float) -> tuple[dict, dict]:
    """Values of f = (x + y) · max(y, z) by box, and what comes back along each arrow."""
    a, b = x + y, max(y, z)
    along = {"af": b, "bf": a}  # multiply swaps
    along |= {"xa": b, "ya": b}  # add distributes
    along |= {"yb": a if y >= z else 0, "zb": 0 if y >= z else a}  # max routes
    return {"x": x, "y": y, "z": z, "a": a, "b": b, "f": a * b}, along


def draw_fork(figure: Figure, x: float, y: float, z: float, step: int) -> None:
    """The graph of (x + y) · max(y, z), where y is used twice.

    `step` 0 to 2 goes forwards; from 3 on gradients come back: to f, through the product, through
    the sum, and through the maximum, where the two contributions to y have come together.
    """
    values, along = fork_slopes(x, y, z)
    known = "xyz" + "ab" * (step >= 1) + "f" * (step >= 2)
    passed = [arrow for arrow, begins in zip(_ARROWS, (5, 5, 6, 6, 4, 4), strict=True)
              if step >= begins]  # fmt: skip
    slopes = {"f": "1"} if step >= 3 else {}
    slopes |= {arrow[0]: _signed(along[arrow]) for arrow in passed if arrow[0] != "y"}
    contributions = [along[arrow] for arrow in passed if arrow[0] == "y"]
    if contributions:
        slopes["y"] = f"{_signed(along['ya'])} + …"
    if len(contributions) == 2:
        slopes["y"] = (
            f"{_signed(along['ya'])} + {_in_sum(along['yb'])} = {_signed(sum(contributions))}"
        )
    ax = figure.subplots()
    ax.set(xlim=(-1.0, 6.5), ylim=(-2.6, 2.6))
    ax.axis("off")
    for arrow in _ARROWS:
        _draw_fork_arrow(ax, arrow, arrow[1] in known, along[arrow] if arrow in passed else None)
    now = {0: "xyz", 1: "ab", 2: "f", 3: "f", 4: "ab", 5: "xy", 6: "yz"}[step]
    for box, (across, up) in _FORK.items():
        active = box in now
        edge = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": ORANGE if active
                else GREY, "linewidth": 2.5 if active else 1}  # fmt: skip
        ax.text(across, up, _LABELS.get(box, box), ha="center", va="center", fontsize=11, bbox=edge)
        if box in known:
            ax.text(across, up + 0.4, _signed(values[box]), ha="center", color=BLUE, fontsize=11)
        if box in slopes:
            ax.text(across, up - 0.7, slopes[box], ha="center", color=ORANGE, fontsize=11)
        if box in _GATES:
            gate, away = _GATES[box]
            ax.text(across, up + away, gate, ha="center", color=GREY, fontsize=9)
    say(_said_of_fork(values, known, along, slopes, len(contributions)), figure)


def _signed(number: float) -> str:
    """With a minus sign where it is below 0; −0 is 0."""
    return f"{number + 0:g}".replace("-", "−")


def _in_sum(number: float) -> str:
    return f"({_signed(number)})" if number < 0 else _signed(number)


def _draw_fork_arrow(ax, arrow: str, known: bool, back: float | None) -> None:
    """From an input to its gate, blue; and, once a gradient has come back along it, orange."""
    (x0, y0), (x1, y1) = _FORK[arrow[0]], _FORK[arrow[1]]
    x0, x1 = x0 + (0.4 if arrow[0] in "xyz" else 0.85), x1 - (0.85 if arrow[1] in "ab" else 0.7)
    ends = {"xy": (x1, y1), "xytext": (x0, y0)}
    if back is not None:
        ends = {"xy": (x0, y0), "xytext": (x1, y1)}
    colour = ORANGE if back is not None else BLUE if known else "#cccccc"
    ax.annotate("", **ends, arrowprops={"arrowstyle": "->", "color": colour, "lw": 1.8})
    if back is not None and arrow[1] in "ab":  # the others are below their boxes
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        ax.text((x0 + x1) / 2, (y0 + y1) / 2, _signed(back), ha="center", va="center", color=ORANGE,
                fontsize=10, bbox=paper)  # fmt: skip


def _said_of_fork(values: dict, known: str, along: dict, slopes: dict, ways: int) -> str:
    forwards = listed([f"{box} = {_signed(values[box])}" for box in known])
    back = [f"{box} has slope {slopes[box]}" for box in "fabxz" if box in slopes]
    said = f", and back again {listed(back)}" if back else ""
    if ways == 1:
        said += f"; y has one contribution so far, {_signed(along['ya'])}"
    if ways == 2:
        said += f"; at the fork two contributions add up, and y has slope {slopes['y']}"
    return (
        "a graph with a fork, where y goes into a = x + y and into b = max(y, z), and f = a · b: "
        f"forwards {forwards}{said}."
    )


def show_step_sizes(function, slope: float, x: float) -> None:
    """Error of one-sided and central differences against the step eps, both logarithmic."""
    steps = np.logspace(-13, -0.5, 60)
    one_sided = [abs((function(x + h) - function(x)) / h - slope) for h in steps]
    central = [abs((function(x + h) - function(x - h)) / (2 * h) - slope) for h in steps]
    with house_style():
        _, ax = plt.subplots(figsize=(5.6, 2.9))
        ax.loglog(steps, one_sided, color=BLUE, label="one side: f(x+eps) − f(x)")
        ax.loglog(steps, central, color=ORANGE, label="both sides: f(x+eps) − f(x−eps)")
        ax.set(xlabel="eps", ylabel="error of the slope")
        ax.legend(fontsize=8)
    best = [steps[int(np.argmin(e))] for e in (one_sided, central)]
    say(
        "two V-shaped curves on logarithmic axes: the error of a one-sided difference is lowest "
        f"near eps = {best[0]:.0e}, that of a central one is much lower, near {best[1]:.0e}; "
        "below, both rise again."
    )


def show_slopes(sigmoid, sigmoid_backward) -> None:
    """Sigmoid and ReLU with their slopes below them."""
    z = np.linspace(-6, 6, 601)
    y = sigmoid(z)
    with house_style():
        _, axes = plt.subplots(1, 2, figsize=(6.4, 2.4), sharex=True)
        axes[0].plot(z, y, color=BLUE, label="sigmoid")
        axes[0].plot(z, sigmoid_backward(np.ones_like(y), y), color=ORANGE, label="its slope")
        axes[1].plot(z, np.maximum(z, 0), color=BLUE, label="ReLU")
        axes[1].plot(z, (z > 0).astype(float), color=ORANGE, label="its slope")
        axes[0].axhline(0.25, color=GREY, linestyle=":", linewidth=1)
        axes[1].set_ylim(-0.1, 2)
        for ax in axes:
            ax.set_xlabel("z")
            ax.legend(fontsize=8, loc="upper left")
    say(
        "the sigmoid is an S whose slope is a bump of at most 0.25 at z = 0; ReLU is 0 and then "
        "a straight line, and its slope jumps from 0 to 1."
    )


def descend(gradient, start, lr: float, momentum: float, steps: int, step_rule) -> np.ndarray:
    """The points (steps + 1, D) that gradient descent visits with a given step rule."""
    point, velocity = np.array(start, dtype=float), np.zeros(len(start))
    path = [point]
    for _ in range(steps):
        point, velocity = step_rule(point, gradient(point), velocity, lr, momentum)
        point = np.clip(point, -1e3, 1e3)  # a diverging path should leave the picture, not overflow
        path.append(point)
    return np.array(path)


def draw_descent(figure: Figure, step_rule, lr: float, momentum: float, steps: int = 40) -> None:
    """Gradient descent in the valley (x² + 25 y²)/2, with the loss after each step beside it."""
    bend = np.array([1.0, 25.0])
    path = descend(lambda p: bend * p, (-9.0, 1.6), lr, momentum, steps, step_rule)
    losses = 0.5 * (bend * path**2).sum(axis=1)
    valley, curve = figure.subplots(1, 2, width_ratios=[2, 1])
    across, up = np.linspace(-11, 11, 161), np.linspace(-3, 3, 121)
    height = 0.5 * (across**2 + 25 * up[:, np.newaxis] ** 2)
    valley.contour(across, up, height, levels=[1, 5, 15, 35, 70, 110], colors=GREY, linewidths=0.7)
    valley.plot(*path.T, ".-", color=ORANGE, linewidth=1, markersize=4)
    valley.plot(0, 0, "*", color=GREEN, markersize=12)
    valley.set(xlim=(-11, 11), ylim=(-3, 3), xlabel="w₁", ylabel="w₂", title="path")
    curve.semilogy(np.maximum(losses, 1e-9), color=BLUE)
    curve.set(xlabel="step", title=f"loss at the end\n{losses[-1]:.1e}", ylim=(1e-6, 1e6))
    swing = (
        "swings across the valley"
        if (np.diff(np.sign(path[:, 1])) != 0).sum() > 5
        else "goes along it"
    )
    say(
        f"a long valley with the path of gradient descent, which {swing}; in {steps} steps the "
        f"loss {trend(losses, log=True)}.",
        figure,
    )


def show_gradient_sizes(sizes: dict[str, list[float]]) -> None:
    """Size of the gradient that reaches each layer, logarithmic; one line for each name."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.4, 2.7))
        for (name, values), colour in zip(sizes.items(), PALETTE, strict=False):
            ax.semilogy(np.arange(1, len(values) + 1), values, "o-", color=colour, label=name)
        ax.set(xlabel="layer (1 is next to the input)", ylabel="size of its gradient")
        ax.legend(fontsize=8)
    say(f"size of the gradient from the input's layer on, logarithmic: {trends(sizes, log=True)}.")


def draw_regions(figure: Figure, grid_values: np.ndarray, size: float, x, labels, title) -> None:
    """Probability of class 1 on the square `neurons.plane(size)`, with the training points."""
    steps = round(len(grid_values) ** 0.5)
    axis = np.linspace(-size, size, steps)
    ax = figure.subplots()
    grid = grid_values.reshape(steps, steps)
    drawn = ax.contourf(axis, axis, grid, levels=np.linspace(0, 1, 11), cmap="RdBu_r", alpha=0.6)
    ax.contour(axis, axis, grid, levels=[0.5], colors=BLACK, linewidths=1.2)
    for label, marker, colour in ((0, "s", BLUE), (1, "o", ORANGE)):
        ax.scatter(*x[labels == label].T, marker=marker, color=colour, s=16, edgecolor="white",
                   linewidth=0.4)  # fmt: skip
    ax.set(title=title, aspect="equal", xticks=[], yticks=[])
    figure.colorbar(drawn, ax=ax, label="probability of a circle", ticks=[0, 0.5, 1])
    share = float((grid > 0.5).mean())
    say(
        f"points of two spirals on a map of two colours: {share:.0%} of the square is given to "
        "the circles, and the black line between them is where both classes are equally likely.",
        figure,
    )
