"""The layer table: counts by hand, what it leaves unchanged, and its error messages."""

import sys

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from course_utils import zoo
from course_utils.anatomy import describe
from course_utils.errors import CourseError


def table(*layers, size):
    return describe(nn.Sequential(*layers), size)


# -------------------------------------------------------------------------------- counts by hand
@pytest.mark.parametrize(
    ("layer", "size", "shape", "parameters", "count"),
    [
        (nn.Conv2d(3, 8, (3, 5)), (3, 10, 12), (8, 8, 8), 8 * 3 * 15 + 8, 8 * 64 * 3 * 15),
        (nn.Conv2d(6, 8, 3, groups=2), (6, 5, 5), (8, 3, 3), 8 * 3 * 9 + 8, 8 * 9 * 3 * 9),
        (nn.Conv2d(4, 4, 3, groups=4), (4, 5, 5), (4, 3, 3), 40, 4 * 9 * 9),
        (nn.Conv2d(2, 4, 3, stride=2, padding=1, bias=False), (2, 7, 9), (4, 4, 5), 72,
         4 * 20 * 18),
        # each of the 3 · 5 · 4 values meets a filter of 6 · 2 · 2 weights
        (nn.ConvTranspose2d(3, 6, 2, stride=2), (3, 5, 4), (6, 10, 8), 78, 60 * 24),
        (nn.ConvTranspose2d(4, 6, 3, groups=2), (4, 2, 2), (6, 4, 4), 4 * 27 + 6, 16 * 27),
        (nn.Linear(7, 5), (7,), (5,), 40, 35),
        (nn.Linear(7, 5), (3, 7), (3, 5), 40, 105),
        (nn.Conv1d(2, 3, 4), (2, 10), (3, 7), 27, 3 * 7 * 8),
        (nn.BatchNorm2d(6), (6, 2, 3), (6, 2, 3), 12, 0),
        (nn.MaxPool2d(2), (6, 5, 4), (6, 2, 2), 0, 0),
    ],
)  # fmt: skip
def test_one_layer(layer, size, shape, parameters, count):
    (row,) = table(layer, size=size)
    assert (row.name, row.kind, row.function) == ("0", type(layer).__name__, False)
    assert (row.shape, row.parameters, row.multiply_adds) == (shape, parameters, count)
    values = torch.Size(shape).numel()
    assert (row.activations, row.bytes) == (values, 4 * values)


def test_totals_are_sums_and_vgg_s_are_the_lecture_s():
    with torch.device("meta"):
        vgg = describe(zoo.build("vgg16"), (3, 224, 224))
    assert vgg.parameters == 138_357_544
    assert vgg.multiply_adds == sum(row.multiply_adds for row in vgg) == 15_470_264_320
    maps = vgg.only("Conv2d", "MaxPool2d", "Linear")
    assert maps.activations + 3 * 224 * 224 == 15_237_608
    assert maps.bytes == 4 * maps.activations
    assert {row.kind for row in maps} == {"Conv2d", "MaxPool2d", "Linear"}


class Half(nn.Module):
    def forward(self, x):
        return x.half()


def test_bytes_depend_on_the_precision():
    rows = table(nn.Linear(4, 3), Half(), size=(4,))
    assert [row.bytes for row in rows] == [12, 6]


def test_what_works_in_place_or_passes_on_holds_nothing():
    rows = table(
        nn.Conv2d(1, 2, 3), nn.ReLU(inplace=True), nn.ReLU(), nn.Dropout(), nn.Flatten(),
        nn.Identity(), nn.Linear(72, 4), size=(1, 8, 8),
    )  # fmt: skip
    held = [row.activations for row in rows]
    assert held == [72, 0, 72, 0, 0, 0, 4]


# ------------------------------------------------------------------------ functions of forward
class Functional(nn.Module):
    """A forward full of functions, as people write it."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3, padding=1)
        self.fc = nn.Linear(64, 3)
        self.table = nn.Parameter(torch.ones(3, 3))

    def forward(self, x):
        x = F.relu(self.conv(x))  # (N, 4, 8, 8)
        x = x + F.max_pool2d(x, 3, 1, 1)
        x = F.max_pool2d(x, 2)
        return self.fc(torch.flatten(x, 1)) @ self.table


def test_functions_that_compute_are_rows_and_those_that_rearrange_are_not():
    rows = describe(Functional(), (2, 8, 8))
    assert [(row.name, row.kind, row.function) for row in rows] == [
        ("conv", "Conv2d", False),
        ("relu", "relu", True),
        ("max_pool2d", "max_pool2d", True),
        ("add", "add", True),
        ("max_pool2d_2", "max_pool2d", True),
        ("fc", "Linear", False),
        ("matmul", "matmul", True),
    ]
    assert rows["relu"].activations == 256
    assert (rows["matmul"].parameters, rows["matmul"].multiply_adds) == (9, 9)
    assert rows.parameters == sum(p.numel() for p in Functional().parameters())


class Twice(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 4)

    def forward(self, x):
        return self.layer(self.layer(x))


def test_shared_weights_are_counted_once_and_their_work_twice():
    rows = describe(Twice(), (4,))
    assert [row.parameters for row in rows] == [20, 0]
    assert [row.multiply_adds for row in rows] == [16, 16]


class Keywords(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(4, 2, 3, 3))

    def forward(self, x):
        x = F.conv2d(input=x, weight=self.weight, padding=1)
        return F.max_pool2d(input=x, kernel_size=2)


def test_a_leaf_s_own_functions_are_its_row():
    (row,) = describe(Keywords(), (2, 8, 8))
    assert (row.kind, row.parameters, row.multiply_adds) == ("Keywords", 72, 72 * 64)
    assert row.shape == (4, 4, 4)
    assert row.receptive_field.size == (4, 4)


# --------------------------------------------------------------------------------- by blocks
def test_blocks_as_rows():
    with torch.device("meta"):
        model = zoo.build("resnet50")
    layers, blocks = describe(model, (3, 224, 224)), describe(model, (3, 224, 224), depth=2)
    assert len(blocks) == 16 + 7 == len(list(blocks))
    for total in ("parameters", "multiply_adds", "activations", "bytes"):
        assert getattr(blocks, total) == getattr(layers, total)
    assert blocks["stage4.2"].shape == (2048, 7, 7)
    assert blocks["stage4.2"].receptive_field == layers["stage4.2.after"].receptive_field
    assert len(describe(model, (3, 224, 224), depth=1)) == 4 + 4 + 3


def test_a_block_that_runs_twice_is_two_rows():
    block = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
    rows = describe(nn.Sequential(block, nn.Tanh(), block), (4,), depth=1)
    assert [(row.kind, row.parameters) for row in rows] == [
        ("Sequential", 20), ("Tanh", 0), ("Sequential", 0)
    ]  # fmt: skip


def test_heads_that_do_not_run_are_named():
    with torch.device("meta"):
        model = zoo.build("googlenet_heads")
    heads = describe(model, (3, 224, 224))
    idle = sum(heads.idle.values())
    assert heads.parameters + idle == sum(p.numel() for p in model.parameters())
    assert idle > 6e6
    assert f"{idle:,} parameters" in str(heads)
    assert "Not run at test time: heads" in heads._repr_html_()


# ------------------------------------------------------------------------------ the model stays
def test_the_model_stays_as_it_was():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(inplace=True))
    model[1].eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    modes = [module.training for module in model.modules()]
    describe(model, (1, 8, 8))
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert [module.training for module in model.modules()] == modes == [True, True, False, True]
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
    assert model[0].weight.device.type == "cpu"
    assert model(torch.zeros(1, 1, 8, 8)).shape == (1, 2, 6, 6)


def test_the_model_stays_as_it_was_when_the_input_does_not_fit():
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 2))
    with pytest.raises(CourseError, match="it stops at 1 "):
        describe(model, (1, 9, 9))
    assert model.training
    assert not model[1]._forward_hooks


# --------------------------------------------------------------------------------- how it looks
def test_text_is_aligned_and_complete():
    text = str(table(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(72, 10), size=(1, 8, 8)))
    caption, heads, rule, *rows, total = text.splitlines()
    assert caption == "Sequential, input 1 × 8 × 8"
    assert heads.split() == ["layer", "kind", "output", "parameters", "multiply–adds",
                             "activations", "memory", "field", "jump", "start"]  # fmt: skip
    end = heads.index("parameters") + len("parameters")
    assert [row[:end].split()[-1] for row in (rows[0], rows[2], total)] == ["20", "730", "750"]
    assert rows[0].split()[-3:] == ["3", "1", "0"]
    assert rows[2].split()[-3:] == ["–", "–", "–"]
    assert set(rule) == {"─"}


def test_html_is_escaped_and_has_a_row_for_each_layer():
    model = nn.Sequential()
    model.add_module("<conv>", nn.Conv2d(1, 2, 3))
    html = describe(model, (1, 8, 8))._repr_html_()
    assert "&lt;conv&gt;" in html
    assert "<conv>" not in html
    assert html.count("<tr>") == 3  # heads, one row, totals


def test_columns_and_dataframe():
    rows = table(nn.Conv2d(1, 2, 3), nn.Flatten(), size=(1, 8, 8))
    columns = rows.to_dict()
    assert columns["name"] == ["0", "1"]
    assert columns["field_size"] == [(3, 3), None]
    assert columns["multiply_adds"] == [2 * 36 * 9, 0]
    pandas = pytest.importorskip("pandas")
    frame = rows.to_dataframe()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame["parameters"]) == [20, 0]


def test_without_pandas_the_message_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(CourseError, match="pip install pandas"):
        table(nn.ReLU(), size=(3,)).to_dataframe()


# -------------------------------------------------------------------------------------- mistakes
@pytest.mark.parametrize(
    ("model", "size", "depth", "words"),
    [
        ("vgg16", (3, 224, 224), None, "Expected a network"),
        (nn.Linear, (3,), None, "Expected a network"),
        (nn.Linear(3, 2), 3, None, "without the batch"),
        (nn.Linear(3, 2), (0,), None, "without the batch"),
        (nn.Linear(3, 2), (3,), 0, "depth is 1, 2"),
        (nn.Linear(3, 2), (4,), None, "cannot read an input of 4"),
        (nn.Conv2d(3, 2, 3), (1, 8, 8), None, "cannot read an input of 1 × 8 × 8"),
    ],
)
def test_mistakes_are_explained(model, size, depth, words):
    with pytest.raises(CourseError, match=words):
        describe(model, size, depth)


def test_unknown_rows_and_kinds_are_explained():
    rows = table(nn.Conv2d(1, 2, 3), nn.ReLU(), size=(1, 8, 8))
    with pytest.raises(CourseError, match="no row 'conv'"):
        rows["conv"]
    with pytest.raises(CourseError, match="the kinds are Conv2d, ReLU"):
        rows.only("Conv")
