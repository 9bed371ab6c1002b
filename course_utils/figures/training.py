"""Pictures of trainings: one after each epoch, several side by side."""

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt

from course_utils.figures.colours import BLUE, GREY, ORANGE, PALETTE
from course_utils.figures.counting import whole_numbers
from course_utils.figures.style import WIDTH, house_style
from course_utils.figures.words import means, say, trends

STYLES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D", "v", "*", "P")


def show_history(history) -> None:
    """Loss and accuracy of a History after each epoch, side by side.

    Training is drawn with blue dots, validation with orange open circles. There is no second
    picture when there is no accuracy. Draws an empty frame before the first epoch.
    """
    panels = [("loss", history.loss, history.validation_loss)]
    if history.accuracy or history.validation_accuracy:
        panels.append(("accuracy", history.accuracy, history.validation_accuracy))
    with house_style():
        _, axes = plt.subplots(
            1, len(panels), figsize=(3.2 * len(panels), 2.6), squeeze=False, sharex=True
        )
        for ax, (name, train, validation) in zip(axes[0], panels, strict=True):
            _draw(ax, name, train, validation)
        axes[0][0].legend(fontsize=8)
    said = {f"training {name}": train for name, train, _ in panels}
    said |= {f"validation {name}": validation for name, _, validation in panels if validation}
    say(f"curves by epoch: {trends(said, range(1, len(history.loss) + 1))}.")


def _draw(ax, name: str, train: list[float], validation: list[float]) -> None:
    ax.plot(np.arange(1, len(train) + 1), train, "o-", color=BLUE, markersize=4, label="training")
    if validation:
        ax.plot(np.arange(1, len(validation) + 1), validation, "o-", color=ORANGE, markersize=4,
                markerfacecolor="white", label="validation")  # fmt: skip
    ax.set(xlabel="epoch", ylabel=name)
    whole_numbers(ax, 1, max(len(train), len(validation), 1))
    if name == "accuracy":
        ax.set_ylim(top=1.02)


def show_curves(curves: dict[str, Sequence[float]]) -> None:
    """Accuracy after each epoch, a line for each network."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.6 if len(curves) <= 4 else WIDTH, 2.8))
        for k, (name, values) in enumerate(curves.items()):
            look = {"linestyle": STYLES[k % len(STYLES)], "marker": MARKERS[k % len(MARKERS)],
                    "color": PALETTE[k % len(PALETTE)]}  # fmt: skip
            ax.plot(np.arange(1, len(values) + 1), values, **look, markersize=4, label=name)
        ax.set(xlabel="epoch", ylabel="validation accuracy", ylim=(0, 1.02))
        whole_numbers(ax, 1, max(map(len, curves.values())))
        beside = {
            "loc": "center left",
            "bbox_to_anchor": (1.0, 0.5),
        }  # many names would cover lines
        ax.legend(fontsize=8, **({"loc": "best"} if len(curves) <= 4 else beside))
    longest = max(map(len, curves.values()))
    say(f"validation accuracy by epoch: {trends(curves, range(1, longest + 1))}.")


def show_runs(scores: dict[str, Sequence[float]], label: str = "accuracy") -> None:
    """One row for each name: a dot for each training, a line for their mean."""
    with house_style():
        _, ax = plt.subplots(figsize=(5.8, 0.42 * len(scores) + 0.8))
        for y, values in enumerate(scores.values()):
            ax.plot(values, [y] * len(values), "o", color=BLUE, alpha=0.7, markersize=6)
            ax.plot([np.mean(values)] * 2, [y - 0.3, y + 0.3], color=ORANGE, linewidth=2)
        ax.set_yticks(range(len(scores)), list(scores))
        ax.set(xlabel=label, ylim=(len(scores) - 0.5, -0.5))
        ax.grid(axis="x", color=GREY, alpha=0.25)
    say(f"a row of dots for each name, with the mean of the {label} as a line: {means(scores)}.")


def show_training(losses: dict[str, list], accuracies: dict[str, list]) -> None:
    """Loss and accuracy by epoch, one line for each name."""
    with house_style():
        _, axes = plt.subplots(1, 2, figsize=(6.4, 2.5))
        for ax, curves, label in zip(axes, (losses, accuracies), ("loss", "accuracy"), strict=True):
            for (name, values), colour in zip(curves.items(), PALETTE, strict=False):
                ax.plot(np.arange(1, len(values) + 1), values, color=colour, label=name)
            ax.set(xlabel="epoch", ylabel=label)
            ax.set_ylim(*(0, None) if label == "loss" else (None, 1.005))
            whole_numbers(ax, 1, max(map(len, curves.values())))
            ax.legend(fontsize=8)
    said = {f"{name} loss": values for name, values in losses.items()}
    said |= {f"{name} accuracy": values for name, values in accuracies.items()}
    say(f"curves by epoch: {trends(said)}.")
