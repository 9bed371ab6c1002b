"""The ImageNet challenge by year: the best entry's errors, and what kind of thing it was."""

from dataclasses import dataclass

from matplotlib import pyplot as plt

from course_utils.figures.colours import BLUE, GREY, ORANGE
from course_utils.figures.style import WIDTH, house_style
from course_utils.figures.words import say

HUMAN = 5.1  # Russakovsky et al. 2015, section 6.4: one person, after 500 images of practice


@dataclass(frozen=True)
class Entry:
    """An entry of ILSVRC's classification task. layers: 0 where nothing was a network.

    error: top-5 error on the test images in per cent, without other images to train on
    """

    year: int
    name: str
    error: float
    layers: int
    source: str


# Up to 2014 from Russakovsky et al. 2015 (table of the winners); all but the first two are
# ensembles of several networks.
ENTRIES = (
    Entry(2010, "NEC-UIUC", 28.2, 0, "Russakovsky et al. 2015"),
    Entry(2011, "XRCE", 25.8, 0, "Russakovsky et al. 2015"),
    Entry(2012, "AlexNet", 16.4, 8, "Russakovsky et al. 2015; 15.3 with more images to train on"),
    Entry(2013, "Clarifai", 11.7, 8, "Russakovsky et al. 2015"),
    Entry(2014, "VGG", 7.3, 19, "Simonyan and Zisserman 2015; second in that year"),
    Entry(2014, "GoogLeNet", 6.7, 22, "Szegedy et al. 2015"),
    Entry(2015, "ResNet", 3.57, 152, "He et al. 2016"),
    Entry(2016, "Trimps", 2.99, 0, "Trimps-Soushen; image-net.org, results of 2016, from memory"),
    Entry(2017, "SENet", 2.25, 154, "Hu et al. 2018"),
)


def show_ilsvrc(entries=ENTRIES) -> None:
    """A bar for each entry, grey before the networks, with its error and number of layers."""
    with house_style():
        _, ax = plt.subplots(figsize=(WIDTH, 3.0))
        for k, entry in enumerate(entries):
            ax.bar(k, entry.error, color=GREY if entry.year < 2012 else BLUE, width=0.7)
            ax.text(k, entry.error + 0.4, f"{entry.error:g}", ha="center", va="bottom", fontsize=8,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})  # fmt: skip
        ax.axhline(HUMAN, color=ORANGE, linestyle="--", linewidth=1.2, zorder=1)
        ax.text(len(entries) - 0.5, HUMAN + 0.5, f"one person: {HUMAN}", color=ORANGE, ha="right",
                fontsize=8)  # fmt: skip
        ax.set_xticks(range(len(entries)), [_label(entry) for entry in entries], fontsize=7)
        ax.set(ylabel="top-5 error (%)", ylim=(0, 31))
        ax.tick_params(axis="x", length=0)
    first, last = entries[0], entries[-1]
    say(
        f"Bars, one for each entry: the top-5 error falls from {first.error:g} % in {first.year} "
        f"to {last.error:g} % in {last.year}; a dashed line at {HUMAN} % is one person."
    )


def _label(entry: Entry) -> str:
    layers = f"{entry.layers} layers" if entry.layers else ""
    if entry.year < 2012:
        layers = "no network"
    return f"{entry.year}\n{entry.name}\n{layers}"
