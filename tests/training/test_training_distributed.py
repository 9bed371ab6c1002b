"""Two processes under torchrun against one with the whole batch."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset
from training_helpers import blobs, mlp, quiet
from two_processes import SIZES, everything

from course_utils.errors import CourseError
from course_utils.training import checkpoint, distributed

TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]


def torchrun(*arguments):
    return subprocess.run([*TORCHRUN, *map(str, arguments)], capture_output=True, text=True)


@pytest.fixture(scope="module")
def ranks(tmp_path_factory):
    """What the two processes found."""
    folder = tmp_path_factory.mktemp("two")
    done = torchrun(Path(__file__).with_name("two_processes.py"), folder)
    assert done.returncode == 0, done.stderr
    return [torch.load(folder / f"rank{rank}.pt") for rank in range(2)]


@pytest.mark.parametrize("N", SIZES)
def test_gradients_are_those_of_one_process_with_the_whole_batch(ranks, N):
    expected = everything(N)
    assert expected["gradients"].shape == (6, 67)
    for found in ranks:
        assert (found[N]["gradients"] - expected["gradients"]).abs().max() < 1e-6
        assert (found[N]["weights"] - expected["weights"]).abs().max() < 1e-6
        assert (found[N]["again"] - expected["again"]).abs().max() < 1e-5  # a second training
    assert torch.equal(ranks[0][N]["weights"], ranks[1][N]["weights"])


@pytest.mark.parametrize("N", SIZES)
def test_both_processes_know_the_whole_history(ranks, N):
    expected = everything(N)
    for name in ("step_loss", "loss", "accuracy", "validation_loss", "validation_accuracy",
                 "evaluated"):  # fmt: skip
        assert ranks[0][N][name] == ranks[1][N][name]
        assert ranks[0][N][name] == pytest.approx(expected[name], abs=1e-5), name


def test_every_example_is_seen_exactly_once(ranks):
    for N in SIZES:
        zero, one = (found[f"seen {N}"] for found in ranks)
        # of the last batch with a single example, process 1 takes it along with weight 0
        extra = one[-1:] if N == 33 else []
        assert sorted(zero + one) == sorted([*range(N), *extra])
        assert zero[-1:] == extra or not extra
        assert abs(len(zero) - len(one)) <= 1


def test_one_process_writes_and_both_go_on(ranks):
    assert [found["writes"] for found in ranks] == [[0], []]
    assert [found["resumed"] for found in ranks] == [True, True]


def test_each_process_has_its_own_random_numbers(ranks):
    assert not torch.equal(ranks[0]["start"], ranks[1]["start"])


def test_course_train_under_torchrun(tmp_path):
    file = tmp_path / "state.pt"
    done = torchrun("-m", "course_utils.training", "lenet", "digits_8x8", "--epochs", "1", "--seed",
                    "1", "--checkpoint", file, "--batch-size", "50")  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 3  # one process speaks
    assert lines[0].startswith("lenet: 61,706 parameters")
    assert done.stderr.count("| 0.00/1.44k [") == 1  # one bar; its last line may be drawn twice
    assert checkpoint.load(file)["settings"]["processes"] == 2


# ------------------------------------------------------------------------ in one process, pretended
def test_parts_of_a_batch(monkeypatch):
    assert distributed.part_of(torch.arange(5))[1:] == (5, 1.0)
    for world in (2, 3, 4):
        monkeypatch.setattr(distributed, "world", lambda world=world: world)
        for n in range(1, 12):
            batch, everyones, factors = torch.arange(100, 100 + n), [], 0.0
            for rank in range(world):
                monkeypatch.setattr(distributed, "rank", lambda rank=rank: rank)
                indices, size, factor = distributed.part_of(batch)
                everyones += indices[:size].tolist()
                assert len(indices) == max(size, 1)
                assert factor == pytest.approx(world * size / n)
                factors += factor
            assert everyones == batch.tolist()
            assert factors == pytest.approx(world)


def test_a_loader_cannot_be_shared(monkeypatch):
    monkeypatch.setattr(distributed, "world", lambda: 2)
    with pytest.raises(CourseError, match="Several processes cannot share a DataLoader"):
        quiet(mlp(), DataLoader(TensorDataset(*blobs()), 4))


def test_one_process_needs_nothing():
    with distributed.process_group():
        assert (distributed.world(), distributed.rank()) == (1, 0)
    model = mlp()
    assert distributed.wrap(model) is model
    assert distributed.summed([[1.0, 2.0]]) == [[1.0, 2.0]]
    assert distributed.gathered("x") == ["x"]
