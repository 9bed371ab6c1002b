"""A training that was killed goes on as if nothing had happened, bit for bit."""

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from killed_training import Noise, Rolling, network, train
from training_helpers import blobs, convnet, images, mlp, quiet, weights

from course_utils import numpy_nn
from course_utils.errors import CourseError
from course_utils.training import Checkpoint, checkpoint, load_weights, predict, schedules


def same(history, other):
    one, two = dataclasses.asdict(history), dataclasses.asdict(other)
    for times in ("seconds", "training_seconds"):
        assert len(one.pop(times)) == len(two.pop(times))
    return one == two


KILLED = [  # form of the data, batch in which it died, epoch and position of its checkpoint
    ("split", 10, (1, 4)), ("dataset", 8, (1, 2)), ("loader", 13, (2, 2)), ("split", 6, (1, 0)),
]  # fmt: skip


@pytest.fixture(scope="module")
def dead(tmp_path_factory):
    """Checkpoints of trainings that were killed -9: (form, batch, folder) -> a copy in folder."""
    source = tmp_path_factory.mktemp("killed")
    program = [sys.executable, "-W", "error", Path(__file__).with_name("killed_training.py")]
    words = [f"{form}:{batch}" for form, batch, _ in KILLED]
    subprocess.run([*program, source, *words], check=True)
    return lambda form, batch, folder: shutil.copy(source / f"{form}-{batch}.pt", folder)


# ------------------------------------------------------------------------------- kill -9 and resume
@pytest.mark.parametrize(("form", "batch", "place"), KILLED)
def test_after_kill_9_it_goes_on_bit_for_bit(tmp_path, dead, form, batch, place):
    unharmed = network()
    expected = train(unharmed, form)
    file = dead(form, batch, tmp_path)
    state = checkpoint.load(file)
    assert (state["epoch"], state["position"]) == place

    torch.rand(5)  # the new process has drawn other numbers
    model = network()
    history = train(model, form, file, resume=True)
    assert same(history, expected)
    assert torch.equal(weights(model), weights(unharmed))
    assert model.normalisation == unharmed.normalisation


def test_the_comparison_can_fail(tmp_path, dead):
    """Without the transform's own generator in the checkpoint, the curve would be another one."""
    file = dead("split", 10, tmp_path)
    expected, noise = train(network(), "split"), Noise()
    state = checkpoint.load(file)
    for kept in state["rng"]:
        kept["now"]["generators"] = [torch.Generator().manual_seed(8).get_state()]
    checkpoint.save({k: v for k, v in state.items() if k != "format"}, file)
    assert not same(train(network(), "split", file, noise, resume=True), expected)


@pytest.mark.parametrize(
    "settings",
    [
        {"schedule": None, "optimizer": "sgd"},
        {"schedule": "plateau", "optimizer": "adam"},
        {"schedule": schedules.step(every=1)},
        {"schedule": "cosine"},
        {"schedule": numpy_nn.PlateauSchedule(0.01, patience=1)},
        {"seed": None},
    ],
)
def test_every_schedule_and_optimizer_goes_on(tmp_path, settings):
    def once(**more):
        torch.manual_seed(9)
        if isinstance(settings.get("schedule"), numpy_nn.PlateauSchedule):
            settings["schedule"] = numpy_nn.PlateauSchedule(0.01, patience=1)
        model = network()
        torch.manual_seed(9)
        return model, train(model, "split", **more, **settings)

    unharmed, expected = once()
    noise, stopped = Noise(), tmp_path / "state.pt"

    def press(x):
        if noise.calls == 8:
            raise KeyboardInterrupt
        return noise(x)

    press.generator = noise.generator
    assert once(file=stopped, noise=press)[1].interrupted
    model, history = once(file=stopped, resume=True)
    assert same(history, expected)
    assert torch.equal(weights(model), weights(unharmed))


def test_random_numbers_of_workers_go_on(tmp_path):
    def run(model, **settings):
        return quiet(model, Rolling(), epochs=2, workers=1, **settings)

    whole, parts, calls = network(), network(), []

    def press(x):
        calls.append(0)
        if len(calls) == 9:  # in the second epoch
            raise KeyboardInterrupt
        return x

    expected, file = run(whole), Checkpoint(tmp_path / "state.pt", every=3)
    run(network(), transform=press, checkpoint=file)
    assert same(run(parts, checkpoint=file, resume=True), expected)
    assert torch.equal(weights(parts), weights(whole))


def test_a_finished_training_has_nothing_left_to_do(tmp_path):
    file = tmp_path / "state.pt"
    first, second = network(), network()
    expected = train(first, "split", file)
    assert same(train(second, "split", file, resume=True), expected)
    assert torch.equal(weights(first), weights(second))


def test_early_stop_survives(tmp_path):
    file, data = tmp_path / "state.pt", blobs()

    def schedule(epoch):
        return 0.05 if epoch < 2 else 30.0

    def run(epochs, model, **settings):
        settings |= {"schedule": schedule, "patience": 2, "epochs": epochs}
        return quiet(model, data, data, **settings)

    whole, parts = mlp(), mlp()
    expected = run(9, whole)
    run(3, mlp(), checkpoint=file)  # one epoch after the best one
    assert same(run(9, parts, checkpoint=file, resume=True), expected)
    assert torch.equal(weights(whole), weights(parts))


# -------------------------------------------------------------------------------------- the file
def test_a_checkpoint_after_each_epoch_and_after_so_many_batches(tmp_path, monkeypatch):
    written = []
    save = checkpoint.save

    def watched(state, path):
        save(state, path)
        written.append((state["epoch"], state["position"]))

    monkeypatch.setattr(checkpoint, "save", watched)
    quiet(mlp(), blobs(), checkpoint=tmp_path / "new" / "folder" / "a.pt")
    assert written == [(1, 0), (2, 0)]
    written.clear()
    quiet(mlp(), blobs(), checkpoint=Checkpoint(tmp_path / "b.pt", every=2))
    assert written == [(0, 2), (0, 4), (1, 0), (1, 2), (1, 4), (2, 0)]
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == ["a.pt", "b.pt"]


def test_half_a_checkpoint_is_none(tmp_path, monkeypatch):
    file = tmp_path / "a.pt"
    checkpoint.save({"x": 1}, file)

    def fails(state, file):
        file.write(b"half of it")
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(torch, "save", fails)
        with pytest.raises(CourseError, match=r"no way to write .*no space left.*one before stays"):
            checkpoint.save({"x": 2}, file)
    assert checkpoint.load(file)["x"] == 1
    assert os.listdir(tmp_path) == ["a.pt"]


def test_kill_9_while_it_is_written_leaves_the_old_one(tmp_path):
    file = tmp_path / "a.pt"
    checkpoint.save({"x": 1}, file)
    program = (
        "import os, signal, torch\n"
        "from course_utils.training import checkpoint\n"
        "def dies(state, file):\n"
        "    file.write(b'half'); file.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
        "torch.save = dies\n"
        f"checkpoint.save({{'x': 2}}, {str(file)!r})\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False)
    assert done.returncode == -signal.SIGKILL
    assert checkpoint.load(file)["x"] == 1
    checkpoint.save({"x": 3}, file)
    assert checkpoint.load(file)["x"] == 3


def test_resume_without_a_file_starts_from_the_beginning(tmp_path):
    expected = quiet(mlp(), blobs())
    history = quiet(mlp(), blobs(), checkpoint=tmp_path / "a.pt", resume=True)
    assert same(history, expected)


def test_without_resume_the_file_is_written_anew(tmp_path):
    file = tmp_path / "a.pt"
    quiet(mlp(), blobs(), checkpoint=file, epochs=1)
    assert len(quiet(mlp(), blobs(), checkpoint=file).loss) == 2


def test_more_epochs_than_before(tmp_path):
    file = tmp_path / "a.pt"
    quiet(mlp(), blobs(), checkpoint=file, epochs=2)
    model, whole = mlp(), mlp()
    history = quiet(model, blobs(), checkpoint=file, epochs=4, resume=True)
    assert same(history, quiet(whole, blobs(), epochs=4))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"batch_size": 8}, "batch_size=16, and this training has batch_size=8"),
        ({"lr": 0.1}, "lr=0.05"),
        ({"seed": 6}, "seed=5"),
        ({"optimizer": "adam"}, "optimizer='SGD'"),
        ({"epochs": 3}, "epochs=2"),
    ],
)
def test_another_training_does_not_go_on(tmp_path, change, sentence):
    file = tmp_path / "a.pt"
    quiet(mlp(), blobs(), checkpoint=file, schedule="cosine")
    settings = {"checkpoint": file, "resume": True, "schedule": "cosine", **change}
    with pytest.raises(CourseError, match=sentence):
        quiet(mlp(), blobs(), **settings)


def test_another_data_set_or_model_does_not_go_on(tmp_path):
    file = tmp_path / "a.pt"
    quiet(mlp(), blobs(), checkpoint=file)
    with pytest.raises(CourseError, match="examples=70, and this training has examples=60"):
        quiet(mlp(), blobs(60), checkpoint=file, resume=True)
    other = mlp(outputs=4)
    before = weights(other)
    with pytest.raises(CourseError, match="weights of another model"):
        quiet(other, blobs(), checkpoint=file, resume=True)
    assert torch.equal(weights(other), before)


def test_weights_out_of_a_checkpoint(tmp_path):
    file = tmp_path / "a.pt"
    trained, fresh = convnet(), convnet(seed=9)
    quiet(trained, images(), checkpoint=file)
    load_weights(fresh, file)
    assert torch.equal(predict(fresh, images()), predict(trained, images()))
    with pytest.raises(CourseError, match="another model"):
        load_weights(mlp(), file)
