"""The exercise `ResidualBlock` of notebook 15."""

from course_utils.checking.modules import module


@module(
    notebook="15",
    points=4,
    minutes=25,
    hints=(
        "Two convolutions of 3 × 3 without bias, each followed by a batch norm of `maps` maps. "
        "Which of the two changes the size: the one with the stride?",
        "The shortcut is x itself where x has the right shape already: stride 1 and before == "
        "maps. Otherwise a 1 × 1 convolution with the same stride, without bias, and a batch norm.",
        "forward: relu after the first norm, no relu after the second one; add the shortcut, then "
        "relu once more.",
    ),
    explanation="Everything that has weights is made in __init__, so that PyTorch finds it. The "
    "last ReLU comes after the addition: the branch itself may be negative.",
)
def ResidualBlock():
    from torch import nn
    from torch.nn import functional as F

    class ResidualBlock(nn.Module):
        """relu(F(x) + shortcut(x)): two 3 × 3 convolutions with batch norm, as in ResNet-18.

        (N, before, H, W) -> (N, maps, H / stride, W / stride); all convolutions without bias. Where
        the shape changes the shortcut is a 1 × 1 convolution with batch norm.
        """

        def __init__(self, before, maps, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(before, maps, 3, stride, padding=1, bias=False)
            self.norm1 = nn.BatchNorm2d(maps)
            self.conv2 = nn.Conv2d(maps, maps, 3, padding=1, bias=False)
            self.norm2 = nn.BatchNorm2d(maps)
            self.shortcut = nn.Identity()
            if stride != 1 or before != maps:
                conv = nn.Conv2d(before, maps, 1, stride, bias=False)
                self.shortcut = nn.Sequential(conv, nn.BatchNorm2d(maps))

        def forward(self, x):
            out = F.relu(self.norm1(self.conv1(x)))
            out = self.norm2(self.conv2(out))
            return F.relu(out + self.shortcut(x))

    return ResidualBlock


@ResidualBlock.cases
def _(rng):
    for settings, shape, label in (
        ((2, 2, 1), (2, 2, 3, 4), "the shape stays"),
        ((2, 3, 1), (2, 2, 3, 4), "more maps, no stride"),
        ((3, 3, 2), (2, 3, 4, 6), "stride 2, as many maps"),
        ((2, 4, 2), (3, 2, 5, 4), "stride 2 and more maps"),
    ):
        yield ResidualBlock.case(settings, shape, rng, label)


@ResidualBlock.oracle
def _(settings, x, weights, buffers, training):
    """With functions of torch, weight by weight."""
    from torch.nn import functional as F

    before, maps, stride = settings

    def norm(a, k, b):
        return F.batch_norm(a, *buffers[b : b + 2], *weights[k : k + 2], training)

    out = norm(F.conv2d(x, weights[0], stride=stride, padding=1), 1, 0).clamp(min=0)
    out = norm(F.conv2d(out, weights[3], padding=1), 4, 2)
    fits = stride == 1 and before == maps
    straight = x if fits else norm(F.conv2d(x, weights[6], stride=stride), 7, 4)
    return (out + straight).clamp(min=0)


def _variant(*, bias=False, join=None, shortcut=None, middle=True, order=False, stride_at=1):
    """The class with one thing exchanged.

    join(out, straight): what comes out; shortcut(before, maps, stride, plain): the shortcut, where
    `plain` is the right one; stride_at: which of the two convolutions has the stride
    """
    from torch import nn
    from torch.nn import functional as F

    class Wrong(nn.Module):
        def __init__(self, before, maps, stride):
            super().__init__()
            first, second = (stride, 1) if stride_at == 1 else (1, stride)
            self.conv1 = nn.Conv2d(before, maps, 3, first, padding=1, bias=bias)
            self.norm1 = nn.BatchNorm2d(maps)
            self.conv2 = nn.Conv2d(maps, maps, 3, second, padding=1, bias=bias)
            self.norm2 = nn.BatchNorm2d(maps)
            conv = nn.Conv2d(before, maps, 1, stride, bias=bias)
            fits = stride == 1 and before == maps
            right = nn.Identity() if fits else nn.Sequential(conv, nn.BatchNorm2d(maps))
            self.shortcut = shortcut(before, maps, stride, right) if shortcut else right

        def forward(self, x):
            out = self.conv1(x)
            out = self.norm1(F.relu(out)) if order else self.norm1(out)
            out = F.relu(out) if middle and not order else out
            out = self.norm2(self.conv2(out))
            straight = self.shortcut(x)
            return join(out, straight) if join else F.relu(out + straight)

    return Wrong


def _joined(change):
    return lambda: _variant(join=change)


for name, hint, wrong in (
    (
        "the last ReLU comes before the addition, not after it",
        "Can F(x) make the sum smaller than x, if it was cut off at 0 before?",
        _joined(lambda out, straight: out.relu() + straight),
    ),
    (
        "the ReLU after the addition is missing",
        "What stands after the addition in the figure of the block?",
        _joined(lambda out, straight: out + straight),
    ),
    (
        "the shortcut is missing: this is the plain twin",
        "Where does x come in a second time?",
        _joined(lambda out, straight: (out + 0 * straight).relu()),
    ),
    (
        "the shortcut was subtracted",
        "The block computes F(x) + x. Which sign is that?",
        _joined(lambda out, straight: (out - straight).relu()),
    ),
    (
        "branch and shortcut were multiplied",
        "The block computes F(x) + x. Which operator is that?",
        _joined(lambda out, straight: (out * straight).relu()),
    ),
    (
        "the shortcut was added twice",
        "How often does x stand in F(x) + x?",
        _joined(lambda out, straight: (out + 2 * straight).relu()),
    ),
    (
        "the ReLU in the middle is missing",
        "Two convolutions without a non-linearity between them: what are they together?",
        lambda: _variant(middle=False),
    ),
    (
        "the first ReLU comes before its norm",
        "In ResNet each convolution is followed by its norm at once. Where does the ReLU stand?",
        lambda: _variant(order=True),
    ),
    (
        "the convolutions have biases",
        "A norm follows: what becomes of a constant that is added before it?",
        lambda: _variant(bias=True),
    ),
    (
        "the second convolution has the stride",
        "Which of the two makes the map smaller, as in the table of the paper?",
        lambda: _variant(stride_at=2),
    ),
    (
        "the shortcut has a convolution even where the shape stays",
        "What is the cheapest way to bring x to the sum unchanged?",
        lambda: _variant(shortcut=lambda b, m, s, right: _projection(b, m, s)),
    ),
    (
        "the norm of the shortcut is missing",
        "Every convolution of the block is followed by something. The one on the shortcut, too?",
        lambda: _variant(shortcut=lambda b, m, s, right: right if (b, s) == (m, 1) else right[0]),
    ),
):
    ResidualBlock.mistake(name, hint=hint)(wrong)


def _projection(before, maps, stride):
    from torch import nn

    conv = nn.Conv2d(before, maps, 1, stride, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(maps))
