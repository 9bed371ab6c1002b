"""torchvision's networks and those of the zoo compute the same with the same weights."""

from urllib.error import URLError

import pytest
import torch
import torchvision
from zoo_helpers import image, on_meta

from course_utils import zoo
from course_utils.errors import CourseError
from course_utils.zoo import weights
from course_utils.zoo.torchvision_names import NAMES

COMPUTED = {  # the others of a family are the same code with other numbers
    "alexnet_torchvision": 224, "vgg11_bn": 224, "googlenet_bn": 96,
    "inception_v3": 96,
    "resnet18": 96, "resnet34": 65, "resnet50": 65,
    "resnext50_32x4d": 65, "wide_resnet50_2": 65,
    "densenet121": 65, "vit_b_16": 224, "convnext_tiny": 65,
}  # fmt: skip


def theirs(name, **settings):
    """torchvision's network, without memory."""
    if name.startswith(("googlenet", "inception")):
        settings = {"init_weights": False, "aux_logits": name.endswith("heads"), **settings}
    with torch.device("meta"):
        return torchvision.models.get_model(NAMES[name], **settings).eval()


def drawn(network, seed=0):
    """A state dict for it by lot: nothing is 0 or 1 by default, and signals keep their size."""
    lot = torch.Generator().manual_seed(seed)
    state = {}
    for name, tensor in network.state_dict().items():
        noise = torch.randn(tensor.shape, generator=lot) if tensor.ndim else torch.tensor(7)
        if name.endswith("running_var"):
            noise = 0.5 + torch.rand(tensor.shape, generator=lot)
        elif tensor.ndim == 1:
            noise = 0.1 * noise + (0.4 if name.endswith("weight") else 0)
        elif tensor.ndim:
            noise *= (2 / tensor[0].numel()) ** 0.5
        state[name] = noise
    return state


def with_weights(name, state, **settings):
    """The zoo's network, which gets all it has from `state`."""
    network = on_meta(name, **settings).to_empty(device="cpu").eval()
    weights.load_torchvision(network, state)
    return network


@pytest.mark.parametrize(("name", "size"), COMPUTED.items())
def test_logits_are_torchvisions(name, size):
    original = theirs(name)
    state = drawn(original)
    original.load_state_dict(state, assign=True)
    x = torch.randn(1, 3, size, size, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected, got = original(x), with_weights(name, state)(x)
    assert expected.std() > 1e-2
    assert (got - expected).abs().max() < 1e-5 * max(1, expected.abs().max())


@pytest.mark.parametrize("name", [name for name in NAMES if name not in COMPUTED])
def test_every_tensor_finds_its_place(name):
    network, state = on_meta(name), theirs(name).state_dict()
    weights.load_torchvision(network, state)
    assert network.state_dict().keys() <= weights.renamed(network, state).keys()


WITH_HEADS = {"googlenet_bn_heads": (65, 3), "inception_v3_heads": (299, 2)}  # side, classifiers


@pytest.mark.parametrize("name", WITH_HEADS)
@pytest.mark.parametrize("transform", [False, True])
def test_heads_and_transformed_input_are_torchvisions(name, transform):
    size, number = WITH_HEADS[name]
    original = theirs(name, transform_input=transform)
    state = drawn(original)
    original.load_state_dict(state, assign=True)
    network = with_weights(name, state)
    network.transform_input = transform
    for layer in (*original.modules(), *network.modules()):
        if isinstance(layer, torch.nn.Dropout):
            layer.p = 0.0
    x = torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(1))
    expected, got = original.train()(x), network.train()(x)
    assert len(got) == number
    for ours, other in zip(got, expected, strict=True):  # both: logits, late, early
        torch.testing.assert_close(ours, other, rtol=1e-5, atol=1e-5)
    network.transform_input = not transform
    assert (network(x).logits - expected.logits).abs().max() > 1e-2


@pytest.mark.parametrize("name", ["googlenet_bn", "inception_v3"])
def test_networks_without_heads_leave_them_aside(name):
    state = drawn(theirs(f"{name}_heads"))
    network = with_weights(name, state)
    assert torch.equal(network.layers.fc.weight, state["fc.weight"])


def test_old_files_of_densenet_and_without_counters():
    state = {
        name.replace(".norm1", ".norm.1").replace(".conv2", ".conv.2"): tensor
        for name, tensor in drawn(theirs("densenet121")).items()
        if not name.endswith("num_batches_tracked")
    }
    network = with_weights("densenet121", state)
    got = network.get_submodule("block2.layer3.new.conv2").weight
    assert torch.equal(got, state["features.denseblock2.denselayer3.conv.2.weight"])


def test_what_does_not_fit_is_told_and_changes_nothing():
    state = theirs("resnet18").state_dict()
    fewer = {name: tensor for name, tensor in state.items() if name != "layer2.0.bn1.bias"}
    with pytest.raises(CourseError, match=r"resnet18: they lack stage2.0.body.norm1.bias \(1 ten"):
        weights.load_torchvision(on_meta("resnet18"), fewer)
    with pytest.raises(CourseError, match=r"have, beside what it has, extra \(0 .*, 1 left over"):
        weights.load_torchvision(on_meta("resnet18"), state | {"extra": torch.zeros(1)})
    with pytest.raises(CourseError, match="not the weights of resnet34"):
        weights.load_torchvision(on_meta("resnet34"), state)
    grey = zoo.build("resnet18", channels=1, width=1.0)
    before = grey.fc.weight.clone()
    with pytest.raises(CourseError, match=r"conv1.weight is \(64, 3, 7, 7\) there and \(64, 1, 7"):
        weights.load_torchvision(grey, drawn(theirs("resnet18")))
    assert torch.equal(grey.fc.weight, before)
    for network in (torch.nn.Linear(2, 2), on_meta("fractalnet20")):
        with pytest.raises(CourseError, match=r"networks from zoo\.build: alexnet, vgg"):
            weights.load_torchvision(network, state)


# ------------------------------------------------------------------------------- pretrained=True
@pytest.fixture
def places(tmp_path, monkeypatch):
    """An empty data folder, and an empty cache of torch's."""
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    return tmp_path


FILE = torchvision.models.ResNet18_Weights.DEFAULT.url.rsplit("/", 1)[-1]


@pytest.fixture
def server(monkeypatch):
    """What torchvision gets instead of a download; `asked` has the calls."""
    asked = []

    def load(url, **settings):
        asked.append((url, settings))
        if url.rsplit("/", 1)[-1] == FILE:
            return drawn(theirs("resnet18"))
        raise URLError("no route to host")

    monkeypatch.setattr(torchvision.models._api, "load_state_dict_from_url", load)
    return asked


def test_pretrained_comes_from_torchvision(places, server):
    network = zoo.build("resnet18", pretrained=True)
    ((url, settings),) = server
    assert url.endswith(FILE)
    assert settings["check_hash"]
    assert settings["model_dir"] == str(places / "data" / "weights")
    assert torch.equal(network.conv1.weight, drawn(theirs("resnet18"))["conv1.weight"])
    assert network.normalisation == ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def test_pretrained_with_other_classes_keeps_all_but_the_last_layer(places, server):
    network = zoo.build("resnet18", classes=10, pretrained=True)
    state = drawn(theirs("resnet18"))
    assert network.fc.weight.shape == (10, 512)
    assert torch.equal(network.stage4[1].body.norm2.bias, state["layer4.1.bn2.bias"])
    with pytest.raises(CourseError, match="width 1, 3 channels, 1000 classes and large images"):
        zoo.build("resnet18", channels=1, pretrained=True)


@pytest.mark.parametrize("folder", ["data/weights", "torch/hub/checkpoints"])
def test_pretrained_finds_files_that_are_there(places, server, folder):
    (places / folder).mkdir(parents=True)
    state = drawn(theirs("resnet18"), seed=3)
    torch.save(state, places / folder / FILE)
    network = zoo.build("resnet18", pretrained=True)
    assert torch.equal(network.fc.bias, state["fc.bias"])
    assert server == []


def test_pretrained_without_a_network_says_what_to_do(places, server):
    sentence = r"of resnet34 could not be fetched \(no route to host\): get https://\S+/(\S+pth) on"
    with pytest.raises(CourseError, match=sentence) as caught:
        zoo.build("resnet34", pretrained=True)
    assert str(caught.value).endswith(f"put it into {(places / 'data' / 'weights').resolve()}.")


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x80\x02junk", b"PK\x03\x04cut"])
def test_pretrained_from_a_broken_file(places, server, content):
    (places / "data/weights").mkdir(parents=True)
    (places / "data/weights" / FILE).write_bytes(content)
    with pytest.raises(CourseError, match=rf"{FILE} is no file of weights, or cut short: delete"):
        zoo.build("resnet18", pretrained=True)


def test_pretrained_googlenet_transforms_its_input(places, monkeypatch):
    state = drawn(theirs("googlenet_bn_heads"))
    monkeypatch.setattr(weights, "fetch", lambda name: state)
    network = zoo.build("googlenet_bn", classes=5, pretrained=True)
    assert network.transform_input
    assert not zoo.build("googlenet_bn", width=1 / 16, size=32).transform_input
    x = torch.randn(1, 3, 32, 32)
    assert network.eval()(x).shape == (1, 5)


def test_networks_without_pretrained_weights():
    with pytest.raises(CourseError, match=r"no weights for alexnet; it has them for alexnet_torch"):
        zoo.build("alexnet", pretrained=True)


def test_counts_are_those_that_torchvision_states():
    for name, other in NAMES.items():
        meta = torchvision.models.get_model_weights(other).DEFAULT.meta
        with_heads = other == "inception_v3"  # torchvision counts them there, and not in GoogLeNet
        if name.endswith("heads") == with_heads:
            assert zoo.entry(name).parameters == meta["num_params"], name


def test_image_goes_through_every_network_on_meta():
    assert on_meta("vgg16").eval()(image(1, 3, 224)).shape == (1, 1000)
