"""The exercise `InceptionModule` of notebook 14."""

from course_utils.checking.modules import module


@module(
    notebook="14",
    points=3,
    minutes=20,
    hints=(
        "Six convolutions and one pooling, all made in __init__. Which of them read x itself? "
        "Four branches begin with x.",
        "The size must stay: a window of 3 needs a padding of 1, one of 5 a padding of 2. The "
        "pooling has stride 1, so it needs a padding as well.",
        "A ReLU follows every convolution, also each 1 × 1, and torch.cat(…, dim=1) puts the maps "
        "of the four results side by side.",
    ),
    explanation="Four branches look at the same maps with windows of different sizes, and all of "
    "their answers are kept. The 1 × 1 layers in front make the wide windows cheap.",
)
def InceptionModule():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class InceptionModule(nn.Module):
        """Windows of 1, 3 and 5 and a pooling side by side, with 1 × 1 bottlenecks.

        (N, before, H, W) -> (N, ones + three + five + pooled, H, W), in this order: 1 × 1 to
        `ones` maps; 1 × 1 to `reduce3`, then 3 × 3 to `three`; 1 × 1 to `reduce5`, then 5 × 5 to
        `five`; max pooling of 3 × 3 with stride 1 and padding 1, then 1 × 1 to `pooled`. ReLU
        after each of the six convolutions, which have biases.
        """

        def __init__(self, before, ones, reduce3, three, reduce5, five, pooled):
            super().__init__()
            self.one = nn.Conv2d(before, ones, 1)
            self.to3 = nn.Conv2d(before, reduce3, 1)
            self.three = nn.Conv2d(reduce3, three, 3, padding=1)
            self.to5 = nn.Conv2d(before, reduce5, 1)
            self.five = nn.Conv2d(reduce5, five, 5, padding=2)
            self.pool = nn.MaxPool2d(3, stride=1, padding=1)
            self.last = nn.Conv2d(before, pooled, 1)

        def forward(self, x):
            three = F.relu(self.three(F.relu(self.to3(x))))
            five = F.relu(self.five(F.relu(self.to5(x))))
            branches = F.relu(self.one(x)), three, five, F.relu(self.last(self.pool(x)))
            return torch.cat(branches, dim=1)

    return InceptionModule


@InceptionModule.cases
def _(rng):
    for settings, shape, label in (
        ((1, 1, 2, 1, 3, 1, 2), (1, 1, 3, 4), "one map of 3 × 4"),
        ((3, 2, 1, 4, 2, 3, 1), (2, 3, 5, 6), "two images with three maps of 5 × 6"),
        ((2, 3, 2, 3, 1, 3, 3), (2, 2, 6, 4), "equally many maps from each branch"),
        ((4, 1, 3, 2, 3, 2, 5), (1, 4, 7, 7), "four maps of 7 × 7"),
    ):
        yield InceptionModule.case(settings, shape, rng, label)


@InceptionModule.oracle
def _(settings, x, weights, buffers, training):
    """With functions of torch, weight by weight; the pooling over unfolded windows."""
    import torch
    from torch.nn import functional as F

    def conv(x, k):
        side = weights[k].shape[-1] // 2
        return F.conv2d(F.pad(x, 4 * [side]), weights[k], weights[k + 1]).clamp(min=0)

    wide = F.pad(x, (1, 1, 1, 1), value=float("-inf"))
    largest = wide.unfold(2, 3, 1).unfold(3, 3, 1).amax(dim=(4, 5))
    parts = [conv(x, 0), conv(conv(x, 2), 4), conv(conv(x, 6), 8), conv(largest, 10)]
    return torch.cat(parts, dim=1)


def _variant(*, order=(0, 1, 2, 3), inner=True, last=True, behind=True, pool="max",
             window=3, reads=("x", "x"), bias=True, padding=True, norm=False, join="cat",
             five=5):  # fmt: skip
    """The class with one thing exchanged.

    inner, last, behind: whether ReLUs follow the bottlenecks, the last layer of each branch, the
    layer behind the pooling; reads: what the two bottlenecks read, "x" or "pooled"
    """
    import torch
    from torch import nn

    def step(before, maps, side, relu):
        pad = side // 2 if padding else 0
        conv = nn.Conv2d(before, maps, side, padding=pad, bias=bias)
        parts = [conv, *([nn.BatchNorm2d(maps)] if norm else []), *([nn.ReLU()] if relu else [])]
        return nn.Sequential(*parts)

    class Wrong(nn.Module):
        def __init__(self, before, ones, reduce3, three, reduce5, fives, pooled):
            super().__init__()
            self.one = step(before, ones, 1, last)
            self.to3, self.three = step(before, reduce3, 1, inner), step(reduce3, three, 3, last)
            self.to5, self.five = step(before, reduce5, 1, inner), step(reduce5, fives, five, last)
            kinds = {"max": nn.MaxPool2d, "mean": nn.AvgPool2d}
            self.pool = kinds[pool](window, 1, window // 2) if pool in kinds else nn.Identity()
            self.behind = step(before, pooled, 1, behind and last)

        def forward(self, x):
            small = self.pool(x)
            given = {"x": x, "pooled": small}
            parts = [self.one(x), self.three(self.to3(given[reads[0]])),
                     self.five(self.to5(given[reads[1]])), self.behind(small)]  # fmt: skip
            parts = [parts[k] for k in order]
            return torch.cat(parts, dim=1) if join == "cat" else join(parts)

    return Wrong


def _without_bottlenecks():
    """The naive module: 3 × 3 and 5 × 5 read x itself."""
    import torch
    from torch import nn

    class Naive(nn.Module):
        def __init__(self, before, ones, reduce3, three, reduce5, five, pooled):
            super().__init__()
            sizes = ((ones, 1), (three, 3), (five, 5))
            self.convs = nn.ModuleList(nn.Conv2d(before, m, k, padding=k // 2) for m, k in sizes)
            self.last = nn.Conv2d(before, pooled, 1)

        def forward(self, x):
            near = nn.functional.max_pool2d(x, 3, 1, 1)
            return torch.cat([*(conv(x) for conv in self.convs), self.last(near)], dim=1).relu()

    return Naive


for name, hint, wrong, also in (
    (
        "the branches are in another order",
        "1 × 1, 3 × 3, 5 × 5, then the pooling: in which order are yours put together?",
        lambda: _variant(order=(1, 0, 2, 3)),
        (
            lambda: _variant(order=(0, 2, 1, 3)),
            lambda: _variant(order=(3, 0, 1, 2)),
            lambda: _variant(order=(3, 2, 1, 0)),
        ),
    ),
    (
        "the ReLUs after the bottlenecks are missing",
        "Two convolutions without a non-linearity between them: what are they together?",
        lambda: _variant(inner=False), (),
    ),
    (
        "the ReLUs at the ends of the branches are missing",
        "After how many of the six convolutions does the docstring have a ReLU?",
        lambda: _variant(last=False), (),
    ),
    (
        "the ReLU behind the pooling's 1 × 1 is missing",
        "Six convolutions: which one of yours has no ReLU?",
        lambda: _variant(behind=False), (),
    ),
    (
        "there is no ReLU at all",
        "What is a chain of convolutions without anything between them?",
        lambda: _variant(inner=False, last=False), (),
    ),
    (
        "the pooling takes the mean, not the largest",
        "Which pooling does the docstring ask for?",
        lambda: _variant(pool="mean"), (),
    ),
    (
        "the pooling is missing: the fourth branch reads x itself",
        "What comes before the last 1 × 1?",
        lambda: _variant(pool=""), (),
    ),
    (
        "the windows of the pooling are not 3 × 3",
        "How large are the windows of the pooling in the docstring?",
        lambda: _variant(window=5), (),
    ),
    (
        "a bottleneck reads what has been pooled",
        "Which of the four branches begin with x itself?",
        lambda: _variant(reads=("pooled", "x")),
        (
            lambda: _variant(reads=("x", "pooled")),
            lambda: _variant(reads=("pooled", "pooled")),
        ),
    ),
    (
        "the convolutions have no bias",
        "What does the docstring say about biases?",
        lambda: _variant(bias=False), (),
    ),
    (
        "the convolutions have batch norms, which are not asked for",
        "What follows each convolution in the docstring?",
        lambda: _variant(norm=True), (),
    ),
    (
        "the third branch has windows of 3 × 3, not 5 × 5",
        "Which window is the largest of the module?",
        lambda: _variant(five=3), (),
    ),
    (
        "the bottlenecks are missing: 3 × 3 and 5 × 5 read x itself",
        "What are reduce3 and reduce5 for?",
        _without_bottlenecks, (),
    ),
    (
        "the padding is missing, so that the maps do not fit together",
        "What size comes out of a window of 5 × 5 without padding?",
        lambda: _variant(padding=False), (),
    ),
    (
        "the results were joined along another axis than that of the maps",
        "(N, maps, H, W): which number has the axis of the maps?",
        lambda: _variant(join=lambda parts: _along(parts, 0)),
        (lambda: _variant(join=lambda parts: _along(parts, 2)),
         lambda: _variant(join=lambda parts: _along(parts, 3))),
    ),
):  # fmt: skip
    InceptionModule.mistake(name, hint=hint, also=also)(wrong)


def _along(parts, axis):
    import torch

    return torch.cat(parts, dim=axis)
