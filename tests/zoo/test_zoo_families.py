"""What the papers say about single networks, beyond the number of parameters."""

import numpy as np
import pytest
import torch
from torch import nn
from zoo_helpers import image, on_meta, shapes

from course_utils import zoo
from course_utils.errors import CourseError
from course_utils.zoo import fcn, parts, preact, resnet, unet


# ---------------------------------------------------------------------------- straight networks
def test_maps_of_lenet_1998_see_what_table_1_says():
    network = zoo.build("lenet_1998")
    counts = [sum(p.numel() for p in layer.parameters()) for layer in network]
    assert [c for c in counts if c] == [156, 12, 1516, 32, 48120, 10164]
    c3 = network[4]
    x = torch.randn(1, 6, 14, 14)
    seen = np.zeros((6, 16), bool)
    for i in range(6):
        other = x.clone()
        other[:, i] += 1
        seen[i] = (c3(other) != c3(x)).any(dim=(0, 2, 3)).numpy()
    assert seen.sum(axis=0).tolist() == [3] * 6 + [4] * 9 + [6]
    assert seen.sum(axis=1).tolist() == [10] * 6  # table I: ten marks in each row
    row = "x...xxx..xxxx.xx"  # the first row of table I
    assert "".join(".x"[int(mark)] for mark in seen[0]) == row


def test_lenet_1998_answers_with_the_nearest_code():
    network = zoo.build("lenet_1998")
    codes = network[-1].codes
    assert set(codes.unique().tolist()) == {-1.0, 1.0}
    answers = network[-1](codes)  # each code is its own nearest
    assert answers.argmax(dim=1).tolist() == list(range(10))
    assert torch.equal(answers.diagonal(), torch.zeros(10))
    assert torch.equal(codes, zoo.build("lenet_1998")[-1].codes)
    assert "codes" not in dict(network.named_parameters())
    torch.testing.assert_close(network[1](torch.tensor([-1.0, 1])), torch.tensor([-1.0, 1]),
                               rtol=0, atol=1e-4)  # fmt: skip
    with pytest.raises(CourseError, match=r"width 1, got 0\.5"):
        zoo.build("lenet_1998", width=0.5)


def test_subsampling_is_the_mean_at_first():
    x = torch.randn(2, 6, 4, 6)
    torch.testing.assert_close(zoo.build("lenet_1998")[2](x), nn.functional.avg_pool2d(x, 2))


def test_sizes_inside_alexnet():
    network, x = on_meta("alexnet"), image(1, 3, 227)
    names = [f"features.{i}" for i in (0, 3, 4, 7, 8, 14)]
    assert shapes(network, x, *names) == [(96, 55, 55), (96, 27, 27), (256, 27, 27), (256, 13, 13),
                                          (384, 13, 13), (256, 6, 6)]  # fmt: skip
    groups = [layer.groups for layer in network.features if isinstance(layer, nn.Conv2d)]
    assert groups == [1, 2, 1, 2, 2]


def test_sizes_inside_zfnet():
    names = [f"features.{i}" for i in (0, 2, 4, 6, 8, 12, 14)]
    sides = [C_H_W[1] for C_H_W in shapes(on_meta("zfnet"), image(1, 3, 224), *names)]
    assert sides == [110, 55, 26, 13, 13, 13, 6]


@pytest.mark.parametrize(
    ("name", "depth"),
    [("vgg11", 11), ("vgg11_lrn", 11), ("vgg13", 13), ("vgg16_c", 16), ("vgg16", 16),
     ("vgg19", 19), ("vgg19_bn", 19)],
)  # fmt: skip
def test_vgg_has_as_many_layers_as_it_says(name, depth):
    network = on_meta(name)
    layers = [m for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    assert len(layers) == depth
    kernels = [layer.kernel_size for layer in layers[:-3]]
    assert kernels.count((1, 1)) == (3 if name == "vgg16_c" else 0)
    lrn = [i for i, m in enumerate(network.features) if isinstance(m, nn.LocalResponseNorm)]
    assert lrn == ([2] if name == "vgg11_lrn" else [])
    norms = sum(isinstance(m, nn.BatchNorm2d) for m in network.features)
    assert norms == (depth - 3 if name.endswith("_bn") else 0)


# -------------------------------------------------------------------------------------- inception
def test_sizes_inside_googlenet():
    places = ("conv1", "pool1", "pool2", "3a", "3b", "4a", "4e", "pool4", "5b", "pool5")
    network = on_meta("googlenet")
    got = shapes(network, image(1, 3, 224), *(f"layers.{p}" for p in places))
    assert got == [(64, 112, 112), (64, 56, 56), (192, 28, 28), (256, 28, 28), (480, 28, 28),
                   (512, 14, 14), (832, 14, 14), (832, 7, 7), (1024, 7, 7),
                   (1024, 1, 1)]  # fmt: skip
    module = network.layers.get_submodule("3a")
    assert module["3x3"][1].conv.kernel_size == (3, 3)
    assert module["5x5"][1].conv.kernel_size == (5, 5)


def test_heads_speak_in_training_only():
    network = zoo.build("googlenet_heads", 7, 1, 28, 1 / 8)
    x = torch.randn(3, 1, 28, 28)
    outputs = network(x)
    assert [tuple(o.shape) for o in outputs] == [(3, 7)] * 3
    assert outputs.logits is outputs[0]
    assert network.eval()(x).shape == (3, 7)
    for output, hears, deaf in ((outputs.early, "4a", "4b"), (outputs.late, "4d", "4e")):
        places = [network.layers.get_submodule(place)["1x1"].conv.weight for place in (hears, deaf)]
        grads = torch.autograd.grad(output.sum(), places, retain_graph=True, allow_unused=True)
        assert [g is not None for g in grads] == [True, False]


def test_sizes_inside_inceptions():
    v4 = shapes(on_meta("inception_v4"), image(1, 3, 299), "stem1", "stem2", "stem3", "stem4", "a",
                "reduction_a", "b", "reduction_b", "c")  # fmt: skip
    assert v4 == [(64, 147, 147), (160, 73, 73), (192, 71, 71), (384, 35, 35), (384, 35, 35),
                  (1024, 17, 17), (1024, 17, 17), (1536, 8, 8), (1536, 8, 8)]  # fmt: skip
    v2 = shapes(on_meta("inception_resnet_v2"), image(1, 3, 299), "stem1", "stem2", "a", "b", "c",
                "conv")  # fmt: skip
    assert v2 == [(192, 35, 35), (320, 35, 35), (320, 35, 35), (1088, 17, 17), (2080, 8, 8),
                  (1536, 8, 8)]  # fmt: skip


def test_sizes_inside_inception_v3():
    v3 = on_meta("inception_v3_heads")
    places = ("stem", "5b", "5c", "5d", "6a", "6b", "6e", "7a", "7b", "7c")
    got = shapes(v3, image(1, 3, 299), *(f"layers.{place}" for place in places))
    assert got == [(192, 35, 35), (256, 35, 35), (288, 35, 35), (288, 35, 35), (768, 17, 17),
                   (768, 17, 17), (768, 17, 17), (1280, 8, 8), (2048, 8, 8),
                   (2048, 8, 8)]  # fmt: skip
    kernels = {m.kernel_size for m in v3.layers.get_submodule("6c").modules()
               if isinstance(m, nn.Conv2d)}  # fmt: skip
    assert kernels == {(1, 1), (1, 7), (7, 1)}
    assert v3.train()(image(2, 3, 299)).late.shape == (2, 1000)


def test_zeros_around_the_maps_count_in_the_mean_of_v3_alone():
    x = torch.ones(1, 8, 4, 4)
    for name, corner in (("inception_v3", 4 / 9), ("inception_v4", 1.0)):
        network = zoo.build(name, 3, 1, 28, 1 / 16)
        pool = next(m for m in network.modules() if isinstance(m, nn.AvgPool2d))
        assert pool(x)[0, 0, 0, 0].item() == pytest.approx(corner)


def test_residual_inception_adds_a_share():
    block = zoo.build("inception_resnet_v2", 3, 1, 28, 1 / 16).eval().b[0]
    x = torch.randn(1, block.body.up.out_channels, 5, 5)
    expected = (x + 0.1 * block.body.up(block.body.branches(x))).relu()
    torch.testing.assert_close(block(x), expected)


# ---------------------------------------------------------------------------------------- xception
def test_xception_has_36_layers_in_14_modules():
    network = on_meta("xception")
    convolutions = [m for m in network.modules() if isinstance(m, nn.Conv2d)]
    shortcuts = [n for n, _ in network.named_modules() if n.endswith("shortcut.conv")]
    scans = [m for m in convolutions if m.groups > 1]
    assert len(convolutions) - len(scans) - len(shortcuts) == 36  # a separable one is one layer
    modules = [m for m in network.modules() if isinstance(m, parts.Residual)]
    assert len(modules) == 12  # "all of which have linear residual connections", but two
    assert all(isinstance(m.after, nn.Identity) for m in modules)
    got = shapes(network, image(1, 3, 299), "conv1", "conv2", "module1", "module2", "module3",
                 "module11", "module12", "separable2")  # fmt: skip
    assert got == [(32, 149, 149), (64, 147, 147), (128, 74, 74), (256, 37, 37), (728, 19, 19),
                   (728, 19, 19), (1024, 10, 10), (2048, 10, 10)]  # fmt: skip


def test_nothing_stands_between_the_scan_and_the_mix_of_xception():
    network = on_meta("xception")
    units = [m for m in network.modules() if hasattr(m, "depthwise")]
    assert len(units) == 34
    for unit in units:
        assert [name for name, _ in unit.named_children()] == ["depthwise", "pointwise", "norm"]
    body = network.get_submodule("module5").body
    assert [name for name, _ in body.named_children()] == [
        "relu1", "separable1", "relu2", "separable2", "relu3", "separable3"]  # fmt: skip
    first, second = network.module1.body, network.module2.body
    assert not hasattr(first, "relu1")
    assert hasattr(second, "relu1")


# ------------------------------------------------------------------------------------------ resnet
def test_sizes_inside_resnet50():
    got = shapes(on_meta("resnet50"), image(1, 3, 224), "conv1", "pool1", "stage1", "stage2",
                 "stage3", "stage4")  # fmt: skip
    assert got == [(64, 112, 112), (64, 56, 56), (256, 56, 56), (512, 28, 28), (1024, 14, 14),
                   (2048, 7, 7)]  # fmt: skip


@pytest.mark.parametrize(("name", "depth"), [("resnet34", 34), ("resnet152", 152),
                                             ("resnet56", 56), ("plain20", 20)])  # fmt: skip
def test_depth_counts_layers_with_weights_but_no_shortcuts(name, depth):
    layers = [n for n, m in on_meta(name).named_modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    assert sum("shortcut" not in n for n in layers) == depth


def test_plain_twin_is_the_residual_network_without_shortcuts():
    torch.manual_seed(0)
    residual, plain = zoo.build("resnet20", width=1 / 4), zoo.build("plain20", width=1 / 4)
    names = {old: old.replace(".body.", ".0.") for old in residual.state_dict()}
    plain.load_state_dict({names[old]: t for old, t in residual.state_dict().items()})
    for block in residual.modules():
        if isinstance(block, parts.Residual):
            block.shortcut.register_forward_hook(lambda _, x, y: 0 * y)
    x = torch.randn(2, 3, 32, 32)
    torch.testing.assert_close(plain(x), residual(x))


def test_shortcuts_are_identities_where_the_shape_stays():
    network = on_meta("resnet50")
    kinds = [
        [type(b.shortcut).__name__ for b in stage] for stage in (network.stage1, network.stage2)
    ]
    assert kinds == [["Sequential"] + ["Identity"] * 2, ["Sequential"] + ["Identity"] * 3]
    small = on_meta("resnet20")
    assert [type(b.shortcut).__name__ for b in small.stage2] == ["ZeroPadded"] + ["Identity"] * 2
    assert network.stage2[0].body.conv2.stride == (2, 2)


def test_pre_activation_lets_x_through_untouched():
    block = preact.basic(8, 8, 1).eval()
    for conv in (block.body.conv1, block.body.conv2):
        nn.init.zeros_(conv.weight)
    x = torch.randn(2, 8, 5, 5)
    assert torch.equal(block(x), x)  # no ReLU behind the sum
    assert [type(m).__name__ for m in block.body] == ["BatchNorm2d", "ReLU", "Conv2d"] * 2
    changing = preact.bottleneck(8, 16, 2)
    shortcut = changing.sum.shortcut(changing.relu1(changing.norm1(x)))  # norm before both ways
    torch.testing.assert_close(changing(x) - shortcut,
                               changing.sum.body(changing.relu1(changing.norm1(x))))  # fmt: skip


def test_wide_resnets():
    network = on_meta("wrn_28_10")
    convolutions = [n for n, m in network.named_modules() if isinstance(m, nn.Conv2d)]
    assert len(convolutions) == 28  # 24 in blocks, the first, and three shortcuts
    assert network.stage1[0].sum.body.conv1.out_channels == 160
    dropouts = [m.p for m in on_meta("wrn_28_10_dropout").modules() if isinstance(m, nn.Dropout)]
    assert dropouts == [0.3] * 12


def test_resnext_block_equals_its_paths():
    """Figure 3: 32 paths that are added up are one convolution with 32 groups."""
    torch.manual_seed(0)
    block = resnet.bottleneck(16, 16, 1, inner=1 / 2, groups=4).eval()
    x, body = torch.randn(2, 16, 6, 6), block.body
    inner = body.relu1(body.norm1(body.conv1(x)))
    total = 0
    for g in range(4):
        maps = slice(2 * g, 2 * g + 2)
        path = nn.functional.conv2d(inner[:, maps], body.conv2.weight[maps], padding=1)
        norm = body.norm2
        path = nn.functional.batch_norm(path, norm.running_mean[maps], norm.running_var[maps],
                                        norm.weight[maps], norm.bias[maps])  # fmt: skip
        total = total + nn.functional.conv2d(path.relu(), body.conv3.weight[:, maps])
    torch.testing.assert_close(block(x), (body.norm3(total) + x).relu())


def test_one_convolution_of_rir_is_the_four_of_the_paper():
    torch.manual_seed(0)
    layer = zoo.build("rir", width=1 / 8).stage1[0].body[0].eval()
    x = torch.randn(2, 12, 5, 5)
    r, t = x.chunk(2, dim=1)
    rows = layer.body.weight.chunk(2)  # to the residual, to the transient stream
    (r_r, t_r), (r_t, t_t) = (row.chunk(2, dim=1) for row in rows)

    def conv(x, weight):
        return nn.functional.conv2d(x, weight, padding=1)

    new_r = conv(r, r_r) + conv(t, t_r) + r  # equation 1
    new_t = conv(r, r_t) + conv(t, t_t)
    torch.testing.assert_close(layer(x), layer.after(torch.cat([new_r, new_t], dim=1)))


# ------------------------------------------------------------------------- densenet, mobilenet
def test_a_dense_layer_keeps_all_that_came_in():
    network = zoo.build("densenet_bc_40_12", 5, 1, 28).eval()
    x = torch.randn(2, 24, 6, 6)
    out = network.block1.layer1(x)
    assert out.shape == (2, 36, 6, 6)
    assert torch.equal(out[:, :24], x)


def test_sizes_inside_densenet121():
    got = shapes(on_meta("densenet121"), image(1, 3, 224), "pool1", "block1", "transition1",
                 "block2", "block3", "block4")  # fmt: skip
    assert got == [(64, 56, 56), (256, 56, 56), (128, 28, 28), (512, 28, 28), (1024, 14, 14),
                   (1024, 7, 7)]  # fmt: skip
    got = shapes(on_meta("densenet_40_12"), image(1, 3, 32), "conv1", "block1", "transition1",
                 "block3")  # fmt: skip
    assert got == [(16, 32, 32), (160, 32, 32), (160, 16, 16), (448, 8, 8)]


def test_mobilenet():
    network = on_meta("mobilenet")
    block = network.separable2
    assert block.depthwise.conv.groups == block.depthwise.conv.in_channels == 64
    assert block.pointwise.conv.kernel_size == (1, 1)
    got = shapes(network, image(1, 3, 224), "conv1", "separable1", "separable13")
    assert got == [(32, 112, 112), (64, 112, 112), (1024, 7, 7)]
    half = on_meta("mobilenet", width=0.5)
    assert sum(p.numel() for p in half.parameters()) == zoo.entry("mobilenet_050").parameters


@pytest.mark.parametrize("name", ["resnet18", "vgg11", "googlenet", "densenet121", "mobilenet"])
def test_small_images_keep_their_side_in_the_first_layer(name):
    network = on_meta(name, 10, 3, 32)
    first = next(n for n, m in network.named_modules() if isinstance(m, nn.Conv2d))
    assert shapes(network, image(1, 3, 32), first)[0][1:] == (32, 32)
    large = on_meta(name, 10, 3, 65)
    sides = shapes(large, image(1, 3, 65), first)[0][1:]
    assert sides == ((65, 65) if name == "vgg11" else (33, 33))


# ------------------------------------------------------------------------- scores for each pixel
def test_sizes_inside_the_unet_are_those_of_figure_1():
    network, x = on_meta("unet"), image(1, 1, 572)
    levels = ["1", "1.below.1", "1.below.1.below.1", "1.below.1.below.1.below.1"]
    down = shapes(network, x, "0", *(f"{level}.below" for level in levels[-1:]))
    assert down == [(64, 568, 568), (1024, 28, 28)]
    pooled = shapes(network, x, *(f"{level}.pool" for level in levels))
    assert pooled == [(64, 284, 284), (128, 140, 140), (256, 68, 68), (512, 32, 32)]
    up = shapes(network, x, *(level for level in reversed(levels)))
    assert up == [(512, 52, 52), (256, 100, 100), (128, 196, 196), (64, 388, 388)]
    kinds = nn.Conv2d | nn.ConvTranspose2d
    assert sum(isinstance(m, kinds) for m in network.modules()) == 23  # section 2 counts them


def test_a_level_of_the_unet_joins_the_middle_of_the_skip_with_what_comes_up():
    level = unet.Level(2, 2, nn.ZeroPad2d(-1), padding=0, norm=False)  # below, a rim goes
    level.joined = nn.Identity()
    x = torch.randn(1, 2, 12, 14)
    out = level(x)  # 12 × 14 → 6 × 7 → 4 × 5 → 8 × 10
    assert out.shape == (1, 4, 8, 10)
    assert torch.equal(out[:, :2], x[:, :, 2:10, 2:12])
    assert torch.equal(out[:, 2:], level.up(level.pool(x)[:, :, 1:-1, 1:-1]))


@pytest.mark.parametrize("name", ["unet", "unet_bn", "fcn", "fcn_16s", "fcn_32s"])
@pytest.mark.parametrize(("H", "W"), [(32, 48), (29, 43), (37, 30)])
def test_a_small_image_of_any_shape_gets_scores_for_each_pixel(name, H, W):
    network = zoo.build(name, 5, 3, 32, 1 / 16).eval()
    assert network(torch.randn(2, 3, H, W)).shape == (2, 5, H, W)


@pytest.mark.parametrize(("stride", "size"), [(2, 4), (3, 5), (4, 8)])
def test_transposed_convolutions_begin_as_bilinear_interpolation(stride, size):
    up = nn.ConvTranspose2d(3, 3, size, stride, padding=stride // 2, bias=False)
    fcn.start_bilinear(up)
    x = torch.randn(2, 3, 5, 6)
    grown = nn.functional.interpolate(x, scale_factor=stride, mode="bilinear")
    inner = slice(stride, -stride)  # at the edge the one repeats pixels, the other has zeros
    torch.testing.assert_close(up(x)[..., inner, inner], grown[..., inner, inner])


def test_skips_of_the_fcn_begin_with_nothing_to_say():
    torch.manual_seed(0)
    network = zoo.build("fcn", 4, 1, 32, 1 / 16).eval()
    x = torch.randn(2, 1, 32, 32)
    before = network(x)
    with torch.no_grad():
        network.stages[4][0].weight.zero_()  # the deep maps are gone
        alone = network(x)
        network.scores[1].weight.normal_()
        with_skip = network(x)
    assert before.std() > 0
    assert alone.abs().max() == 0
    assert with_skip.std() > 0


# ------------------------------------------------------------------------------------- transformers
def test_sizes_inside_vit_b_16():
    got = shapes(on_meta("vit_b_16"), image(1, 3, 224), "patches", "tokens", "block1", "block12",
                 "first")  # fmt: skip
    assert got == [(768, 14, 14), (197, 768), (197, 768), (197, 768), (768,)]


@pytest.mark.parametrize(("size", "tokens"), [(28, 50), (32, 65), (64, 257)])
def test_small_images_have_small_patches(size, tokens):
    for name in ("vit_tiny", "vit_b_16"):
        network = on_meta(name, size=size, width=0.25)
        assert network.tokens.positions.shape[1] == tokens


@pytest.mark.parametrize(("name", "size", "patch"), [("vit_tiny", 30, 4), ("vit_b_16", 230, 16)])
def test_patches_must_cover_the_image(name, size, patch):
    sentence = (
        rf"{name} cuts images into patches of {patch} × {patch}: .* {patch} divides, got {size}"
    )
    with pytest.raises(CourseError, match=sentence):
        zoo.build(name, size=size)


def test_weights_of_attention_are_those_that_mix():
    torch.manual_seed(0)
    layer = zoo.build("vit_tiny").block2.mix.body.attention
    x = torch.randn(2, 7, 64)
    weights = layer.weights(x)
    assert weights.shape == (2, 4, 7, 7)
    torch.testing.assert_close(weights.sum(dim=3), torch.ones(2, 4, 7))
    mixed = weights @ layer.split(x)[2]
    torch.testing.assert_close(layer.out(mixed.transpose(1, 2).flatten(2)), layer(x))
    theirs = nn.MultiheadAttention(64, 4, batch_first=True)
    theirs.load_state_dict(
        {
            "in_proj_weight": layer.qkv.weight,
            "in_proj_bias": layer.qkv.bias,
            "out_proj.weight": layer.out.weight,
            "out_proj.bias": layer.out.bias,
        }
    )
    torch.testing.assert_close(layer(x), theirs(x, x, x)[0])


def test_a_vit_knows_where_its_patches_are():
    torch.manual_seed(0)
    network = zoo.build("vit_tiny").eval()
    x = torch.randn(2, 3, 32, 32)
    moved = x.roll(4, dims=3)  # the same patches in other places
    assert (network(moved) - network(x)).abs().max() > 1e-3
    with torch.no_grad():
        network.tokens.positions.zero_()
    torch.testing.assert_close(network(moved), network(x), rtol=1e-4, atol=1e-5)


def test_sizes_inside_convnext():
    got = shapes(on_meta("convnext_tiny"), image(1, 3, 224), "patches", "stage1", "stage2",
                 "stage3", "stage4")  # fmt: skip
    assert got == [(96, 56, 56), (96, 56, 56), (192, 28, 28), (384, 14, 14), (768, 7, 7)]
    small = shapes(on_meta("convnext_tiny", size=32), image(1, 3, 32), "stage1", "stage4")
    assert small == [(96, 32, 32), (768, 4, 4)]


def test_a_new_block_of_convnext_changes_next_to_nothing():
    block = zoo.build("convnext_tiny", width=1 / 8, size=32).stage1[0]
    x = torch.randn(2, 12, 6, 5)
    change = block(x) - x
    assert 0 < change.abs().max() < 1e-5
    nn.init.ones_(block.body.scale.weight)
    assert (block(x) - x).abs().max() > 1e-5
