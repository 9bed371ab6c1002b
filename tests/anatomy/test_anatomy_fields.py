"""Receptive fields: by hand, and against backpropagation from one unit."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from course_utils import zoo
from course_utils.anatomy import ReceptiveField, describe, receptive_field_by_backprop
from course_utils.anatomy.walk import walk
from course_utils.errors import CourseError


def field_of(model, size):
    """Fields of all layers and blocks by name; the last run counts where a layer runs twice."""
    noted = walk(model, size)
    return {part.name: part.receptive_field for part in [*noted.steps, *noted.blocks]}


# ----------------------------------------------------------------------------------- by hand
def test_a_pixel_sees_itself_and_windows_add_up():
    field = ReceptiveField()
    for _ in range(3):
        field = field.window(3, padding=1)
    assert field == ReceptiveField((7, 7), (1, 1), (-3, -3))
    assert field == ReceptiveField().window(7, padding=3)


def test_strides_dilation_and_unequal_kernels():
    field = ReceptiveField().window((3, 5), stride=(2, 1), padding=(1, 0), dilation=(1, 2))
    assert field == ReceptiveField((3, 9), (2, 1), (-1, 0))
    # behind it a step down is two pixels, a step to the right is one
    assert field.window(3, stride=2) == ReceptiveField((7, 11), (4, 2), (-1, 0))


def test_a_unit_s_pixels_inside_and_outside_the_image():
    field = ReceptiveField((11, 7), (4, 2), (-2, -3))
    assert field.at((0, 5)) == ((-2, 8), (7, 13))
    assert field.at((0, 5), shape=(6, 12)) == ((0, 5), (7, 11))


def test_joined_fields_hold_both():
    wide = ReceptiveField((1, 7), (2, 2), (0, -3))
    high = ReceptiveField((7, 1), (2, 2), (-2, 0))
    assert wide.joined(high) == ReceptiveField((7, 7), (2, 2), (-2, -3))
    assert wide.joined(ReceptiveField((1, 1), (4, 2), (0, 0))) is None


def test_text_of_a_field():
    assert str(ReceptiveField((3, 9), (2, 2), (-1, 0))) == "size 3 × 9, jump 2, start -1 × 0"


def test_alexnet_by_the_recurrence():
    with torch.device("meta"):
        table = describe(zoo.build("alexnet"), (3, 227, 227))
    convolutions = [row.receptive_field for row in table if row.kind == "Conv2d"]
    assert [field.size[0] for field in convolutions] == [11, 51, 99, 131, 163]
    assert [field.jump[0] for field in convolutions] == [4, 8, 16, 16, 16]


# ------------------------------------------------------------------------- what forward can do
class Forward(nn.Module):
    """A network whose forward is the given function of a convolution's maps."""

    def __init__(self, function):
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3, stride=2, padding=1)
        self.function = function

    def forward(self, x):
        return self.function(self.conv(x))


BEHIND_CONV = ReceptiveField((3, 3), (2, 2), (-1, -1))


@pytest.mark.parametrize(
    ("function", "field"),
    [
        (lambda x: F.relu(x) * 2 + x, BEHIND_CONV),
        (lambda x: 1 - torch.tanh(x), BEHIND_CONV),
        (lambda x: torch.cat([x[:, :2], x], 1), BEHIND_CONV),
        (lambda x: torch.stack([x, -x]).mean(0), BEHIND_CONV),
        (lambda x: F.local_response_norm(x, 5), BEHIND_CONV),
        (lambda x: x.view(1, 2, 2, 8, 8).transpose(1, 2).reshape(1, 4, 8, 8), None),
        (lambda x: x[:, :, 1::2, ::4], ReceptiveField((3, 3), (4, 8), (1, -1))),
        (lambda x: x[:, :, 2:6], ReceptiveField((3, 3), (2, 2), (3, -1))),
        (lambda x: F.pad(x, (1, 0, 2, 0)), ReceptiveField((3, 3), (2, 2), (-5, -3))),
        (lambda x: F.pad(x, (0, 0, 0, 0, 0, 3)), BEHIND_CONV),
        (lambda x: F.max_pool2d(x, 2), ReceptiveField((5, 5), (4, 4), (-1, -1))),
        (lambda x: F.max_pool2d(x, 2, 2, return_indices=True)[0],
         ReceptiveField((5, 5), (4, 4), (-1, -1))),
        (lambda x: F.avg_pool2d(x, 3, 1, 1), ReceptiveField((7, 7), (2, 2), (-3, -3))),
        (lambda x: x.mean((2, 3), keepdim=True), ReceptiveField((17, 17), (2, 2), (-1, -1))),
        (lambda x: F.adaptive_avg_pool2d(x, 4), ReceptiveField((5, 5), (4, 4), (-1, -1))),
        (lambda x: F.adaptive_avg_pool2d(x, 3), None),
        (lambda x: x.flatten(1), None),
        (lambda x: x.transpose(2, 3), None),
        (lambda x: F.interpolate(x, scale_factor=2), None),
        (lambda x: x * x.mean((2, 3), keepdim=True), None),
    ],
)  # fmt: skip
def test_fields_are_followed_through_functions(function, field):
    noted = walk(Forward(function), (2, 16, 16))
    # the global mean is one unit: how far the next one would be says nothing
    found = noted.blocks[-1].receptive_field
    if field and found and field.size == (17, 17):
        assert (found.size, found.start) == (field.size, field.start)
    else:
        assert found == field


def test_a_transposed_convolution_has_no_single_field():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ConvTranspose2d(2, 1, 3, stride=2), nn.ReLU())
    fields = field_of(model, (1, 9, 9))
    assert fields["0"].size == (3, 3)
    assert fields["1"] is None
    assert fields["2"] is None


def test_same_padding_and_reflected_borders():
    model = nn.Sequential(
        nn.Conv2d(1, 2, 5, padding="same", dilation=2), nn.Conv2d(2, 2, 3, padding=1,
                                                                  padding_mode="reflect")
    )  # fmt: skip
    fields = field_of(model, (1, 20, 20))
    assert fields["0"] == ReceptiveField((9, 9), (1, 1), (-4, -4))
    assert fields["1"] == ReceptiveField((11, 11), (1, 1), (-5, -5))


# -------------------------------------------------------------------------- against backpropagation
SMALL = {  # one of each family, so small that it runs at once, and layers to look at
    "lenet": (28, ("0", "3", "5")),
    "alexnet": (64, ("features.0", "features.4", "features.8")),
    "zfnet": (64, ("features.0", "features.4")),
    "vgg11": (64, ("features.0", "features.3", "features.8")),
    "googlenet": (64, ("layers.3a", "layers.pool3", "layers.4a")),
    "resnet18": (64, ("stage1", "stage2.0", "stage3")),
    "resnet20": (32, ("stage1.0.body", "stage2.0", "stage2")),
    "resnet50": (64, ("stage1", "stage2.0")),
    "plain20": (32, ("stage1", "stage2")),
    "wrn_16_4": (32, ("stage1", "stage2.0")),
    "resnext29_8x64d": (32, ("stage1",)),
    "densenet121": (64, ("block1", "transition1")),
    "fractalnet20": (32, ("block1", "block2", "pool2")),
    "mobilenet": (64, ("0", "5")),
}


@pytest.mark.parametrize("name", SMALL)
def test_fields_agree_with_backpropagation(name):
    size, layers = SMALL[name]
    entry = zoo.entry(name)
    model = zoo.build(name, classes=10, size=size, width=1 / 8 if name != "lenet" else 1)
    fields = field_of(model, (entry.channels, size, size))
    names = [k for k in layers if k in fields] or list(fields)[1:8:3]
    assert names
    for layer in names:
        measured = receptive_field_by_backprop(model, (entry.channels, size, size), layer)
        expected = fields[layer].at(measured.position, (size, size))
        assert (measured.rows, measured.columns) == expected, layer


def test_a_corner_s_field_and_its_weights():
    model = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
    measured = receptive_field_by_backprop(model, (3, 8, 10), "2", position=(0, 4))
    assert (measured.rows, measured.columns) == ((0, 2), (7, 9))
    assert measured.size == (3, 3)
    middle = receptive_field_by_backprop(model, (3, 8, 10), model[2])
    assert middle.position == (2, 2)
    assert middle.gradient.sum() == pytest.approx(1)
    assert middle.gradient[4, 4] == pytest.approx(4 / 36)  # all four windows of 9 pixels hold it


def test_a_pooling_s_border_does_not_count():
    model = nn.Sequential(nn.MaxPool2d(3, 2, 1))
    assert receptive_field_by_backprop(model, (1, 8, 8), "0", (0, 0)).gradient[0, 0] == 1 / 4


def test_what_is_shut_off_is_measured_too():
    model = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU(), nn.BatchNorm2d(1), nn.Conv2d(1, 1, 3))
    with torch.no_grad():
        model[0].bias.fill_(-1e6)  # no ReLU is ever open
        model[2].weight.zero_()
    assert receptive_field_by_backprop(model, (1, 9, 9), "3").size == (5, 5)


@pytest.mark.parametrize(
    ("layer", "position", "words"),
    [
        ("3", None, "no place in the image"),
        ("0", (6, 0), "6 × 6, got unit"),
        ("1x", None, "no layer '1x'"),
        (nn.ReLU(), None, "no layer of the Sequential"),
        (3, None, "by its name or as a module"),
    ],
)
def test_mistakes_are_explained(layer, position, words):
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(72, 2))
    with pytest.raises(CourseError, match=words):
        receptive_field_by_backprop(model, (1, 8, 8), layer, position)
