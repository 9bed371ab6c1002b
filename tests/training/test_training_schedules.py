"""The rate of every step, of each schedule."""

import math

import pytest
import torch
from training_helpers import blobs, mlp, quiet

from course_utils import numpy_nn
from course_utils.errors import CourseError
from course_utils.training import History, schedules


def rates(schedule, epochs=6, lr=0.1, **settings):
    """The rate of each epoch's first step, and of all 5 · epochs steps."""
    settings = {"epochs": epochs, "lr": lr, "schedule": schedule, **settings}
    history = quiet(mlp(), blobs(), **settings)
    return history.lr, history.step_lr


def test_no_schedule():
    assert rates(None) == ([0.1] * 6, [0.1] * 30)


def test_step():
    assert rates("step")[0] == pytest.approx([0.1, 0.1, 0.01, 0.01, 0.001, 0.001])
    each, steps = rates(schedules.step(every=4, factor=0.5))
    assert each == pytest.approx([0.1] * 4 + [0.05] * 2)
    assert steps == pytest.approx([0.1] * 20 + [0.05] * 10)


def test_cosine_falls_with_every_step():
    each, steps = rates("cosine")
    assert steps == pytest.approx([0.05 * (1 + math.cos(math.pi * k / 30)) for k in range(30)])
    assert each == steps[::5]
    _, steps = rates(schedules.cosine(final=0.02))
    assert steps[15] == pytest.approx(0.06)
    assert min(steps) > 0.02


def test_one_cycle_rises_and_falls():
    _, steps = rates("one_cycle")
    top = steps.index(max(steps))
    assert steps[0] == pytest.approx(0.1 / 25)
    assert max(steps) == pytest.approx(0.1)
    assert top == 8  # 30 % of 30 steps, the first one counted
    assert steps == sorted(steps[:top]) + sorted(steps[top:], reverse=True)
    assert steps[-1] < 1e-5
    early = rates(schedules.one_cycle(warmup=0.1))[1]
    assert early.index(max(early)) == 2


def test_triangular_rises_and_falls_in_straight_lines():
    _, steps = rates(schedules.triangular(peak=0.4, start=0.2, final=0.1))
    up = [0.02 + 0.08 * k / 12 for k in range(12)]
    down = [0.1 - 0.09 * k / 18 for k in range(18)]
    assert steps == pytest.approx(up + down)
    _, named = rates("triangular")
    assert named[0] == pytest.approx(0.02)
    assert max(named) == pytest.approx(0.1, rel=0.05)
    for odd in ({"peak": 0}, {"peak": 1}, {"start": 1, "final": 1}):
        assert max(rates(schedules.triangular(**odd))[1]) <= 0.1 + 1e-12
    for wrong in ({"peak": 2}, {"start": -1}, {"final": 1.5}):
        with pytest.raises(CourseError, match="from 0 to 1"):
            schedules.triangular(**wrong)


def test_one_cycle_leaves_the_momentum_alone():
    built = []

    def sgd(parameters, lr):
        built.append(torch.optim.SGD(parameters, lr, momentum=0.9))
        return built[0]

    seen = []
    quiet(mlp(), blobs(), optimizer=sgd, schedule="one_cycle",
          transform=lambda x: seen.append(built[0].param_groups[0]["momentum"]) or x)  # fmt: skip
    assert seen == [0.9] * 10


def test_plateau_waits_for_the_loss():
    each, _ = rates(schedules.plateau(patience=1, threshold=1e-3), lr=1e-6)
    assert [rate / 1e-6 for rate in each] == pytest.approx([1, 1, 1, 0.1, 0.1, 0.01])
    falling, _ = rates(schedules.plateau(patience=1), lr=0.01)
    assert falling == [0.01] * 6


def test_plateau_watches_the_validation():
    x, labels = blobs()
    wrong = (x, (labels + 1) % 3)  # learning makes it worse
    settings = {"schedule": schedules.plateau(patience=1), "epochs": 5}
    history = quiet(mlp(), (x, labels), wrong, **settings)
    assert history.loss == sorted(history.loss, reverse=True)
    assert history.lr == pytest.approx([0.05] * 3 + [0.005] * 2)


def test_a_function_of_the_epoch_and_those_of_numpy_nn():
    assert rates(lambda epoch: 1 / (epoch + 10), epochs=3)[0] == [1 / 10, 1 / 11, 1 / 12]
    assert rates(numpy_nn.step_schedule(0.2, every=1), epochs=3)[0] == pytest.approx(
        [0.2, 0.02, 0.002]
    )
    each, _ = rates(numpy_nn.PlateauSchedule(1e-6, patience=1, threshold=1e-3))
    assert [rate / 1e-6 for rate in each] == pytest.approx([1, 1, 1, 0.1, 0.1, 0.01])


def test_every_schedule_has_a_name_and_a_sentence():
    for name, recipe in schedules.NAMES.items():
        assert getattr(schedules, name) is recipe
        assert recipe.__doc__
        assert isinstance(quiet(mlp(), blobs(), schedule=name, epochs=1), History)
