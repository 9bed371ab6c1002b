"""The exercise `SeparableBlock` of notebook 18."""

from course_utils.checking.modules import module


@module(
    notebook="18",
    points=3,
    minutes=20,
    hints=(
        "Two convolutions. The scan has as many groups as maps come in, so that each filter sees "
        "one map: nn.Conv2d(…, groups=before).",
        "The scan has 3 × 3 filters, padding 1 and the stride; the mix is 1 × 1. No biases.",
        "After each of the two: nn.BatchNorm2d with its number of maps, then ReLU.",
    ),
    explanation="The scan finds patterns in each map by itself, the mix puts maps together. The "
    "norms stand between them, so the two are not one linear map.",
)
def SeparableBlock():
    from torch import nn
    from torch.nn import functional as F

    class SeparableBlock(nn.Module):
        """MobileNet's block: scan each map by itself, then mix the maps.

        (N, before, H, W) -> (N, maps, H / stride, W / stride). A depth-wise convolution of 3 × 3
        with padding 1 and the stride, then one of 1 × 1 to `maps` maps; both without bias, each
        followed by batch norm and ReLU.
        """

        def __init__(self, before, maps, stride):
            super().__init__()
            self.scan = nn.Conv2d(before, before, 3, stride, padding=1, groups=before, bias=False)
            self.norm1 = nn.BatchNorm2d(before)
            self.mix = nn.Conv2d(before, maps, 1, bias=False)
            self.norm2 = nn.BatchNorm2d(maps)

        def forward(self, x):
            x = F.relu(self.norm1(self.scan(x)))  # (N, before, H / stride, W / stride)
            return F.relu(self.norm2(self.mix(x)))

    return SeparableBlock


@SeparableBlock.cases
def _(rng):
    for settings, shape, label in (
        ((2, 3, 1), (2, 2, 3, 4), "two maps become three"),
        ((3, 2, 2), (2, 3, 4, 6), "stride 2"),
        ((4, 4, 1), (3, 4, 5, 3), "as many maps as before"),
        ((3, 5, 2), (2, 3, 5, 7), "stride 2, odd sizes"),
    ):
        yield SeparableBlock.case(settings, shape, rng, label)


@SeparableBlock.oracle
def _(settings, x, weights, buffers, training):
    """Map by map for the scan, a sum over maps for the mix."""
    import torch
    from torch.nn import functional as F

    before, _, stride = settings

    def norm(a, k, b):
        return F.batch_norm(a, *buffers[b : b + 2], *weights[k : k + 2], training).clamp(min=0)

    maps = [F.conv2d(x[:, m : m + 1], weights[0][m : m + 1], stride=stride, padding=1)
            for m in range(before)]  # fmt: skip
    scanned = norm(torch.cat(maps, dim=1), 1, 0)
    return norm(torch.einsum("nchw,fc->nfhw", scanned, weights[3][:, :, 0, 0]), 4, 2)


def _variant(*, groups=True, bias=(False, False), relus=(True, True), norms=(True, True),
             stride_at=0, mix_first=False, early=False, add=False, side=3, leak=0.0,
             twice=1):  # fmt: skip
    """The class with one thing exchanged: each pair is for the scan and for the mix."""
    from torch import nn

    class Wrong(nn.Module):
        def __init__(self, before, maps, stride):
            super().__init__()
            strides = (stride, 1) if stride_at == 0 else (1, stride)
            inner = maps if mix_first else before
            scan = nn.Conv2d(inner, inner * twice, side, strides[0], side // 2,
                             groups=inner if groups else 1, bias=bias[0])  # fmt: skip
            mix = nn.Conv2d(before * (1 if mix_first else twice), maps, 1, strides[1], bias=bias[1])
            pairs = [(scan, inner * twice, 0), (mix, maps, 1)]
            layers = []
            for conv, count, k in pairs[::-1] if mix_first else pairs:
                norm = [nn.BatchNorm2d(count)] if norms[k] else []
                relu = [nn.LeakyReLU(leak) if leak else nn.ReLU()] if relus[k] else []
                layers += [conv, *(relu + norm if early else norm + relu)]
            self.layers = nn.Sequential(*layers)

        def forward(self, x):
            out = self.layers(x)
            return out + x if add and out.shape == x.shape else out

    return Wrong


for name, hint, wrong, also in (
    (
        "the scan is a conventional convolution: every filter sees all maps",
        "How many maps should one filter of the scan see? Which argument says so?",
        lambda: _variant(groups=False), (),
    ),
    (
        "the ReLU between scan and mix is missing",
        "Each of the two convolutions is followed by norm and ReLU. The scan, too?",
        lambda: _variant(relus=(False, True)), (),
    ),
    (
        "the ReLU at the end is missing",
        "Each of the two convolutions is followed by norm and ReLU. The mix, too?",
        lambda: _variant(relus=(True, False)), (),
    ),
    (
        "there is no ReLU at all",
        "What are two convolutions without a non-linearity between them, together?",
        lambda: _variant(relus=(False, False)), (),
    ),
    (
        "a norm is missing",
        "What stands between the scan and its ReLU, and between the mix and its ReLU?",
        lambda: _variant(norms=(False, True)),
        (lambda: _variant(norms=(True, False)), lambda: _variant(norms=(False, False))),
    ),
    (
        "the convolutions have biases",
        "A norm follows: what becomes of a constant that is added before it?",
        lambda: _variant(bias=(True, True)),
        (lambda: _variant(bias=(True, False)), lambda: _variant(bias=(False, True))),
    ),
    (
        "the mix has the stride",
        "Which of the two makes the maps smaller? The other one would look at every second place.",
        lambda: _variant(stride_at=1), (),
    ),
    (
        "the mix comes before the scan",
        "Scan, then mix: which of the two reads x?",
        lambda: _variant(mix_first=True), (),
    ),
    (
        "the ReLUs come before their norms",
        "In which order does the docstring name norm and ReLU?",
        lambda: _variant(early=True), (),
    ),
    (
        "x was added at the end, as in a residual block",
        "Does MobileNet's block have a shortcut?",
        lambda: _variant(add=True), (),
    ),
    (
        "the scan is not 3 × 3",
        "How large are the filters of the scan?",
        lambda: _variant(side=5), (lambda: _variant(side=1),),
    ),
    (
        "the ReLU is leaky",
        "What should become of −1?",
        lambda: _variant(leak=0.01), (lambda: _variant(leak=0.1), lambda: _variant(leak=0.2)),
    ),
    (
        "every map was scanned by two filters",
        "How many filters of the scan belong to one map?",
        lambda: _variant(twice=2), (),
    ),
):  # fmt: skip
    SeparableBlock.mistake(name, hint=hint, also=also)(wrong)
