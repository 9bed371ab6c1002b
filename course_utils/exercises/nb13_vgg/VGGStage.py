"""The exercise `VGGStage` of notebook 13."""

from course_utils.checking.modules import module


@module(
    notebook="13",
    points=3,
    minutes=20,
    hints=(
        "`name.removeprefix('conv').split('-')` gives the window and the number of maps, as text.",
        "The size stays until the pooling: padding is half of the window, rounded down. How many "
        "maps does the second convolution read?",
        "A list of layers that is kept as self.layers must be an nn.ModuleList or an "
        "nn.Sequential; a plain list hides its weights from PyTorch.",
    ),
    explanation="Each convolution reads what the one before it has made, so `before` moves on in "
    "the loop. nn.Sequential tells PyTorch about the layers, and runs them in order.",
)
def VGGStage():
    from torch import nn

    class VGGStage(nn.Module):
        """One stage of VGG from its rows of the paper's table, and the pooling that ends it.

        rows: the names of the convolutions, such as ("conv3-64", "conv3-64") or ("conv3-256",
        "conv1-256"): window, then number of maps. Each keeps the size (stride 1), has a bias, and
        is followed by ReLU. Then max pooling, 2 × 2 with stride 2.
        (N, before, H, W) -> (N, maps of the last row, H // 2, W // 2)
        """

        def __init__(self, before, rows):
            super().__init__()
            layers = []
            for name in rows:
                window, maps = (int(n) for n in name.removeprefix("conv").split("-"))
                conv = nn.Conv2d(before, maps, window, padding=window // 2)
                layers += [conv, nn.ReLU()]
                before = maps
            self.layers = nn.Sequential(*layers, nn.MaxPool2d(2))

        def forward(self, x):
            return self.layers(x)

    return VGGStage


@VGGStage.cases
def _(rng):
    for settings, shape, label in (
        ((1, ("conv3-2",)), (1, 1, 4, 4), "a stage of one row"),
        ((2, ("conv3-3", "conv3-3")), (2, 2, 6, 4), "two rows"),
        ((3, ("conv3-4", "conv1-4")), (2, 3, 5, 7), "a window of 1 × 1, and odd sizes"),
        ((2, ("conv3-12", "conv3-5", "conv1-3")), (1, 2, 8, 6), "three rows, one of two digits"),
    ):
        yield VGGStage.case(settings, shape, rng, label)


@VGGStage.oracle
def _(settings, x, weights, buffers, training):
    """With functions of torch, weight by weight; the pooling over unfolded windows."""
    from torch.nn import functional as F

    for weight, bias in zip(weights[::2], weights[1::2], strict=True):
        side = weight.shape[-1] // 2
        x = F.conv2d(F.pad(x, 4 * [side]), weight, bias).clamp(min=0)
    return x.unfold(2, 2, 2).unfold(3, 2, 2).amax(dim=(4, 5))


def _variant(*, relu="each", pool=("max", 2, 2, False), pad=True, bias=True, norm=False,
             window=None, first=None, pool_first=False, leak=0.0,
             twice=False):  # fmt: skip
    """The class with one thing exchanged.

    relu: after "each" convolution, "all but last", "once" at the end, or "never"; window, first:
    the side of all windows, of the first one; twice: the result is added to itself
    """
    from torch import nn

    class Wrong(nn.Module):
        def __init__(self, before, rows):
            super().__init__()
            layers = []
            for k, name in enumerate(rows):
                side, maps = (int(n) for n in name.removeprefix("conv").split("-"))
                side = window or (first if first and k == 0 else side)
                conv = nn.Conv2d(before, maps, side, padding=side // 2 if pad else 0, bias=bias)
                is_last = k == len(rows) - 1
                wanted = {"each": True, "all but last": not is_last, "once": is_last,
                          "never": False}[relu]  # fmt: skip
                layers += [conv, *([nn.BatchNorm2d(maps)] if norm else [])]
                layers += [nn.LeakyReLU(leak) if leak else nn.ReLU()] if wanted else []
                before = maps
            kind, side, stride, up = pool
            pools = {"max": lambda: nn.MaxPool2d(side, stride, ceil_mode=up),
                     "mean": lambda: nn.AvgPool2d(side, stride), "no": nn.Identity}  # fmt: skip
            parts = [pools[kind](), *layers] if pool_first else [*layers, pools[kind]()]
            self.layers = nn.Sequential(*parts)

        def forward(self, x):
            out = self.layers(x)
            return out + out if twice else out

    return Wrong


def _hidden_layers():
    """The layers are in a plain list, which PyTorch does not look into."""
    from torch import nn

    right = VGGStage.reference

    class Wrong(nn.Module):
        def __init__(self, before, rows):
            super().__init__()
            self.layers = [right(before, rows)]

        def forward(self, x):
            return self.layers[0](x)

    return Wrong


for name, hint, wrong, also in (
    (
        "the ReLU after the last convolution is missing",
        "Each convolution is followed by ReLU. The last one, too?",
        lambda: _variant(relu="all but last"), (),
    ),
    (
        "only the last convolution has a ReLU",
        "Two convolutions without a non-linearity between them: what are they together?",
        lambda: _variant(relu="once"), (),
    ),
    (
        "there is no ReLU at all",
        "What is a stack of convolutions without anything between them?",
        lambda: _variant(relu="never"), (),
    ),
    (
        "the pooling takes the mean, not the largest",
        "Which pooling does VGG have?",
        lambda: _variant(pool=("mean", 2, 2, False)), (),
    ),
    (
        "the pooling is missing",
        "What ends a stage? How large should the maps be then?",
        lambda: _variant(pool=("no", 2, 2, False)), (),
    ),
    (
        "the pooling has a stride of 1",
        "By what factor should the maps shrink?",
        lambda: _variant(pool=("max", 2, 1, False)), (),
    ),
    (
        "the pooling has windows of 3, as in AlexNet",
        "How large are VGG's windows of pooling?",
        lambda: _variant(pool=("max", 3, 2, False)),
        (lambda: _variant(pool=("max", 3, 3, False)),),
    ),
    (
        "the last window of the pooling hangs over the edge: ceil_mode",
        "What is 7 // 2?",
        lambda: _variant(pool=("max", 2, 2, True)), (),
    ),
    (
        "the pooling comes first",
        "Where in the table does a stage end, and what stands there?",
        lambda: _variant(pool_first=True), (),
    ),
    (
        "the padding is missing: each convolution takes pixels from every side",
        "What size comes out of a window of 3 × 3 without padding?",
        lambda: _variant(pad=False), (),
    ),
    (
        "the convolutions have no bias",
        "What does the docstring say about biases?",
        lambda: _variant(bias=False), (),
    ),
    (
        "the convolutions have batch norms, which came later",
        "What follows each convolution in the docstring?",
        lambda: _variant(norm=True), (),
    ),
    (
        "all windows are 3 × 3, whatever the row says",
        'What does the 1 in "conv1-256" say?',
        lambda: _variant(window=3), (),
    ),
    (
        "all windows are 1 × 1",
        'What does the 3 in "conv3-64" say?',
        lambda: _variant(window=1), (lambda: _variant(first=1),),
    ),
    (
        "the ReLU is leaky",
        "What should become of −1?",
        lambda: _variant(leak=0.01), (lambda: _variant(leak=0.1), lambda: _variant(leak=0.2)),
    ),
    (
        "the layers are hidden in a plain list, so that PyTorch finds no weights",
        "What does list(stage.parameters()) say? Which kind of list does PyTorch look into?",
        _hidden_layers, (),
    ),
    (
        "the result was doubled",
        "How often does each number come out?",
        lambda: _variant(twice=True), (),
    ),
):  # fmt: skip
    VGGStage.mistake(name, hint=hint, also=also)(wrong)
