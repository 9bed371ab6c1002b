"""Claims about AlexNet's layers and counts (notebook 11)."""

# A claim reads best in two or three lines.
# fmt: off

from course_utils.audit.claim import cited, claim, found, misprint
from course_utils.audit.networks import input_size, layers, modules, table
from course_utils.audit.papers import ALEXNET
from course_utils.shapes import conv_output_size, conv_transpose_output_size, pool_output_size

cited("alexnet-year", "AlexNet [{2012}]", 2012, source=ALEXNET + ", NIPS 25", looked_up=True,
      notebook="11", lecture="002", where="AlexNet [2012] - The pioneering paper",
      also_000="Convolutional Neural Networks: Alex. Net Lion Image labels",
      also_004="Krizhevsky, A., Sutskever, I. and Hinton, G. E.")


cited("first-relu", "First use of ReLU", False, source=ALEXNET + ", section 3.1", looked_up=True,
      remark="The paper itself takes these units from Nair and Hinton (2010).",
      notebook="11", lecture="002", where="- First use of ReLU")


@claim("alexnet-input", "IP = {227} x {227} x {3}", notebook="11", lecture="002",
       where="- IP = 227 x 227 x 3", also_004="Input: 227x227x3 images")
def _():
    side = conv_transpose_output_size(55, 11, stride=4)
    return found(side, side, input_size("alexnet")[0],
                 why="What 55 × 55 maps need, with 11 × 11 filters, stride 4 and no padding.")


@claim("alexnet-input-224", "layer on the {224}×{224}×{3} input images", notebook="11",
       lecture="004", where="Figure 3: 96 convolutional kernels")
def _():
    side = conv_transpose_output_size(55, 11, stride=4)
    return found(
        side, side, input_size("alexnet")[0],
        why=f"""The paper prints 224, and (224 − 11)/4 + 1 = {(224 - 11) / 4 + 1}, not 55. With a
        padding of 2, which the paper does not mention, it would fit:
        {conv_output_size(224, 11, 4, 2)}.""",
    )


@claim("alexnet-conv1", "Conv1: {96} {11}x{11} filters, stride {4}, no zeropad", notebook="11",
       lecture="004", where="Conv1: 96 11x11 filters",
       also_000="96 filters of 11 x 3 each")
def _():
    conv = modules("alexnet", "Conv2d")[0]
    assert conv.padding == (0, 0)
    return found(conv.out_channels, *conv.kernel_size, conv.stride[0],
                 why=f"Each of them over {conv.in_channels} colours.")


@claim("alexnet-towers", "The top {48} kernels were learned on GPU 1 while the bottom {48}",
       notebook="11", lecture="004", where="Figure 3: 96 convolutional kernels")
def _():
    first, second = modules("alexnet", "Conv2d")[:2]
    each = first.out_channels / second.groups
    return found(each, each)


@claim("alexnet-pool1", "Pool1: {3}x{3} filters, stride {2}", notebook="11", lecture="004",
       where="Pool1: 3x3 filters, stride 2")
def _():
    pool = modules("alexnet", "MaxPool2d")[0]
    return found(pool.kernel_size, pool.kernel_size, pool.stride)


@claim("alexnet-conv2", "Conv2: {256} {5}x{5} filters, stride {2}, zero pad", notebook="11",
       lecture="004", where="Conv2: 256 5x5 filters")
def _():
    conv, fc6 = modules("alexnet", "Conv2d")[1], modules("alexnet", "Linear")[0]
    sizes = [27, conv_output_size(27, 5, stride=2, padding=2)]
    for _pool in (2, 3):  # conv3 to conv5 keep the size
        sizes.append(pool_output_size(sizes[-1], 3, 2))
    return found(
        conv.out_channels, *conv.kernel_size, conv.stride[0],
        why=f"""With stride 2 the maps would shrink {" → ".join(map(str, sizes))}, and the first
        fully connected layer would see {sizes[-1]}·{sizes[-1]}·256 = {256 * sizes[-1] ** 2:,}
        numbers in place of {fc6.in_features:,}.""",
    )


@claim("alexnet-pool2", "Pool2: {3}x{3}, stride {2}", notebook="11", lecture="004",
       where="Pool2: 3x3, stride 2")
def _():
    pool = modules("alexnet", "MaxPool2d")[1]
    return found(pool.kernel_size, pool.kernel_size, pool.stride)


def _conv(number: int):
    conv = modules("alexnet", "Conv2d")[number - 1]
    assert conv.padding == (1, 1)  # "zeropad"
    return found(conv.out_channels, *conv.kernel_size, conv.stride[0])


@claim("alexnet-conv3", "Conv3: {384} {3}x{3}, stride {1}, zeropad", notebook="11", lecture="004",
       where="Conv3: 384 3x3")
def _():
    return _conv(3)


@claim("alexnet-conv4", "Conv4: {384} {3}x{3}, stride {1}, zeropad", notebook="11", lecture="004",
       where="Conv4: 384 3x3")
def _():
    return _conv(4)


@claim("alexnet-conv5", "Conv5: {256} {3}x{3}, stride {1}, zeropad", notebook="11", lecture="004",
       where="Conv5: 256 3x3")
def _():
    return _conv(5)


@claim("alexnet-pool3", "Pool3: {3}x{3}, stride {2}", notebook="11", lecture="004",
       where="Pool3: 3x3, stride 2")
def _():
    pool = modules("alexnet", "MaxPool2d")[2]
    return found(pool.kernel_size, pool.kernel_size, pool.stride)


@claim("alexnet-fc", "{4096} neurons, {4096} neurons, {1000} output neurons", notebook="11",
       lecture="004", where="4096 neurons, 4096 neurons",
       also_000="Alex. Net . . . FC FC Softmax 1000 4096")
def _():
    return found(*(layer.out_features for layer in modules("alexnet", "Linear")))


@claim("alexnet-layers", "{5} convolutional layers … {3} fully-connected layers", notebook="11",
       lecture="004", where="5 convolutional layers, some of which")
def _():
    convs, pools, fcs = (len(modules("alexnet", k)) for k in ("Conv2d", "MaxPool2d", "Linear"))
    return found(convs, fcs, why=f"{pools} of the convolutions are followed by max pooling.")


@claim("alexnet-parameters", "NN contains {60 million} parameters", notebook="11", lecture="004",
       where="NN contains 60 million parameters", also_002="Total Params : 138M, 60M for Alex")
def _():
    return found(table("alexnet").parameters,
                 why=f"With two towers; one tower has {table('alexnet_one_tower').parameters:,}.")


@claim("alexnet-neurons", "and {650,000} neurons", notebook="11", lecture="004",
       where="NN contains 60 million parameters")
def _():
    neurons = sum(row.activations for row in layers("alexnet", "Conv2d", "Linear"))
    listed = 253_440 + 186_624 + 64_896 + 64_896 + 43_264 + 4096 + 4096 + 1000
    return found(
        neurons,
        why=f"""The convolutions and fully connected layers, without the {3 * 227 * 227:,} inputs.
        That rounds to {round(neurons, -4):,}. The layer sizes that the paper lists (253,440 for the
        first, where 96 · 55 · 55 is {96 * 55 * 55:,}) add up to {listed:,}.""",
    )


@claim("alexnet-connections", "{630M} connections", notebook="11", lecture="004",
       where="Alexnet: Total parameters")
def _():
    towers, one = table("alexnet"), table("alexnet_one_tower")
    convs = towers.only("Conv2d").multiply_adds
    return found(
        towers.multiply_adds,
        why=f"""Multiply–adds with two towers, {convs / 1e6:.0f} M of them in the convolutions; with
        one tower {one.multiply_adds / 1e6:,.0f} M. 630 M is not reproduced.""",
    )


cited("alexnet-images", "{1.2 million} high-resolution images from ImageNet LSVRC-2010", 1.2e6,
      source=ALEXNET + ", abstract", looked_up=True,
      remark="The errors of 18.2 and 15.4 % beside it are those of ILSVRC-2012; on the pictures of "
      "2010 it had 17.0 %.", notebook="11", lecture="004",
      where="1.2 million high-resolution images")


cited("alexnet-classes", "{1000} different classes", 1000, source=ALEXNET + ", abstract",
      looked_up=True, notebook="11", lecture="004", where="1000 different classes (softmax layer)")


cited("imagenet-size", "Many million images, thousands of categories", True,
      source=ALEXNET + ", section 2: over 15 million images, roughly 22,000 categories",
      looked_up=True, remark="image-net.org has counted 14,197,122 in 21,841 since.", notebook="11",
      lecture="004", where="Actual dataset: Many million images")


cited("ilsvrc-size", "{1.2 million} pictures … {1000} categories", 1.2e6, 1000,
      source=ALEXNET + ", section 2 (roughly 1.2 million training images)", looked_up=True,
      remark="The training set of 2012 has 1,281,167 (Russakovsky et al. 2015), nearer 1.3.",
      notebook="11", lecture="004", where="For the evaluations that follow")


cited("before-alexnet", "Lowest prior error using conventional classifiers: {> 25%}", 25.7,
      source=ALEXNET + ", table 1 and section 6 (ILSVRC-2010; 26.2 % in 2012)", looked_up=True,
      notebook="11", lecture="004", where="Lowest prior error using conventional classifiers")


cited("figure-4", """{Eight} ILSVRC-2010 test images and the {five} labels … {Five} ILSVRC-2010 test
      images in the first column … {six} training images""", 8, 5, 5, 6,
      source=ALEXNET + ", caption of figure 4", looked_up=True, notebook="11", lecture="004",
      where="Eight ILSVRC-2010 test images")


@misprint("alexnet-253440", "given by {253,440}–{186,624}–{64,896}–{64,896}–{43,264}–4096–…",
          notebook="11", where="Krizhevsky et al. 2012, caption of figure 2")
def _():
    sizes = [row.activations for row in layers("alexnet", "Conv2d")]
    maps, rows, columns = layers("alexnet", "Conv2d")[0].shape
    slip = maps * rows * 48
    return found(*sizes, why=f"""{maps} · {rows} · {columns} is {sizes[0]:,}; 253,440 would be
                 {maps} · {rows} · 48 = {slip:,}. With the counted number the list adds up to the
                 650,000 neurons of the abstract.""")


@claim("filters-increase", "Number of filter increases as we move forward", notebook="11",
       lecture="002", where="ZF Net used 7x7 filter with small Stride")
def _():
    counts = {n: [c.out_channels for c in modules(n, "Conv2d")] for n in ("alexnet", "zfnet")}
    holds = all(counts[n] == sorted(counts[n]) for n in counts)
    return found(holds, why=f"""Up to the fourth layer; the fifth has fewer. In AlexNet and ZFNet
                 they are {", ".join(map(str, counts["alexnet"]))}.""")
