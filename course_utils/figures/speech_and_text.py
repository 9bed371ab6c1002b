"""Pictures of notebook 24: sounds and their spectrograms, filters, a scan in time, words."""

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from course_utils.figures.colours import BLACK, BLUE, GREY, ORANGE, PALETTE
from course_utils.figures.style import WIDTH, house_style
from course_utils.figures.words import counted, listed, number, say

MARKERS = "os^D"
DECIBEL = 60  # below the loudest: what a spectrogram shows


# --------------------------------------------------------------------------------------- sounds
def show_sound(sound: np.ndarray, rate: int, start: float, seconds: float = 0.03) -> None:
    """A whole recording, and `seconds` of it from `start` on, under the magnifying glass."""
    with house_style():
        _, axes = plt.subplots(2, 1, figsize=(WIDTH, 3.0))
        time = np.arange(len(sound)) / rate
        axes[0].plot(time, sound, color=BLUE, linewidth=0.4)
        axes[0].axvspan(start, start + seconds, color=ORANGE, alpha=0.6)
        first = round(start * rate)
        near = slice(first, first + round(seconds * rate))
        axes[1].plot(1000 * time[near], sound[near], color=ORANGE, marker=".", markersize=3)
        axes[0].set(xlabel="time (s)", xlim=(0, time[-1]))
        axes[1].set(xlabel="time (ms)", xlim=(1000 * start, 1000 * (start + seconds)))
        for ax in axes:
            ax.set(yticks=[0], ylabel="pressure")
    say(
        f"above a recording of {time[-1]:.1f} s, loud and quiet in turn; below "
        f"{1000 * seconds:.0f} ms of it, a wave with several swings."
    )


def in_decibels(power: np.ndarray) -> np.ndarray:
    """Ten times the logarithm of the power, at least DECIBEL below the loudest."""
    loudest = float(power.max(initial=0)) or 1.0
    return 10 * np.log10(np.maximum(power / loudest, 10 ** (-DECIBEL / 10)))


def draw_spectrogram(figure: Figure, sound: np.ndarray, power: np.ndarray, rate: int,
                     window: np.ndarray, hop: int) -> None:  # fmt: skip
    """A sound with the window over it, above the spectrogram that this window makes of it.

    power (bins, T), in decibels below the loudest; frequencies in Hz
    """
    above, below = figure.subplots(2, 1, height_ratios=[1, 2.4], sharex=True)
    time = 1000 * np.arange(len(sound)) / rate
    above.plot(time, sound / np.abs(sound).max(), color=BLUE, linewidth=0.5)
    middle = len(sound) // 2 - len(window) // 2
    place = 1000 * (middle + np.arange(len(window))) / rate
    above.fill_between(place, -window, window, color=ORANGE, alpha=0.4)
    above.set(yticks=[], ylabel="sound")
    left = 1000 * (len(window) / 2 - hop / 2) / rate  # a frame is drawn at its middle
    right = left + 1000 * power.shape[1] * hop / rate
    half = rate / len(window) / 2
    top = (len(power) - 1) * rate / len(window) + half
    below.imshow(in_decibels(power), origin="lower", aspect="auto", cmap="magma", vmin=-DECIBEL,
                 vmax=0, extent=(left, right, -half, top))  # fmt: skip
    below.set(xlim=(0, time[-1]), xlabel="time (ms)", ylabel="frequency (Hz)", ylim=(0, rate / 4))
    width = 1000 * len(window) / rate
    below.set_title(f"window {width:g} ms, {rate / len(window):.0f} Hz from row to row")
    say(
        f"a sound and its spectrogram with a window of {width:g} ms: bright rows are tones, and "
        f"a row is {rate / len(window):.0f} Hz high, a frame {1000 * hop / rate:g} ms after the "
        "last.",
        figure,
    )


def show_filters(filters: np.ndarray, rate: int, length: int, some: int = 1) -> None:
    """Every `some`-th filter of a bank (bands, bins) as a curve over the frequencies (Hz)."""
    with house_style():
        _, ax = plt.subplots(figsize=(WIDTH, 2.2))
        frequency = np.arange(filters.shape[1]) * rate / length
        for b in range(0, len(filters), some):
            ax.plot(frequency, filters[b], color=PALETTE[(b // some) % 2], linewidth=1.3)
        ax.set(xlabel="frequency (Hz)", ylabel="height", ylim=(0, 1.05), xlim=(0, frequency[-1]))
    wide = (filters > 0).sum(axis=1) * rate / length
    say(
        f"triangles along the frequencies, {number(wide[0])} Hz wide at the low end and "
        f"{number(wide[-1])} Hz at the high one."
    )


def show_panels(pictures: Sequence[np.ndarray], titles: Sequence[str], seconds: float,
                ylabel: str = "mel band") -> None:  # fmt: skip
    """Spectrograms side by side, low bands below, all with the same scale."""
    with house_style():
        figure, axes = plt.subplots(1, len(pictures), figsize=(WIDTH, 2.4), sharey=True)
        low, high = min(p.min() for p in pictures), max(p.max() for p in pictures)
        for ax, picture, title in zip(axes, pictures, titles, strict=True):
            shown = ax.imshow(picture, origin="lower", aspect="auto", cmap="magma", vmin=low,
                              vmax=high, extent=(0, seconds, -0.5, len(picture) - 0.5))  # fmt: skip
            ax.set(title=title, xlabel="time (s)")
        axes[0].set_ylabel(ylabel)
        figure.colorbar(shown, ax=axes, shrink=0.8, label="log power")
    say(f"spectrograms side by side, bright where there is sound: {listed(titles)}.")


def draw_moved(figure: Figure, low: np.ndarray, high: np.ndarray, by: int) -> None:
    """Two spectra (bands,), the first one moved up by some bands; and how alike they are then."""
    ax = figure.subplots()
    bands = np.arange(len(low))
    ax.plot(bands, high, color=ORANGE, label="a child")
    ax.plot(bands + by, low, color=BLUE, label=f"a man, {by} bands up")
    room = 0.35 * np.ptp(np.concatenate([low, high]))  # for the legend, below the curves
    ax.set(xlabel="mel band", ylabel="log power", xlim=(0, len(low) - 1),
           ylim=(min(low.min(), high.min()) - room, None))  # fmt: skip
    kept = len(low) - by
    alike = np.corrcoef(low[:kept], high[by:])[0, 1]
    ax.set_title(f"correlation where they overlap: {alike:.2f}")
    ax.legend(loc="lower center", ncols=2, fontsize=8)
    say(
        f"two curves over the mel bands, a child and a man moved up by {counted(by, 'band')}: "
        f"their correlation is {alike:.2f}.",
        figure,
    )


# ---------------------------------------------------------------------------------- a scan in time
def show_scan(bands: np.ndarray, scores: np.ndarray, seconds: float, words: dict[str, list[float]],
              reach: float) -> None:  # fmt: skip
    """A recording as mel bands, and below it how sure the network is at each time.

    scores (T′,) from 0 to 1, each for `reach` seconds of sound; words {name: where they begin}
    """
    with house_style():
        figure, axes = plt.subplots(2, 1, figsize=(WIDTH, 3.5), sharex=True, height_ratios=[1.5, 1])
        axes[0].imshow(bands, origin="lower", aspect="auto", cmap="magma",
                       extent=(0, seconds, -0.5, len(bands) - 0.5))  # fmt: skip
        axes[0].set(ylabel="mel band")
        time = reach / 2 + np.linspace(0, seconds - reach, len(scores))
        axes[1].plot(time, scores, color=BLUE)
        for (name, places), colour in zip(words.items(), (ORANGE, GREY), strict=True):
            for k, start in enumerate(places):
                axes[1].axvspan(start, start + reach, color=colour, alpha=0.3,
                                label=name if k == 0 else None)  # fmt: skip
        axes[1].set(xlabel="time (s)", ylabel="sure", ylim=(-0.02, 1.02), xlim=(0, seconds))
        figure.legend(loc="outside upper center", fontsize=8, ncols=2)
    marked = [
        f"{counted(len(places), 'stretch', 'stretches')} for {name}"
        for name, places in words.items()
    ]
    say(
        f"mel bands of {seconds:g} s, and below a curve of how sure the network is, from "
        f"{number(np.min(scores))} to {number(np.max(scores))}, over {listed(marked)}."
    )


# ------------------------------------------------------------------------------- who understands
def show_by_group(results: dict[str, np.ndarray], groups: Sequence[str]) -> None:
    """A row for each network, a dot for each training and group: accuracy.

    results {network: (trainings, groups)}
    """
    with house_style():
        figure, ax = plt.subplots(figsize=(WIDTH, 0.7 + 0.34 * len(results)))
        for row, numbers in enumerate(results.values()):
            for g, (colour, marker) in enumerate(zip(PALETTE, MARKERS, strict=False)):
                if g < len(groups):
                    ax.plot(numbers[:, g], [row] * len(numbers), marker, color=colour, alpha=0.7,
                            markersize=5, label=groups[g] if row == 0 else None)  # fmt: skip
        ax.axvline(0.1, color=GREY, linestyle=":", linewidth=1.2)
        ax.text(0.105, len(results) - 0.55, "guessing", fontsize=7, color=GREY)
        ax.set_yticks(range(len(results)), list(results), fontsize=8)
        ax.set(xlabel="accuracy", xlim=(0, 1.02), ylim=(len(results) - 0.4, -0.6))
        figure.legend(loc="outside upper center", ncols=len(groups), fontsize=8)
    said = []
    for name, numbers in list(results.items())[:4]:
        by_group = zip(groups, numbers.mean(axis=0), strict=False)
        said.append(f"{name}: {listed(f'{group} {number(value)}' for group, value in by_group)}")
    say(f"accuracy by network and group, a dot for each training; {'; '.join(said)}.")


# ------------------------------------------------------------------------------------------ words
def show_letters(words: Sequence[str], weights: Sequence[np.ndarray], titles: Sequence[str],
                 columns: int = 4) -> None:  # fmt: skip
    """Words letter by letter, each letter the redder the more it spoke for the answer.

    weights: for each word one number from 0 to 1 for each letter; titles: what stands above
    """
    rows, widest = -(-len(words) // columns), max(map(len, words))
    with house_style():
        _, axes = plt.subplots(rows, columns, figsize=(WIDTH, 0.62 * rows))
        for ax, word, weight, title in zip(axes.ravel(), words, weights, titles, strict=False):
            ax.imshow(np.atleast_2d(weight), cmap="Oranges", vmin=0, vmax=1.2, aspect="auto",
                      extent=(0, len(word), 0, 1))  # fmt: skip
            for k, letter in enumerate(word):
                ax.text(k + 0.5, 0.48, letter, ha="center", va="center", color=BLACK, fontsize=8)
            ax.set(xlim=(0, max(widest, len(word))), ylim=(0, 1))
            ax.set_title(title, fontsize=7.5, loc="left", pad=2)
        for ax in axes.ravel():
            ax.set_axis_off()
    strongest = [
        f"{word[int(np.argmax(weight))]} in {word}"
        for word, weight in zip(words, weights, strict=False)
    ]
    say(
        "words whose letters are the redder the more they spoke for the answer, most of all "
        f"{listed(strongest)}."
    )


def show_confusion(table: np.ndarray, names: Sequence[str]) -> None:
    """Rows: what it was; columns: what was said. Shares of each row, and the counts that are off
    the diagonal and not small.
    """
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    with house_style():
        _, ax = plt.subplots(figsize=(4.9, 3.6))
        ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for row, column in np.ndindex(*table.shape):
            if row != column and table[row, column] >= 5:
                ax.text(column, row, table[row, column], ha="center", va="center", fontsize=7)
        ax.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
        ax.set_yticks(range(len(names)), names, fontsize=7)
        ax.set(xlabel="said", ylabel="was")
    wrong = table * (1 - np.eye(len(table), dtype=int))
    row, column = np.unravel_index(wrong.argmax(), wrong.shape)
    say(
        f"a table of {len(names)} classes, dark along the diagonal; the commonest mistake is "
        f"{names[row]} taken for {names[column]}, {wrong[row, column]} times."
    )
