"""Which device the course computes on, and that a model comes back from it."""

import numpy as np
import pytest
import torch

from course_utils.device import (
    _trouble,
    device,
    device_for,
    fast_arithmetic,
    hardware,
    moved,
    on_device,
    versions,
)
from course_utils.errors import CourseError
from course_utils.training import evaluate, fit, predict
from pretend_gpu import GPU, marked, pretend_gpu

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _flags_kept():
    with fast_arithmetic(False):
        yield


@pytest.fixture(autouse=True)
def _asked_anew():
    _trouble.cache_clear()
    yield
    _trouble.cache_clear()


@pytest.fixture
def gpu(monkeypatch):
    """A machine that has a CUDA GPU, as far as the course can see."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    with pretend_gpu():
        yield GPU


def small_network():
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.ReLU(),
        torch.nn.Flatten(), torch.nn.Dropout(0.2), torch.nn.Linear(4 * 36, 3),
    )  # fmt: skip


def pictures():
    draw = np.random.default_rng(0)
    return draw.integers(0, 255, (40, 1, 8, 8)).astype(np.uint8), draw.integers(0, 3, 40)


# ------------------------------------------------------------------------------------ the choice
def test_a_gpu_is_preferred_then_mps_then_the_cpu(monkeypatch):
    monkeypatch.delenv("COURSE_DEVICE", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert device() == CPU
    seen = []
    monkeypatch.setattr("course_utils.device._usable", lambda name, _: seen.append(name) or CPU)
    monkeypatch.setattr("course_utils.device._trouble", lambda name: "")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    device()
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    device()
    assert seen == ["mps", "cuda"]


def test_a_gpu_that_cannot_compute_is_passed_over(monkeypatch):
    monkeypatch.delenv("COURSE_DEVICE", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    trouble = {"cuda": "no kernel image is available"}
    monkeypatch.setattr("course_utils.device._trouble", lambda name: trouble.get(name, ""))
    assert device() == CPU
    with pytest.raises(CourseError, match=r"got 'cuda' \(no kernel image is available\)"):
        device("cuda")


def test_the_environment_decides_and_an_argument_decides_before_it(gpu, monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    assert device() == CPU
    assert device("cuda") == gpu
    monkeypatch.setenv("COURSE_DEVICE", "cuda")
    assert device() == gpu
    monkeypatch.setenv("COURSE_DEVICE", "")
    assert device() == gpu


def test_under_torchrun_each_process_has_a_gpu_of_its_own(gpu, monkeypatch):
    monkeypatch.setenv("LOCAL_RANK", "3")
    assert device("cuda").index == 3
    assert device("cuda:0").index == 0


@pytest.mark.parametrize("wanted", ["cpus", "cuda:999", "tpu", 3.5])
def test_a_device_that_is_not_here_is_refused_by_name(wanted):
    with pytest.raises(CourseError, match=f"device expects .* got '{wanted}'"):
        device(wanted)


def test_a_misspelt_device_is_refused_in_few_words():
    with pytest.raises(CourseError, match=r"got 'cupa' \(PyTorch knows no such device\)"):
        device("cupa")


def test_the_refusal_says_that_it_came_from_the_environment(monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "gpu")
    with pytest.raises(CourseError, match="COURSE_DEVICE expects a device"):
        device()


def test_a_model_that_was_put_on_a_gpu_is_used_there(gpu, monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    model = small_network()
    assert device_for(model) == CPU
    assert device_for(model.to("cuda")) == gpu
    assert device_for(model, "cpu") == CPU


def test_cuda_means_float32_that_is_float32(gpu):
    flags = torch.backends.cudnn
    flags.allow_tf32 = flags.benchmark = True
    flags.deterministic = False
    device("cuda")
    assert (flags.allow_tf32, flags.benchmark, flags.deterministic) == (False, False, True)
    with fast_arithmetic():
        device("cuda")  # as `fit` does
        assert (flags.allow_tf32, flags.benchmark, flags.deterministic) == (True, True, False)
    assert (flags.allow_tf32, flags.benchmark, flags.deterministic) == (False, False, True)


# ------------------------------------------------------------------------------ there and back
def test_a_model_comes_back_also_after_an_error(gpu):
    model, seen = small_network(), []

    def stumble():
        seen.extend(marked(p) for p in model.parameters())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), on_device(model, gpu):
        stumble()
    assert all(seen)
    assert not any(marked(p) for p in [*model.parameters(), *model.buffers()])


def test_training_on_a_gpu_gives_the_model_and_the_outputs_back(gpu, monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    reference, model = small_network(), small_network()
    settings = {"epochs": 2, "lr": 0.05, "seed": 0, "batch_size": 16, "progress": False}
    expected = fit(reference, pictures(), pictures(), **settings)
    monkeypatch.setenv("COURSE_DEVICE", "cuda")
    places = []

    def loss(outputs, targets):
        places.append((outputs.device, targets.device))
        return torch.nn.functional.cross_entropy(outputs, targets)

    history = fit(model, pictures(), pictures(), loss=loss, **settings)
    assert set(places) == {(gpu, gpu)}
    assert history.loss == expected.loss
    assert history.validation_accuracy == expected.validation_accuracy
    assert not any(marked(p) for p in [*model.parameters(), *model.buffers()])
    assert evaluate(model, pictures()) == evaluate(reference, pictures(), device="cpu")
    outputs = predict(model, pictures())
    assert outputs.device == CPU
    assert not any(marked(p) for p in model.parameters())
    assert torch.equal(outputs, predict(reference, pictures(), device="cpu"))


def test_a_model_that_lives_on_a_gpu_stays_there(gpu):
    model = small_network().to("cuda")
    fit(model, pictures(), epochs=1, lr=0.05, seed=0, progress=False)
    assert all(marked(p) for p in model.parameters())


def test_the_pretended_gpu_refuses_what_a_gpu_refuses(gpu):
    x = torch.ones(3, device="cuda")
    with pytest.raises(RuntimeError, match="two devices"):
        x + torch.ones(3)
    with pytest.raises(TypeError, match="numpy"):
        x.numpy()
    with pytest.raises(RuntimeError, match="two devices"):
        small_network().to("cuda")(torch.ones(2, 1, 8, 8))


@pytest.mark.parametrize(
    ("place", "before", "after"),
    [("mps", torch.float64, torch.float32), ("mps", torch.uint8, torch.uint8),
     ("cpu", torch.float64, torch.float64)],
)  # fmt: skip
def test_mps_gets_no_float64(monkeypatch, place, before, after):
    seen = []

    class Noted(torch.Tensor):
        def to(self, chosen, **settings):
            seen.append((chosen, self.dtype, settings))

    moved(torch.ones(2, dtype=before).as_subclass(Noted), torch.device(place), non_blocking=True)
    assert seen == [(torch.device(place), after, {"non_blocking": True})]


# ------------------------------------------------------------------------------- the machine
def test_the_machine_in_words():
    assert hardware(CPU).startswith("CPU ")
    assert f"{torch.get_num_threads()} thread" in hardware(CPU)
    assert versions()["torch"] == torch.__version__.split("+")[0]
    assert {"python", "torchvision", "numpy"} <= versions().keys()
