"""Exercises of notebook 14: what a convolution and an inception module cost; pooling it all."""

from functools import partial

import numpy as np

from course_utils.exercises.core import case, exercise


# -------------------------------------------------------------------------------------- conv_macs
@exercise(
    notebook="14",
    points=2,
    minutes=10,
    hints=(
        "How many numbers come out of the layer? Each of them costs the same.",
        "One output is the sum over a window of K × K in each of the C maps: so many "
        "multiplications.",
        "OH = (H + 2 · padding − K) // stride + 1, and the same for OW. The images of a batch do "
        "not matter: we count for one.",
    ),
    explanation="Each of the F · OH · OW outputs needs C · K · K multiplications and as many "
    "additions. That is all: a multiply–add for each weight, at each place.",
)
def conv_macs(C, H, W, F, K, stride=1, padding=0):
    """The multiply–adds of a convolution, for one image.

    C maps of H × W come in; F filters with windows of K × K, and `padding` zeros on every side
    -> a whole number; the biases are not counted
    """
    OH, OW = (H + 2 * padding - K) // stride + 1, (W + 2 * padding - K) // stride + 1
    return F * OH * OW * C * K * K


@conv_macs.cases
def _(rng):
    yield case(2, 3, 4, 5, 2, 1, 0, label="2 maps of 3 × 4, 5 filters of 2 × 2")
    yield case(256, 28, 28, 128, 1, 1, 0, label="1 × 1 windows")
    yield case(64, 28, 28, 192, 3, 1, 1, label="3 × 3 windows, padding 1")
    yield case(3, 11, 14, 4, 5, 3, 0, label="stride 3, rows and columns left over")
    yield case(6, 9, 7, 10, 4, 2, 3, label="stride 2 and padding 3")
    yield case(1, 8, 5, 7, 5, 1, 2, label="a single map")
    C, F = (int(n) for n in rng.integers(3, 20, 2))
    H, W = (int(n) for n in rng.integers(13, 40, 2))
    yield case(C, H, W + 30, F + 20, 4, 3, 1, label="sizes drawn at random")


@conv_macs.oracle
def _(C, H, W, F, K, stride, padding):
    places = 0
    for top in range(-padding, H + padding - K + 1, stride):
        for left in range(-padding, W + padding - K + 1, stride):
            places += 1
            assert top + K <= H + padding
            assert left + K <= W + padding
    return sum(places * K * K for _ in range(C)) * F


def _macs(C, H, W, F, K, stride=1, padding=0, *, out=None, each=None, total=None):
    """The count with one thing exchanged."""
    out = out or (lambda n, k, s, p: (n + 2 * p - k) // s + 1)
    each = each or (lambda c, f, k: c * k * k)
    total = total or (lambda f, oh, ow, e: f * oh * ow * e)
    sides = out(H, K, stride, padding), out(W, K, stride, padding)
    return total(F, *sides, each(C, F, K))


for name, hint, change in (
    (
        "a window has one axis only: K in place of K · K",
        "How many weights has a window of 3 × 3?",
        {"each": lambda c, f, k: c * k},
    ),
    (
        "the maps that come in were forgotten",
        "A filter looks at all C maps at once. How many windows are multiplied for one output?",
        {"each": lambda c, f, k: k * k},
    ),
    (
        "the filters were forgotten",
        "One filter makes one map. How many maps come out?",
        {"total": lambda f, oh, ow, e: oh * ow * e},
    ),
    (
        "these are the parameters: the places were forgotten",
        "A weight is stored once. How often is it used?",
        {"total": lambda f, oh, ow, e: f * e},
    ),
    (
        "this is the number of outputs: what each of them costs was forgotten",
        "How many multiplications does one output need?",
        {"each": lambda c, f, k: 1},
    ),
    (
        "the size of the maps that come in was used for those that come out",
        "Without padding, how many windows of K fit into a row of W pixels?",
        {"out": lambda n, k, s, p: n},
    ),
    (
        "the padding was forgotten",
        "H + … pixels stand in a column, once the zeros are there?",
        {"out": lambda n, k, s, p: (n - k) // s + 1},
    ),
    (
        "the padding was added on one side only",
        "Zeros stand above and below. How many rows more is that?",
        {"out": lambda n, k, s, p: (n + p - k) // s + 1},
    ),
    (
        "the stride was forgotten",
        "With stride 2, does the window stop at each pixel?",
        {"out": lambda n, k, s, p: n + 2 * p - k + 1},
    ),
    (
        "the + 1 of the output size is missing",
        "A window of 3 in a row of 3 pixels: how many places?",
        {"out": lambda n, k, s, p: (n + 2 * p - k) // s},
    ),
    (
        "the output size was rounded up",
        "May the last window hang out over the edge?",
        {"out": lambda n, k, s, p: -(-(n + 2 * p - k) // s) + 1},
    ),
    (
        "in the output size the division comes before the subtraction",
        "Python divides K by the stride first, unless … Where must brackets stand?",
        {"out": lambda n, k, s, p: n + 2 * p - k // s + 1},
    ),
    (
        "in the output size the 1 was added before the division",
        "(4 − 2) // 3 + 1, or (4 − 2 + 1) // 3? The first window always fits. What comes then?",
        {"out": lambda n, k, s, p: (n + 2 * p - k + 1) // s},
    ),
    (
        "the output size was taken to be the input size divided by the stride",
        "Without padding, how many windows of 5 fit into a row of 11 pixels, with stride 3?",
        {"out": lambda n, k, s, p: n // s},
    ),
    (
        "the maps with their padding were taken for those that come out",
        "The zeros are there to be read. How many windows of K fit into H + 2 · padding?",
        {"out": lambda n, k, s, p: n + 2 * p},
    ),
    (
        "stride and padding were forgotten",
        "Where does your code use `stride` and `padding`?",
        {"out": lambda n, k, s, p: n - k + 1},
    ),
    (
        "C was squared, and F does not occur",
        "How many filters are there, C or F?",
        {"each": lambda c, f, k: c * c * k * k, "total": lambda f, oh, ow, e: oh * ow * e},
    ),
    (
        "F was squared, and C does not occur",
        "How deep is a filter, C or F?",
        {"each": lambda c, f, k: f * k * k},
    ),
    (
        "a multiply–add was counted twice, once as a product and once as a sum",
        "The unit here is the pair: one product that is added. How many pairs?",
        {"total": lambda f, oh, ow, e: 2 * f * oh * ow * e},
    ),
    (
        "the biases were counted",
        "Is adding a bias a multiplication?",
        {"each": lambda c, f, k: c * k * k + 1},
    ),
    (
        "the biases were counted, once for each filter",
        "Is adding a bias a multiplication?",
        {"total": lambda f, oh, ow, e: f * oh * ow * e + f},
    ),
    (
        "these are weights and biases: the places were forgotten",
        "A weight is stored once. How often is it used?",
        {"each": lambda c, f, k: c * k * k + 1, "total": lambda f, oh, ow, e: f * e},
    ),
    (
        "only the additions were counted: one fewer than multiplications",
        "Twelve products: eleven additions join them. Which of the two does the unit count?",
        {"each": lambda c, f, k: c * k * k - 1},
    ),
    (
        "the map was taken to be square: its height was used twice",
        "OH comes from H. And OW?",
        {"total": lambda f, oh, ow, e: f * oh * oh * e},
    ),
    (
        "the map was taken to be square: its width was used twice",
        "OW comes from W. And OH?",
        {"total": lambda f, oh, ow, e: f * ow * ow * e},
    ),
    (
        "C and F were added, not multiplied",
        "Each of F filters reads each of C maps. How many pairs are that?",
        {"each": lambda c, f, k: (c + f) * k * k, "total": lambda f, oh, ow, e: oh * ow * e},
    ),
):
    conv_macs.mistake(name, hint=hint)(partial(_macs, **change))


# --------------------------------------------------------------------------------- inception_macs
@exercise(
    notebook="14",
    points=3,
    minutes=20,
    returns=("macs", "channels"),
    hints=(
        "All convolutions keep the maps at H × W. So a convolution from C to F maps costs "
        "H · W · F · C · K · K: write a small function for it.",
        "A branch with a bottleneck costs two convolutions. The first reads C maps. How many does "
        "the second read?",
        "Pooling itself multiplies nothing. Which convolution stands behind it, and how many maps "
        "does it read?",
        "Four branches are laid behind one another: their maps add up. The maps between a "
        "bottleneck and its convolution are not among them.",
    ),
    explanation="Six convolutions: one in the first branch, two in each of the next two, one "
    "behind the pooling. The 3 × 3 and the 5 × 5 convolution read what their bottleneck puts out, "
    "and that is where the saving is. What comes out is the sum of the four branches.",
)
def inception_macs(C, H, W, one, reduce3, three, reduce5, five, pooled):
    """The multiply–adds of an inception module for one image, and how many maps it puts out.

    C maps of H × W come in and keep their size. Four branches: 1 × 1 (one filters);
    1 × 1 (reduce3), then 3 × 3 (three); 1 × 1 (reduce5), then 5 × 5 (five); pooling, then 1 × 1
    (pooled) -> macs, channels: two whole numbers
    """
    each_place = C * (one + reduce3 + reduce5 + pooled)  # the four 1 × 1 convolutions
    each_place += reduce3 * three * 3 * 3 + reduce5 * five * 5 * 5
    return H * W * each_place, one + three + five + pooled


@inception_macs.cases
def _(rng):
    yield case(2, 1, 1, 1, 1, 1, 1, 1, 1, label="a single place, one filter everywhere")
    yield case(10, 3, 4, 2, 3, 5, 1, 4, 6, label="small numbers, no two equal")
    yield case(192, 28, 28, 64, 96, 128, 16, 32, 32, label="GoogLeNet's first module, 3a")
    yield case(7, 5, 9, 4, 11, 3, 13, 2, 8, label="bottlenecks that are wider than what follows")
    numbers = (int(n) for n in rng.permutation(np.arange(3, 40))[:7])
    yield case(int(rng.integers(41, 90)), 6, 11, *list(numbers)[:6], label="drawn at random")


@inception_macs.oracle
def _(C, H, W, one, reduce3, three, reduce5, five, pooled):
    rows = [(C, one, 1), (C, reduce3, 1), (reduce3, three, 3), (C, reduce5, 1),
            (reduce5, five, 5), (C, pooled, 1)]  # fmt: skip
    macs = 0
    for before, after, kernel in rows:
        for _filter in range(after):
            macs += sum(H * W for _ in np.ndindex(kernel, kernel)) * before
    return macs, len([*range(one), *range(three), *range(five), *range(pooled)])


def _module(C, H, W, one, reduce3, three, reduce5, five, pooled, *, rows=None, maps=None,
            places=None, lost=None, bias=0, form=None):  # fmt: skip
    """The count with one thing exchanged; rows: (before, after, kernel) of each convolution."""
    names = (C, one, reduce3, three, reduce5, five, pooled)
    standard = lambda C, a, r3, t, r5, f, p: [  # noqa: E731
        (C, a, 1), (C, r3, 1), (r3, t, 3), (C, r5, 1), (r5, f, 5), (C, p, 1)
    ]  # fmt: skip
    listed = (rows or standard)(*names)
    macs = 0
    for before, after, kernel in listed:
        less = lost(kernel) if lost else 0  # so many rows and columns fewer come out
        each = (before * kernel**2 + bias) * after
        macs += (places or (lambda h, w: h * w))(H - less, W - less) * each
    channels = (maps or (lambda C, a, r3, t, r5, f, p: a + t + f + p))(*names)
    return form(macs, channels) if form else (macs, channels)


for name, hint, change in (
    (
        "the 3 × 3 and the 5 × 5 convolution read all C maps, as if there were no bottlenecks",
        "What stands in front of the 3 × 3 convolution, and how many maps does that put out?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (C, t, 3), (C, r5, 1),
                                                (C, f, 5), (C, p, 1)]},
    ),
    (
        "the bottlenecks themselves were not counted",
        "A 1 × 1 convolution is cheap. Is it free?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (r3, t, 3), (r5, f, 5), (C, p, 1)]},
    ),
    (
        "this is the naive module: no bottlenecks, and all branches read C maps",
        "reduce3 and reduce5 have to occur somewhere. Where?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, t, 3), (C, f, 5), (C, p, 1)]},
    ),
    (
        "the 1 × 1 convolution behind the pooling was not counted",
        "Pooling multiplies nothing. And what follows it?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (r3, t, 3), (C, r5, 1),
                                                (r5, f, 5)]},
    ),
    (
        "the pooling was counted like a 3 × 3 convolution",
        "Does a maximum multiply?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (r3, t, 3), (C, r5, 1),
                                                (r5, f, 5), (C, p, 1), (C, 1, 3)]},
    ),
    (
        "the 3 × 3 branch was counted twice",
        "List the convolutions once more: how many are there? (The study notes have this slip.)",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (r3, t, 3), (r3, t, 3),
                                                (C, r5, 1), (r5, f, 5), (C, p, 1)]},
    ),
    (
        "the 5 × 5 branch has windows of 3 × 3",
        "Which window does the third branch have?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (r3, t, 3), (C, r5, 1),
                                                (r5, f, 3), (C, p, 1)]},
    ),
    (
        "windows of 3 and 5 in place of 3 · 3 and 5 · 5",
        "How many weights has a window of 3 × 3?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (3 * r3, t, 1), (C, r5, 1),
                                                (5 * r5, f, 1), (C, p, 1)]},
    ),
    (
        "the bottlenecks have changed places",
        "reduce3 stands in front of three, reduce5 in front of five. Are yours like that?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (r5, t, 3), (C, r5, 1),
                                                (r3, f, 5), (C, p, 1)]},
    ),
    (
        "the branches run one after the other: each reads what the one before it puts out",
        "Side by side: what does the 5 × 5 branch read?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (a, r3, 1), (r3, t, 3), (t, r5, 1),
                                                (r5, f, 5), (f, p, 1)]},
    ),
    (
        "the second 1 × 1 bottleneck reads what the first one puts out",
        "Does the third branch see anything of the second one?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (r3, t, 3), (r3, r5, 1),
                                                (r5, f, 5), (C, p, 1)]},
    ),
    (
        "all windows were taken to be 1 × 1: K · K is missing",
        "How many weights has a window of 3 × 3, and one of 5 × 5?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (r3, t, 1), (C, r5, 1),
                                                (r5, f, 1), (C, p, 1)]},
    ),
    (
        "the 3 × 3 and the 5 × 5 convolution read a single map",
        "Each of their filters looks at all maps of its bottleneck. How many are they?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (1, t, 3), (C, r5, 1),
                                                (1, f, 5), (C, p, 1)]},
    ),
    (
        "the 3 × 3 and the 5 × 5 convolution read as many maps as they put out",
        "What stands in front of the 3 × 3 convolution, and how many maps does that put out?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (t, t, 3), (C, r5, 1),
                                                (f, f, 5), (C, p, 1)]},
    ),
    (
        "the bottlenecks have as many filters as the convolutions behind them",
        "How many maps does the first 1 × 1 convolution of the second branch put out, reduce3 or "
        "three?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, t, 1), (r3, t, 3), (C, f, 1),
                                                (r5, f, 5), (C, p, 1)]},
    ),
    (
        "the convolution behind the pooling was counted with windows of 3 × 3",
        "The pooling has windows of 3 × 3. Which ones has the convolution behind it?",
        {"rows": lambda C, a, r3, t, r5, f, p: [(C, a, 1), (C, r3, 1), (r3, t, 3), (C, r5, 1),
                                                (r5, f, 5), (C, p, 3)]},
    ),
    (
        "the 3 × 3 and the 5 × 5 convolution were counted without padding",
        "The maps keep their size. Which padding do windows of 3 and of 5 need for that?",
        {"lost": lambda k: k - 1},
    ),
    (
        "the 5 × 5 convolution was given padding 1",
        "With padding 1 a 5 × 5 window still loses two rows. Which padding keeps them all?",
        {"lost": lambda k: 2 if k == 5 else 0},
    ),
    (
        "the biases were counted",
        "Is adding a bias a multiplication?",
        {"bias": 1},
    ),
    (
        "the places were forgotten: these are the weights",
        "Each weight is used at every place. How many places has a map?",
        {"places": lambda h, w: 1},
    ),
    (
        "the maps were taken to be square",
        "H rows, and how many columns?",
        {"places": lambda h, w: h * h},
    ),
    (
        "the convolutions were counted without padding, on smaller maps",
        "The maps keep their size, so that they can be laid behind one another. How many places?",
        {"places": lambda h, w: max(h - 2, 0) * max(w - 2, 0)},
    ),
    (
        "a multiply–add was counted twice",
        "The unit is the pair: one product that is added.",
        {"places": lambda h, w: 2 * h * w},
    ),
    (
        "the maps of the bottlenecks were counted among the channels",
        "What leaves the module? The bottleneck's maps are read by the next convolution.",
        {"maps": lambda C, a, r3, t, r5, f, p: a + r3 + t + r5 + f + p},
    ),
    (
        "the pooling branch was taken to keep its C maps",
        "That is so in the naive module. What stands behind the pooling here?",
        {"maps": lambda C, a, r3, t, r5, f, p: a + t + f + C},
    ),
    (
        "the first branch is missing from the channels",
        "How many branches are laid behind one another?",
        {"maps": lambda C, a, r3, t, r5, f, p: t + f + p},
    ),
    (
        "the maps of the branches were multiplied, not added",
        "Two maps are laid behind three others: how many are there, 5 or 6?",
        {"maps": lambda C, a, r3, t, r5, f, p: a * t * f * p},
    ),
    (
        "the pooling branch is missing from the channels",
        "How many branches are laid behind one another?",
        {"maps": lambda C, a, r3, t, r5, f, p: a + t + f},
    ),
    (
        "the branches were added, as in a residual network, not concatenated",
        "Maps laid behind one another: do their numbers add up, or must they be equal?",
        {"maps": lambda C, a, r3, t, r5, f, p: max(a, t, f, p)},
    ),
    (
        "what came in was counted among the channels",
        "Does the module hand on its own input?",
        {"maps": lambda C, a, r3, t, r5, f, p: C + a + t + f + p},
    ),
    (
        "macs and channels have changed places",
        "Which of the two does the docstring name first?",
        {"form": lambda macs, channels: (channels, macs)},
    ),
):  # fmt: skip
    inception_macs.mistake(name, hint=hint)(partial(_module, **change))


# ---------------------------------------------------------------------------- global_average_pool
@exercise(
    notebook="14",
    points=1,
    minutes=5,
    hints=(
        "From each map one number. Along which axes do the numbers of a map lie?",
        "x.mean(axis=(a, b)) takes the mean along two axes at once.",
    ),
    explanation="The mean along rows and columns leaves one number for each map of each image.",
)
def global_average_pool(x):
    """The mean of each map.

    x (N, C, H, W) -> (N, C)
    """
    return x.mean(axis=(2, 3))


@global_average_pool.cases
def _(rng):
    yield case(np.arange(12.0).reshape(1, 2, 2, 3), label="one image of two maps, 2 × 3")
    yield case(rng.normal(size=(4, 3, 5, 2)), label="four images, maps that are not square")
    yield case(-rng.uniform(1, 2, size=(2, 5, 3, 4)), label="all entries are negative")
    yield case(rng.normal(size=(3, 4, 1, 1)), label="maps of a single pixel")
    yield case(rng.integers(0, 9, size=(2, 3, 4, 5)), label="whole numbers")
    yield case(rng.normal(size=(2, 6, 7, 3)).astype(np.float32), label="float32")
    yield case(rng.normal(size=(5, 2, 8, 3)).transpose(1, 3, 2, 0), label="not contiguous")


@global_average_pool.oracle
def _(x):
    N, C, H, W = x.shape
    out = np.zeros((N, C))
    for n, c, i, j in np.ndindex(x.shape):
        out[n, c] += float(x[n, c, i, j]) / (H * W)
    return out


for name, hint, wrong in (
    (
        "the maps were added up, not averaged",
        "A map of 7 × 7 and one of 14 × 14 with the same values: should the answers differ?",
        lambda x: x.sum(axis=(2, 3)),
    ),
    (
        "the largest value was taken: this is global max pooling",
        "What does the word “average” ask for?",
        lambda x: x.max(axis=(2, 3)),
    ),
    (
        "the two axes of the map are still there, with length 1",
        "The result has shape (N, C). What does keepdims=True do?",
        lambda x: x.mean(axis=(2, 3), keepdims=True),
    ),
    (
        "the mean went over the maps and the rows",
        "Axis 0 counts the images, axis 1 the maps. Which two are left?",
        lambda x: x.mean(axis=(1, 2)),
    ),
    (
        "the mean went over the columns only",
        "A map has rows and columns. How many axes must vanish?",
        lambda x: x.mean(axis=3),
    ),
    (
        "the mean went over the rows only",
        "A map has rows and columns. How many axes must vanish?",
        lambda x: x.mean(axis=2),
    ),
    (
        "the images were averaged, too",
        "Each image gets its own answer. Which axis must stay?",
        lambda x: x.mean(axis=(0, 2, 3)),
    ),
    (
        "each image got a single number: its maps were averaged, too",
        "What does the classifier want to know, one number or one for each map?",
        lambda x: x.mean(axis=(1, 2, 3)),
    ),
    (
        "everything became one number",
        "mean() without an axis takes all entries together. Which axes do you mean?",
        lambda x: x.mean(),
    ),
    (
        "the mean went over the maps",
        "One number for each map, not one for each place. Which axes are the places?",
        lambda x: x.mean(axis=1),
    ),
    (
        "the result has the shape (C, N)",
        "The image comes first, then the map.",
        lambda x: x.mean(axis=(2, 3)).T,
    ),
    (
        "the sum was divided by the height only",
        "How many pixels has a map of H × W?",
        lambda x: x.sum(axis=(2, 3)) / x.shape[2],
    ),
    (
        "the sum was divided by the height twice, as if maps were square",
        "How many pixels has a map of H × W?",
        lambda x: x.sum(axis=(2, 3)) / x.shape[2] ** 2,
    ),
    (
        "the sum was divided by the width twice, as if maps were square",
        "How many pixels has a map of H × W?",
        lambda x: x.sum(axis=(2, 3)) / x.shape[3] ** 2,
    ),
    (
        "the sum was divided by H + W",
        "How many pixels has a map of 7 × 7: 14 or 49?",
        lambda x: x.sum(axis=(2, 3)) / (x.shape[2] + x.shape[3]),
    ),
    (
        "the sum was always divided by 49",
        "49 belongs to maps of 7 × 7. How many pixels has a map of H × W?",
        lambda x: x.sum(axis=(2, 3)) / 49,
    ),
    (
        "the sum of each map was divided by all entries of all maps",
        "x.size counts images and maps, too. How many pixels has *one* map?",
        lambda x: x.sum(axis=(2, 3)) / x.size,
    ),
    (
        "the mean went over the images",
        "Each image gets its own answer. Which two axes hold the places of a map?",
        lambda x: x.mean(axis=0),
    ),
    (
        "the mean went over the images and the maps",
        "Axis 0 counts the images, axis 1 the maps. Which two are left?",
        lambda x: x.mean(axis=(0, 1)),
    ),
    (
        "the fractions were cut off: the means stand in an array of whole numbers",
        "What becomes of 2.7 in an array of the type int? Which type does np.zeros give of itself?",
        lambda x: x.mean(axis=(2, 3)).astype(int),
    ),
    (
        "the second axis was taken for something else: two axes need brackets of their own",
        "x.mean(2, 3) takes 3 for the type of the result. How are two axes handed over?",
        lambda x: x.mean(2, 3),
    ),
    (
        "the axes stand in a list, and NumPy wants a tuple",
        "[2, 3], or (2, 3)?",
        lambda x: x.mean(axis=[2, 3]),
    ),
    (
        "the median was taken",
        "The average is the sum divided by the number. What is the value in the middle called?",
        lambda x: np.median(x, axis=(2, 3)),
    ),
    (
        "the division was a whole-number division",
        "In Python 7 // 2 is 3. Which sign divides properly?",
        lambda x: x.sum(axis=(2, 3)) // (x.shape[2] * x.shape[3]),
    ),
    (
        "the maps were only laid flat, not averaged",
        "How many numbers are left of a map of 7 × 7?",
        lambda x: x.reshape(len(x), -1),
    ),
    (
        "the pixel in the middle was taken for the whole map",
        "Do the other pixels have a say in the average?",
        lambda x: x[:, :, x.shape[2] // 2, x.shape[3] // 2],
    ),
    (
        "the sizes of the values were averaged: their signs are gone",
        "What is the average of −1 and −3?",
        lambda x: np.abs(x).mean(axis=(2, 3)),
    ),
):
    global_average_pool.mistake(name, hint=hint)(wrong)
