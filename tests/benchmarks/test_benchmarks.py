"""A comparison of times is fair only if both sides compute the same."""

import math
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from bench_cases import CASES, lenet_epoch
from bench_measure import interleaved_medians
from growth import LAYERS, peak


@pytest.mark.parametrize("name", [name for name in CASES if name != "lenet"])
def test_both_sides_of_a_case_compute_the_same(name):
    case = CASES[name]()
    for function in (case.ours, *case.others.values()):
        for got, expected in zip(function(), case.torchs(), strict=True):
            got, expected = np.asarray(got.detach() if hasattr(got, "detach") else got), expected
            expected = expected.detach().numpy()
            assert got.shape == expected.shape
            assert np.abs(got - expected).max() < 1e-4 * np.abs(expected).max()


def test_both_sides_of_lenet_compute_the_same():
    case = lenet_epoch(1, 1, images=200)
    np.testing.assert_allclose(case.ours()[0], case.torchs()[0], atol=1e-5)


def test_rounds_are_interleaved():
    calls = []
    medians = interleaved_medians([lambda: calls.append("a"), lambda: calls.append("b")], 0)
    assert calls == ["a", "b"] * 7
    assert all(median >= 0 for median in medians)


def test_memory_grows_with_the_input_and_what_is_kept_for_good_is_seen():
    kept = []
    sizes = {n: peak(lambda n=n: kept.append(np.zeros((n, n)))) for n in (500, 1000)}
    assert math.log2(sizes[1000] / sizes[500]) == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("name", LAYERS)
def test_each_layer_whose_growth_is_measured_runs_at_every_size(name):
    once = LAYERS[name](N=2, C=4, H=8)()
    for size in ("N", "C", "H"):
        twice = LAYERS[name](**{"N": 2, "C": 4, "H": 8, size: {"N": 4, "C": 8, "H": 16}[size]})()
        assert sum(np.asarray(a).size for a in twice) > sum(np.asarray(a).size for a in once)
