"""Both sides of the comparison train on the same batches, and reach the same loss."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))
from course_utils.training import model
from tests.benchmarks.training_overhead import bare, colour, prepared, whole


def test_bare_loop_and_fit_do_the_same():
    name, images, labels = colour(80)
    ours, bares = model(name, 10, 3, 32), model(name, 10, 3, 32)
    bares.load_state_dict(ours.state_dict())
    batches = prepared(images, labels)
    assert [len(x) for x, _ in batches] == [64, 16]
    assert whole(ours, images, labels) == pytest.approx(bare(bares, batches), rel=1e-4)
