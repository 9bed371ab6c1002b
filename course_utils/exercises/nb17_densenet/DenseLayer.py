"""The exercise `DenseLayer` of notebook 17."""

from course_utils.checking.modules import module


@module(
    notebook="17",
    points=3,
    minutes=20,
    hints=(
        "Norm, ReLU, convolution, twice. So the first norm has as many maps as come in: before.",
        "The first convolution is 1 × 1 and makes 4 · growth maps, the second one is 3 × 3 with "
        "padding 1 and makes growth of them. Neither has a bias.",
        "What comes in goes on unchanged: torch.cat([x, new], dim=1), x first.",
    ),
    explanation="The layer reads all there is, adds a few maps, and takes nothing away. "
    "The 1 × 1 in front keeps the 3 × 3 cheap, however many maps have come together.",
)
def DenseLayer():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class DenseLayer(nn.Module):
        """DenseNet's layer with a bottleneck: what came in, and `growth` new maps beside it.

        (N, before, H, W) -> (N, before + growth, H, W), x first. The new maps: batch norm, ReLU,
        convolution of 1 × 1 to 4 · growth maps, batch norm, ReLU, convolution of 3 × 3 with
        padding 1 to `growth` maps. No convolution has a bias.
        """

        def __init__(self, before, growth):
            super().__init__()
            self.norm1 = nn.BatchNorm2d(before)
            self.conv1 = nn.Conv2d(before, 4 * growth, 1, bias=False)
            self.norm2 = nn.BatchNorm2d(4 * growth)
            self.conv2 = nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)

        def forward(self, x):
            new = self.conv1(F.relu(self.norm1(x)))  # (N, 4 · growth, H, W)
            new = self.conv2(F.relu(self.norm2(new)))  # (N, growth, H, W)
            return torch.cat([x, new], dim=1)

    return DenseLayer


@DenseLayer.cases
def _(rng):
    for settings, shape, label in (
        ((2, 1), (2, 2, 3, 4), "two maps, and one is added"),
        ((3, 2), (2, 3, 4, 3), "three maps, and two are added"),
        ((8, 2), (2, 8, 3, 3), "as many maps come in as the bottleneck has"),
        ((3, 3), (3, 3, 5, 4), "as many maps are added as came in"),
    ):
        yield DenseLayer.case(settings, shape, rng, label)


@DenseLayer.oracle
def _(settings, x, weights, buffers, training):
    """With functions of torch, weight by weight; the 1 × 1 as a sum over maps."""
    import torch
    from torch.nn import functional as F

    def norm(a, k, b):
        return F.batch_norm(a, *buffers[b : b + 2], *weights[k : k + 2], training).clamp(min=0)

    narrow = torch.einsum("nchw,fc->nfhw", norm(x, 0, 0), weights[2][:, :, 0, 0])
    new = F.conv2d(norm(narrow, 3, 2), weights[5], padding=1)
    return torch.cat([x, new], dim=1)


def _variant(*, join=None, relus=(True, True), norms=(True, True), bias=False, after=False,
             bottleneck=True, factor=4, side=3, end=False, leak=0.0):  # fmt: skip
    """The class with one thing exchanged; join(x, new): what comes out."""
    import torch
    from torch import nn

    class Wrong(nn.Module):
        def __init__(self, before, growth):
            super().__init__()
            inner = factor * growth if bottleneck else before
            narrow = [(before, inner, 1, 0)] if bottleneck else []
            layers = []
            for start, maps, window, k in (*narrow, (inner, growth, side, 1)):
                conv = nn.Conv2d(start, maps, window, padding=window // 2, bias=bias)
                norm = [nn.BatchNorm2d(maps if after else start)] if norms[k] else []
                relu = [nn.LeakyReLU(leak) if leak else nn.ReLU()] if relus[k] else []
                layers += [conv, *norm, *relu] if after else [*norm, *relu, conv]
            self.new = nn.Sequential(*layers, *([nn.ReLU()] if end else []))

        def forward(self, x):
            new = self.new(x)
            return join(x, new) if join else torch.cat([x, new], dim=1)

    return Wrong


def _cat(*parts, dim=1):
    import torch

    return torch.cat(parts, dim=dim)


for name, hint, wrong, also in (
    (
        "the new maps come first, and then x",
        "In which order does the docstring put them together?",
        lambda: _variant(join=lambda x, new: _cat(new, x)), (),
    ),
    (
        "only the new maps come out: what came in is lost",
        "How many maps should come out?",
        lambda: _variant(join=lambda x, new: new), (),
    ),
    (
        "x has no gradient on the straight way: it was detached",
        "Along how many ways does a gradient reach x?",
        lambda: _variant(join=lambda x, new: _cat(x.detach(), new)), (),
    ),
    (
        "the new maps have no gradient: they were detached",
        "How would the two convolutions ever learn?",
        lambda: _variant(join=lambda x, new: _cat(x, new.detach())), (),
    ),
    (
        "x goes through a ReLU on the straight way",
        "What should become of a negative x?",
        lambda: _variant(join=lambda x, new: _cat(x.relu(), new)),
        (lambda: _variant(join=lambda x, new: _cat(x, new).relu()),),
    ),
    (
        "a ReLU follows the last convolution",
        "Norm, ReLU, convolution: what comes last?",
        lambda: _variant(end=True), (),
    ),
    (
        "norm and ReLU follow their convolutions instead of preceding them",
        "Which of the three reads x: the norm or the convolution?",
        lambda: _variant(after=True), (),
    ),
    (
        "the first ReLU is missing",
        "What stands between the first norm and the 1 × 1?",
        lambda: _variant(relus=(False, True)), (),
    ),
    (
        "the second ReLU is missing",
        "What stands between the second norm and the 3 × 3?",
        lambda: _variant(relus=(True, False)), (),
    ),
    (
        "there is no ReLU at all",
        "What are two convolutions without a non-linearity between them, together?",
        lambda: _variant(relus=(False, False)), (),
    ),
    (
        "a norm is missing",
        "Two norms: one reads x, and one stands between the two convolutions. Have you both?",
        lambda: _variant(norms=(False, True)),
        (lambda: _variant(norms=(True, False)), lambda: _variant(norms=(False, False))),
    ),
    (
        "the convolutions have biases",
        "What does the docstring say about biases?",
        lambda: _variant(bias=True), (),
    ),
    (
        "the bottleneck is missing: the 3 × 3 reads all maps",
        "How many convolutions does the docstring name?",
        lambda: _variant(bottleneck=False), (),
    ),
    (
        "the bottleneck has not 4 · growth maps",
        "How many maps come out of the 1 × 1?",
        lambda: _variant(factor=1), (lambda: _variant(factor=2), lambda: _variant(factor=3)),
    ),
    (
        "the second convolution is not 3 × 3",
        "Does any layer of yours see the neighbours of a pixel?",
        lambda: _variant(side=1), (lambda: _variant(side=5),),
    ),
    (
        "the ReLU is leaky",
        "What should become of −1?",
        lambda: _variant(leak=0.01), (lambda: _variant(leak=0.1), lambda: _variant(leak=0.2)),
    ),
    (
        "the maps were joined along another axis than that of the maps",
        "(N, maps, H, W): which number has the axis of the maps?",
        lambda: _variant(join=lambda x, new: _cat(x, x, dim=2)),
        (lambda: _variant(join=lambda x, new: _cat(x, x, dim=0)),),
    ),
):  # fmt: skip
    DenseLayer.mistake(name, hint=hint, also=also)(wrong)
