"""The exercise `mel_filterbank` of notebook 24."""

import math
from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb24_speech_and_text import sound_forms as sf
from course_utils.exercises.slips import given, ignored, result, transposed


@exercise(
    notebook="24",
    points=3,
    minutes=20,
    hints=(
        "Turn low and high into mel, take bands + 2 equally spaced numbers between them with "
        "np.linspace, and turn those back into hertz.",
        "Bin k of the DFT has the frequency k · rate / length.",
        "The rising flank is (f − left) / (centre − left), the falling one (right − f) / (right − "
        "centre). Which of the two counts at f? And what if both are negative?",
    ),
    explanation="A triangle is the smaller one of two straight lines, cut off at 0. The points are "
    "equally spaced in mel, so in hertz they lie further apart the higher they are: about as our "
    "ears tell pitches apart. Neighbours meet at half their height.",
)
def mel_filterbank(bands, length, rate, low, high):
    """Triangles over the bins of a spectrogram, narrow for low and wide for high frequencies.

    mel = 2595 log10(1 + f / 700). From low to high (Hz) there are bands + 2 points, both ends among
    them, equally spaced in mel. Band b is 0 at point b, rises in a straight line (over Hz) to 1 at
    point b + 1, and falls to 0 at point b + 2. -> (bands, length // 2 + 1): the height of each band
    at bin k, of frequency k · rate / length
    """
    ends = 2595 * np.log10(1 + np.array([low, high]) / 700)
    points = 700 * (10 ** (np.linspace(*ends, bands + 2) / 2595) - 1)  # Hz
    left, centre, right = points[:-2, None], points[1:-1, None], points[2:, None]  # (bands, 1)
    frequency = np.arange(length // 2 + 1) * rate / length
    rising = (frequency - left) / (centre - left)  # (bands, bins)
    falling = (right - frequency) / (right - centre)
    return np.maximum(0, np.minimum(rising, falling))


@mel_filterbank.cases
def _(rng):
    yield case(1, 8, 800, 0, 400, label="one band over five bins")
    yield case(2, 16, 8000, 0, 4000, label="two bands")
    yield case(3, 32, 8000, 300, 3400, label="three bands from 300 to 3,400 Hz")
    yield case(4, 25, 1000, 50, 450, label="length 25 is odd")
    yield case(5, 64, 16000, 100, 7000, label="another rate")
    yield case(6, 24, 8000, 0, 4000, label="narrow bands: some contain no bin, or a single one")
    yield case(8, 200, 8000, 150.5, 3821.5, label="ends that are not whole numbers")
    yield case(3, 40, 4000, 700, 1900, label="bins below and above all bands")
    low = float(rng.integers(20, 200))
    yield case(7, 128, 11025, low, low + 4000, label="drawn anew each time")


@mel_filterbank.oracle
def _(bands, length, rate, low, high):
    def mel(hertz):
        return 2595 * math.log(1 + hertz / 700, 10)

    step = (mel(high) - mel(low)) / (bands + 1)
    points = [700 * (math.pow(10, (mel(low) + i * step) / 2595) - 1) for i in range(bands + 2)]
    out = np.zeros((bands, length // 2 + 1))
    for b, k in np.ndindex(*out.shape):
        f, (left, centre, right) = k * rate / length, points[b : b + 3]
        if left < f <= centre:
            out[b, k] = (f - left) / (centre - left)
        elif centre < f < right:
            out[b, k] = (right - f) / (right - centre)
    return out


mel_filterbank.mistake(
    "the points are equally spaced in hertz, not in mel",
    hint="Are your bands wider for high frequencies? Between which two numbers is your linspace?",
)(partial(sf.filters, there=lambda f: f, back=lambda m: m))


mel_filterbank.mistake(
    "the triangles are straight over mel, not over hertz",
    hint="Halfway in hertz between two points: which height does the docstring ask for?",
)(partial(sf.filters, axis=sf.to_mel))


mel_filterbank.mistake(
    "the points were moved to whole bins",
    hint="A point may lie between two bins. What is the height at a bin, then?",
    also=(
        partial(sf.rounded, size=lambda L: L),
        partial(sf.rounded, way=np.rint, size=lambda L: L),
        partial(sf.rounded, way=np.rint),
        sf.counted,
        partial(sf.counted, more=0),
    ),
)(sf.rounded)


mel_filterbank.mistake(
    "the triangles have the same area, not the same height",
    hint="How high is each band at its centre? The docstring says 1.",
    also=(
        partial(sf.filters, shape=lambda f, a, b, c: sf.triangle(f, a, b, c) / (c - a)),
        lambda *args: _safe_share(sf.filters(*args), 1),
    ),
)(partial(sf.filters, shape=lambda f, a, b, c: sf.triangle(f, a, b, c) * 2 / (c - a)))


def _safe_share(rows, axis):
    total = rows.sum(axis=axis, keepdims=True)
    return rows / np.where(total > 0, total, 1)


mel_filterbank.mistake(
    "each bin was shared out: the heights of all bands add up to 1 there",
    hint="Below the first centre there is only one band. How high is it in your code?",
)(lambda *args: _safe_share(sf.filters(*args), 0))


mel_filterbank.mistake(
    "there are too few points, and so the bands lie elsewhere",
    hint="Each band needs a point on its left, one in the middle, one on its right. How many are "
    "these for two bands?",
    also=(
        partial(sf.filters, more=1, edges=lambda p, b: [p[b], p[b + 1], p[min(b + 2, len(p) - 1)]]),
        lambda bands, length, rate, low, high: sf.filters(
            bands, length, rate, low, high, more=0,
            edges=lambda p, b: [p[max(b - 1, 0)], p[b], p[min(b + 1, len(p) - 1)]]),
    ),
)(partial(sf.filters, more=1))  # fmt: skip


mel_filterbank.mistake(
    "there are too many points: the bands do not reach up to high",
    hint="Which is the last point that your last band uses? It should be high.",
)(partial(sf.filters, more=3))


mel_filterbank.mistake(
    "the bands do not overlap: each has points of its own",
    hint="Where band 0 is 1, band 1 should begin. Where does yours begin?",
)(
    lambda bands, length, rate, low, high: sf.filters(
        bands, length, rate, low, high, more=bands + 1,
        edges=lambda p, b: p[2 * b : 2 * b + 3],
    )
)  # fmt: skip


mel_filterbank.slip(
    transposed(),
    "bins in rows, bands in columns: it is the wrong way round",
    hint="The docstring asks for one row for each band. Which shape has yours?",
)


mel_filterbank.mistake(
    "the last bin is missing: there are length // 2 + 1",
    hint="Bins 0, 1, … length // 2: how many are these?",
)(partial(sf.filters, count=lambda length: length // 2))


mel_filterbank.mistake(
    "there is a column for each of the length bins, also for those above rate / 2",
    hint="A spectrogram has length // 2 + 1 rows. How many columns must the filters have?",
    also=(partial(sf.filters, count=lambda length: length // 2 + 2),),
)(partial(sf.filters, count=lambda length: length))


mel_filterbank.mistake(
    "the last bin was taken for rate / 2, which is so for an even length only",
    hint="length 25, rate 1000: bin 12 has the frequency 480. Which one has it in your code?",
)(partial(sf.filters, bins=lambda length, rate: np.linspace(0, rate / 2, length // 2 + 1)))


mel_filterbank.mistake(
    "the frequencies of the bins are off by a factor",
    hint="Bin k has k turns in length samples, and rate samples are a second. How many turns in a "
    "second are that?",
    also=(
        partial(sf.filters, bins=lambda L, rate: 2 * np.arange(L // 2 + 1) * rate / L),
        partial(sf.filters, bins=lambda L, rate: np.arange(L // 2 + 1) * rate / (L // 2 + 1)),
        partial(sf.filters, bins=lambda L, rate: np.arange(L // 2 + 1) * 1.0),
        partial(sf.filters, bins=lambda L, rate: np.linspace(0, rate, L // 2 + 1)),
    ),
)(partial(sf.filters, bins=lambda L, rate: np.arange(L // 2 + 1) * rate / (2 * L)))


mel_filterbank.mistake(
    "the bins are counted from 1",
    hint="Bin 0 has the frequency 0. Which frequency does your first column have?",
)(partial(sf.filters, bins=lambda L, rate: np.arange(1, L // 2 + 2) * rate / L))


mel_filterbank.mistake(
    "the way back from mel to hertz is not the inverse of the way there",
    hint="Turn 1000 Hz into mel and back. Do you get 1000?",
    also=(
        partial(sf.filters, back=lambda m: 700 * (np.exp(m / 2595) - 1)),
        partial(sf.filters, there=lambda f: 2595 * np.log(1 + f / 700)),
        partial(sf.filters, there=lambda f: 2595 * np.log10(1 + f)),
    ),
)(partial(sf.filters, back=lambda m: 700 * 10 ** (m / 2595)))


mel_filterbank.mistake(
    "the points were left in mel: they were not turned back into hertz",
    hint="In which unit are your points, and in which one the frequencies of the bins?",
)(partial(sf.filters, back=lambda m: m))


mel_filterbank.mistake(
    "another number stands in the place of 700",
    hint="Where in the formula of mel do you divide, and by what?",
    also=(
        partial(
            sf.filters, there=lambda f: np.log10(1 + f / 1000), back=lambda m: 1000 * (10**m - 1)
        ),
        partial(sf.filters, there=lambda f: np.log2(1 + f), back=lambda m: 2**m - 1),
        partial(sf.filters, there=lambda f: np.log(np.maximum(f, 1.0)), back=np.exp),
    ),
)(partial(sf.filters, there=lambda f: np.log10(1 + f / 70), back=lambda m: 70 * (10**m - 1)))


def _of(change):
    def shape(f, left, centre, right):
        with np.errstate(all="ignore"):
            return change((f - left) / (centre - left), (right - f) / (right - centre))

    return partial(sf.filters, shape=shape)


mel_filterbank.mistake(
    "the bands are boxes, not triangles",
    hint="Halfway between two points a band is half as high as in its centre. And yours?",
)(_of(lambda up, down: ((up > 0) & (down > 0)) * 1.0))


mel_filterbank.mistake(
    "one of the two flanks is missing",
    hint="What does your band do to the right of its centre, and what to the left?",
    also=(
        _of(lambda up, down: np.where((up > 0) & (up <= 1), up, 0)),
        _of(lambda up, down: np.where((down > 0) & (down <= 1), down, 0)),
        _of(lambda up, down: np.maximum(0, up)),
        _of(lambda up, down: np.maximum(0, down)),
    ),
)(_of(lambda up, down: np.clip(up, 0, 1)))


mel_filterbank.mistake(
    "the flanks were not cut off at 0",
    hint="Far from its three points a band does not hear anything. Is it negative in your code?",
    also=(_of(lambda up, down: np.abs(np.minimum(up, down))),),
)(_of(np.minimum))


mel_filterbank.mistake(
    "the larger of the two flanks was taken, or their sum or product",
    hint="To the left of the centre only the rising flank counts. Is it the smaller one there?",
    also=(
        _of(lambda up, down: np.maximum(0, up) * np.maximum(0, down)),
        _of(lambda up, down: np.maximum(0, up + down)),
        _of(lambda up, down: np.where((up > 0) & (down > 0), np.maximum(up, down), 0)),
    ),
)(_of(lambda up, down: np.maximum(0, np.maximum(up, down))))


mel_filterbank.mistake(
    "the flanks have changed their widths: each was divided by the other's",
    hint="The rising flank goes from left to centre. By which distance is it divided?",
)(
    partial(
        sf.filters,
        shape=lambda f, a, b, c: np.maximum(0, np.minimum((f - a) / (c - b), (c - f) / (b - a))),
    )
)


mel_filterbank.slip(ignored("low", 0))


mel_filterbank.slip(
    given(lambda a: {"high": a["rate"] / 2}),
    "high was not used: the bands reach up to rate / 2",
    hint="Where does your code use high?",
)


mel_filterbank.slip(
    result(lambda rows, **rest: rows[::-1]),
    "the bands come from high to low",
    hint="Band 0 is the lowest. In which order are your points, and is low really low?",
)
