"""Deconvnet, guided backprop and saliency: a case of two layers worked out by hand, and others.

    x = 2 0 3 0 1      conv1 = 1 0   bias −2.5      conv2 = 1 −1   no bias
        0 3 0 1 0              0 1                          2  1
        0 0 1 0 2
        0 1 0 4 0
        1 0 0 0 2

y[i, j] = x[i, j] + x[i+1, j+1] − 2.5 is positive at (0, 0): 2.5, (0, 2): 1.5, (1, 1): 1.5,
(1, 3): 0.5, (2, 2): 2.5 and (3, 3): 3.5. Windows of 2 × 2 keep 2.5 at (0, 0), 1.5 at (0, 2), a 0
at (2, 0) and 3.5 at (3, 3). The unit: 1·2.5 − 1·1.5 + 2·0 + 1·3.5 = 4.5.
"""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from course_utils import zoo
from course_utils.errors import CourseError
from course_utils.inside import deconvnet, guided_backprop, saliency

X = torch.tensor([[2.0, 0, 3, 0, 1], [0, 3, 0, 1, 0], [0, 0, 1, 0, 2], [0, 1, 0, 4, 0],
                  [1, 0, 0, 0, 2]])[None]  # fmt: skip


def two_layers():
    model = nn.Sequential(nn.Conv2d(1, 1, 2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(1, 1, 2))
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor([[[[1.0, 0], [0, 1]]]]))
        model[0].bias.fill_(-2.5)
        model[3].weight.copy_(torch.tensor([[[[1.0, -1], [2, 1]]]]))
        model[3].bias.zero_()
    return model


def picture(values):
    image = torch.zeros(1, 5, 5)
    for place, value in values.items():
        image[(0, *place)] = value
    return image


def test_the_unit_is_as_worked_out():
    assert two_layers()(X[None]).item() == 4.5


def test_deconvnet_by_hand():
    """4.5 · conv2 = 4.5, −4.5, 9, 4.5 go to the switches; −4.5 is rectified away."""
    expected = {(0, 0): 4.5, (1, 1): 4.5, (2, 0): 9, (3, 1): 9, (3, 3): 4.5, (4, 4): 4.5}
    assert torch.equal(deconvnet(two_layers(), X, "3"), picture(expected))


def test_guided_backprop_by_hand():
    """1, −1, 2, 1: the −1 is negative, and at (2, 0) the ReLU's input was."""
    expected = {(0, 0): 1, (1, 1): 1, (3, 3): 1, (4, 4): 1}
    assert torch.equal(guided_backprop(two_layers(), X, 0), picture(expected))


def test_saliency_by_hand():
    """The plain gradient keeps the −1, and its sign does not count."""
    expected = {(0, 0): 1, (1, 1): 1, (0, 2): 1, (1, 3): 1, (3, 3): 1, (4, 4): 1}
    assert torch.equal(saliency(two_layers(), X, 0), picture(expected)[0])


def test_deconvnet_from_a_unit_in_the_middle():
    model = two_layers()
    # the pooling's unit (0, 1): 1.5, whose switch points to (0, 2)
    assert torch.equal(deconvnet(model, X, "2", (0, 0, 1)), picture({(0, 2): 1.5, (1, 3): 1.5}))
    strongest = picture({(3, 3): 3.5, (4, 4): 3.5})
    assert torch.equal(deconvnet(model, X, model[2], 0), strongest)
    assert torch.equal(deconvnet(model, X, "2"), strongest)


# ------------------------------------------------------------------- against independent gradients
class Rectified(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return F.relu(x)

    @staticmethod
    def backward(ctx, grad):
        return F.relu(grad)


class DeconvReLU(nn.Module):
    def forward(self, x):
        return Rectified.apply(x)


@pytest.mark.parametrize(("name", "layer"), [
    ("lenet", "11"), ("lenet", "4"), ("zfnet", "features.6"), ("vgg11_bn", "features.9"),
    ("alexnet_torchvision", "features.5"), ("vgg11", "classifier.0"),
])  # fmt: skip
def test_deconvnet_is_backprop_with_another_relu(name, layer):
    """All but the ReLU is linear on the way back: autograd with the ReLU replaced must agree."""
    torch.manual_seed(0)
    small = {} if name == "lenet" else {"size": 64, "width": 1 / 16}
    model = zoo.build(name, classes=5, **small).eval()
    model = without_norms(model)
    for norm in [part for part in model.modules() if isinstance(part, nn.BatchNorm2d)]:
        nn.init.uniform_(norm.running_var, 0.5, 2)
        nn.init.uniform_(norm.weight, 0.5, 2)
    x = torch.rand(zoo.entry(name).channels, *[small.get("size", 28)] * 2)
    found = deconvnet(model, x, layer)

    other = with_relu(model, DeconvReLU)
    held = []
    other.get_submodule(layer).register_forward_hook(lambda *a: held.append(a[2]))
    pixels = x[None].clone().requires_grad_()
    other(pixels)
    (unit,) = held
    value = unit.max()
    (expected,) = torch.autograd.grad(value, pixels, value.detach())
    assert expected.abs().sum() > 0
    assert torch.allclose(found, expected[0], rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(1, 3, (2, 3), stride=(4, 3), padding=(1, 0)),  # leaves rows and columns out
        nn.Conv2d(1, 2, 2, stride=2, dilation=2),
        nn.MaxPool2d(3, 2, 1),
        nn.MaxPool2d(2, ceil_mode=True),
        nn.AvgPool2d(3, 2),
        nn.AdaptiveAvgPool2d(2),
        nn.BatchNorm2d(1, affine=False),
    ],
)
def test_each_linear_layer_goes_back_as_its_gradient(layer):
    torch.manual_seed(0)
    model = nn.Sequential(layer, nn.Flatten()).eval()
    x = torch.randn(1, 8, 7)
    pixels = x[None].clone().requires_grad_()
    value = model(pixels).max()
    (expected,) = torch.autograd.grad(value, pixels, value.detach())
    assert torch.allclose(deconvnet(model, x, "1"), expected[0], atol=1e-6)


def with_relu(module, make):
    for name, child in module.named_children():
        if isinstance(child, nn.ReLU):
            setattr(module, name, make())
        with_relu(child, make)
    return module


def without_norms(module):
    """LRN lets pass in a deconvnet, which its gradient does not."""
    for name, child in module.named_children():
        if isinstance(child, nn.LocalResponseNorm):
            setattr(module, name, nn.Identity())
        without_norms(child)
    return module


def test_without_relu_guided_backprop_is_the_gradient():
    torch.manual_seed(1)
    model = nn.Sequential(nn.Conv2d(2, 3, 3), nn.Tanh(), nn.Flatten(), nn.Linear(48, 4))
    x = torch.randn(2, 6, 6)
    pixels = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(pixels[None])[0, 2], pixels)
    assert torch.allclose(guided_backprop(model, x, 2), gradient)
    assert torch.allclose(saliency(model, x, 2), gradient.abs().amax(0))
    assert not torch.allclose(saliency(model, x, 1), gradient.abs().amax(0))


def test_a_relu_in_forward_and_one_in_place_are_guided_too():
    class Functional(nn.Module):
        def __init__(self, relu):
            super().__init__()
            self.first, self.second = nn.Linear(4, 6), nn.Linear(6, 2)
            self.relu = relu

        def forward(self, x):
            return self.second(self.relu(self.first(x.flatten(1))))

    torch.manual_seed(0)
    variants = [Functional(nn.ReLU()), Functional(F.relu), Functional(nn.ReLU(inplace=True)),
                Functional(torch.relu), Functional(torch.Tensor.relu_)]  # fmt: skip
    x = torch.randn(1, 2, 2)
    for variant in variants:
        variant.load_state_dict(variants[0].state_dict())
    results = [guided_backprop(variant, x, 0) for variant in variants]
    assert all(torch.equal(result, results[0]) for result in results)
    plain = torch.autograd.functional.jacobian(lambda p: variants[0](p[None])[0, 0], x)
    assert not torch.equal(plain, results[0])


def test_guided_backprop_works_on_networks_with_branches():
    torch.manual_seed(0)
    model = zoo.build("resnet20", classes=3, width=1 / 4)
    projected = guided_backprop(model, torch.rand(3, 32, 32), 1, "stage2.0")
    assert projected.shape == (3, 32, 32)
    assert projected.abs().sum() > 0


@pytest.mark.parametrize("look", [saliency, guided_backprop])
def test_the_network_stays_as_it_was(look):
    model = nn.Sequential(nn.Flatten(), nn.Dropout(0.9), nn.Linear(9, 2))
    x = torch.rand(1, 3, 3, requires_grad=True)
    first, second = look(model, x, 1), look(model, x, 1)
    assert torch.equal(first, second)  # no dropout
    assert model.training
    assert x.grad is None
    assert model[2].weight.grad is None
    assert not first.requires_grad
    assert not model[0]._forward_hooks


# -------------------------------------------------------------------------------------- mistakes
def test_a_network_with_branches_is_refused():
    with pytest.raises(CourseError, match=r"without branches.*stage1\.0 is a Residual"):
        deconvnet(zoo.build("resnet20"), torch.rand(3, 32, 32), "stage2.0.body.conv1")
    with pytest.raises(CourseError, match="no single layer"):
        deconvnet(zoo.build("plain20"), torch.rand(3, 32, 32), "stage1")


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([nn.Conv2d(1, 1, 2), nn.Tanh()], r"cannot run 1 \(Tanh\) backwards"),
        ([nn.Conv2d(1, 1, 2), nn.AdaptiveMaxPool2d(1)], r"AdaptiveMaxPool2d\) backwards"),
        ([nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect"), nn.ReLU()], "number of zeros"),
    ],
)
def test_layers_without_a_way_back_are_refused(layers, words):
    with pytest.raises(CourseError, match=words):
        deconvnet(nn.Sequential(*layers), X, "1")


@pytest.mark.parametrize(
    ("x", "layer", "unit", "words"),
    [
        (X[0], "2", 0, r"one image \(C, H, W\), got \(5, 5\)"),
        (torch.rand(2, 1, 5, 5), "2", 0, r"got \(2, 1, 5, 5\)"),
        (X.long(), "2", 0, "tensor of floats, got torch.int64"),
        (X.numpy(), "2", 0, "got ndarray"),
        (X, "relu", 0, "no layer 'relu'"),
        (X, "2", 1, "1 × 2 × 2, it has no unit 1"),
        (X, "2", (0, 2, 0), "no unit"),
        (X, "2", (0, 0), "no unit"),
    ],
)
@pytest.mark.parametrize("look", [deconvnet, guided_backprop, saliency])
def test_mistakes_are_explained(look, x, layer, unit, words):
    with pytest.raises(CourseError, match=words):
        look(two_layers(), x, layer=layer, unit=unit)


def test_an_image_of_the_wrong_size_is_explained():
    with pytest.raises(CourseError, match="cannot read"):
        saliency(nn.Sequential(nn.Flatten(), nn.Linear(9, 2)), torch.rand(1, 4, 4), 0)


def test_near_names_are_offered():
    with pytest.raises(CourseError, match=r"did you mean .*features\.2"):
        deconvnet(zoo.build("zfnet", size=64, width=1 / 16), torch.rand(3, 64, 64), "feature.2")
