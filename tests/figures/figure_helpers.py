"""What the tests of the figures share."""

from matplotlib import pyplot as plt


def shown():
    """The axes of the only open figure; drawing it must not fail."""
    (number,) = plt.get_fignums()
    plt.figure(number).canvas.draw()
    return plt.figure(number).axes
