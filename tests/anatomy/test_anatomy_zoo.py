"""Every network of the zoo: counted by PyTorch's own counter and by torchinfo, and drawn."""

import math
import xml.etree.ElementTree as ET

import pytest
import torch
import torchinfo
import torchvision
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course_utils import zoo
from course_utils.anatomy import describe, draw

# many seconds, and smaller members of their families have the same layers
SLOW = {"preact_resnet1001", "fractalnet160_thin", "densenet_bc_250_24", "densenet_bc_190_40"}
FAMILIES = list({zoo.entry(name).family: name for name in reversed(zoo.names())}.values())


def built(name):
    entry = zoo.entry(name)
    with torch.device("meta"):
        model = zoo.build(name)
    return model.eval(), (entry.channels, entry.size, entry.size)


@pytest.mark.parametrize("name", [name for name in zoo.names() if name not in SLOW])
def test_counts_agree_with_pytorch_s_own_counter(name):
    model, size = built(name)
    with FlopCounterMode(display=False) as counter:  # counts kernels, while describe runs it
        table = describe(model, size)
    assert 2 * table.multiply_adds == counter.get_total_flops()
    own = sum(p.numel() for p in model.parameters())
    assert table.parameters + sum(table.idle.values()) == own == zoo.entry(name).parameters


@pytest.mark.parametrize("name", FAMILIES)
def test_layers_agree_with_torchinfo(name):
    model, size = built(name)
    summary = torchinfo.summary(model, input_size=(1, *size), verbose=0, device="meta")
    theirs = [
        (type(layer.module).__name__, tuple(layer.output_size[1:]), _weights_only(layer))
        for layer in summary.summary_list
        if isinstance(layer.module, nn.Conv2d | nn.Linear) and layer.output_size
    ]
    ours = [
        (row.kind, row.shape, row.multiply_adds)
        for row in describe(model, size)
        if row.kind in ("Conv2d", "Linear")
    ]
    assert sorted(ours) == sorted(theirs)


def _weights_only(layer) -> int:
    """torchinfo's multiply–adds without those it counts for biases.

    Of a linear layer it counts one place, however many there are (the tokens of a transformer).
    """
    weights = layer.module.weight.numel()
    biases = 0 if layer.module.bias is None else layer.module.bias.numel()
    places = math.prod(layer.output_size[1:-1]) if isinstance(layer.module, nn.Linear) else 1
    return places * layer.macs * weights // (weights + biases)


@pytest.mark.parametrize(
    ("make", "parameters", "billions"),
    [  # published beside torchvision's weights
        ("alexnet", 61_100_840, 0.71),
        ("vgg16", 138_357_544, 15.47),
        ("resnet50", 25_557_032, 4.09),
        ("resnext50_32x4d", 25_028_904, 4.23),
        ("densenet121", 7_978_856, 2.83),
        ("mobilenet_v2", 3_504_872, 0.30),
    ],
)
def test_torchvision_s_networks_have_their_published_figures(make, parameters, billions):
    with torch.device("meta"):
        table = describe(getattr(torchvision.models, make)(), (3, 224, 224))
    assert table.parameters == parameters
    assert round(table.multiply_adds / 1e9, 2) == billions


@pytest.mark.parametrize("name", [*FAMILIES, "lenet_1998", "resnet50"])
def test_a_drawing_is_sound_and_fits_the_page(name):
    model, size = built(name)
    drawing = draw(model, size)
    root = ET.fromstring(drawing.svg)
    assert float(root.get("width")) <= 6.4 * 96 + 1
    assert drawing.height <= 900
    words = " ".join(root.itertext())
    assert "input" in words
    shape = describe(model, size)[-1].shape
    scores = " × ".join(map(str, shape))  # of each pixel, where a network answers with a map
    last = [scores] if len(shape) == 3 else ["linear", "mean", "Distances"]
    assert any(word in words for word in last)
