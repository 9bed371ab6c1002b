"""What the tests of the figures share."""

from matplotlib import pyplot as plt
from matplotlib.figure import Figure


def shown():
    """The axes of the only open figure; drawing it must not fail."""
    (number,) = plt.get_fignums()
    plt.figure(number).canvas.draw()
    return plt.figure(number).axes


def drawn(draw, *args):
    """A figure of the usual size that `draw(figure, *args)` has drawn into."""
    figure = Figure(figsize=(6.4, 3.2), layout="constrained")
    draw(figure, *args)
    figure.canvas.draw()
    return figure


def texts(ax):
    return [t.get_text() for t in ax.texts]


def all_texts(figure):
    """What stands in all axes of a figure, and above them."""
    return [t.get_text() for ax in figure.axes for t in [*ax.texts, ax.title]]
