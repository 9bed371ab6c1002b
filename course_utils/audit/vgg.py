"""Claims about VGG: its layers, parameters and memory (notebook 13)."""

# A claim reads best in two or three lines.
# fmt: off

from itertools import pairwise

import numpy as np

from course_utils.audit.claim import cited, claim, found
from course_utils.audit.networks import (
    depth,
    input_size,
    layers,
    measured_field,
    modules,
    table,
    values,
)


@claim("three-kinds", "{3} main types of layers", notebook="13", lecture="000",
       where="Convolutional Neural Network • 3 main types")
def _():
    from course_utils.audit.networks import layers

    kinds = {layer.kind for layer in layers("vgg16")}
    return found(len(kinds), why=f"Of VGG-16: {', '.join(sorted(kinds))}.")


@claim("two-threes", "two 3x3 conv layers has an effective receptive field of {5}x5",
       notebook="13", lecture="002", where="VGG reasoned")
def _():
    return found(measured_field(3, 3), why="Measured by backpropagation.")


@claim("layer-counts", "Alex {8} layers, VGG {16} to {19} layers", notebook="13", lecture="002",
       where="Alex 8 layers, VGG 16 to 19 layers",
       also_000="Deeper network Alex. Net: 8 layers VGGNet")
def _():
    return found(depth("alexnet"), depth("vgg16"), depth("vgg19"),
                 why=f"Layers with weights. The family begins at {depth('vgg11')}.")


@claim("filter-sizes", "Alex {11}x11, ZF {7}x7, VGG {3}x3", notebook="13", lecture="002",
       where="Alex 11x11, ZF 7x7, VGG 3x3")
def _():
    return found(*(modules(n, "Conv2d")[0].kernel_size[0] for n in ("alexnet", "zfnet", "vgg16")))


_PAPER = "Simonyan and Zisserman 2015"


cited("vgg-year", "VGG Net [{2014}]", 2014, source="arXiv:1409.1556, September 2014",
      looked_up=True, notebook="13", lecture="002", where="VGG Net [2014]",
      also_004="Simonyan and Zisserman, 2014")


cited("vgg-published", "Karen Simonyan and Andrew Zisserman; {2015}", 2015,
      source=_PAPER + ", ICLR 2015", looked_up=True, notebook="13", lecture="000",
      where="Very Deep Convolutional Networks For Large Scale Image Recognition")


cited("vgg-places", "{2}nd in Classification (first GoogLeNet), {1}st in Localization", 2, 1,
      source=_PAPER + ", abstract and section 4.5", looked_up=True, notebook="13", lecture="002",
      where="ILSVRC'14 : 2nd", also_000="The runner-up at the ILSVRC 2014 competition")


cited("vgg-ensemble", "obtained {7.3%} top-5 error … Combining {7} classifiers", 7.3, 7,
      source=_PAPER + ", tables 6 and 7", looked_up=True,
      remark="The seven are three of column D, two of C and two of E: not all of them have 13 "
      "convolutions.", notebook="13", lecture="004", where="Finally obtained 7.3% top-5 error",
      also_000="VGGNet: 7. 3% top 5 error")


cited("vgg-two-nets", "reduced error to {6.8%} using only {two} classifiers", 6.8, 2,
      source=_PAPER + ", table 7", looked_up=True,
      remark="After the competition, and in the paper: not subsequent to it.", notebook="13",
      lecture="004", where="Subsequent to paper, reduced error")


@claim("vgg-filters", "Only used {3}x{3} filters, stride {1}, pad {1}", notebook="13",
       lecture="004", where="Only used 3x3 filters, stride 1, pad 1",
       also_000="Smaller filters Only 3 x 3 CONV filters",
       also_002="Simple and deeeep")
def _():
    kinds = {(*c.kernel_size, c.stride[0], c.padding[0]) for c in modules("vgg16", "Conv2d")}
    return found(*kinds.pop(), why="All of VGG-16. Column C of the paper's table also has 1 × 1.")


@claim("vgg-pools", "Only used {2}x{2} pooling filters, stride {2}", notebook="13", lecture="004",
       where="Only used 2x2 pooling filters", also_000="2 x 2 MAX POOL , stride 2",
       also_002="19 Layers of CNN")
def _():
    ((kernel, stride),) = {(p.kernel_size, p.stride) for p in modules("vgg16", "MaxPool2d")}
    return found(kernel, kernel, stride)


@claim("vgg-19", "{19} Layers of CNN", notebook="13", lecture="002", where="19 Layers of CNN")
def _():
    convs = len(modules("vgg19", "Conv2d"))
    return found(depth("vgg19"), why=f"Layers with weights; {convs} of them are convolutions.")


@claim("vgg-13-and-3", "{13} conv layers and {3} FC layers", notebook="13", lecture="004",
       where="Finally obtained 7.3% top-5 error")
def _():
    return found(len(modules("vgg16", "Conv2d")), len(modules("vgg16", "Linear")))


@claim("vgg-final", """{64} conv, {64} conv … {128} conv, {128} conv … {256} conv, {256} conv, {256}
       conv … {512} conv, {512} conv, {512} conv … {512} conv, {512} conv, {512} conv … FC with
       {4096}, {4096}, {1000}""", notebook="13", lecture="004", where="Final arch: 64 conv",
       also_000="Input 3 x 3 conv, 64 Pool 1/2")
def _():
    return found(*(row.shape[0] for row in layers("vgg16", "Conv2d", "Linear")))


@claim("vgg-table", "{11} weight {11} weight {13} weight {16} weight {16} weight {19} weight",
       notebook="13", lecture="004", where="ConvNet Configuration")
def _():
    names = ("vgg11", "vgg11_lrn", "vgg13", "vgg16_c", "vgg16", "vgg19")
    return found(*map(depth, names), why="The columns A, A-LRN, B, C, D and E.")


@claim("vgg-table-c", "conv{1}-{256} … conv{1}-{512}", notebook="13", lecture="004",
       where="ConvNet Configuration")
def _():
    small = [c for c in modules("vgg16_c", "Conv2d") if c.kernel_size == (1, 1)]
    return found(*(n for c in small[:2] for n in (c.kernel_size[0], c.out_channels)),
                 why=f"Column C; it has {len(small)} of them.")


@claim("vgg-input", "input ({224}×{224} RGB image)", notebook="13", lecture="004",
       where="input (224×224 RGB image)")
def _():
    return found(*input_size("vgg16")[1:])


@claim("vgg-doubling", "Number of filters doubles after each maxpool", notebook="13",
       lecture="002", where="Number of filters doubles")
def _():
    rows, widths = layers("vgg16", "Conv2d", "MaxPool2d"), []
    for before, row in pairwise(rows):
        if before.kind == "MaxPool2d":
            widths.append((before.shape[0], row.shape[0]))
    kept = [a for a, b in widths if b != 2 * a]
    return found(not kept, why=f"After {len(widths) - len(kept)} of the {len(widths)} poolings "
                 f"inside the convolutions; at {kept[0]} it stops.")


@claim("vgg-no-lrn", "{No} Local Response Normalisation", notebook="13", lecture="002",
       where="No Local Response Normalisation")
def _():
    tried = len(modules("vgg11_lrn", "LocalResponseNorm"))
    return found(len(modules("vgg16", "LocalResponseNorm")),
                 why=f"In VGG-16; column A-LRN tried {tried}.")


@claim("vgg-two-relus", "nonlinearity increases - {2} ReLUs", notebook="13", lecture="002",
       where="So 2 small filers")
def _():
    names = [type(m).__name__ for m in modules("vgg16", "Sequential")[1]]
    return found(
        names[: names.index("MaxPool2d")].count("ReLU"), why="In the first stage of VGG-16."
    )


@claim("vgg16-parameters", "VGG 16: TOTAL … {138M} parameters", notebook="13", lecture="000",
       where="VGG 16: TOTAL memory", also_002="Total Params : 138M")
def _():
    weights = sum(m.weight.numel() for k in ("Conv2d", "Linear") for m in modules("vgg16", k))
    return found(table("vgg16").parameters, why=f"Without the biases {weights:,}.")


@claim("vgg-140", "{~140 million} parameters in all!", notebook="13", lecture="004",
       where="140 million parameters in all", also_000="140 million parameters")
def _():
    return found(table("vgg16").parameters)


@claim("four-bytes", "Say we need {4} bytes to store each data", notebook="13", lecture="002",
       where="Say we need 4 bytes", also_000="VGG 16: TOTAL memory")
def _():
    return found(np.dtype(np.float32).itemsize, why="A number of type float32.")


@claim("vgg16-memory", "We have total : {24M} data to store … {96 MB} / Image", notebook="13",
       lecture="002", where="Calculating the memory for VGG",
       also_000="VGG 16: TOTAL memory")
def _():
    count = values("vgg16")
    kept = count + sum(row.activations for row in layers("vgg16", "Conv2d"))
    return found(
        count, 4 * count,
        why=f"""The slide's own table adds up to {count / 1e6:.1f} M: the image and what every
        convolution, pooling and fully connected layer puts out. With a second copy behind each
        convolution, for the ReLU, it would be {kept / 1e6:.1f} M; 24 M is neither.""",
    )


@claim("vgg16-images-in-5gb", "5 Gigs of memory, we can store only {about 50} images",
       notebook="13", lecture="002", where="5 Gigs of memory")
def _():
    each = 4 * values("vgg16")
    return found(int(5e9 / each), why=f"At the counted {each / 1e6:.0f} MB each, forwards only. "
                 f"About 50 follows from 96 MB: {5e9 / 96e6:.0f}.")


cited("memory-backward", "forward pass only ~ *{2} for bwd",
      source="depends on what an implementation keeps",
      remark="A gradient for every value doubles the memory, if all of them are kept.",
      notebook="13", lecture="002", where="Total memory = 24M * 4 bytes")


# -------------------------------------------------------------- the slide's table, layer by layer
def _row(number: int) -> tuple[int, int]:
    """Values and weights, without biases, of one layer of VGG-16, counted from 0."""
    row = layers("vgg16")[number]
    biases = row.shape[0] if row.parameters else 0
    return row.activations, row.parameters - biases


_ROWS = (  # what the slide says, and which layer of VGG-16 it is
    ("224*64={3.2M} params: (3*3*3)*64 = {1,728}", 0),
    ("224*64={3.2M} params: (3*3*64)*64 = {36,864}", 1),
    ("112*64={800K} params: {0}", 2),
    ("112*128={1.6M} params: (3*3*64)*128 = {73,728}", 3),
    ("112*128={1.6M} params: (3*3*128)*128 = {147,456}", 4),
    ("56*56*128={400K} params: {0}", 5),
    ("56*56*256={800K} params: (3*3*128)*256 = {294,912}", 6),
    ("56*56*256={800K} params: (3*3*256)*256 = {589,824}", 7),
    ("28*28*256={200K} params: {0}", 9),
    ("28*28*512={400K} params: (3*3*256)*512 = {1,179,648}", 10),
    ("28*28*512={400K} params: (3*3*512)*512 = {2,359,296}", 11),
    ("14*14*512={100K} params: {0}", 13),
    ("14*14*512={100K} params: (3*3*512)*512 = {2,359,296}", 14),
    ("7*7*512={25K} params: {0}", 17),
    ("{4096} params: 7*7*512*4096 = {102,760,448}", 18),
    ("{4096} params: 4096*4096 = {16,777,216}", 19),
    ("{1000} params: 4096*1000 = {4,096,000}", 20),
)


def _register(quotation: str, number: int) -> None:
    @claim(f"vgg16-layer-{number + 1}", quotation, notebook="13", lecture="000",
           where="conv, 512 Pool FC 4096 FC 1000 memory")
    def _():
        return found(*_row(number), why="Without the biases." if _row(number)[1] else "")


for _said, _number in _ROWS:
    _register(_said, _number)


@claim("vgg16-image", "224*3={150K} params: {0}", notebook="13", lecture="000",
       where="conv, 512 Pool FC 4096 FC 1000 memory")
def _():
    return found(
        int(np.prod(input_size("vgg16"))), 0, why="224 · 224 · 3; the text has lost a 224."
    )


@claim("input-sizes", "VGG16, VGG19, and ResNet all accept {224}×224 input images", notebook="13",
       lecture="002", where="VGG16, VGG19, and ResNet all accept")
def _():
    (side,) = {input_size(name)[1] for name in ("vgg16", "vgg19", "resnet50")}
    return found(side)


cited("input-sizes-typical", "{224}×224, {227}×227, {256}×256, and {299}×299", 224, 227, 256, 299,
      source="the papers of VGG, AlexNet (and its side before cropping: 256) and Inception-v3",
      notebook="13", lecture="002", where="Typical input image sizes")


@claim("vgg19-larger", "VGG 19 is only slightly better, more memory", notebook="13", lecture="002",
       where="Use VGG 16 or VGG19")
def _():
    small, large = (values(name) for name in ("vgg16", "vgg19"))
    weights = [table(name).parameters for name in ("vgg16", "vgg19")]
    return found(large > small and weights[1] > weights[0],
                 why=f"""{large:,} values for each image in place of {small:,}, and
                 {weights[1]:,} parameters in place of {weights[0]:,}.""")


cited("vgg19-better", "VGG 19 is only slightly better", True, source=_PAPER + ", table 3",
      looked_up=True, remark="Top-5 error 8.0 against 8.1 %, trained with scale jitter. Trained at "
      "one scale of 256 it is worse, 9.0 against 8.8.", notebook="13", lecture="002",
      where="Use VGG 16 or VGG19")
