"""Claims about ResNet (notebook 15)."""

# A claim reads best in two or three lines.
# fmt: off

from itertools import pairwise

from course_utils.audit.claim import cited, claim, found
from course_utils.audit.networks import depth, layers, model, modules

_PAPER = "He et al. 2016"


cited("resnet-year", "Microsoft ResNet ({2015})", 2015, source="arXiv:1512.03385, December 2015",
      looked_up=True, notebook="15", lecture="002", where="Microsoft ResNet (2015)",
      also_000="Deep Residual Learning for Image Recognition", also_004="Resnet: 2015")


@claim("resnet-152", "Extremely deep network – {152} layers", notebook="15", lecture="000",
       where="Extremely deep network", also_002="Microsoft ResNet (2015): 152 Layers")
def _():
    return found(depth("resnet152"), why="Layers with weights on the longest way through it.")


@claim("resnet-over-150", "{Over 150} layers, with \"skip\" connections", notebook="15",
       lecture="004", where="Over 150 layers")
def _():
    return found(depth("resnet152"))


@claim("resnet-100-or-more", "{100 or more} layers", notebook="15", lecture="004",
       where="100 or more layers in MLP")
def _():
    depths = [depth(f"resnet{n}") for n in (101, 152)]
    return found(min(depths), why=f"ResNets of {depths[0]} and {depths[1]} layers.")


@claim("resnet-depths", "Total depths of {34}, {50}, {101}, or {152} layers", notebook="15",
       lecture="000", where="Total depths of 34, 50, 101, or 152")
def _():
    return found(*(depth(f"resnet{n}") for n in (34, 50, 101, 152)),
                 why=f"The paper's table 1 also has {depth('resnet18')}.")


@claim("resnet-bottleneck", "For deeper networks (ResNet-{50}+), use “bottleneck” layer",
       notebook="15", lecture="000", where="For deeper networks (Res. Net-50+)")
def _():
    narrow = [n for n in (18, 34, 50, 101, 152) if _block_kernels(n) == [1, 3, 1]]
    return found(min(narrow), why="The first whose blocks are 1 × 1, 3 × 3, 1 × 1.")


def _block_kernels(number: int) -> list[int]:
    """Sides of the filters of the first block of a ResNet, without the shortcut's."""
    body = model(f"resnet{number}").stage1[0].body
    return [layer.kernel_size[0] for layer in body if type(layer).__name__ == "Conv2d"]


@claim("resnet-two-convs", "Every residual block has {two} {3} x {3} conv layers", notebook="15",
       lecture="000", where="Every residual block has two 3 x 3 conv layers")
def _():
    assert _block_kernels(34).count(3) == 2
    fewest = _block_kernels(50).count(3)
    return found(fewest, 3, 3, why="Two in ResNet-18 and 34. From 50 layers on a block has one, "
                 "between two of 1 × 1.")


@claim("resnet-doubling", "double # of filters and downsample spatially using stride {2}",
       notebook="15", lecture="000", where="Periodically, double # of filters")
def _():
    shapes = [row.shape for row in layers("resnet34", "Conv2d") if row.shape[1] <= 56]
    stages = sorted(set(shapes), reverse=True, key=lambda shape: shape[1])
    pairs = list(pairwise(stages))
    assert all(b[0] == 2 * a[0] for a, b in pairs)
    (ratio,) = {a[1] / b[1] for a, b in pairs}
    return found(ratio, why="The maps: " + ", ".join("×".join(map(str, s)) for s in stages) + ".")


@claim("resnet-fc", "No FC layers at the end (only FC {1000} to output classes)", notebook="15",
       lecture="000", where="No FC layers at the end")
def _():
    (fc,) = modules("resnet34", "Linear")
    return found(fc.out_features)


@claim("still-not-as-deep", "Double the number of layers - still isn't as deep as ResNet",
       notebook="15", lecture="002", where="Double the number of layers")
def _():
    before = {name: depth(name) for name in ("vgg19", "googlenet")}
    return found(2 * max(before.values()) < depth("resnet152"),
                 why=f"Twice {max(before.values())} is {2 * max(before.values())}.")


cited("degradation", "{56}-layer did worse than {20}-layer", 56, 20, source=_PAPER + ", figure 1",
      looked_up=True, remark="Plain networks, on CIFAR-10, in training error as well.",
      notebook="15", lecture="002", where="Deeper layer not always better",
      also_000="56 -layer model performs worse")


cited("resnet-error", "ILSVRC’ 15 classification winner ({3.57%} top 5 error", 3.57,
      source=_PAPER + ", abstract", looked_up=True, remark="An ensemble, on the test images.",
      notebook="15", lecture="000", where="ILSVRC’ 15 classification winner")


cited("resnet-error-bound", "Current top-5 error: {< 3.5%}", 3.57, source=_PAPER + ", abstract",
      looked_up=True, remark="The best number of the paper, of an ensemble.", notebook="15",
      lecture="004", where="Current top-5 error")


cited("resnet-sweep", "Swept all classification and detection competitions", True,
      source=_PAPER + ", abstract and footnote 1", looked_up=True, notebook="15", lecture="000",
      where="Swept all classification and detection")


cited("human-error", "humans generally hover around a {5} -{10}% error rate",
      source="Russakovsky et al. 2015, section 6.4",
      remark="Two annotators: 5.1 % (looked up) and 12.0 % (from memory).", notebook="15",
      lecture="000", where="humans generally hover around")
