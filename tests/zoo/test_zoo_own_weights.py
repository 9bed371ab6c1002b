"""The weights that come with the course."""

import tomllib

import numpy as np
import pytest
import torch
from zoo_helpers import on_meta

from course_utils import zoo
from course_utils.datasets import cifar10, full
from course_utils.errors import CourseError
from course_utils.paths import course_root
from course_utils.training import command, evaluate, record
from course_utils.zoo import own_weights

NAMES = own_weights.NAMES


def file_of(name):
    return own_weights.FOLDER / f"{name}.npz"


def test_every_file_has_its_name():
    assert sorted(path.stem for path in own_weights.FOLDER.iterdir()) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_small_and_whole(name):
    assert file_of(name).stat().st_size <= 600_000
    trained, entry = own_weights.load(file_of(name)), zoo.entry(name)
    assert trained.network == {"name": name, "classes": 10, "channels": 3, "size": 32, "width": 1.0}
    assert len(set(trained.class_names)) == 10
    own = on_meta(name).state_dict()
    counters = {key for key in own if key.endswith("num_batches_tracked")}
    assert trained.state.keys() == own.keys() - counters
    assert all(tensor.shape == own[key].shape for key, tensor in trained.state.items())
    assert all(tensor.dtype == torch.float32 for tensor in trained.state.values())
    weights = sum(t.numel() for key, t in trained.state.items() if "running" not in key)
    assert weights == entry.parameters
    with np.load(file_of(name)) as stored:
        assert {stored[key].dtype for key in trained.state} == {np.dtype(np.float16)}


@pytest.mark.parametrize("name", NAMES)
def test_pretrained_gives_the_courses_own_weights(name):
    network = zoo.build(name, pretrained=True).eval()
    assert network.class_names[:3] == ("airplane", "automobile", "bird")
    mean, std = network.normalisation
    assert all(0.4 < m < 0.5 for m in mean)
    assert all(0.2 < s < 0.3 for s in std)
    x = torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        logits, again = network(x), zoo.build(name, pretrained=True).eval()(x)
    assert logits.shape == (4, 10)
    assert logits.dtype == torch.float32
    assert torch.equal(logits, again)
    assert logits.std() > 0.5  # it has opinions: a new network has next to none
    assert all(parameter.requires_grad for parameter in network.parameters())


def test_another_number_of_classes_starts_the_last_layer_anew():
    ten, five = zoo.build("resnet20", pretrained=True), zoo.build("resnet20", 5, pretrained=True)
    assert five.fc.weight.shape == (5, 64)
    assert not hasattr(five, "class_names")
    assert five.normalisation == ten.normalisation
    for name, tensor in five.state_dict().items():
        if not name.startswith("fc."):
            assert torch.equal(tensor, ten.state_dict()[name]), name
    assert zoo.build("resnet20", 10, pretrained=True).class_names == ten.class_names


def test_images_of_another_size_are_fine():
    assert zoo.build("resnet20", size=48, pretrained=True)(torch.zeros(2, 3, 48, 48)).shape == (
        2,
        10,
    )


@pytest.mark.parametrize("settings", [{"channels": 1}, {"width": 0.5}])
def test_weights_that_do_not_fit_are_told(settings):
    sentence = r"do not fit this resnet20: conv1.weight is \(16, 3, 3, 3\) there .* 3 channels and"
    with pytest.raises(CourseError, match=sentence):
        zoo.build("resnet20", pretrained=True, **settings)


def test_a_network_without_weights_says_who_has_some():
    with pytest.raises(
        CourseError, match=r"no weights for resnet56; .* the course has some for res"
    ):
        zoo.build("resnet56", pretrained=True)


@pytest.mark.full_data
@pytest.mark.parametrize("name", NAMES)
def test_the_weights_are_as_good_as_their_record_says(name):
    data = cifar10_or_skip()
    runs = record.load(course_root() / "data" / "runs" / "25_weights.json")["runs"]
    run = next(run for run in runs if run["network"] == name)
    got = evaluate(zoo.build(name, pretrained=True), data.test).accuracy
    same_pictures = command._origin(data) == run["data"]
    assert got == pytest.approx(run["test"]["accuracy"], abs=0.002 if same_pictures else 0.02)


def cifar10_or_skip():
    if full.where(full.FULL_SETS["cifar10"]) is None:
        pytest.skip("cifar10 is not in the data folder (course data get cifar10)")
    return cifar10()


# ------------------------------------------------------------------------------- the file's format
def small(seed=0):
    torch.manual_seed(seed)
    network = zoo.build("resnet20", classes=2, width=0.25, size=28)
    network.normalisation = (0.25, 0.5, 0.75), (1.0, 2.0, 3.0)
    return network


def test_what_is_saved_comes_back_rounded(tmp_path):
    network = small()
    own_weights.save(tmp_path / "a.npz", network, ("cat", "dög"))
    got = own_weights.load(tmp_path / "a.npz")
    assert got.network["width"] == 0.25
    assert got.network["size"] == 28
    assert got.class_names == ("cat", "dög")
    assert got.normalisation == network.normalisation
    for name, tensor in got.state.items():
        assert torch.equal(tensor, network.state_dict()[name].half().float()), name


def test_numbers_that_float16_has_not_are_refused(tmp_path):
    network = small()
    network.stage2[0].body.norm1.running_var[3] = 7e4
    with pytest.raises(
        CourseError, match=r"float16 reaches 65,504, and stage2\.0\.body\.norm1\.run"
    ):
        own_weights.save(tmp_path / "a.npz", network, ("cat", "dog"))
    assert not (tmp_path / "a.npz").exists()


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04cut", None])
def test_a_file_of_another_kind_is_told(tmp_path, content):
    file = tmp_path / "a.npz"
    if content is None:
        np.savez(file, x=np.zeros(3))
    else:
        file.write_bytes(content)
    with pytest.raises(CourseError, match=r"a\.npz is no file of weights that `course export`"):
        own_weights.load(file)
    with pytest.raises(CourseError, match="There is no file"):
        own_weights.load(tmp_path / "b.npz")


def test_a_wheel_holds_the_files():
    settings = tomllib.loads((course_root() / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["course_utils"]
    package = course_root() / "course_utils"
    packed = {path for pattern in patterns for path in package.glob(pattern)}
    assert {file_of(name) for name in NAMES} <= packed
    assert package / "widgets" / "jupyterlab.json" in packed
