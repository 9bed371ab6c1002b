"""`course train … --record FILE`: what is kept of a training."""

import inspect
import json
import shlex

import pytest
import torch
from click.testing import CliRunner

from course_utils import cli, datasets, zoo
from course_utils.anatomy import describe
from course_utils.errors import CourseError
from course_utils.training import History, command, experiments, fit, record, shell

CPU = torch.device("cpu")


@pytest.fixture
def course():
    """Runs `course train lenet digits_8x8 ARGS` for an epoch of 50 images."""
    fixed = ["train", "lenet", "digits_8x8", "--epochs", "1", "--images", "50", "--quiet",
             "--device", "cpu", "--seed", "3"]  # fmt: skip
    return lambda *args: CliRunner().invoke(cli.main, [*fixed, *map(str, args)])


def test_a_training_is_added_with_all_that_repeats_it(course, tmp_path):
    file = tmp_path / "runs" / "a.json"
    for extra in (["--test"], ["--augment", "--lr", "0.01"]):
        result = course("--record", file, *extra)
        assert result.exit_code == 0, result.stderr
        assert f"added to {file}" in result.stdout
    first, second = json.loads(file.read_text())["runs"]
    assert (first["network"], first["data"], first["images"]) == ("lenet", "digits_8x8", 50)
    assert first["seed"] == 3
    assert first["settings"]["lr"] == 0.05
    assert second["settings"] == {**first["settings"], "lr": 0.01, "augment": True}
    assert not {"progress", "resume", "device"} & first["settings"].keys()
    network = zoo.build("lenet", 10, 1, 8)
    assert first["parameters"] == sum(p.numel() for p in network.parameters())
    assert first["multiply_adds"] == describe(network, (1, 8, 8)).multiply_adds
    assert all(len(values) == 1 for values in first["curve"].values())
    assert first["curve"]["seconds"][0] > first["curve"]["training_seconds"][0] > 0
    assert f"accuracy {first['test']['accuracy']:.1%}" in course("--test").stdout
    assert second["test"] is None


def test_a_training_says_what_does_it_again(course, tmp_path):
    file = tmp_path / "a.json"
    for extra in (["--augment", "--test"], ["--clip", "0.5", "--no-validate"]):
        assert course("--record", file, *extra).exit_code == 0
    kept = record.load(file)
    first, second = kept["command"].splitlines()
    assert [first, second] == [run["command"] for run in kept["runs"]]
    assert first == ("course train lenet digits_8x8 --epochs 1 --augment --images 50 --seed 3 "
                     "--test --record a.json")  # fmt: skip
    words = shlex.split(second)[1:]
    words[words.index("a.json")] = str(tmp_path / "b.json")
    result = CliRunner().invoke(cli.main, [*words, "--quiet", "--device", "cpu"])
    assert result.exit_code == 0, result.output
    (again,) = record.load(tmp_path / "b.json")["runs"]
    assert again["settings"] == kept["runs"][1]["settings"]
    assert again["curve"]["loss"] == kept["runs"][1]["curve"]["loss"]


def test_the_command_of_several_processes_and_of_own_pictures():
    shared = shell.train("lenet", None, {"fast": True, "size": 32, "skip_broken": True},
                         folder="my pictures", processes=2)  # fmt: skip
    assert shared == ("torchrun --nproc-per-node=2 -m course_utils.training lenet --data "
                      "'my pictures' --fast --size 32 --skip-broken")  # fmt: skip


def test_a_file_of_another_kind_is_refused_before_the_training(course, tmp_path):
    file = tmp_path / "a.json"
    for text in ("{", "[]", '{"runs": 3}', "\xff"):
        file.write_text(text, encoding="latin-1")
        result = course("--record", file)
        assert result.exit_code == 1
        assert str(file) in result.stderr
        assert "lenet" not in result.stdout
        assert file.read_text(encoding="latin-1") == text


def test_more_images_than_there_are(course):
    result = course("--images", 5000)
    assert result.exit_code == 1
    assert "training images, not 5,000" in result.stderr


def test_without_validation_all_labelled_images_are_trained_on(tmp_path):
    file = tmp_path / "a.json"
    args = ["train", "lenet", "digits_8x8", "--epochs", "1", "--quiet", "--no-validate", "--record"]
    result = CliRunner().invoke(cli.main, [*args, str(file)])
    assert result.exit_code == 0, result.output
    (run,) = record.load(file)["runs"]
    _, _, row, _ = result.stdout.splitlines()
    epoch, _, accuracy, seconds = row.split()  # the validation's columns are empty
    assert (epoch, accuracy[-1], float(seconds) > 0) == ("1", "%", True)
    data = datasets.digits_8x8()
    assert run["images"] == len(data.train.images) + len(data.validation.images)
    assert run["curve"]["validation_loss"] == []


def test_an_interrupted_training_is_not_added(course, tmp_path, monkeypatch):
    file = tmp_path / "a.json"
    monkeypatch.setattr("course_utils.training.run.Run.after_step", _interrupt)
    result = course("--record", file)
    assert result.exit_code == 130
    assert "Interrupted: nothing was added" in result.stderr
    assert not file.exists()


def _interrupt(run):
    raise KeyboardInterrupt


# ---------------------------------------------------------------------------------- experiments
@pytest.fixture
def trained(monkeypatch, tmp_path):
    """An experiment on the small digits: the calls of `train`, and the command."""
    calls = []

    def note(name, dataset, **settings):
        calls.append((name, dict(settings)))
        return command.train(name, "digits_8x8", **settings)

    small = experiments.Experiment(
        "two small ones", {"epochs": 1, "images": 64, "lr": 0.01, "augment": True, "width": 0.25},
        (("lenet", {"seed": 1}), ("lenet", {"seed": 2}), ("resnet20", {"seed": 1})),
    )  # fmt: skip
    monkeypatch.setattr(experiments, "train", note)
    monkeypatch.setitem(experiments.EXPERIMENTS, "speed", small)
    file = tmp_path / "runs.json"

    def run(*args):
        fixed = ["experiment", "speed", "--quiet", "--device", "cpu", "--record", str(file)]
        return CliRunner().invoke(cli.main, [*fixed, *args])

    return calls, run, file


def test_an_experiment_goes_on_where_it_stopped(trained):
    calls, run, file = trained
    result = run()
    assert result.exit_code == 0, result.output
    assert [name for name, _ in calls] == ["lenet", "lenet", "resnet20"]
    assert record.load(file)["what"] == "two small ones"
    assert "lenet, 2 seeds: mean test accuracy" in result.stdout
    rows = [line for line in result.stdout.splitlines() if line.startswith("| ")]
    assert len(rows) == 2 + 3
    assert "yes" in rows[2]

    kept = record.load(file)
    kept["runs"].pop(1)
    file.write_text(json.dumps(kept))
    calls.clear()
    result = run()
    assert [(name, settings["seed"]) for name, settings in calls] == [("lenet", 2)]
    assert result.stdout.count("already") == 2
    calls.clear()
    run("--epochs", "2")
    assert [settings["epochs"] for _, settings in calls] == [2, 2, 2]


def test_an_experiment_with_several_seeds_does_the_series_with_one_after_the_other(trained):
    calls, run, file = trained
    assert run("--seeds", "2", "--no-validate").exit_code == 0
    done = [(name, settings["seed"]) for name, settings in calls]
    assert done == [("lenet", 0), ("resnet20", 0), ("lenet", 1), ("resnet20", 1)]
    runs = record.load(file)["runs"]
    assert [one["seed"] for one in runs] == [0, 0, 1, 1]
    assert record.load(file)["what"] == "two small ones; here with validate False"
    assert all(one["settings"]["validate"] is False for one in runs)
    assert all(one["curve"]["validation_accuracy"] == [] for one in runs)
    calls.clear()
    assert run("--seeds", "3", "--no-validate").stdout.count("already") == 4
    assert [settings["seed"] for _, settings in calls] == [2, 2]


@pytest.mark.parametrize("name", experiments.EXPERIMENTS)
def test_every_experiment_names_networks_and_settings_that_there_are(name):
    experiment = experiments.EXPERIMENTS[name]
    known = {*inspect.signature(fit).parameters, *command.DEFAULTS, "seed", "images"}
    for network, special in experiment.trainings:
        zoo.entry(network)
        assert not {*experiment.recipe, *special} - known
    assert len({str(training) for training in experiment.trainings}) == len(experiment.trainings)


def test_speed_leaves_the_first_epoch_out():
    history = History(training_seconds=[9.0, 2.0, 3.0])
    found = record.speed(history, 1000, 10**6, CPU)
    assert found["images_per_second"] == 400
    assert found["seconds_per_epoch"] == 2.5
    assert found["operations_per_second"] == pytest.approx(3 * 2 * 1e6 * 400)
    assert found["share_of_peak"] is None
    assert record.speed(History(training_seconds=[4.0]), 100, 1, CPU)["images_per_second"] == 25
    assert record.speed(History(), 100, 1, CPU) == {}


@pytest.mark.parametrize(
    ("name", "peak"),
    [("NVIDIA H200", 989e12), ("NVIDIA A100-SXM4-80GB", 312e12), ("NVIDIA L40S", 362e12),
     ("NVIDIA L4", 121e12), ("GeForce 9000", None), ("Tesla T4", None)],
)  # fmt: skip
def test_a_gpu_is_found_in_the_table_by_its_name(monkeypatch, name, peak):
    monkeypatch.setattr(record, "hardware", lambda device: name)
    assert record.bfloat16_peak(torch.device("cuda")) == peak
    history = History(training_seconds=[1.0, 0.1])
    found = record.speed(history, 1000, 10**9, torch.device("cuda"))
    assert found["share_of_peak"] == (
        None if peak is None else pytest.approx(6e13 / peak, abs=1e-4)
    )


def test_a_missing_file_says_what_writes_it(tmp_path):
    with pytest.raises(CourseError, match="--record"):
        record.load(tmp_path / "none.json")
