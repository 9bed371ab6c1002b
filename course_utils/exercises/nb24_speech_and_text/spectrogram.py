"""The exercise `spectrogram` of notebook 24."""

import cmath
from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb24_speech_and_text import sound_forms as sf
from course_utils.exercises.slips import given, ignored, missing, result, transposed


@exercise(
    notebook="24",
    points=3,
    minutes=20,
    hints=(
        "Frame t begins at sample t · hop and is len(window) long. How many fit?",
        "Multiply each frame by the window, number by number, before anything else.",
        "Bin k compares the frame with k turns: cosines and sines of 2π k n / L. np.cos(2 * np.pi "
        "* np.outer(k, n) / L) is a matrix (bins, L) of them; np.fft.rfft does the same, faster.",
        "The power is the square of the sum with the cosines plus that of the sum with the sines.",
    ),
    explanation="Each frame is cut out, weighted with the window, and compared with waves of 0, 1, "
    "… L/2 turns. A wave in the sound may begin anywhere, so it is compared with cosine and sine: "
    "the sum of the two squares does not depend on where it begins. Bins above L/2 would only "
    "repeat those below.",
)
def spectrogram(sound, window, hop):
    """How much of each frequency is in a sound, at each time: its power.

    sound (S,), window (L,); frame t is sound[t·hop : t·hop + L] times the window, for all frames
    that fit entirely; a sound shorter than the window has none, silence has power 0.
    -> (L // 2 + 1, T): |Σ_n frame[n] exp(−2πi k n / L)|² for bin k in row k, frame t in column t
    """
    L = len(window)
    T = max(0, (len(sound) - L) // hop + 1)
    starts = hop * np.arange(T)[:, np.newaxis]  # (T, 1)
    frames = sound[starts + np.arange(L)] * window  # (T, L)
    turns = np.outer(np.arange(L), np.arange(L // 2 + 1)) / L  # (L, bins)
    along = frames @ np.cos(2 * np.pi * turns)  # (T, bins)
    across = frames @ np.sin(2 * np.pi * turns)
    return (along**2 + across**2).T


@spectrogram.cases
def _(rng):
    yield case(np.array([1.0, 2, 0, -1, 1]), np.ones(3), 2, label="five samples, a window of ones")
    yield case(np.array([1.0, 2, 0, -1, 1, 3]), np.array([1.0, 2, 1, 0.5]), 1, label="a window")
    yield case(rng.normal(size=23), rng.random(8) + 0.5, 3, label="23 samples, L = 8, hop 3")
    yield case(rng.normal(size=20), rng.random(5) + 0.5, 5, label="L = 5 is odd, hop 5")
    yield case(rng.normal(size=9), rng.random(9) + 0.5, 4, label="exactly one frame fits")
    yield case(rng.normal(size=5), np.hanning(8), 2, label="a sound shorter than the window")
    yield case(np.zeros(12), np.hanning(6), 3, label="silence")
    wave = np.cos(2 * np.pi * 3 * np.arange(24) / 12 + 0.7)
    yield case(wave, np.hanning(12), 6, label="a wave with 3 turns in 12 samples")
    yield case(2 + rng.normal(size=19), rng.random(7) + 0.5, 4, label="a sound around 2, not 0")
    yield case(rng.integers(-20000, 20001, 18).astype(np.int16), rng.random(6) + 0.5, 2,
               label="16-bit whole numbers")  # fmt: skip
    yield case(rng.normal(size=17), rng.random(4) + 0.5, 6, label="hop larger than the window")
    yield case(rng.normal(size=40).astype(np.float32)[::2], rng.random(10).astype(np.float32), 4,
               label="float32, every other number of a longer array")  # fmt: skip


@spectrogram.oracle
def _(sound, window, hop):
    L = len(window)
    starts = range(0, len(sound) - L + 1, hop)
    out = np.zeros((L // 2 + 1, len(starts)))
    for t, start in enumerate(starts):
        frame = [float(sound[start + n]) * float(window[n]) for n in range(L)]
        for k in range(L // 2 + 1):
            total = sum(a * cmath.exp(-2j * cmath.pi * k * n / L) for n, a in enumerate(frame))
            out[k, t] = abs(total) ** 2
    return out


spectrogram.mistake(
    "this is the amplitude, not the power: the square is missing",
    hint="Twice as loud a sound has four times the power. What do your numbers do?",
)(partial(sf.spectrum, measure=lambda a, b, w: np.hypot(a, b)))


spectrogram.mistake(
    "only the cosines or only the sines were used",
    hint="A wave that begins a quarter of a turn later: is it still there in your numbers?",
    also=(partial(sf.spectrum, measure=lambda a, b, w: b**2),
          partial(sf.spectrum, measure=lambda a, b, w: np.abs(a))),
)(partial(sf.spectrum, measure=lambda a, b, w: a**2))  # fmt: skip


spectrogram.mistake(
    "the two sums were added before squaring, or the complex number itself was squared",
    hint="|z|² of z = a + ib is a² + b². What is z², and what is (a + b)²?",
    also=(partial(sf.spectrum, measure=lambda a, b, w: (a - b) ** 2),
          partial(sf.spectrum, measure=lambda a, b, w: a**2 - b**2),
          partial(sf.spectrum, measure=lambda a, b, w: np.abs(a) + np.abs(b))),
)(partial(sf.spectrum, measure=lambda a, b, w: (a + b) ** 2))  # fmt: skip


spectrogram.slip(missing("window"), "the window was not used")


spectrogram.slip(
    given(lambda a: {"window": a["window"] * a["window"]}),
    "the window was applied twice",
    hint="Each sample meets its weight once. Where does your code multiply by the window?",
)


spectrogram.mistake(
    "the window was applied to the spectrum, not to the samples",
    hint="The window makes the samples at both ends of a frame smaller. Does it belong before or "
    "after the sums?",
    also=(lambda sound, window, hop: sf.spectrum(sound, np.ones(len(window)), hop)
          * (window[: len(window) // 2 + 1] ** 2)[:, np.newaxis],),
)(lambda sound, window, hop: sf.spectrum(sound, np.ones(len(window)), hop)
  * window[: len(window) // 2 + 1, np.newaxis])  # fmt: skip


spectrogram.slip(
    given(lambda a: {"window": a["window"][::-1]}),
    "the window runs backwards",
    hint="Which weight does the first sample of a frame meet? (np.convolve turns one of the two "
    "around.)",
)


spectrogram.slip(
    ignored("hop", 1), also=(partial(sf.spectrum, frames=sf.places_of(lambda L, hop: 1)),)
)


spectrogram.slip(
    given(lambda a: {"hop": len(a["window"])}),
    "the frames lie side by side: the step is the window's length, not hop",
    hint="Frame 1 begins at sample hop. Where does yours begin?",
    also=(partial(sf.spectrum, frames=sf.places_of(lambda L, hop: L)),),
)


spectrogram.slip(
    given(lambda a: {"hop": max(1, len(a["window"]) // 2)}),
    "the frames overlap by half: hop was not used",
    hint="Frame 1 begins at sample hop. Where does yours begin?",
)


spectrogram.slip(
    given(lambda a: {"hop": max(1, len(a["window"]) - a["hop"])}),
    "hop was read as the overlap of two frames",
    hint="With hop 1 and a window of 4 two frames share 3 samples. How many do yours share?",
)


spectrogram.slip(
    transposed(),
    "frames in rows, bins in columns: it is the wrong way round",
    hint="A row is a frequency, as in a picture: time runs to the right. Which shape has yours?",
)


spectrogram.mistake(
    "all L bins were returned: those above L / 2 repeat the others",
    hint="For a real sound bin L − k has the same power as bin k. How many are really different?",
)(partial(sf.spectrum, bins=range))


spectrogram.mistake(
    "the last bin is missing: the fastest wave has L // 2 turns",
    hint="Bins 0, 1, … L // 2: how many are these?",
)(partial(sf.spectrum, bins=lambda L: range(L // 2)))


spectrogram.mistake(
    "bin 0 is missing",
    hint="0 turns in a frame: that is the sum of its samples. Where is it?",
    also=(partial(sf.spectrum, bins=lambda L: range(1, L // 2 + 2)),),
)(partial(sf.spectrum, bins=lambda L: range(1, L // 2 + 1)))


spectrogram.mistake(
    "the last frame is missing, although it fits",
    hint="Five samples, a window of 3, hop 2: frames begin at 0 and at 2. Does your range stop "
    "too early?",
    also=(lambda sound, window, hop: sf.spectrum(sound, window, hop, frames=lambda s, L, h: (
        sf.frames_of(s, L, h)[: max(0, (len(s) - L) // h)])),),
)(lambda sound, window, hop: sf.spectrum(sound[:-1], window, hop))  # fmt: skip


spectrogram.mistake(
    "there are frames at the end that do not fit: they were filled up with zeros",
    hint="A frame needs as many samples as the window has. Does your last one have them?",
    also=(partial(sf.spectrum, frames=sf.one_more), sf.to_the_end),
)(partial(sf.spectrum, frames=sf.to_the_last_sample))


spectrogram.mistake(
    "zeros were put around the sound, so that the first frame is centred on its first sample",
    hint="Frame 0 is sound[0 : L]. Which samples are in yours?",
)(partial(sf.spectrum, frames=sf.centred))


spectrogram.mistake(
    "a sound shorter than the window breaks it, or gets another shape",
    hint="No frame fits. Which shape does an array of L // 2 + 1 rows and no column have?",
    also=(sf.stacked, sf.gathered, sf.unguarded),
)(sf.fitting_only)


spectrogram.mistake(
    "the power was divided by the length, or by what the window adds up to",
    hint="The docstring has a sum, and no mean. What did you divide by?",
    also=(
        partial(sf.spectrum, measure=lambda a, b, w: (a**2 + b**2) / len(w) ** 2),
        partial(sf.spectrum, measure=lambda a, b, w: (a**2 + b**2) / w.sum()),
        partial(sf.spectrum, measure=lambda a, b, w: (a**2 + b**2) / w.sum() ** 2),
        partial(sf.spectrum, measure=lambda a, b, w: (a**2 + b**2) / (w**2).sum()),
    ),
)(partial(sf.spectrum, measure=lambda a, b, w: (a**2 + b**2) / len(w)))


def _logarithm(times, log, add=0.0):
    def measure(a, b, w):
        with np.errstate(all="ignore"):
            return times * log(a**2 + b**2 + add)

    return partial(sf.spectrum, measure=measure)


spectrogram.mistake(
    "the logarithm was taken: that comes later",
    hint="What is the logarithm of silence? The docstring asks for the power itself.",
    also=(_logarithm(1, np.log), _logarithm(1, np.log10), _logarithm(1, np.log1p),
          _logarithm(10, np.log10, 1e-10)),
)(_logarithm(10, np.log10))  # fmt: skip


spectrogram.mistake(
    "2π is missing, or is only π: k waves do not fit into the frame",
    hint="How large is the angle of a whole turn, in what np.cos expects?",
    also=(partial(sf.spectrum, turn=np.pi), partial(sf.spectrum, turn=360.0)),
)(partial(sf.spectrum, turn=1.0))


spectrogram.mistake(
    "the mean of each frame was subtracted: bin 0 is empty",
    hint="Bin 0 asks for 0 turns, a constant. Did your frames keep theirs?",
    also=(
        lambda sound, window, hop: sf.spectrum(sound - sound.mean(), window, hop),
        partial(sf.spectrum, weigh=lambda f, w: f * w - (f * w).mean(axis=1, keepdims=True)),
    ),
)(partial(sf.spectrum, weigh=lambda f, w: (f - f.mean(axis=1, keepdims=True)) * w))


def _both_sides(power, window, **rest):
    L = len(window)
    factor = np.full(len(power), 2.0)
    factor[0] = 1
    if L % 2 == 0:
        factor[-1] = 1
    return power * factor[:, np.newaxis]


spectrogram.slip(
    result(_both_sides),
    "the bins were doubled, for those above L / 2",
    hint="The formula in the docstring has one sum for each bin. Where does a 2 come from?",
    also=(result(lambda power, **rest: 2 * power),),
)


spectrogram.slip(
    result(lambda power, **rest: power[:, :1]),
    "only the first frame was used",
    hint="How many frames fit into the sound? Does your loop return too early?",
)


spectrogram.mistake(
    "the frames were averaged: time is gone",
    hint="T columns, one for each frame. Over which axis is your mean or sum?",
    also=(
        lambda sound, window, hop: sf.spectrum(sound, window, hop).sum(axis=1),
        lambda sound, window, hop: sf.spectrum(sound, window, hop).sum(axis=1, keepdims=True),
    ),
)(
    lambda sound, window, hop: (
        sf.spectrum(sound, window, hop).sum(axis=1)
        / max(1, len(sf.frames_of(sound, len(window), hop)))
    )
)


spectrogram.slip(
    result(lambda power, **rest: power[::-1]),
    "the rows are upside down: bin 0 is the first row",
    hint="A picture is often drawn with low frequencies below. In which row of the array is bin 0?",
)


spectrogram.mistake(
    "the frames were cut to whole numbers",
    hint="np.zeros_like(sound) has the dtype of the sound. What becomes of 0.7 in there?",
    also=(partial(sf.spectrum, weigh=lambda f, w: np.rint(f * w)),),
)(
    lambda sound, window, hop: sf.spectrum(
        sound, window, hop,
        weigh=lambda f, w: np.trunc(f * w) if sound.dtype.kind == "i" else f * w,
    )
)  # fmt: skip
