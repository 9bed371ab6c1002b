"""`course train`, the models it knows, and the picture of a history."""

import os
import subprocess
import sys

import pytest
import torch
from click.testing import CliRunner
from matplotlib import pyplot as plt
from training_helpers import blobs, mlp, quiet

from course_utils import cli
from course_utils.training import History, checkpoint, count, model


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def course(data_folder, monkeypatch):
    """Runs `course train ARGS` with a data folder that only has the embedded sets."""
    monkeypatch.setenv("COURSE_DATA", str(data_folder))
    return lambda *args: CliRunner().invoke(cli.main, ["train", *args], prog_name="course")


# ------------------------------------------------------------------------------------- course train
def test_lenet_learns_mnist_in_an_epoch(course):
    result = course("lenet", "mnist_5k", "--epochs", "1", "--seed", "0", "--test")
    assert result.exit_code == 0, result.stderr
    head, names, row, test = result.stdout.splitlines()
    assert head.startswith("lenet: 61,706 parameters; DataSet(mnist_5k: 4000 train")
    assert names.split() == [
        "epoch",
        "loss",
        "accuracy",
        "validation",
        "loss",
        "accuracy",
        "seconds",
    ]
    _, _, accuracy, _, validation, _ = row.split()
    assert float(validation.strip("%")) > 80 > float(accuracy.strip("%"))
    assert test.startswith("test: loss 0.")
    assert "4.00k/4.00k" in result.stderr
    again = course("lenet", "mnist_5k", "--epochs", "1", "--seed", "0", "--quiet", "--test")
    assert again.stdout.splitlines()[3] == test
    assert again.stderr == ""


def test_options_arrive(course, monkeypatch, tmp_path):
    seen = {}

    def fit(network, train, validation, **settings):
        seen.update(settings, channels=network[0].in_channels, shape=train[0].shape)
        return History()

    monkeypatch.setattr("course_utils.training.command.fit", fit)
    file = str(tmp_path / "a.pt")
    result = course(
        "resnet20", "digits_8x8", "--epochs", "3", "--batch-size", "7", "--optimizer", "adamw",
        "--lr", "0.1", "--momentum", "0.5", "--nesterov", "--flip", "alternating", "--weight-decay",
        "0.2", "--schedule", "one_cycle", "--label-smoothing", "0.3", "--clip", "2", "--patience",
        "4", "--amp", "--channels-last", "--compile",
        "--device", "cpu", "--seed", "9", "--checkpoint", file, "--every", "5", "--resume",
        "--quiet",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    place = seen.pop("checkpoint")
    assert (str(place.path), place.every) == (file, 5)
    assert seen == {
        "epochs": 3, "batch_size": 7, "optimizer": "adamw", "lr": 0.1, "momentum": 0.5,
        "weight_decay": 0.2, "schedule": "one_cycle", "label_smoothing": 0.3, "clip": 2.0,
        "patience": 4, "amp": True, "channels_last": True, "device": torch.device("cpu"), "seed": 9,
        "resume": True, "progress": False, "channels": 1, "shape": (1444, 1, 8, 8),
        "nesterov": True, "flip": "alternating", "transform": None, "compile": True,
    }  # fmt: skip


def test_width_makes_a_network_narrow(course):
    narrow = course("vgg11", "digits_8x8", "--epochs", "0", "--width", "0.0625")
    assert narrow.output.startswith("vgg11: 113,018 parameters")
    refused = course("vgg11", "digits_8x8", "--width", "0")
    assert "width expects a number > 0" in refused.output
    assert refused.exit_code == 1


def test_resume(course, tmp_path):
    file = str(tmp_path / "a.pt")
    common = ("lenet", "digits_8x8", "--seed", "1", "--quiet", "--checkpoint", file)
    whole = course("lenet", "digits_8x8", "--seed", "1", "--quiet", "--epochs", "2", "--test")
    assert course(*common, "--epochs", "1").exit_code == 0
    assert checkpoint.load(file)["epoch"] == 1
    rest = course(*common, "--epochs", "2", "--resume", "--test")
    assert rest.stdout.splitlines()[-1] == whole.stdout.splitlines()[-1]
    assert len(rest.stdout.splitlines()) == 5
    assert rest.stdout.splitlines()[0].endswith(f"; going on from {file} after epoch 1")
    other = course(*common, "--epochs", "2", "--resume", "--batch-size", "8")
    assert "--batch-size 64, and this training has --batch-size 8" in other.stderr
    assert "or start without --resume" in other.stderr
    other = course("lenet", "mnist_5k", *common[2:], "--resume", "--images", "1444")
    assert (other.exit_code, "data='uint8 1 × 8 × 8" in other.stderr) == (1, True)


def test_resume_says_when_it_begins_anew(course, tmp_path):
    file = str(tmp_path / "mistyped.pt")
    result = course("lenet", "digits_8x8", "--epochs", "0", "--checkpoint", file, "--resume")
    assert result.stdout.splitlines()[0].endswith(f"; there is no {file} yet: from the beginning")


def interrupt_at(monkeypatch, name):
    def press(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(f"course_utils.training.{name}", press)


def test_an_interrupted_training_exits_with_130(course, tmp_path, monkeypatch):
    file = str(tmp_path / "a.pt")
    common = ("lenet", "digits_8x8", "--quiet", "--test", "--checkpoint", file)
    with monkeypatch.context() as patch:
        interrupt_at(patch, "run.Run.after_step")
        result = course(*common)
    assert result.exit_code == 130
    assert result.stdout.splitlines()[-1] == "interrupted"
    assert result.stderr == "course: Interrupted.\n"
    assert course(*common, "--epochs", "1").exit_code == 0
    interrupt_at(monkeypatch, "run.Run.after_step")
    result = course(*common, "--resume")
    assert result.stderr == "course: Interrupted: --resume goes on after epoch 1.\n"


def test_ctrl_c_before_the_first_batch_is_a_sentence(course, monkeypatch):
    interrupt_at(monkeypatch, "command._load")
    result = course("lenet", "digits_8x8")
    assert result.exit_code == 130
    assert result.stderr == "course: Interrupted before the first batch.\n"


PRESSED = """
import os, signal, sys, threading
from course_utils import cli
from course_utils.training import command

def swallowing(name):  # an import of somebody else's that lets no interrupt through
    try:
        os.kill(os.getpid(), signal.SIGINT)
        threading.Event().wait(0.2)
    except BaseException:
        pass
    return command.datasets.digits_8x8()

command._load = swallowing
cli.main(["train", "lenet", "digits_8x8", "--epochs", "1"], prog_name="course")
"""


@pytest.mark.skipif(os.name == "nt", reason="no signals there")
def test_ctrl_c_is_heard_where_an_import_would_swallow_it():
    done = subprocess.run([sys.executable, "-c", PRESSED], capture_output=True, text=True)
    assert done.returncode == 130
    assert done.stderr == "course: Interrupted before the first batch.\n"
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("lenett", "mnist_5k"), "There is no model 'lenett': did you mean lenet"),
        (("lenet", "mnist5k"), "There is no data set 'mnist5k': did you mean mnist_5k"),
        (("lenet", "photographs"), "photographs has no labels to learn"),
        (("lenet", "cifar10"), "CIFAR-10 is not in"),
        (("lenet", "mnist_5k", "--resume"), "--resume needs --checkpoint FILE."),
        (("lenet", "mnist_5k", "--lr", "-0.1"), "Expected --lr ≥ 0, got -0.1"),
        (("lenet", "mnist_5k", "--lr", "nan"), "Expected --lr ≥ 0, got nan"),
        (("lenet", "mnist_5k", "--lr", "inf"), "Expected --lr ≥ 0, got inf"),
        (("lenet", "mnist_5k", "--momentum", "-1"), "--momentum from 0 to less than 1, got -1"),
        (("lenet", "mnist_5k", "--momentum", "2"), "--momentum from 0 to less than 1, got 2"),
        (("lenet", "mnist_5k", "--weight-decay", "-1"), "Expected --weight-decay ≥ 0, got -1"),
        (("lenet", "mnist_5k", "--label-smoothing", "2"), "--label-smoothing from 0 to 1, got 2"),
        (("lenet", "mnist_5k", "--label-smoothing", "-1"), "--label-smoothing from 0 to 1, got -1"),
        (("lenet", "mnist_5k", "--clip", "-1"), "Expected --clip ≥ 0, got -1"),
        (
            ("lenet", "mnist_5k", "--seed", "9" * 20),
            "--seed to be a whole number of 64 bits",
        ),
        (
            ("lenet", "mnist_5k", "--nesterov", "--momentum", "0"),
            "nesterov belongs to sgd",
        ),
        (("lenet", "mnist_5k", "--nesterov", "--optimizer", "adam"), "nesterov belongs to sgd"),
        (("lenet", "mnist_5k", "--augment", "--shift", "2"), "--augment moves images already"),
        (
            ("lenet", "mnist_5k", "--shift", "28", "--quiet"),
            "RandomShift(28) is too much for images of",
        ),
        (("lenet", "mnist_5k", "--width", "1e5"), "GB, more than there is memory: try a smaller"),
        (("lenet", "mnist_5k", "--width", "nan"), "width expects a number > 0"),
        (
            ("lenet", "mnist_5k", "--checkpoint", ""),
            ". is a folder: name a file",
        ),
        (("lenet", "mnist_5k", "--every", "3"), "--every says when"),
        (("lenet", "mnist_5k", "--lr", "1e30", "--quiet"), "The loss is nan at batch 2"),
    ],
)
def test_what_the_user_can_mend_is_one_sentence(course, args, sentence):
    result = course(*args)
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1


def test_early_stop_is_told(course):
    result = course("lenet", "digits_8x8", "--lr", "0", "--patience", "1", "--quiet")
    assert result.stdout.splitlines()[-1].startswith("stopped early; epoch 1 was the best")


# ------------------------------------------------------------------------------------------- models
def test_published_numbers_of_parameters():
    assert count(model("lenet")) == 61_706
    resnet = count(model("resnet20", 10, 3, 32))
    assert resnet == 269_722
    assert round(resnet / 1e6, 2) == 0.27
    frozen = model("lenet")
    frozen[0].requires_grad_(False)
    assert count(frozen) == 61_706 - 156


@pytest.mark.parametrize("name", ["lenet", "resnet20"])  # tests/zoo tries all names
@pytest.mark.parametrize(("channels", "size"), [(1, 28), (3, 32), (1, 8)])
def test_models_fit_their_images(name, channels, size):
    network = model(name, 7, channels, size)
    assert network(torch.zeros(2, channels, size, size)).shape == (2, 7)


def test_the_sizes_inside_resnet20():
    x, shapes = torch.zeros(2, 3, 32, 32), []
    network = model("resnet20", 10, 3, 32)
    for stage in (network.conv1, network.stage1, network.stage2, network.stage3):
        x = stage(x)
        shapes.append(tuple(x.shape[1:]))
    assert shapes == [(16, 32, 32), (16, 32, 32), (32, 16, 16), (64, 8, 8)]
    assert [len(stage) for stage in (network.stage1, network.stage2, network.stage3)] == [3, 3, 3]


# ------------------------------------------------------------------------------------- the picture
def drawn(history):
    assert history.plot() is None
    return plt.gcf().axes


def test_plot_draws_loss_and_accuracy():
    history = quiet(mlp(), blobs(), blobs(20), epochs=3)
    loss, accuracy = drawn(history)
    for ax, name, curves in (
        (loss, "loss", (history.loss, history.validation_loss)),
        (accuracy, "accuracy", (history.accuracy, history.validation_accuracy)),
    ):
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", name)
        for line, curve in zip(ax.lines, curves, strict=True):
            assert line.get_xdata().tolist() == [1, 2, 3]
            assert list(line.get_ydata()) == curve
    assert [text.get_text() for text in loss.get_legend().texts] == ["training", "validation"]
    plt.gcf().canvas.draw()
    assert plt.gcf().get_size_inches().tolist() <= [6.4, 3.6]


def test_a_history_in_a_line():
    history = History(loss=[3.0, 2.0], validation_loss=[4.0, 1.23456], validation_accuracy=[0.5])
    words = "loss 2.000, validation loss 1.235, validation accuracy 0.500"
    assert repr(history) == f"History(2 epochs: {words})"
    assert repr(History()) == "History(0 epochs)"


def test_plot_without_accuracy_and_without_epochs():
    (only,) = drawn(History(loss=[3.0, 2.0]))
    assert len(only.lines) == 1
    (empty,) = drawn(History())
    assert empty.get_ylabel() == "loss"
