"""The exercise `gabor_filter` of notebook 03."""

import math
from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.slips import ignored, transposed


@exercise(
    notebook="03",
    points=2,
    minutes=20,
    hints=(
        "Which numbers must x take for size = 5? They are symmetric around 0.",
        "np.arange(size) - size // 2 gives −2, −1, 0, 1, 2. Used as a row it is x, used as a "
        "column it is y: grid[np.newaxis, :] and grid[:, np.newaxis].",
        "First the turned coordinates: along = x·cos θ + y·sin θ and across = −x·sin θ + y·cos θ. "
        "Then one line with np.exp and np.cos.",
    ),
    explanation="along runs in the direction of the wave, across runs along its stripes. The "
    "cosine depends on along alone, which makes stripes; the bell fades them out both ways. NumPy "
    "spreads a row and a column of coordinates over the whole square.",
)
def gabor_filter(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    """A wave under a bell: stripes that fade out. The filter's middle pixel is (0, 0).

    size: odd number of pixels; theta, phase in radians; wavelength, sigma in pixels
    -> (size, size); rows are y (downwards), columns are x
    """
    grid = np.arange(size) - size // 2
    x, y = grid[np.newaxis, :], grid[:, np.newaxis]
    along = x * np.cos(theta) + y * np.sin(theta)  # (size, size)
    across = -x * np.sin(theta) + y * np.cos(theta)
    bell = np.exp(-(along**2 + gamma**2 * across**2) / (2 * sigma**2))
    return bell * np.cos(2 * np.pi * along / wavelength + phase)


@gabor_filter.cases
def _(rng):
    yield case(3, 0.0, 3.0, 1.0, 0.0, 1.0, label="3×3, the wave runs to the right")
    yield case(3, 0.6, 3.0, 1.5, 0.0, 1.0, label="3×3, turned by 0.6 radians")
    yield case(3, 0.0, 3.0, 1.5, 0.0, 0.5, label="3×3, gamma 0.5: stretched along its stripes")
    yield case(3, 0.0, 3.0, 1.5, 1.0, 1.0, label="3×3, phase 1: the wave is shifted")
    yield case(5, np.pi / 2, 5.0, 2.0, 0.0, 1.0, label="the wave runs downwards")
    yield case(9, 1.1, 4.5, 3.0, 0.4, 0.5, label="9×9, everything at once")
    for _ in range(3):
        turn, phase = rng.uniform(0.2, 1.3), rng.uniform(0.3, 2.5)
        wave, sigma, gamma = rng.uniform(3, 7), rng.uniform(1, 3), rng.uniform(0.4, 0.8)
        yield case(7, turn, wave, sigma, phase, gamma, label="drawn by chance")


@gabor_filter.oracle
def _(size, theta, wavelength, sigma, phase, gamma):
    middle, rows = (size - 1) / 2, []
    for r in range(size):
        rows.append([])
        for c in range(size):
            length, angle = math.hypot(c - middle, r - middle), math.atan2(r - middle, c - middle)
            along, across = length * math.cos(angle - theta), length * math.sin(angle - theta)
            spread = (along / sigma) ** 2 + (gamma * across / sigma) ** 2
            wave = math.sin(2 * math.pi * along / wavelength + phase + math.pi / 2)
            rows[-1].append(math.exp(-0.5 * spread) * wave)
    return np.array(rows)


def _bell(a, c, sigma, gamma):
    return np.exp(-(a**2 + gamma**2 * c**2) / (2 * sigma**2))


def _gabor(
    size, theta, wavelength, sigma, phase=0.0, gamma=1.0, *,
    middle=None, turn=1, bell=_bell, wave=None, unturned=False, join=np.multiply,
):  # fmt: skip
    """The filter with one thing changed; `unturned`: the bell gets x and y."""
    grid = np.arange(size) - (size // 2 if middle is None else middle(size))
    x, y = grid[np.newaxis, :], grid[:, np.newaxis]
    a = x * np.cos(theta) + turn * y * np.sin(theta)
    c = -turn * x * np.sin(theta) + y * np.cos(theta)
    wave = wave or (lambda a, c: np.cos(2 * np.pi * a / wavelength + phase))
    return join(bell(*((x, y) if unturned else (a, c)), sigma, gamma), wave(a, c))


gabor_filter.slip(
    transposed(),
    "rows and columns are exchanged: x runs downwards, or sin and cos changed places",
    hint="With theta = 0 the wave should run to the right. Are your stripes upright? Which of x "
    "and y is multiplied by cos θ in a?",
)


@gabor_filter.mistake(
    "it turns the wrong way",
    hint="Which sign has y·sin θ in along, and which sign has x·sin θ in across? Or does your y "
    "run upwards?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, wavelength, sigma, phase, gamma, turn=-1)


@gabor_filter.mistake(
    "the angle was taken in degrees",
    hint="np.cos wants radians, and theta is given in radians. Who converts?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, np.deg2rad(theta), wavelength, sigma, phase, gamma)


@gabor_filter.mistake(
    "the middle of the filter is not at (0, 0)",
    hint="Which pixel gets x = 0 and y = 0: the upper left one, or the one in the middle?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, wavelength, sigma, phase, gamma, middle=lambda size: 0)


@gabor_filter.mistake(
    "the 2 in 2σ² is missing: the bell is too narrow",
    hint="At the distance σ from the middle the bell should be e^(−1/2). What is yours?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(
        size, theta, wavelength, sigma, phase, gamma,
        bell=lambda a, c, sigma, gamma: np.exp(-(a**2 + gamma**2 * c**2) / sigma**2),
    )  # fmt: skip


@gabor_filter.mistake(
    "the 2π is missing: the wave is too long",
    hint="After one wavelength the wave should have the same value again. What does your cosine "
    "get there?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, 2 * np.pi * wavelength, sigma, phase, gamma)


@gabor_filter.mistake(
    "the wave is multiplied by the wavelength instead of divided",
    hint="Should a longer wavelength make wider or narrower stripes?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, 1 / wavelength, sigma, phase, gamma)


@gabor_filter.mistake(
    "a sine stands in place of the cosine",
    hint="With phase 0, is the middle pixel 1 or 0?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, wavelength, sigma, phase - np.pi / 2, gamma)


@gabor_filter.mistake(
    "gamma squashes the bell along the wave, not along the stripes",
    hint="Which of the two coordinates runs along the stripes?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(
        size, theta, wavelength, sigma, phase, gamma,
        bell=lambda a, c, sigma, gamma: _bell(c, a, sigma, gamma),
    )  # fmt: skip


gabor_filter.mistake(
    "in the code, / 2 * sigma**2 multiplies by σ² instead of dividing: brackets are missing",
    hint="Python goes from left to right. What is 8 / 2 * 4, and what is 8 / (2 * 4)?",
)(partial(_gabor, bell=lambda a, c, sigma, gamma: np.exp(
    -(a**2 + gamma**2 * c**2) / 2 * sigma**2
)))  # fmt: skip


gabor_filter.mistake(
    "sigma was not squared",
    hint="What stands below the fraction bar: 2σ or 2σ²?",
)(partial(_gabor, bell=lambda a, c, sigma, gamma: np.exp(
    -(a**2 + gamma**2 * c**2) / (2 * sigma)
)))  # fmt: skip


gabor_filter.mistake(
    "the minus in front of the bell's fraction is missing: it grows towards the border",
    hint="Should the filter fade out or grow towards its border? What is exp of a large number?",
)(partial(_gabor, bell=lambda a, c, sigma, gamma: 1 / _bell(a, c, sigma, gamma)))


gabor_filter.mistake(
    "gamma was not squared",
    hint="Is it γ or γ² that stands before c²?",
)(partial(_gabor, bell=lambda a, c, sigma, gamma: _bell(a, c, sigma, gamma**0.5)))


gabor_filter.slip(
    ignored("gamma", 1),
    "gamma was left out",
    hint="With gamma 0.5 the bell should be twice as long as it is wide. Where does gamma come in?",
)

gabor_filter.mistake(
    "the bell was not turned: x and y stand in it instead of a and c",
    hint="Which two coordinates does the formula have in the bell?",
)(partial(_gabor, unturned=True))


gabor_filter.mistake(
    "bell and wave were added, not multiplied",
    hint="What should be left of the wave where the bell is nearly 0?",
)(partial(_gabor, join=np.add))


gabor_filter.mistake(
    "the middle is half a pixel off: size / 2 is not a pixel",
    hint="Which number is the middle one of 0, 1, 2, 3, 4: 2 or 2.5? Which division gives it?",
)(partial(_gabor, middle=lambda size: size / 2))


gabor_filter.slip(
    ignored("phase", 0),
    "the phase was left out",
    hint="With phase π/2, the middle of the filter should be 0. Is yours 1?",
)


@gabor_filter.mistake(
    "the phase was divided by the wavelength too",
    hint="Is ψ inside the fraction a/λ or behind it? Which brackets are around what?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, wavelength, sigma, 2 * np.pi * phase / wavelength, gamma)


@gabor_filter.mistake(
    "the wave runs along c, across its proper direction",
    hint="Which of the two coordinates stands in the cosine?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(
        size, theta, wavelength, sigma, phase, gamma,
        wave=lambda a, c: np.cos(2 * np.pi * c / wavelength + phase),
    )  # fmt: skip


@gabor_filter.mistake(
    "the mean was taken away from the filter",
    hint="That is a good idea for an edge detector, and the page does it later. Does the formula?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    right = _gabor(size, theta, wavelength, sigma, phase, gamma)
    return right - right.mean()


gabor_filter.mistake(
    "the minus belongs to a² alone, and only the last term is divided: brackets are missing",
    hint="The minus and the fraction are for the whole sum a² + γ²c². Where do brackets go?",
)(partial(_gabor, bell=lambda a, c, sigma, gamma: np.exp(
    -(a**2) + gamma**2 * c**2 / (2 * sigma**2)
)))  # fmt: skip


@gabor_filter.mistake(
    "x and y are the same row of numbers, so there is no square",
    hint="A row plus a column is a table; what is a row plus a row? Where is np.newaxis?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return np.diagonal(_gabor(size, theta, wavelength, sigma, phase, gamma))


@gabor_filter.mistake(
    "x and y were stretched to −1 … 1: they are no pixels any more",
    hint="sigma and wavelength are measured in pixels. How far apart are two neighbours of your "
    "grid?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    unit = 2 / (size - 1)  # of the stretched grid, in pixels
    return _gabor(size, theta, wavelength / unit, sigma / unit, phase, gamma)


@gabor_filter.mistake(
    "c has the wrong sign in it: x·sin θ + y·cos θ does not stand across a",
    hint="For θ = 45°, is your c different from your a? Which sign has sin θ in c?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    grid = np.arange(size) - size // 2
    x, y = grid[np.newaxis, :], grid[:, np.newaxis]
    a, c = x * np.cos(theta) + y * np.sin(theta), x * np.sin(theta) + y * np.cos(theta)
    return _bell(a, c, sigma, gamma) * np.cos(2 * np.pi * a / wavelength + phase)


@gabor_filter.mistake(
    "the phase was multiplied by 2π too: brackets are in the wrong place",
    hint="The phase is given in radians. What should be left of the cosine at the middle pixel?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, wavelength, sigma, 2 * np.pi * phase, gamma)


@gabor_filter.mistake(
    "the phase was subtracted, not added",
    hint="Which sign has ψ in the formula?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, wavelength, sigma, -phase, gamma)


@gabor_filter.mistake(
    "the bell was divided by 2πσ², as the density of a normal distribution is",
    hint="How high is the bell of the formula in its middle, where a and c are 0?",
)
def _(size, theta, wavelength, sigma, phase=0.0, gamma=1.0):
    return _gabor(size, theta, wavelength, sigma, phase, gamma) / (2 * np.pi * sigma**2)
