"""Filters, feature maps, occlusion, activation maximisation: on networks whose answer is known."""

import pytest
import torch
from torch import nn

from course_utils import zoo
from course_utils.errors import CourseError
from course_utils.inside import activation_maximisation, feature_maps, filters, occlusion_map


class Looks(nn.Module):
    """Sees one patch of the image alone: the more there is, the surer it is of class 1."""

    def __init__(self, rows, columns):
        super().__init__()
        self.rows, self.columns = rows, columns

    def forward(self, x):
        seen = x[:, :, self.rows, self.columns].sum((1, 2, 3))
        return torch.stack([torch.zeros_like(seen), seen], 1)


# ------------------------------------------------------------------------------ filters and maps
def test_filters_are_a_copy_of_the_weights():
    layer = nn.Conv2d(3, 4, (2, 5))
    copy = filters(layer)
    assert torch.equal(copy, layer.weight)
    copy.zero_()
    assert layer.weight.abs().sum() > 0
    with pytest.raises(CourseError, match="got Linear"):
        filters(nn.Linear(2, 2))


def test_feature_maps_are_those_of_the_layer_before_anything_works_on_them():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(inplace=True), nn.BatchNorm2d(2))
    x = torch.randn(1, 6, 6)
    with torch.no_grad():
        expected = model[0](x[None])[0]
    assert torch.equal(feature_maps(model, x, "0"), expected)
    assert torch.equal(feature_maps(model, x[None], model[1]), expected.relu())
    # at test time: the averages of a new batch norm change next to nothing
    assert torch.allclose(feature_maps(model, x, "2"), expected.relu(), atol=1e-4)
    assert model.training
    assert not feature_maps(model, x, "0").requires_grad


def test_feature_maps_of_a_layer_that_does_not_run():
    model = zoo.build("googlenet_heads", classes=3, size=32, width=1 / 16)
    head = next(iter(model.heads))
    with pytest.raises(CourseError, match="does not run"):
        feature_maps(model, torch.rand(3, 32, 32), f"heads.{head}")


# ------------------------------------------------------------------------------------- occlusion
def test_occlusion_finds_the_patch_the_network_looks_at():
    x = torch.ones(2, 9, 11)
    found = occlusion_map(Looks(slice(3, 5), slice(6, 7)), x, 1, size=2, stride=1)
    assert found.shape == (8, 10)
    sure = torch.tensor(4.0).sigmoid()  # 2 channels · 2 pixels
    expected = torch.full((8, 10), sure.item())
    for row in (2, 3, 4):  # covers row 3 or 4, or both
        for column in (5, 6):
            hidden = 2 if row != 3 else 4
            expected[row, column] = torch.tensor(4.0 - hidden).sigmoid()
    assert torch.allclose(found, expected)


def test_strides_leave_out_what_does_not_fit_and_batches_do_not_matter():
    x = torch.rand(1, 20, 23)
    every = occlusion_map(Looks(slice(5, 9), slice(2, 20)), x, 0, size=4, stride=1, fill=0.5)
    some = occlusion_map(Looks(slice(5, 9), slice(2, 20)), x, 0, size=4, stride=3, fill=0.5)
    assert every.shape == (17, 20)
    assert torch.allclose(some, every[::3, ::3])


def test_the_filling_counts():
    x = torch.ones(1, 4, 4)
    model = Looks(slice(0, 4), slice(0, 4))
    assert torch.allclose(occlusion_map(model, x, 1, 4, fill=1.0), torch.tensor([[16.0]]).sigmoid())
    assert occlusion_map(model, x, 1, 4, fill=0.0).item() == 0.5


def test_a_single_output_is_taken_as_it_is():
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 1, bias=False))
    with torch.no_grad():
        model[1].weight.copy_(torch.tensor([[1.0, 2, 3, 4]]))
    found = occlusion_map(model, torch.ones(1, 2, 2), 0, 1)
    assert torch.equal(found, torch.tensor([[9.0, 8], [7, 6]]))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"label": 2, "size": 2}, "output is 2: it has no class 2"),
        ({"label": 0, "size": 10}, "size is 1 … 9"),
        ({"label": 0, "size": 0}, "size is 1 … 9"),
        ({"label": 0, "size": 2, "stride": 0}, "stride is 1, 2"),
    ],
)
def test_mistakes_with_occlusion_are_explained(arguments, words):
    with pytest.raises(CourseError, match=words):
        occlusion_map(Looks(slice(0, 2), slice(0, 2)), torch.rand(1, 9, 11), **arguments)


# ------------------------------------------------------------------------ activation maximisation
def cosine(a, b):
    return torch.nn.functional.cosine_similarity(a.flatten(), b.flatten(), dim=0).item()


def test_a_linear_unit_likes_its_own_filter_best():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 4, 7))
    found = activation_maximisation(model, "0", 2, (3, 7, 7), steps=60)
    assert cosine(found.image, model[0].weight[2].detach()) > 0.999
    assert len(found.scores) == 61
    assert found.scores[-1] > found.scores[0]


def test_a_map_s_unit_is_the_middle_one_and_pixels_it_does_not_see_fade():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1))
    image = activation_maximisation(model, "0", 1, (1, 9, 9), steps=100).image
    assert cosine(image[:, 3:6, 3:6], model[0].weight[1].detach()) > 0.999
    still = activation_maximisation(model, "0", 1, (1, 9, 9), steps=100, decay=0.0).image
    assert still[:, :3].abs().max() > 0.01  # the noise
    assert torch.allclose(image[:, :3], 0.98**100 * still[:, :3], rtol=1e-3)
    corner = activation_maximisation(model, "0", (1, 0, 0), (1, 9, 9), steps=20).image
    assert corner[:, :2, :2].abs().min() > corner[:, 4:, 4:].abs().max()


def test_the_seed_decides_and_the_network_stays_as_it_was():
    torch.manual_seed(0)
    model = zoo.build("lenet")
    runs = [activation_maximisation(model, None, 3, (1, 28, 28), 5, seed=s) for s in (0, 0, 1)]
    assert torch.equal(runs[0].image, runs[1].image)
    assert not torch.equal(runs[0].image, runs[2].image)
    assert runs[0].scores[-1] > runs[0].scores[0]
    assert model.training
    assert all(p.grad is None for p in model.parameters())
    assert not runs[0].image.requires_grad


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("0", None, (1, 9, 9)), "needs a unit"),
        (("0", 5, (1, 9, 9)), "no unit"),
        (("0", 0, (2, 9, 9)), "cannot read"),
        (("0", 0, (1, 9, 9), 0), "steps is 1"),
        (("4", 0, (1, 9, 9)), "no layer '4'"),
        (("1", 0, (1, 9, 9)), "No pixel"),
    ],
)
def test_mistakes_with_maximisation_are_explained(arguments, words):
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU())
    with torch.no_grad():
        model[0].bias.fill_(-100)  # shut off
    with pytest.raises(CourseError, match=words):
        activation_maximisation(model, *arguments)
