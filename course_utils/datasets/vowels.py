"""Ten vowels, spoken by men, women and children, made from their measured formants.

The frequencies are the means of Gordon Peterson and Harold Barney, *Control methods used in a study
of the vowels*, J. Acoust. Soc. Am. 24 (1952), table II: 33 men, 28 women and 15 children, ten
American vowels. How far speakers lie around those means is our own choice.
"""

from dataclasses import dataclass

import numpy as np

from course_utils.datasets.cache import Arrays
from course_utils.datasets.exact import TURN, sine
from course_utils.datasets.generated import Count, three_parts
from course_utils.datasets.scenes import check_fields
from course_utils.errors import CourseError

RATE = 8000  # samples in a second
LENGTH, SPOKEN = 3200, 1600  # samples of a sound, and of the vowel in it: 0.4 s and 0.2 s
GROUPS = ("men", "women", "children")
VOWELS = ("heed", "hid", "head", "had", "hod", "hawed", "hood", "who'd", "hud", "heard")
PITCH = np.array([
    [136, 135, 130, 127, 124, 129, 137, 141, 130, 133],
    [235, 232, 223, 210, 212, 216, 232, 231, 221, 218],
    [272, 269, 260, 251, 256, 263, 276, 274, 261, 261],
])  # fmt: skip  # Hz (3 groups, 10 vowels): the fundamental frequency
FORMANTS = np.array([
    [[270, 390, 530, 660, 730, 570, 440, 300, 640, 490],
     [2290, 1990, 1840, 1720, 1090, 840, 1020, 870, 1190, 1350],
     [3010, 2550, 2480, 2410, 2440, 2410, 2240, 2240, 2390, 1690]],
    [[310, 430, 610, 860, 850, 590, 470, 370, 760, 500],
     [2790, 2480, 2330, 2050, 1220, 920, 1160, 950, 1400, 1640],
     [3310, 3070, 2990, 2850, 2810, 2710, 2680, 2670, 2780, 1960]],
    [[370, 530, 690, 1010, 1030, 680, 560, 430, 850, 560],
     [3200, 2730, 2610, 2320, 1370, 1060, 1410, 1170, 1590, 1820],
     [3730, 3600, 3570, 3320, 3170, 3180, 3310, 3260, 3360, 2160]],
])  # fmt: skip  # Hz (3 groups, 3 formants, 10 vowels)
LEVELS = np.array([
    [-4, -3, -2, -1, -1, 0, -1, -3, -1, -5],
    [-24, -23, -17, -12, -5, -7, -12, -19, -10, -15],
    [-28, -27, -24, -22, -28, -34, -34, -43, -27, -20],
])  # fmt: skip  # dB (3 formants, 10 vowels), the same for all three groups
WIDTHS = np.array([80, 100, 150])  # Hz: how wide a formant is
SPREAD = (15, 5, 3)  # per cent: of the pitch, of a speaker's formants together, of each formant
STANDARD: Count = (1800, 300, 900)


@dataclass(frozen=True, eq=False, repr=False)
class Sounds:
    """Recordings of one vowel each. All arrays are read-only.

    sounds  int16 (N, S), 8,000 samples in a second
    labels  int64 (N,), indices into VOWELS
    groups  int64 (N,), indices into GROUPS: who speaks
    onsets  int64 (N,), the sample at which the vowel begins

    Raises CourseError when dtypes or shapes are others, or do not fit together.
    """

    sounds: np.ndarray
    labels: np.ndarray
    groups: np.ndarray
    onsets: np.ndarray

    def __post_init__(self):
        check_fields(
            self,
            sounds=(np.int16, "N S"),
            labels=(np.int64, "N"),
            groups=(np.int64, "N"),
            onsets=(np.int64, "N"),
        )

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"Sounds({len(self)} sounds of {self.sounds.shape[1]} samples)"


@dataclass(frozen=True)
class SoundSet:
    """Vowels in three parts, the words that they are the middle of, and who speaks."""

    name: str
    train: Sounds
    validation: Sounds
    test: Sounds
    class_names: tuple[str, ...] = VOWELS
    group_names: tuple[str, ...] = GROUPS
    rate: int = RATE


def vowels(count: Count = STANDARD, seed: int = 0) -> SoundSet:
    """Ten vowels of men, women and children, somewhere in 0.4 s of quiet noise.

    Each of the three parts is `Sounds` with int16 (N, 3200): a vowel of 0.2 s. Vowels and groups
    take turns, so a part holds as many of each as its length allows. Equal arguments give equal
    bytes on every computer. Raises CourseError for a count or seed that makes no sense.
    """

    def draw(part: str, n: int, rng: np.random.Generator) -> Arrays:
        return _sounds(n, rng)

    parts = three_parts("vowels", draw, count, seed, LENGTH)
    return SoundSet("vowels", *(Sounds(**arrays) for arrays in parts))


def _sounds(n: int, rng: np.random.Generator) -> Arrays:
    """The fields of `Sounds`."""
    labels = np.arange(n) % len(VOWELS)
    groups = np.arange(n) // len(VOWELS) % len(GROUPS)
    pitch = PITCH[groups, labels] * _around_one(rng, n, SPREAD[0])
    formants = FORMANTS[groups, :, labels] * _around_one(rng, (n, 1), SPREAD[1])
    formants = formants * _around_one(rng, (n, 3), SPREAD[2])  # (N, 3)
    onsets = rng.integers(200, LENGTH - SPOKEN - 200, size=n)
    loudness = rng.integers(3000, 12000, size=n)
    noise = rng.integers(-150, 151, size=(n, LENGTH))
    for i in range(n):
        said = spoken(int(np.rint(pitch[i])), np.rint(formants[i]), LEVELS[:, labels[i]])
        noise[i, onsets[i] : onsets[i] + SPOKEN] += np.rint(loudness[i] * said).astype(np.int64)
    return {
        "sounds": noise.astype(np.int16), "labels": labels, "groups": groups, "onsets": onsets
    }  # fmt: skip


def _around_one(rng: np.random.Generator, shape, percent: int) -> np.ndarray:
    """Factors around 1 with this standard deviation, three times that at most: sums of dice."""
    dice = rng.integers(-1000, 1001, size=(3, *np.atleast_1d(shape))).sum(axis=0)  # ±3000, sd 1000
    return 1 + percent * dice / 100_000


def spoken(pitch: int, formants: np.ndarray, levels: np.ndarray, length: int = SPOKEN):
    """A vowel with a soft beginning and end, (length,) float64 from −1 to 1.

    pitch in Hz, a whole number; formants (3,) in Hz; levels (3,) in dB. A voice is a row of
    harmonics, whole multiples of its pitch, and the mouth makes those near a formant louder.
    """
    return _voice(pitch, formants[:, np.newaxis], _gain(levels)[:, np.newaxis], length)


def speak(words, group: str = "men", seconds: float = 0.4, pitch: int | None = None, up: float = 1):
    """Vowels that glide into one another, said by an average man, woman or child.

    words: of VOWELS, in order; pitch in Hz, else that of the first vowel; up: a factor for all
    formants. -> (S,) float64 from −1 to 1, 8,000 samples in a second. Raises CourseError for a word
    or a group that there is not.
    """
    for name, known in [*((word, VOWELS) for word in words), (group, GROUPS)]:
        if name not in known:
            raise CourseError(f"speak expects one of {', '.join(known)}, got {name!r}.")
    places = [VOWELS.index(word) for word in words]
    g, length = GROUPS.index(group), int(seconds * RATE)
    time, knots = np.linspace(0, 1, length), np.linspace(0.2, 0.8, len(words))
    formants = [np.interp(time, knots, up * FORMANTS[g, k, places]) for k in range(3)]
    gains = [np.interp(time, knots, _gain(LEVELS[k, places])) for k in range(3)]
    pitch = int(PITCH[g, places[0]] if pitch is None else pitch)
    return _voice(pitch, np.array(formants), np.array(gains), length)


def _voice(pitch: int, formants: np.ndarray, gains: np.ndarray, length: int) -> np.ndarray:
    """Harmonics of a pitch; formants (Hz) and gains (3, length), or (3, 1) if they do not move."""
    ramp = np.minimum(1, (np.arange(length) + 1) / 200)
    sound = np.zeros(length)
    for order in range(1, (RATE // 2 - 1) // pitch + 1):
        near = gains / (1 + ((order * pitch - formants) / WIDTHS[:, np.newaxis]) ** 2)
        steps = order * pitch * np.arange(length)  # cycles × RATE
        wave = sine(steps * TURN // RATE + 977 * order * order)  # phases that lie apart
        sound += (near[0] + near[1] + near[2]) * wave
    sound *= ramp * ramp[::-1]
    return sound / np.abs(sound).max()


def _gain(levels: np.ndarray) -> np.ndarray:
    """dB -> a factor, in whole thousandths: the same on every computer."""
    return np.rint(1000 * 10 ** (levels / 20)) / 1000
