import math

import numpy as np
import pytest
import torch
from scipy import stats

from course_utils.augment import LECTURE, fixed, inverse, matrix, sample
from course_utils.augment.affine import check_settings
from course_utils.errors import CourseError

N = 10_000
NAMES = ("angle", "shift", "scale", "flip", "shear", "stretch")


@pytest.fixture(scope="module")
def drawn():
    return sample(N, torch.Generator().manual_seed(2021))


def test_the_lectures_ranges():
    assert LECTURE == {
        "angle": (0, 360),
        "shift": (-10, 10),
        "scale": (1 / 1.6, 1.6),
        "flip": 0.5,
        "shear": (-20, 20),
        "stretch": (1 / 1.3, 1.3),
    }


UNIFORM = {
    "angle": (lambda p: p.angle, 0, 360),
    "shift along x": (lambda p: p.shift[:, 0], -10, 10),
    "shift along y": (lambda p: p.shift[:, 1], -10, 10),
    "shear": (lambda p: p.shear, -20, 20),
    "logarithm of scale": (lambda p: p.scale.log(), -math.log(1.6), math.log(1.6)),
    "logarithm of stretch": (lambda p: p.stretch.log(), -math.log(1.3), math.log(1.3)),
}


@pytest.mark.parametrize("name", UNIFORM)
def test_10_000_draws_are_uniform(drawn, name):
    values, low, high = UNIFORM[name]
    values = values(drawn).numpy()
    assert values.shape == (N,)
    assert values.dtype == np.float64
    assert low <= values.min() < low + (high - low) / 500
    assert high - (high - low) / 500 < values.max() <= high
    assert stats.kstest(values, stats.uniform(low, high - low).cdf).pvalue > 0.01


def test_scale_is_not_uniform_itself(drawn):
    """The test above would tell: as many are shrunk as are enlarged, and the mean is not 1.1."""
    scale = drawn.scale.numpy()
    assert stats.kstest(scale, stats.uniform(1 / 1.6, 1.6 - 1 / 1.6).cdf).pvalue < 1e-6
    assert abs(np.median(scale) - 1) < 0.02


def test_flip_is_a_fair_coin(drawn):
    assert drawn.flip.dtype == torch.bool
    assert stats.binomtest(int(drawn.flip.sum()), N, 0.5).pvalue > 0.01


def test_flip_takes_any_probability():
    flips = sample(N, torch.Generator().manual_seed(3), flip=0.2).flip
    assert stats.binomtest(int(flips.sum()), N, 0.2).pvalue > 0.01


def test_the_six_are_independent(drawn):
    columns = [drawn.angle, *drawn.shift.T, drawn.scale, drawn.flip, drawn.shear, drawn.stretch]
    correlation = np.corrcoef(np.stack([c.numpy() for c in columns]))
    assert np.abs(correlation - np.eye(7)).max() < 0.04


def test_a_seed_repeats(generator):
    first = sample(20, generator)
    again = sample(20, torch.Generator().manual_seed(0))
    other = sample(20, torch.Generator().manual_seed(1))
    for name in NAMES:
        assert torch.equal(getattr(first, name), getattr(again, name))
    assert not torch.equal(first.angle, other.angle)


def test_without_a_generator_the_global_one_is_used():
    with torch.random.fork_rng():
        torch.manual_seed(4)
        first = sample(5)
        torch.manual_seed(4)
        assert torch.equal(first.scale, sample(5).scale)
        assert not torch.equal(first.scale, sample(5).scale)


@pytest.mark.parametrize("off", NAMES)
def test_switching_one_off_leaves_the_others(off):
    everything = sample(50, torch.Generator().manual_seed(5))
    without = sample(50, torch.Generator().manual_seed(5), **{off: None})
    nothing = fixed(50)
    for name in NAMES:
        expected = nothing if name == off else everything
        assert torch.equal(getattr(without, name), getattr(expected, name))
        assert getattr(everything, name).double().std() > 0


def test_a_number_is_always_taken_and_a_pair_bounds(generator):
    p = sample(500, generator, angle=30, shift=-2.5, scale=2, flip=True, shear=5, stretch=(1, 1.1))
    assert (p.angle == 30).all()
    assert (p.shift == -2.5).all()
    assert (p.scale == 2).all()
    assert p.flip.all()
    assert (p.shear == 5).all()
    assert 1 <= p.stretch.min() < 1.001 < 1.099 < p.stretch.max() <= 1.1


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"scale": 0}, "scale expects None, a number, or .* greater than 0; got 0"),
        ({"stretch": (-1, 2)}, r"stretch expects .* greater than 0; got \(-1, 2\)"),
        ({"angle": (90, 0)}, r"angle expects .* low ≤ high, finite; got \(90, 0\)"),
        ({"shear": 90}, "shear expects .* greater than -90 and less than 90; got 90"),
        ({"shift": (1, 2, 3)}, "shift expects .* got .1, 2, 3"),
        ({"shift": math.nan}, "shift expects .* got nan"),
        ({"angle": "90"}, "angle expects .* got '90'"),
        ({"flip": 1.5}, "flip expects how often, a number from 0 to 1, got 1.5"),
        ({"flip": (0, 1)}, "flip expects how often"),
    ],
)
def test_impossible_settings_are_refused(settings, sentence):
    with pytest.raises(CourseError, match=sentence):
        sample(3, **settings)


def test_unknown_settings_are_named():
    with pytest.raises(
        CourseError, match=r"angle, shift, scale, flip, shear, stretch; .* 'rotation'"
    ):
        check_settings(rotation=3)


def test_fixed_draws_nothing_and_checks():
    p = fixed(2, angle=-10, shift=(3, -4), flip=True)
    assert p.angle.tolist() == [-10, -10]
    assert p.shift.tolist() == [[3, -4], [3, -4]]
    assert p.flip.tolist() == [True, True]
    assert p.scale.tolist() == p.stretch.tolist() == [1, 1]
    with pytest.raises(CourseError, match="shift as two numbers, to the right and down, got 3"):
        fixed(shift=3)
    with pytest.raises(CourseError, match="greater than 0; got -1"):
        fixed(scale=-1)


def test_parameters_are_taken_apart_like_a_list(generator):
    p = sample(5, generator)
    assert len(p) == 5
    assert len(p[1:3]) == 2
    assert len(p[-1]) == 1
    assert torch.equal(p[-1].shift, p.shift[4:])
    assert torch.equal(p[1:3].scale, p.scale[1:3])
    with pytest.raises(IndexError):
        p[5]


BY_HAND = {  # output place -> input place in an image of 3 rows and 4 columns, middle (2, 1.5)
    "nothing": ({}, [[1, 0, 0], [0, 1, 0]]),
    "shift 3 to the right and 1 up": ({"shift": (3, -1)}, [[1, 0, -3], [0, 1, 1]]),
    "flip": ({"flip": True}, [[-1, 0, 4], [0, 1, 0]]),
    "a quarter turn": ({"angle": 90}, [[0, -1, 3.5], [1, 0, -0.5]]),
    "a half turn": ({"angle": 180}, [[-1, 0, 4], [0, -1, 3]]),
    "twice as large": ({"scale": 2}, [[0.5, 0, 1], [0, 0.5, 0.75]]),
    "stretched": ({"stretch": 2}, [[0.5, 0, 1], [0, 2, -1.5]]),
    "sheared": ({"shear": 45}, [[1, 1, -1.5], [0, 1, 0]]),
    "flipped, then turned": ({"flip": True, "angle": 90}, [[0, 1, 0.5], [1, 0, -0.5]]),
    "turned, then shifted": ({"angle": 90, "shift": (1, 0)}, [[0, -1, 3.5], [1, 0, -1.5]]),
    "sheared, then turned": ({"shear": 45, "angle": 90}, [[1, -1, 1.5], [1, 0, -0.5]]),
    "flipped, then sheared": ({"flip": True, "shear": 45}, [[-1, -1, 5.5], [0, 1, 0]]),
    "stretched, then sheared": ({"stretch": 2, "shear": 45}, [[0.5, 0.5, 0.25], [0, 2, -1.5]]),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_matrices_by_hand(name):
    settings, expected = BY_HAND[name]
    np.testing.assert_allclose(matrix(fixed(**settings), (3, 4)), [expected], atol=1e-12)


def test_inverse_leads_back(generator):
    forth = matrix(sample(20, generator), (31, 17))
    rows = torch.tensor([[[0.0, 0, 1]]], dtype=torch.float64).expand(20, 1, 3)
    there_and_back = torch.cat([forth, rows], 1) @ torch.cat([inverse(forth), rows], 1)
    np.testing.assert_allclose(there_and_back, np.eye(3)[None].repeat(20, 0), atol=1e-9)
    assert (forth[:, :, :2] - torch.eye(2)).abs().max() > 0.1
