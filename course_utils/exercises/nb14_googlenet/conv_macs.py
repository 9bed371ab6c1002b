"""The exercise `conv_macs` of notebook 14."""

from functools import partial

from course_utils.checking.exercise import case, exercise


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
    yield case(4, 3, 4, 10**17, 2, 1, 0, label="more multiply–adds than np.int64 can count")
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


def _divided(n, k, s, p):
    return (n + 2 * p - k) / s + 1


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


conv_macs.mistake(
    "the output size was not rounded down: / instead of //",
    hint="A window cannot stop at half a place. Which division sign of Python drops the remainder?",
    also=(partial(_macs, out=_divided, total=lambda f, oh, ow, e: int(f * oh * ow * e)),),
)(partial(_macs, out=_divided))
