"""Own pictures from the command line: `course train --data`, `course predict`, `course export`."""

import json
import shutil
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from PIL import Image
from training_helpers import blobs, mlp, quiet

from course_utils import cli, zoo
from course_utils.datasets import pictures
from course_utils.training import checkpoint, export, load_weights

COLOURS = {"green": (0, 220, 0), "red": (220, 0, 0)}


def course(*args):
    return CliRunner().invoke(cli.main, [str(arg) for arg in args], prog_name="course")


def sentence(result, words):
    """One sentence on stderr, no traceback."""
    assert result.exit_code == 1, result.output
    assert result.stderr.count("\n") == 1
    assert words in result.stderr
    return True


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder of pictures, and the checkpoint of a network that tells red from green."""
    root = tmp_path_factory.mktemp("own") / "colours"
    rng = np.random.default_rng(0)
    for name, colour in COLOURS.items():
        (root / name).mkdir(parents=True)
        for i in range(20):
            noise = rng.integers(0, 36, (30 + i, 40, 3))
            picture = Image.fromarray((noise + colour).astype(np.uint8))
            picture.save(root / name / f"{i:02d}.png")
    file = root.parent / "a.pt"
    result = course(
        "train", "resnet20", "--data", root, "--size", 16, "--width", 0.25, "--epochs", 4,
        "--batch-size", 8, "--seed", 0, "--quiet", "--test", "--checkpoint", file,
        "--record", root.parent / "a.json",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    return SimpleNamespace(root=root, file=file, said=result.stdout, record=root.parent / "a.json")


@pytest.fixture
def old(trained, tmp_path):
    """The same checkpoint as an older course wrote it: it does not say what it holds."""
    state = checkpoint.load(trained.file)
    del state["network"], state["class_names"]
    checkpoint.save(state, tmp_path / "old.pt")
    return tmp_path / "old.pt"


# ------------------------------------------------------------------------------ course train --data
def test_a_network_learns_from_a_folder(trained):
    head, *_, last, _ = trained.said.splitlines()
    assert "DataSet(colours: 32 train, 4 validation, 4 test, images (3, 16, 16), 2 classes" in head
    assert last.endswith("accuracy 100.0%")
    (run,) = json.loads(trained.record.read_text(encoding="utf-8"))["runs"]
    assert run["data"] == "the folder colours"
    assert run["settings"]["size"] == 16
    state = checkpoint.load(trained.file)
    assert state["class_names"] == ("green", "red")
    assert state["network"] == {
        "name": "resnet20", "classes": 2, "channels": 3, "size": 16, "width": 0.25,
    }  # fmt: skip


def test_broken_pictures_are_named_or_passed_over(trained, tmp_path):
    root = tmp_path / "colours"
    shutil.copytree(trained.root, root)
    (root / "red" / "03.png").write_bytes(b"x")
    common = ("train", "resnet20", "--data", root, "--size", 8, "--epochs", 0)
    refused = course(*common)
    assert sentence(refused, "03.png is not a readable picture")
    assert refused.stderr.endswith("or skip such files with --skip-broken.\n")
    result = course(*common, "--skip-broken")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].startswith(f"skipped {root}")
    assert "green 20, red 19; 1 skipped" in result.stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("resnet20",), "Say what to train on: the name of a data set, or --data FOLDER."),
        (("resnet20", "mnist_5k", "--data", "x"), "Say what to train on"),
        (("resnet20", "--data", "no/such"), "There is no folder no/such"),
        (("resnet20", "--data", __file__), "is a file: image_folder expects a folder"),
        (
            ("lenet", "--data", "{root}", "--size", 1),
            "of even size, got 1",
        ),
        (("resnett20", "--data", "{root}"), "There is no model 'resnett20'"),
        (("resnet20", "--data", "{root}/red"), "no folder for a class"),
    ],
)
def test_what_does_not_fit_is_one_sentence(trained, args, words):
    args = [str(arg).replace("{root}", str(trained.root)) for arg in args]
    assert sentence(course("train", *args), words)


def test_load_weights_brings_the_class_names_along(trained):
    network = zoo.build("resnet20", 2, 3, 16, 0.25)
    load_weights(network, trained.file)
    assert network.class_names == ("green", "red")


# ---------------------------------------------------------------------------------- course predict
def test_a_line_for_each_picture(trained):
    files = [trained.root / "red" / "00.png", trained.root / "green" / "01.png"]
    result = course("predict", trained.file, *files)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    for line, file, colour in zip(lines, files, ("red", "green"), strict=True):
        assert line.startswith(f"{file}: {colour} ")
    shares = [float(part.split()[-1].strip("%")) for part in lines[0].split(": ")[1].split(",")]
    assert sum(shares) == pytest.approx(100, abs=0.2)
    assert shares == sorted(shares, reverse=True)
    assert course("predict", trained.file, files[0], "--most", 1).stdout.count("%") == 1


def test_predictions_are_those_of_the_network(trained):
    file = trained.root / "red" / "07.png"
    network = zoo.build("resnet20", 2, 3, 16, 0.25)
    load_weights(network, trained.file)
    mean, std = (torch.tensor(part).view(3, 1, 1) for part in network.normalisation)
    x = (torch.tensor(pictures.read(file, (16, 16))) / 255 - mean) / std
    with torch.no_grad():
        expected = network.eval()(x[None]).softmax(1)[0].tolist()
    (got,) = json.loads(course("predict", trained.file, file, "--json").stdout)
    assert got["file"] == str(file)
    assert got["class"] == "red"
    assert list(got["probabilities"]) == ["green", "red"]
    assert list(got["probabilities"].values()) == pytest.approx(expected, abs=2e-6)


def test_a_folder_stands_for_its_pictures(trained, monkeypatch):
    monkeypatch.setattr("course_utils.training.answers.AT_ONCE", 7)
    (trained.root / "red" / "notes.txt").write_text("x")
    found = json.loads(course("predict", trained.file, trained.root, "--json").stdout)
    assert [row["file"] for row in found] == [
        str(trained.root / name / f"{i:02d}.png") for name in ("green", "red") for i in range(20)
    ]
    right = [row["class"] in row["file"] for row in found]
    assert sum(right) >= 38


def test_pictures_that_cannot_be_read(trained, tmp_path):
    good, bad = tmp_path / "a.png", tmp_path / "b.png"
    shutil.copy(trained.root / "red" / "00.png", good)
    bad.write_bytes(b"x")
    assert sentence(course("predict", trained.file, tmp_path), "b.png is not a readable picture")
    result = course("predict", trained.file, tmp_path, "--skip-broken")
    assert result.exit_code == 0
    first, second = result.stdout.splitlines()
    assert first.startswith(f"{good}: red")
    assert second == f"{bad}: skipped, its content is none that Pillow knows"
    rows = json.loads(course("predict", trained.file, bad, "--skip-broken", "--json").stdout)
    assert rows == [{"file": str(bad), "error": "its content is none that Pillow knows"}]


def test_a_network_for_grey_images_sees_grey_pictures(tmp_path, monkeypatch):
    network = zoo.build("lenet", 10, 1, 28)
    network.class_names = tuple("0123456789")
    x = np.random.default_rng(0).integers(0, 255, (20, 1, 28, 28), dtype=np.uint8)
    quiet(network, (x, np.arange(20) % 10), epochs=1, checkpoint=tmp_path / "a.pt")
    picture = Image.fromarray(np.random.default_rng(1).integers(0, 255, (28, 28, 3), np.uint8))
    picture.save(tmp_path / "a.png")
    picture.convert("L").save(tmp_path / "b.png")
    (colour, grey) = json.loads(course("predict", tmp_path / "a.pt", tmp_path, "--json").stdout)
    assert colour["probabilities"] == pytest.approx(grey["probabilities"], abs=1e-4)


def test_what_predict_cannot_do_is_one_sentence(trained, old, tmp_path):
    picture, checkpoint_file = trained.root / "red" / "00.png", trained.file
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("hello")
    quiet(mlp(), blobs(), epochs=1, checkpoint=tmp_path / "mlp.pt")
    for args, words in (
        ((checkpoint_file, "gone.png"), "There is no picture gone.png."),
        ((tmp_path / "gone.pt", picture), "There is no checkpoint"),
        ((tmp_path / "notes.txt", picture), "notes.txt is no checkpoint that fit wrote"),
        ((picture, picture), "00.png is no checkpoint that fit wrote"),
        ((checkpoint_file, tmp_path / "empty"), "empty has no picture: expected files such as"),
        ((checkpoint_file, tmp_path / "notes.txt"), "notes.txt is not a readable picture"),
        ((checkpoint_file, picture, "--network", "lenet"), "holds a resnet20, and not a lenet"),
        ((old, picture), "does not say which network of the zoo it holds: say --network NAME."),
        ((old, picture, "--network", "resnett"), "There is no model 'resnett'"),
        ((old, picture, "--network", "resnet56"), "holds the weights of another model"),
        ((tmp_path / "mlp.pt", picture), "does not say which network"),
        ((tmp_path / "mlp.pt", picture, "--network", "lenet"), "the weights of another model"),
    ):
        assert sentence(course("predict", *args), words), args


def test_an_old_checkpoint_needs_names(tmp_path):
    network = zoo.build("resnet20", 2, 3, 32)
    x = np.random.default_rng(0).integers(0, 255, (4, 3, 32, 32), dtype=np.uint8)
    quiet(network, (x, np.arange(4) % 2), epochs=0, checkpoint=tmp_path / "a.pt")
    quiet(network, (x, np.arange(4) % 2), epochs=1, checkpoint=tmp_path / "a.pt")
    Image.new("RGB", (50, 40)).save(tmp_path / "a.png")
    common = ("predict", tmp_path / "a.pt", tmp_path / "a.png")
    assert sentence(course(*common), "a.pt does not say what its 2 classes are called: say --class")
    assert sentence(course(*common, "--classes", "a,b,c"), "for 2 classes, got 3 names (a, b, c)")
    assert "cat" in course(*common, "--classes", "cat, dog").stdout
    state = checkpoint.load(tmp_path / "a.pt")
    del state["network"]
    checkpoint.save(state, tmp_path / "a.pt")
    result = course(*common, "--classes", "cat,dog", "--network", "resnet20")
    assert result.exit_code == 0, result.output


def test_a_network_that_was_trained_on_floats(tmp_path):
    network = zoo.build("resnet20", 2, 3, 8)
    network.class_names = ("cat", "dog")
    x = torch.randn(4, 3, 8, 8)
    quiet(network, (x, torch.arange(4) % 2), epochs=1, checkpoint=tmp_path / "a.pt")
    Image.new("RGB", (50, 40)).save(tmp_path / "a.png")
    result = course("predict", tmp_path / "a.pt", tmp_path / "a.png")
    assert sentence(result, "was trained on floats")


# ----------------------------------------------------------------------------------- course export
def test_onnxruntime_says_what_predict_says(trained, tmp_path):
    runtime = pytest.importorskip("onnxruntime", reason="needs the extra onnx")
    pytest.importorskip("onnx", reason="needs the extra onnx")
    result = course("export", trained.file, tmp_path / "a.onnx")
    assert result.exit_code == 0, result.output
    assert "images (N, 3, 16, 16) from 0 to 1 -> scores (N, 2)" in result.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["a.onnx"]
    session = runtime.InferenceSession(str(tmp_path / "a.onnx"), providers=["CPUExecutionProvider"])
    about = session.get_modelmeta().custom_metadata_map
    assert json.loads(about["classes"]) == ["green", "red"]
    files = [trained.root / name / "05.png" for name in ("green", "red")]
    x = np.stack([pictures.read(file, (16, 16)) for file in files]).astype(np.float32) / 255
    (scores,) = session.run(["scores"], {"images": x})
    got = torch.tensor(scores).softmax(1)
    said = json.loads(course("predict", trained.file, *files, "--json").stdout)
    for row, answer in zip(got.tolist(), said, strict=True):
        assert row == pytest.approx(list(answer["probabilities"].values()), abs=1e-5)


@pytest.mark.parametrize("name", ["lenet", "vgg11", "googlenet_bn_heads", "mobilenet", "vit_tiny"])
def test_networks_of_every_kind_can_be_written(tmp_path, name):
    pytest.importorskip("onnxruntime", reason="needs the extra onnx")
    pytest.importorskip("onnx", reason="needs the extra onnx")
    torch.manual_seed(0)
    width = 1.0 if name == "vit_tiny" else 0.125
    network = zoo.build(name, 3, 3, 32, width).eval()
    network.normalisation, network.class_names = None, None
    export._write_onnx(network, tmp_path / "a.onnx", "a.pt")
    assert (tmp_path / "a.onnx").stat().st_size > 1000


def test_a_file_that_computes_something_else_is_not_kept(trained, tmp_path, monkeypatch):
    pytest.importorskip("onnxruntime", reason="needs the extra onnx")
    pytest.importorskip("onnx", reason="needs the extra onnx")
    traced = export._traced
    monkeypatch.setattr(
        export, "_traced", lambda whole, x, file: traced(whole.network, x, file)
    )  # without the normalisation
    (tmp_path / "a.onnx").write_bytes(b"before")
    result = course("export", trained.file, tmp_path / "a.onnx")
    assert sentence(result, "onnxruntime and PyTorch compute different scores")
    assert (tmp_path / "a.onnx").read_bytes() == b"before"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["onnx", "onnxruntime"])
def test_without_the_packages_export_says_what_to_install(trained, tmp_path, monkeypatch, name):
    monkeypatch.setitem(sys.modules, name, None)
    result = course("export", trained.file, tmp_path / "a.onnx")
    assert sentence(result, "install them with `python -m pip install onnx onnxruntime`")


def test_weights_in_the_courses_own_format(trained, tmp_path):
    from course_utils.zoo import own_weights

    result = course("export", trained.file, tmp_path / "a.npz")
    assert result.exit_code == 0, result.output
    got = own_weights.load(tmp_path / "a.npz")
    assert got.class_names == ("green", "red")
    expected = checkpoint.load(trained.file)["model"]
    for key, tensor in got.state.items():
        assert torch.equal(tensor, expected[key].half().float()), key


def test_what_export_cannot_do_is_one_sentence(trained, old, tmp_path):
    for args, words in (
        ((trained.file, tmp_path / "a.txt"), "course export writes .onnx or .npz, got"),
        ((trained.file, tmp_path / "no" / "a.npz"), "cannot be written: No such file"),
        ((old, tmp_path / "a.npz"), "does not say which network"),
        ((tmp_path / "gone.pt", tmp_path / "a.npz"), "There is no checkpoint"),
    ):
        assert sentence(course("export", *args), words), args
