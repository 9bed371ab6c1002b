"""The exercise `UNetUp` of notebook 21."""

from course_utils.checking.modules import module
from course_utils.exercises.nb21_segmentation import level_forms as v


@module(
    notebook="21",
    points=4,
    minutes=30,
    hints=(
        "__init__ has three things to keep: below(maps), one nn.ConvTranspose2d(2 * maps, maps, 2, "
        "stride=2), and two convolutions. How many maps come into the first of these?",
        "F.max_pool2d(x, 2) halves the size. What lies below makes twice as many maps of it.",
        "torch.cat([x, grown], dim=1) puts the maps side by side: the skip first.",
        "relu after each of the two convolutions, and no relu after the transposed one.",
    ),
    explanation="x takes two paths. One goes down, through everything that lies below, and comes "
    "up coarse; the other one goes straight across. The first convolution after the joint sees "
    "both: what is there, and where it ends.",
)
def UNetUp():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class UNetUp(nn.Module):
        """One level of a U-Net: down, through what lies below, up again, joined with what came in.

        (N, maps, H, W) -> (N, maps, H, W), H and W even. Max pooling of 2 × 2; the module
        below(maps), which makes (N, 2 · maps, H/2, W/2) of it; a transposed convolution to maps,
        2 × 2, stride 2; x and then its result side by side; two convolutions to maps, 3 × 3 with
        padding 1, each followed by ReLU. All have biases.
        """

        def __init__(self, maps, below):
            super().__init__()
            self.below = below(maps)
            self.up = nn.ConvTranspose2d(2 * maps, maps, 2, stride=2)
            self.conv1 = nn.Conv2d(2 * maps, maps, 3, padding=1)
            self.conv2 = nn.Conv2d(maps, maps, 3, padding=1)

        def forward(self, x):
            grown = self.up(self.below(F.max_pool2d(x, 2)))  # (N, maps, H, W)
            joined = torch.cat([x, grown], dim=1)  # (N, 2 · maps, H, W)
            return F.relu(self.conv2(F.relu(self.conv1(joined))))

    return UNetUp


def _one_convolution(maps):
    from torch import nn

    return nn.Conv2d(maps, 2 * maps, 3, padding=1)


def _two_layers(maps):
    from torch import nn

    return nn.Sequential(nn.Conv2d(maps, 2 * maps, 1, bias=False), nn.Tanh())


@UNetUp.cases
def _(rng):
    for settings, shape, label in (
        ((1, _two_layers), (1, 1, 2, 4), "one map of 2 × 4"),
        ((2, _one_convolution), (2, 2, 4, 6), "two images with two maps of 4 × 6"),
        ((3, _two_layers), (2, 3, 6, 4), "three maps of 6 × 4"),
        ((4, _one_convolution), (3, 4, 2, 8), "four maps of 2 × 8"),
    ):
        yield UNetUp.case(settings, shape, rng, label)


@UNetUp.oracle
def _(settings, x, weights, buffers, training):
    """With functions of torch, weight by weight; the transposed convolution as stamps."""
    import torch
    from torch.nn import functional as F

    maps, below = settings
    *inner, w_up, b_up, w1, b1, w2, b2 = weights
    coarse = x.unfold(2, 2, 2).unfold(3, 2, 2).amax(dim=(4, 5))
    if below is _one_convolution:
        coarse = F.conv2d(coarse, inner[0], inner[1], padding=1)
    else:
        coarse = torch.einsum("nchw,fc->nfhw", coarse, inner[0][:, :, 0, 0]).tanh()
    stamps = torch.einsum("nchw,cfij->nfhiwj", coarse, w_up)
    grown = stamps.reshape(x.shape) + b_up[:, None, None]
    from_x = F.conv2d(x, w1[:, :maps], b1, padding=1)
    out = (from_x + F.conv2d(grown, w1[:, maps:], padding=1)).clamp(min=0)
    return F.conv2d(out, w2, b2, padding=1).clamp(min=0)


for name, hint, wrong, also in (
    (
        "what comes from below comes first, and then x",
        "In which order does the docstring name them?",
        v.cat(lambda x, g: g, lambda x, g: x), (),
    ),
    (
        "the skip is missing: what comes from below is there twice",
        "Where does x go, apart from the pooling?",
        v.cat(lambda x, g: g, lambda x, g: g), (),
    ),
    (
        "x is there twice, and what comes from below is not there",
        "What becomes of the result of the transposed convolution?",
        v.cat(lambda x, g: x, lambda x, g: x), (),
    ),
    (
        "the skip has no gradient: it was detached",
        "Does x get a gradient on both of its paths?",
        v.cat(lambda x, g: x.detach(), lambda x, g: g), (),
    ),
    (
        "what comes from below has no gradient: it was detached",
        "How would what lies below ever learn?",
        v.cat(lambda x, g: x, lambda x, g: g.detach()), (),
    ),
    (
        "the skip goes through a ReLU of its own",
        "What becomes of a negative x on its way straight across?",
        v.cat(lambda x, g: x.relu(), lambda x, g: g), (),
    ),
    (
        "a ReLU follows the transposed convolution",
        "After which layers does the docstring have a ReLU?",
        lambda: v.variant(up=v.after_up), (v.cat(lambda x, g: x.relu(), lambda x, g: g.relu()),),
    ),
    (
        "the skip was added up with what comes from below, or left out: they are not side by side",
        "How many maps should come into the first convolution?",
        lambda: v.variant(join=lambda x, g: x + g, into=1),
        (lambda: v.variant(join=lambda x, g: (x + g).repeat(1, 2, 1, 1)),),
    ),
    (
        "the pooling takes the mean, not the largest",
        "Which pooling does the docstring ask for?",
        lambda: v.variant(down=v.pooled("avg_pool2d")), (),
    ),
    (
        "the windows of the pooling are 3 × 3",
        "How large are the windows in the docstring?",
        lambda: v.variant(down=v.pooled("max_pool2d", 3, 2, 1)), (),
    ),
    (
        "the skip was pooled and enlarged: the place is lost",
        "What should go across: x, or what is left of it after the pooling?",
        v.cat(lambda x, g: v.down_and_up(x), lambda x, g: g), (),
    ),
    (
        "x was added at the end, as in a residual block",
        "Where does x come in, according to the docstring?",
        v.residual, (),
    ),
    (
        "the ReLU is leaky",
        "What should become of −1?",
        v.leaky, (lambda: v.leaky(0.1), lambda: v.leaky(0.2)),
    ),
    (
        "the transposed convolution came before what lies below",
        "What lies below should see the small maps. What does it see in yours?",
        v.up_too_early, (),
    ),
    (
        "pixels were left out instead of pooled",
        "Which pixel of four should be left: the first one, or the largest?",
        lambda: v.variant(down=lambda x: x[:, :, ::2, ::2]), (),
    ),
    (
        "what lies below came before the pooling",
        "What lies below should see the small maps. What does it see in yours?",
        lambda: v.variant(below_first=True), (),
    ),
    (
        "the pooling is missing, so that nothing fits together",
        "How large is what comes up, and how large is x?",
        lambda: v.variant(down=lambda x: x), (),
    ),
    (
        "the ReLU at the end is missing",
        "Each of the two convolutions is followed by something. The second one, too?",
        lambda: v.variant(last=lambda out: out), (),
    ),
    (
        "the ReLU between the convolutions is missing",
        "Two convolutions without a non-linearity between them: what are they together?",
        lambda: v.variant(between=lambda out: out), (),
    ),
    (
        "there is no ReLU at all",
        "Two convolutions without a non-linearity between them: what are they together?",
        lambda: v.variant(between=lambda out: out, last=lambda out: out), (),
    ),
    (
        "the convolutions have no bias",
        "What does the docstring say about biases?",
        lambda: v.variant(bias=False), (
            lambda: v.variant(
                bias=False, up=v.layer("ConvTranspose2d", 2, 1, -2, stride=2, bias=False)),
        ),
    ),
    (
        "the transposed convolution has no bias",
        "What does the docstring say about biases?",
        lambda: v.variant(up=v.layer("ConvTranspose2d", 2, 1, -2, stride=2, bias=False)), (),
    ),
    (
        "the padding is missing: two convolutions take two pixels from every side",
        "What size comes out of a convolution of 3 × 3 without padding?",
        lambda: v.variant(padding=0), (),
    ),
    (
        "the convolutions are 1 × 1: no pixel sees its neighbours",
        "Which size does the docstring ask for?",
        lambda: v.variant(kernel=1, padding=0), (),
    ),
    (
        "there is only one convolution after the joint",
        "How many convolutions follow the joint?",
        lambda: v.variant(second=False, last=lambda out: out.relu()), (),
    ),
    (
        "the transposed convolution keeps all maps",
        "How many maps go in at the transposed convolution, and how many come out?",
        lambda: v.variant(up=v.layer("ConvTranspose2d", 2, 2, -2, stride=2), into=3), (),
    ),
    (
        "the transposed convolution is not 2 × 2",
        "With which filter do the stamps lie side by side at stride 2?",
        lambda: v.variant(up=v.layer("ConvTranspose2d", 2, 1, -4, stride=2, padding=1)),
        (lambda: v.variant(up=v.layer("ConvTranspose2d", 2, 1, -3, stride=2, padding=1,
                                    output_padding=1)),),
    ),
    (
        "the maps were enlarged by interpolation, not by a transposed convolution",
        "Which layer learns how to enlarge?",
        lambda: v.variant(up=v.interpolated("nearest")),
        (
            lambda: v.variant(up=v.interpolated("bilinear")),
            lambda: v.variant(up=v.layer("Upsample", scale_factor=2), into=3),
        ),
    ),
    (
        "what lies below is missing",
        "below(maps) makes a module. Where do you keep it, and where do you run it?",
        lambda: v.variant(first=lambda below, maps: v.repeated()), (),
    ),
    (
        "the joint is along another axis than that of the maps",
        "(N, maps, H, W): which number has the axis of the maps?",
        lambda: v.variant(join=v.along(0)),
        (lambda: v.variant(join=v.along(2)), lambda: v.variant(join=v.along(3))),
    ),
    (
        "the first convolution keeps 2 · maps; it should make maps of them",
        "How many maps come out of the first convolution?",
        v.wide, (),
    ),
    (
        "the convolutions have batch norms, which are not asked for",
        "What follows each convolution in the docstring?",
        v.with_norms, (),
    ),
):  # fmt: skip
    UNetUp.mistake(name, hint=hint, also=also)(wrong)
