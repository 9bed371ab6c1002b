"""Pictures of a training run: loss and accuracy after each epoch."""

import numpy as np
from matplotlib import pyplot as plt

from course_utils.figures.style import BLUE, ORANGE, house_style


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


def _draw(ax, name: str, train: list[float], validation: list[float]) -> None:
    ax.plot(np.arange(1, len(train) + 1), train, "o-", color=BLUE, markersize=4, label="training")
    if validation:
        ax.plot(np.arange(1, len(validation) + 1), validation, "o-", color=ORANGE, markersize=4,
                markerfacecolor="white", label="validation")  # fmt: skip
    ax.set(xlabel="epoch", ylabel=name)
    ax.xaxis.get_major_locator().set_params(integer=True)
    if name == "accuracy":
        ax.set_ylim(top=1)
