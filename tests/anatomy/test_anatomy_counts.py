"""What `describe` counts in networks of others: no parameter is lost, no product is left out."""

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models import convnext, swin_transformer, vision_transformer

from course_utils.anatomy import describe


class Calls(nn.Module):
    """A network whose forward is a function of itself and the input, with parts by name."""

    def __init__(self, function, **parts):
        super().__init__()
        self.function = function
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, x):
        return self.function(self, x)


def weight(*shape):
    return nn.Parameter(torch.ones(*shape))


def torchs_count(model, size):
    """Half of torch's count of operations, where a multiply–add is two."""
    model = copy.deepcopy(model).to("meta").eval()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(torch.zeros(1, *size, device="meta"))
    return counter.get_total_flops() // 2


def conv():
    return nn.Conv2d(1, 4, 2)


def linear():
    return nn.Linear(6, 6)


def vit():
    return vision_transformer.VisionTransformer(32, 8, 2, 2, 16, 32, num_classes=5)


def swin(**settings):
    return swin_transformer.SwinTransformer([4, 4], 8, [2, 2], [2, 2], [2, 2], num_classes=5,
                                            **settings)  # fmt: skip


def swin_v2():
    parts = swin_transformer
    return swin(block=parts.SwinTransformerBlockV2, downsample_layer=parts.PatchMergingV2)


def tiny_convnext():
    block = convnext.CNBlockConfig
    return convnext.ConvNeXt([block(8, 16, 1), block(16, None, 1)], num_classes=5)


def attention(need_weights):
    return Calls(lambda m, x: m.part(x, x, x, need_weights=need_weights)[0],
                 part=nn.MultiheadAttention(32, 4, batch_first=True))  # fmt: skip


IMAGE = (3, 32, 32)
NETWORKS = {  # name: network, size of its input, multiply–adds by hand or None
    "view": (
        lambda: Calls(lambda m, x: m.conv(x) * m.g.view(1, -1, 1, 1), conv=conv(), g=weight(4)),
        (1, 5, 5), 16 * 16),
    "reshape and index": (
        lambda: Calls(lambda m, x: m.conv(x) + m.g[0].reshape(-1, 1, 1), conv=conv(),
                      g=weight(2, 4)), (1, 5, 5), 256),
    "expand": (lambda: Calls(lambda m, x: torch.cat([m.token.expand(len(x), -1, -1), m.l(x)], 1),
                             token=weight(1, 1, 6), l=linear()), (5, 6), 180),
    "functional": (lambda: Calls(lambda m, x: F.conv2d(F.linear(x, m.a), bias=m.c, weight=m.b),
                                 a=weight(6, 6), b=weight(2, 1, 3, 3), c=weight(2)),
                   (1, 6, 6), 36 * 6 + 2 * 16 * 9),
    "made of two": (lambda: Calls(lambda m, x: F.linear(m.l(x), m.a @ m.b), a=weight(7, 2),
                                  b=weight(2, 6), l=linear()), (6,), 36 + 7 * 2 * 6 + 42),
    "weight norm": (lambda: nn.utils.parametrizations.weight_norm(nn.Linear(6, 5)), (6,), 30),
    "tied": (lambda: Calls(lambda m, x: F.linear(m.l(x), m.l.weight), l=linear()), (6,), 72),
    "einsum": (lambda: Calls(lambda m, x: torch.einsum("bi,oi->bo", x, m.w), w=weight(10, 15)),
               (15,), 150),
    "bmm": (lambda: Calls(lambda m, x: torch.bmm(m.l(x), x), l=linear()), (6, 6), 216 + 216),
    "baddbmm": (lambda: Calls(lambda m, x: torch.baddbmm(x, m.l(x), x), l=linear()), (6, 6), 432),
    "Conv3d": (lambda: nn.Conv3d(1, 2, 3), (1, 5, 5, 5), 2 * 27 * 27),
    "ConvTranspose3d": (lambda: nn.ConvTranspose3d(1, 2, 3), (1, 2, 2, 2), 8 * 2 * 27),
    "LSTM": (lambda: nn.LSTM(8, 16), (5, 8), 5 * 4 * 16 * (8 + 16)),
    "LSTM, both ways": (
        lambda: nn.LSTM(8, 16, 2, bidirectional=True, batch_first=True), (5, 8), None),
    "GRU": (lambda: nn.GRU(8, 16), (5, 8), 5 * 3 * 16 * (8 + 16)),
    "RNN": (lambda: nn.RNN(8, 16), (5, 8), 5 * 16 * (8 + 16)),
    "attention": (lambda: attention(False), (10, 32), 4 * 10 * 32 * 32 + 2 * 10 * 10 * 32),
    "attention with weights": (lambda: attention(True), (10, 32), 4 * 10 * 32 * 32 + 6400),
    "scaled_dot_product_attention": (
        lambda: Calls(lambda m, x: F.scaled_dot_product_attention(m.l(x), x, x), l=linear()),
        (2, 5, 6), 2 * 5 * 36 + 2 * 2 * 5 * 5 * 6),
    # ten sequences of one: 81,920 in the linear maps, 10 · 2 · 32 in the attention
    "encoder layer": (lambda: nn.TransformerEncoderLayer(32, 4, 64), (10, 32), 81_920 + 640),
    "encoder layer, batch first": (
        lambda: nn.TransformerEncoderLayer(32, 4, 64, batch_first=True), (10, 32), 81_920 + 6400),
    "vit": (vit, IMAGE, None),
    "swin": (swin, IMAGE, None),
    "swin v2": (swin_v2, IMAGE, None),
    "convnext": (tiny_convnext, IMAGE, None),
}  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_no_parameter_is_lost_and_no_product_is_left_out(name):
    build, size, by_hand = NETWORKS[name]
    model = build()
    rows = describe(model, size)
    assert rows.parameters == sum(p.numel() for p in model.parameters())
    assert rows.idle == {}
    assert rows.multiply_adds == torchs_count(model, size)
    assert by_hand in (None, rows.multiply_adds)
    assert rows.not_counted == ()
    assert "ot counted" not in str(rows)
    assert "Not run" not in str(rows)


def test_products_with_vectors_count_too():
    model = Calls(lambda m, x: m.l(x)[0] @ m.w, l=linear(), w=weight(6))
    assert describe(model, (6, 6)).multiply_adds == 216 + 36


@pytest.mark.parametrize("first", [False, True])
def test_the_shape_of_attention_is_the_layer_s(first):
    rows = describe(nn.TransformerEncoderLayer(32, 4, 64, batch_first=first), (10, 32))
    assert rows["self_attn"].kind == "MultiheadAttention"
    assert rows["self_attn"].shape == (10, 32)
    assert rows["self_attn"].parameters == 4 * 32 * 32 + 4 * 32
    assert {row.shape for row in rows} == {(10, 32), (10, 64)}


def test_a_shape_keeps_what_the_batch_does_not_have():
    stacked = describe(Calls(lambda m, x: torch.stack([m.l(x), x]), l=linear()), (4, 6))
    assert stacked["stack"].shape == (2, 4, 6)
    windows = describe(Calls(lambda m, x: m.l(x).reshape(4, 2, 6).relu(), l=linear()), (8, 6))
    assert windows["relu"].shape == (4, 2, 6)


def test_what_does_not_run_is_named_and_what_runs_is_not():
    model = Calls(lambda m, x: m.l(x), l=linear(), extra=weight(9), head=nn.Linear(2, 2))
    rows = describe(model, (6,))
    assert rows.idle == {"extra": 9, "head": 6}
    assert rows.parameters + 15 == sum(p.numel() for p in model.parameters())
    assert "Not run at test time: extra, head (15 parameters)." in str(rows)


@torch.library.custom_op("course_tests::double", mutates_args=())
def double(x: torch.Tensor) -> torch.Tensor:
    return 2 * x


@double.register_fake
def _(x):
    return torch.empty_like(x)


def bilinear(outputs):
    return Calls(lambda m, x: m.b(x, x), b=nn.Bilinear(6, 6, outputs))


UNCOUNTED = {
    "Bilinear": (lambda: nn.Sequential(linear(), bilinear(3)), "1.b", "_trilinear"),
    "fft": (lambda: Calls(lambda m, x: torch.fft.rfft(m.l(x)).abs(), l=linear()),
            "fft_rfft", "_fft_r2c"),
    "own": (lambda: Calls(lambda m, x: double(m.l(x)), l=linear()), "double.default", "double"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNCOUNTED)
def test_what_cannot_be_counted_says_so_in_its_row_and_in_the_total(name):
    build, row, operation = UNCOUNTED[name]
    rows = describe(build(), (6,))
    assert rows.multiply_adds == 36
    assert rows.not_counted == (row,)
    assert rows[row].not_counted == (operation,)
    *_, total, note = str(rows).splitlines()
    assert "36 + not counted" in total
    assert note == f"Not counted: {row} ({operation})."
    (line,) = [line for line in str(rows).splitlines() if line.startswith(f"{row} ")]
    assert "not counted" in line
    assert "36 + not counted" in rows._repr_html_()


def test_a_block_of_it_says_so_too():
    (row,) = describe(nn.Sequential(nn.Sequential(linear(), bilinear(6))), (6,), depth=1)
    assert (row.multiply_adds, row.not_counted) == (36, ("_trilinear",))
