"""One test over the whole registry, and what `zoo.build` says when it cannot."""

import re
import subprocess
import sys

import pytest
import torch
from zoo_helpers import KINDS, answers, count, image, logits, on_meta

from course_utils import zoo
from course_utils.errors import CourseError
from course_utils.zoo.fractalnet import FractalNet

WIDTHS = {"lenet": 1, "lenet_1998": 1, "googlenet": 1 / 4}  # no norm: in a thin one units die
DEEP = 250  # tensors; beyond that the same blocks once more, which takes seconds


def printed(published):
    """What a paper prints, as a number and as the unit of its last digit: "0.27 M", "60,000"."""
    digits, _, unit = published.replace(",", "").partition(" ")
    scale = {"M": 10**6, "": 1}[unit]
    decimals = len(digits.partition(".")[2])
    return float(digits) * scale, scale / 10**decimals


@pytest.mark.parametrize("name", zoo.names())
def test_count_shape_and_gradients(name, monkeypatch):
    monkeypatch.setattr(FractalNet, "share", 0)  # drop-path leaves parameters out on purpose
    entry, network = zoo.entry(name), on_meta(name)
    assert count(network) == entry.parameters
    for layer in network.modules():
        if hasattr(layer, "drop"):
            layer.drop = 0
    deep = len(list(network.parameters())) > DEEP  # small ones of each kind: below
    with torch.set_grad_enabled(not deep):
        output = network.train(not deep)(image(2, entry.channels, entry.size))
    assert logits(output).shape == answers(entry, 2, entry.classes, entry.size)
    if deep:
        return
    sum(part.sum() for part in (output if isinstance(output, tuple) else [output])).backward()
    assert [n for n, p in network.named_parameters() if p.grad is None] == []


@pytest.mark.parametrize("name", zoo.names())
def test_the_paper_prints_this_count_or_a_note_says_why_not(name):
    entry = zoo.entry(name)
    assert re.search(r"[12][90]\d\d|torchvision", entry.source)
    if not entry.published:
        assert entry.note
        return
    number, unit = printed(entry.published)
    rounds = abs(entry.parameters - number) <= unit / 2
    assert rounds != bool(entry.note)
    assert abs(entry.parameters - number) < 0.1 * number


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(("channels", "size"), [(1, 28), (3, 64)])
def test_small_images_and_width(name, channels, size):
    size = min(size, 32) if name.startswith("lenet") else size
    width = 1.0 if name == "lenet_1998" else 1 / 8
    network = on_meta(name, 7, channels, size, width).eval()
    assert network(image(2, channels, size)).shape == answers(zoo.entry(name), 2, 7, size)
    if width < 1:  # most weights lie between two layers that both get thinner
        assert count(network) < zoo.entry(name).parameters / 15


@pytest.mark.parametrize("name", KINDS)
def test_gradients_reach_every_weight_of_a_small_network(name, monkeypatch):
    monkeypatch.setattr(FractalNet, "share", 0)
    torch.manual_seed(0)
    network = zoo.build(name, 5, 1, 28, WIDTHS.get(name, 1 / 16))
    for layer in network.modules():
        if isinstance(layer, torch.nn.Dropout):
            layer.p = 0.0
        if hasattr(layer, "drop"):
            layer.drop = 0
    output = logits(network(torch.randn(6, 1, 28, 28)))
    assert output.isfinite().all()
    assert output.std(dim=0).max() > 1e-4  # the images are told apart
    labels = (torch.arange(output[:, 0].numel()) % 5).reshape(output[:, 0].shape)
    torch.nn.functional.cross_entropy(output, labels).backward()
    assert [n for n, p in network.named_parameters() if not p.grad.abs().sum() > 0] == []


def test_what_is_not_said_is_as_published():
    entry = zoo.entry("resnet20")
    assert (entry.size, entry.classes, entry.channels, entry.family) == (32, 10, 3, "resnet")
    with torch.device("meta"):
        network = zoo.build("resnet20", width=2)
    assert network.conv1.weight.shape == (32, 3, 3, 3)
    assert network.fc.weight.shape == (10, 128)
    assert network.zoo_name == "resnet20"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("resnet19", "no model 'resnet19': did you mean resnet1"),
        ("VGG16", "did you mean vgg16"),
        ("wide_resnet", "did you mean wide_resnet"),
        ("qqqq", r"zoo.names\(\) lists them"),
        (7, "no model 7"),
    ],
)
def test_unknown_names(name, sentence):
    for ask in (zoo.entry, zoo.build):
        with pytest.raises(CourseError, match=sentence):
            ask(name)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"classes": 0}, "classes expects a whole number ≥ 1, got 0"),
        ({"channels": 1.0}, "channels expects a whole number ≥ 1, got 1.0"),
        ({"size": True}, "size expects a whole number ≥ 1, got True"),
        ({"width": 0}, "width expects a number > 0, such as 0.25, got 0"),
        ({"width": "thin"}, "got 'thin'"),
        ({"width": float("nan")}, "got nan"),
    ],
)
def test_settings_that_are_none(settings, sentence):
    with pytest.raises(CourseError, match=sentence):
        zoo.build("resnet18", **settings)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("alexnet", 8),
        ("alexnet", 66),
        ("zfnet", 3),
        ("densenet121", 4),
        ("inception_v4", 65),
        ("unet", 15),
    ],
)
def test_images_that_are_too_small(name, size):
    with pytest.raises(CourseError, match=f"{size} × {size} are too small for"):
        zoo.build(name, size=size, width=1 / 8)


def test_a_name_costs_nothing_before_it_is_built():
    code = (
        "import sys; from course_utils import zoo; zoo.entry('vgg16'); zoo.names(); "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
