"""Claims about GoogLeNet and the inception module (notebook 14)."""

# A claim reads best in two or three lines.
# fmt: off

from itertools import product

import numpy as np

from course_utils import numpy_nn as nn
from course_utils.audit.claim import cited, claim, found, misprint
from course_utils.audit.networks import depth, layers, modules, table
from course_utils.audit.papers import GOOGLENET
from course_utils.shapes import conv_output_size


def multiplications(filters: int, kernel: int, channels: int, side: int = 28) -> int:
    """Of a convolution that keeps side × side maps: each output is one window."""
    return side * side * filters * kernel * kernel * channels


NAIVE = ((128, 1, 256), (192, 3, 256), (96, 5, 256))  # filters, kernel, channels


BOTTLENECK = ((64, 1, 256), (64, 1, 256), (128, 1, 256), (192, 3, 64), (96, 5, 64), (64, 1, 256))


def _total(rows) -> int:
    return sum(multiplications(*row) for row in rows)


cited("googlenet-year", "GoogLeNet [{2014}]", 2014, source="arXiv:1409.4842, September 2014",
      looked_up=True, notebook="14", lecture="002", where="GoogLeNet [2014]")


cited("googlenet-published", "Christian Szegedy et al. ; {2015}", 2015,
      source=GOOGLENET + ", CVPR 2015", looked_up=True, notebook="14", lecture="000",
      where="Going Deeper with Convolutions")


cited("googlenet-winner", "ILSVRC {2014} competition winner", 2014,
      source=GOOGLENET + ", section 7", looked_up=True, notebook="14", lecture="000",
      where="ILSVRC 2014 competition winner",
      also_002="ILSVRC'14 Classification Winner")


cited("googlenet-error", "{6.7%} top 5 error", 6.67, source=GOOGLENET + ", table 2", looked_up=True,
      notebook="14", lecture="000", where="Only 5 million parameters!",
      also_004="Details irrelevant; error")


@claim("googlenet-layers", "{22} layers", notebook="14", lecture="000", where="22 layers",
       also_002="22 Layers")
def _():
    return found(depth("googlenet"), why="Layers with weights on the longest way through it.")


@claim("googlenet-modules", "Used {9} Inception modules in the whole architecture", notebook="14",
       lecture="002", where="Used 9 Inception modules")
def _():
    return found(sum(row.kind == "cat" for row in table("googlenet")),
                 why="Counted as the places where branches are joined.")


@claim("googlenet-100", "with {over 100} layers in total", notebook="14", lecture="002",
       where="Used 9 Inception modules")
def _():
    steps = [row.kind for row in table("googlenet")]
    return found(
        len(steps),
        why=f"""Every step of a forward pass counted; without the ReLUs they are
        {len(steps) - steps.count("ReLU")}. The paper says about 100, and that it depends on how one
        counts.""",
    )


@claim("googlenet-pool", "from a {7}x{7}x{1024} volume to a {1}x{1}x1024 volume", notebook="14",
       lecture="002", where="No use of fully connected layers!")
def _():
    rows = [row for row in table("googlenet") if len(row.shape) == 3]
    last = next(k for k, row in enumerate(rows) if row.shape[1:] == (1, 1))
    (maps, *before), (_, *after) = rows[last - 1].shape, rows[last].shape
    return found(*before, maps, *after)


@claim("googlenet-no-fc", "{No} FC layers", notebook="14", lecture="000",
       where="No FC layers", also_002="No FC Layers")
def _():
    fc = layers("googlenet", "Linear")
    return found(len(fc), why=f"One is left, the classifier behind the average pooling, with "
                 f"{fc[0].parameters:,} of the {table('googlenet').parameters:,} parameters.")


@claim("googlenet-parameters", "Only {5 million} parameters!", notebook="14", lecture="000",
       where="Only 5 million parameters!", also_002="Only 5 million parameters",
       also_004="Using only 5 million parameters")
def _():
    all_of_them = table("googlenet").parameters
    convs = table("googlenet").only("Conv2d").parameters
    return found(all_of_them, why=f"Without the auxiliary heads. The convolutions alone have "
                 f"{convs:,}.")


@claim("googlenet-12x", "Uses {12x} fewer parameters than AlexNet", notebook="14", lecture="002",
       where="12x fewer parameters than AlexNet", also_000="x 12 less parameters")
def _():
    alexnet, ours = table("alexnet").parameters, table("googlenet").parameters
    convs = table("googlenet").only("Conv2d").parameters
    return found(
        alexnet / ours,
        why=f"""{alexnet:,} and {ours:,}. The twelve is the paper's own; it is not reached with the
        convolutions alone, either: {alexnet / convs:.1f}.""",
    )


@claim("inception-kernels", "({1}x{1}, {3}x{3}, {5}x{5})", notebook="14", lecture="002",
       where="Multiple receptive field sizes for convolution",
       also_000="Apply parallel filter operations on the input")
def _():
    sizes = {c.kernel_size for c in modules("googlenet", "Conv2d")[3:]}  # behind the stem
    return found(*(n for size in sorted(sizes) for n in size))


@claim("inception-pool", "Pooling operation ({3}x{3})", notebook="14", lecture="002",
       where="Pooling operation (3x3)",
       also_000="Apply parallel filter operations on the input")
def _():
    (size,) = {p.kernel_size for p in modules("googlenet", "MaxPool2d") if p.stride == 1}
    return found(size, size, why="With stride 1, as the modules need it.")


@claim("inception-depth", "28x28x(128+192+96+256) … 28x28x{672}", notebook="14",
       lecture="002", where="So if ip = 28x28x256",
       also_000="What is output size after filter concatenation?")
def _():
    channels = sum(filters for filters, _, _ in NAIVE) + NAIVE[0][2]  # pooling keeps all
    return found(channels)


@claim("inception-volumes", """1 x 1 conv, 128: 28 x {128} 3 x 3 conv, 192: 28 x {192} 5 x 5 conv,
       96: 28 x {96} 3 x 3 pool: 28 x {256}""", notebook="14", lecture="000",
       where="Output volume sizes")
def _():

    x = np.zeros((1, 256, 28, 28), np.float32)
    maps = [nn.conv2d(x, np.zeros((f, c, k, k), np.float32), padding=k // 2) for f, k, c in NAIVE]
    maps.append(nn.max_pool2d(x, 3, 1, 1)[0])
    assert all(m.shape[2:] == (28, 28) for m in maps)
    return found(*(m.shape[1] for m in maps), why="All of them 28 × 28; the text has lost a 28.")


@claim("inception-naive", "Total = {854M} ops", notebook="14", lecture="002",
       where="Total = 854M ops", also_000="Total: 854 M ops")
def _():
    return found(_total(NAIVE), why="Multiplications.")


@claim("inception-358", "Total: {358M} ops", notebook="14", lecture="002",
       where="Total: 358M ops")
def _():
    three = multiplications(192, 3, 64)
    return found(
        _total(BOTTLENECK),
        why=f"""The 3 × 3 branch has {three / 1e6:.1f} M; counted twice it gives
        {(_total(BOTTLENECK) + three) / 1e6:.0f} M, the number of the notes.""",
    )


@claim("inception-353", "Total: {353M} ops", notebook="14", lecture="000",
       where="Number of convolution operations: 1 x 1 conv, 64")
def _():
    costs = [multiplications(*row) for row in BOTTLENECK]
    sums = [sum(t * c for t, c in zip(times, costs, strict=True))
            for times in product((1, 2), repeat=len(costs))]
    hits = [total for total in sums if round(total / 1e6) == 353]
    return found(
        _total(BOTTLENECK),
        why=f"""Counting some of the rows twice gives {"353 M" if hits else "no such number"}; with
        the 3 × 3 row twice it would be {(sum(costs) + costs[3]) / 1e6:.0f} M, as in the notes.""",
    )


@claim("inception-264", "5 x 5 conv, 96 … x 5 x 5 x {264}", notebook="14", lecture="000",
       where="Number of convolution operations: 1 x 1 conv, 64")
def _():
    channels = BOTTLENECK[1][0]
    return found(channels, why=f"A misprint: the 1 × 1 layer before it puts out {channels} maps.")


@claim("inception-rows", "28x28x192x3x3x{256} … 28x28x96x5x5x{256}", notebook="14", lecture="002",
       where="Now say we use 1x1conv, 64 filter")
def _():
    as_listed = _total(((64, 1, 256), (64, 1, 256), *NAIVE, (64, 1, 256)))
    return found(
        64, 64,
        why=f"""Behind the 1 × 1 layers there are 64 maps left. As the rows are listed, they add up
        to {as_listed / 1e6:.0f} M, more than without the bottlenecks.""",
    )


@claim("one-by-one", "100x100x60 to {100}x{100}x{20}", notebook="14", lecture="002",
       where="Example 100x100x60")
def _():

    maps, filters = np.zeros((1, 60, 100, 100), np.float32), np.zeros((20, 60, 1, 1), np.float32)
    _, channels, H, W = nn.conv2d(maps, filters).shape
    return found(H, W, channels, why="By 20 filters of 1 × 1.")


cited("googlenet-week", "Trained on “a few high-end GPUs within a week”", False,
      source=GOOGLENET + ", section 6", looked_up=True,
      remark="The paper estimates that it could be; it was trained on CPUs, with DistBelief.",
      notebook="14", lecture="002", where="Trained on “a few high-end GPUs")


cited("inception-versions", "updated versions to the Inception module (Versions {6} and {7})",
      source="no paper known to us numbers them so",
      remark="Published are v2 and v3 (Szegedy et al. 2016) and v4 (2017).", notebook="14",
      lecture="002", where="There are updated versions to the Inception module")


cited("input-sizes-299", "Inception V3 and Xception require {299}×299", 75,
      source="torchvision 0.26, metadata of Inception v3's weights", looked_up=True,
      remark="They were trained on 299 × 299. What they require is 75 × 75 at least: the global "
      "pooling takes what comes.", notebook="14", lecture="002",
      where="VGG16, VGG19, and ResNet all accept")


@misprint("googlenet-first-row", "convolution 7×7/2 … {2.7K} {34M}", notebook="14",
          where="Szegedy et al. 2015, table 1, first row")
def _():
    first = layers("googlenet", "Conv2d")[0]
    weights = modules("googlenet", "Conv2d")[0].weight.numel()
    separable = 7 * 7 * 3 * 8 + 3 * 8 * 64
    return found(
        weights, first.multiply_adds,
        why=f"""A depth-wise separable layer of eight filters for each colour would have both:
        7·7·3·8 + 24·64 = {separable:,} weights and {112 * 112 * separable / 1e6:.1f} M
        multiply–adds (notebook 18). The text of the paper does not mention one. The table's column
        of operations adds up to 1,502 M, and ours to
        {table("googlenet").multiply_adds / 1e6:,.0f} M; this row alone is
        {first.multiply_adds / 1e6 - 34:.0f} M apart.""",
    )


@claim("inception-grows", "total depth after concatenation can only grow at every layer",
       notebook="14", lecture="000", where="Google. Net • Very expensive compute!",
       also_002="Pooling Layer also preserves feature depth")
def _():
    added, channels = sum(filters for filters, _, _ in NAIVE), NAIVE[0][2]
    kept = nn.max_pool2d(np.zeros((1, channels, 28, 28), np.float32), 3, 1, 1)[0].shape[1]
    joined = [row.shape[0] for row in table("googlenet") if row.kind == "cat"]
    return found(kept + added > channels, why=f"""In the naive module, which keeps all maps and
                 adds {added}. With a 1 × 1 layer after the pooling it need not:
                 {", ".join(map(str, joined))}.""")


@claim("inception-pool-shrinks", "a pooling operation: Reduce spatial sizes and combat overfitting",
       notebook="14", lecture="002", where="- a pooling operation")
def _():
    inside = [p for p in modules("googlenet", "MaxPool2d") if p.stride == 1]
    sides = {conv_output_size(28, p.kernel_size, p.stride, p.padding) for p in inside}
    return found(sides != {28}, why=f"""The {len(inside)} poolings inside the modules have stride 1
                 and a padding, and keep the size, as the notes say a few lines later.""")


cited("googlenet-slightly-better", "GoogLeNet better on ImageNet slightly", True,
      source=GOOGLENET + ", table 2", looked_up=True,
      remark="Top-5 error 6.67 against 7.32 %, both with seven networks.", notebook="14",
      lecture="002", where="GoogLeNet [2014] (At the same time as VGG.")
