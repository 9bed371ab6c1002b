"""Drawings: which boxes there are, how they hang together, and that they are on the paper."""

import xml.etree.ElementTree as ET

import pytest
import torch
from torch import nn

from course_utils import zoo
from course_utils.anatomy import draw
from course_utils.anatomy.arrange import Branches, Tangle, arrange
from course_utils.anatomy.boxes import boxes_of
from course_utils.anatomy.walk import walk
from course_utils.errors import CourseError


def structure(model, size, depth=None):
    boxes = boxes_of(walk(model, size), model, depth)
    return boxes, arrange(boxes)


def part(name, path):
    with torch.device("meta"):
        return zoo.build(name).get_submodule(path)


# -------------------------------------------------------------------------------- the structure
def test_a_straight_network_is_a_row_of_boxes_with_what_follows_inside():
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Dropout(), nn.Linear(864, 10),
    )  # fmt: skip
    boxes, row = structure(model, (1, 28, 28))
    assert row == [0, 1, 2]
    assert [box.title for box in boxes] == ["conv 5×5, 6", "max pool 2×2 / 2", "linear 10"]
    assert [box.notes for box in boxes] == [["BN", "ReLU"], ["dropout"], []]


def test_an_inception_module_has_four_branches():
    boxes, row = structure(part("googlenet", "layers.3a"), (192, 28, 28))
    (module,) = row
    assert isinstance(module, Branches)
    assert [len(branch) for branch in module.branches] == [1, 2, 2, 2]
    assert boxes[module.join].title == "concat"
    assert not module.shortcut


def test_a_dense_block_says_how_often_it_appends_and_a_module_how_many_branches_it_has():
    with torch.device("meta"):
        dense, google = zoo.build("densenet_40_12"), zoo.build("googlenet")
    titles = [box.title for box in boxes_of(walk(dense, (3, 32, 32)), dense, 1)]
    assert "block1: 12 concatenations" in titles
    titles = [box.title for box in boxes_of(walk(google, (3, 224, 224)), google, 1)]
    assert "Concat: 4 branches" in titles


class Sum(nn.ModuleList):
    def forward(self, x):
        return sum(branch(x) for branch in self)


def test_a_sum_of_many_branches_is_one_sum():
    model = Sum(nn.Conv2d(3, 3, 3, padding=1) for _ in range(4))
    boxes, (block,) = structure(model, (3, 8, 8))
    assert [box.title for box in boxes] == ["conv 3×3, 3"] * 4 + ["+"]
    assert boxes[-1].reads == (0, 1, 2, 3)
    assert not any(box.notes for box in boxes)  # nor a + for Python's 0 + first
    assert [len(branch) for branch in block.branches] == [1] * 4


def test_a_sum_that_somebody_else_reads_stays():
    model = part("preact_resnet110", "stage1")
    boxes, _ = structure(model, (16, 8, 8))
    assert sum(box.circle for box in boxes) == 18


def test_a_residual_block_has_a_shortcut():
    boxes, (block,) = structure(part("resnet50", "stage2.1"), (512, 28, 28))
    assert block.shortcut
    assert len(block.branches) == 1
    assert len(block.branches[0]) == 3
    assert (boxes[block.join].title, boxes[block.join].notes) == ("+", ["ReLU"])


def test_a_projection_stands_beside_the_body():
    boxes, (block,) = structure(part("resnet50", "stage2.0"), (256, 56, 56))
    assert not block.shortcut
    assert sorted(len(branch) for branch in block.branches) == [1, 3]
    (projection,) = min(block.branches, key=len)
    assert boxes[projection].title == "conv 1×1, 512 / 2"


def test_preactivation_that_the_shortcut_does_not_see_is_a_box_of_its_own():
    boxes, _ = structure(part("wrn_16_4", "stage1.1"), (64, 32, 32))
    assert boxes[0].title == "BN"
    assert boxes[0].notes == ["ReLU"]


def test_in_a_dense_block_each_layer_reads_all_earlier_ones():
    boxes, (block,) = structure(part("densenet121", "block1"), (64, 56, 56), depth=2)
    assert isinstance(block, Tangle)
    assert [box.reads for box in boxes] == [tuple(range(-1, k)) for k in range(7)]
    # all pairs of the input, six layers and the concat but the seven neighbours
    assert len(block.jumps) == 8 * 7 / 2 - 7


def test_two_towers_written_as_slices_are_two_branches():
    class Towers(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second = nn.Conv2d(2, 3, 3), nn.Conv2d(2, 3, 3)

        def forward(self, x):
            return torch.cat([self.first(x[:, :2]), self.second(x[:, 2:])], 1)

    boxes, (towers,) = structure(Towers(), (4, 8, 8))
    assert towers.branches == [[0], [1]]
    assert boxes[towers.join].shape == (6, 6, 6)


def test_a_shortcut_that_passes_on_first_is_not_taken_for_the_input():
    class Late(nn.Module):
        def __init__(self):
            super().__init__()
            self.skip, self.body = nn.Dropout(), nn.Conv2d(2, 2, 1)

        def forward(self, x):
            skip = self.skip(x)  # at test time x itself, not a copy
            return self.body(x) + skip

    steps = walk(Late(), (2, 4, 4)).steps
    assert [step.reads for step in steps] == [(-1,), (-1,), (1, 0)]


def test_blocks_are_equal_only_if_the_same_is_done_after_them():
    def pair():
        return nn.Sequential(nn.Conv2d(4, 4, 3, padding=1), nn.Conv2d(4, 4, 1))

    rows = {"ReLU after two": (pair(), nn.ReLU(), pair(), nn.ReLU(), pair()),
            "ReLU after one": (pair(), nn.ReLU(), pair(), pair())}  # fmt: skip
    found = {}
    for name, row in rows.items():
        model = nn.Sequential(*row)
        boxes = boxes_of(walk(model, (4, 8, 8)), model, 1)
        found[name] = [(box.times, box.notes) for box in boxes]
    assert found == {"ReLU after two": [(2, ["ReLU"]), (1, [])],
                     "ReLU after one": [(1, ["ReLU"]), (2, [])]}  # fmt: skip
    module = part("xception", "module5")
    assert draw(module, (728, 19, 19)).words == "block diagram of Residual: 8 boxes"


def test_equal_blocks_in_a_row_are_one_box():
    with torch.device("meta"):
        model = zoo.build("resnet152")
    boxes, _ = structure(model, (3, 224, 224), depth=2)
    assert [box.times for box in boxes if box.sort == "block"] == [1, 2, 1, 7, 1, 35, 1, 2]
    assert "35 × Residual: 1×1, 3×3, 1×1" in draw(model, (3, 224, 224)).svg


def test_nested_forks_need_no_join_of_their_own():
    class Split(nn.Module):
        """One branch parts once more before the concat, as in Inception-v4's module C."""

        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Conv2d(2, 2, 1), nn.Conv2d(2, 2, 1)
            self.wide, self.high = nn.Conv2d(2, 2, (1, 3), padding=(0, 1)), nn.Conv2d(
                2, 2, (3, 1), padding=(1, 0))  # fmt: skip

        def forward(self, x):
            b = self.b(x)
            return torch.cat([self.a(x), self.wide(b), self.high(b)], 1)

    _, (module,) = structure(Split(), (2, 8, 8))
    assert module.branches == [[0, Branches([[2], [3]], None, False)], [1]]
    ET.fromstring(draw(Split(), (2, 8, 8)).svg)


# ----------------------------------------------------------------------------------- on the paper
def corners(drawing):
    """Left, top, right and bottom of all boxes on the page, groups followed."""
    found = []

    def visit(element, x, y):
        if element.get("transform"):
            dx, dy = element.get("transform")[len("translate(") : -1].split(",")
            x, y = x + float(dx), y + float(dy)
        if element.tag.endswith("rect") and element.get("rx"):
            left, top = x + float(element.get("x")), y + float(element.get("y"))
            found.append((left, top, left + float(element.get("width")),
                          top + float(element.get("height"))))  # fmt: skip
        for child in element:
            visit(child, x, y)

    visit(ET.fromstring(drawing.svg), 0.0, 0.0)
    return found


@pytest.mark.parametrize(
    ("name", "path", "size"),
    [
        ("vgg16", "", (3, 224, 224)),
        ("resnet18", "", (3, 224, 224)),
        ("googlenet", "layers.3a", (192, 28, 28)),
        ("densenet121", "block1", (64, 56, 56)),
        ("mobilenet", "", (3, 224, 224)),
        ("inception_v4", "c.0", (1536, 8, 8)),
        ("fractalnet20", "block2", (64, 16, 16)),
    ],
)
def test_boxes_are_on_the_page_and_do_not_overlap(name, path, size):
    drawing = draw(part(name, path), size)
    places = corners(drawing)
    assert len(places) >= 5
    for k, (left, top, right, bottom) in enumerate(places):
        assert left >= 0
        assert top >= 0
        assert right <= drawing.width
        assert bottom <= drawing.height
        for other in places[:k]:
            apart = left >= other[2] or right <= other[0] or top >= other[3] or bottom <= other[1]
            assert apart


def test_labels_counts_and_shapes_are_in_the_picture():
    model = nn.Sequential(nn.Conv2d(6, 6, 3, stride=2, groups=6), nn.Conv2d(6, 8, 3, groups=2))
    svg = draw(model, (6, 11, 11)).svg
    for words in ("depthwise 3×3, 6 / 2", "conv 3×3, 8, 2 groups", "6 × 11 × 11", "6 × 5 × 5",
                  "8 × 3 × 3", "0: 60 parameters", "1,350 multiply–adds"):  # fmt: skip
        assert words in svg


def test_blocks_by_depth_and_a_page_that_is_too_narrow():
    with torch.device("meta"):
        model = zoo.build("lenet_1998")
    assert draw(model, (1, 28, 28)).shrunk is False
    wide = nn.ModuleDict({str(k): nn.Conv2d(1, 1, 3) for k in range(12)})
    wide.forward = lambda x: torch.cat([layer(x) for layer in wide.values()], 1)
    drawing = draw(wide, (1, 8, 8))
    assert drawing.shrunk
    assert drawing.width == pytest.approx(6.4 * 96)


def test_drawings_are_shown_saved_and_always_the_same(tmp_path):
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU())
    drawing = draw(model, (1, 8, 8))
    drawing.save(tmp_path / "net.svg")
    assert (tmp_path / "net.svg").read_text(encoding="utf-8") == drawing._repr_svg_()
    assert draw(model, (1, 8, 8)) == drawing
    assert len(repr(drawing)) < 100


def test_names_are_escaped():
    model = nn.Sequential()
    model.add_module("a<b", nn.Sequential(nn.Conv2d(1, 2, 3), nn.Conv2d(2, 2, 1)))
    for depth in (1, None):
        ET.fromstring(draw(model, (1, 8, 8), depth).svg)
    assert "a&lt;b: 3×3, 1×1" in draw(model, (1, 8, 8), depth=1).svg


@pytest.mark.parametrize(("size", "depth"), [((3, 8, 8), None), ((1, 8, 8), 0), ((1, 8, 8), "1")])
def test_mistakes_are_explained(size, depth):
    with pytest.raises(CourseError):
        draw(nn.Conv2d(1, 2, 3), size, depth)
