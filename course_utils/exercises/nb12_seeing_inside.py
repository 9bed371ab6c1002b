"""Exercises of notebook 12: unpooling with switches, three rules for the way back through a ReLU,
receptive fields, occlusion."""

from functools import partial

import numpy as np

from course_utils.exercises.core import case, exercise


# --------------------------------------------------------------------------- unpool_with_switches
@exercise(
    notebook="12",
    points=3,
    minutes=20,
    hints=(
        "Begin with zeros of the shape (N, C, H, W). Then visit every place (i, j) of the small "
        "maps. Where in the large map is the upper left corner of its window?",
        "The corner is (i * stride, j * stride). Switch k means row k // KW and column k % KW of "
        "the window.",
        "np.ndindex(signal.shape) visits all (n, c, i, j). Use += : the next window may point to "
        "the same pixel.",
    ),
    explanation="A switch counts within its own window, so the window's corner must be added. "
    "Windows that overlap can have the same winner: then the pixel gets what both of them send. "
    "Everything else stays 0. It is the way back through max pooling, from notebook 05, with the "
    "positions written in another way.",
)
def unpool_with_switches(signal, switches, kernel_size, stride, size):
    """Put each number of a pooled map back where its window had its maximum; 0 everywhere else.

    signal, switches (N, C, OH, OW); kernel_size (KH, KW); size (H, W) of the map that was pooled;
    switches: whole numbers 0 … KH * KW - 1, the winner's place in its window, counted row by row
    -> (N, C, H, W); a pixel that has won several windows gets the sum
    """
    (N, C, OH, OW), (_, KW) = signal.shape, kernel_size
    out = np.zeros((N, C, *size), signal.dtype)
    for n, c, i, j in np.ndindex(N, C, OH, OW):
        k = switches[n, c, i, j]
        out[n, c, i * stride + k // KW, j * stride + k % KW] += signal[n, c, i, j]
    return out


def _pooled(rng, shape, kernel_size, stride, size):
    """A signal of that shape (N, C, OH, OW), and the switches of a random map that was pooled."""
    (N, C, OH, OW), (KH, KW) = shape, kernel_size
    maps, switches = rng.normal(size=(N, C, *size)), np.zeros(shape, int)
    for i, j in np.ndindex(OH, OW):
        window = maps[:, :, i * stride : i * stride + KH, j * stride : j * stride + KW]
        switches[:, :, i, j] = window.reshape(N, C, -1).argmax(axis=2)
    return rng.normal(size=shape), switches, kernel_size, stride, size


@unpool_with_switches.cases
def _(rng):
    signal, switches = np.array([[[[5.0, -7.0]]]]), np.array([[[[4, 2]]]])
    yield case(signal, switches, (2, 3), 3, (3, 6), label="two windows of 2 × 3, side by side")
    yield case(*_pooled(rng, (1, 2, 2, 3), (2, 2), 2, (4, 6)), label="windows of 2 × 2, two maps")
    yield case(*_pooled(rng, (2, 3, 3, 2), (3, 3), 2, (7, 5)), label="AlexNet's: 3 wide, stride 2")
    yield case(*_pooled(rng, (2, 2, 4, 5), (3, 2), 1, (6, 6)),
               label="stride 1: many windows share a winner")  # fmt: skip
    yield case(*_pooled(rng, (3, 1, 2, 3), (2, 3), 2, (6, 8)),
               label="windows of 2 × 3, and rows that no window reaches")  # fmt: skip
    yield case(*_pooled(rng, (1, 3, 2, 2), (2, 2), 3, (6, 5)), label="gaps between the windows")
    signal, switches, *rest = _pooled(rng, (2, 2, 3, 4), (3, 2), 2, (8, 9))
    signal = np.maximum(signal, 0).astype(np.float32).transpose(0, 1, 3, 2).copy()
    yield case(signal.transpose(0, 1, 3, 2), switches, *rest,
               label="nothing negative, float32, not in memory order")  # fmt: skip


@unpool_with_switches.oracle
def _(signal, switches, kernel_size, stride, size):
    out = np.zeros((*signal.shape[:2], *size), signal.dtype)
    for n, c, i, j in np.ndindex(signal.shape):
        places = np.arange(np.prod(kernel_size)).reshape(kernel_size)
        (row,), (column,) = np.nonzero(places == switches[n, c, i, j])
        out[n, c, i * stride + row, j * stride + column] += signal[n, c, i, j]
    return out


def _within(k, KH, KW):
    return k // KW, k % KW


def _add(old, value):
    return old + value


def _from_corner(i, a, hop):
    return i * hop + a


def _unpool(signal, switches, kernel_size, stride, size, *, within=_within, join=_add, turn=None,
            step=lambda s, K: (s, s), send=lambda v, K: v, pick=lambda k: k, mean=False,
            shape=lambda size, small, K, s: size, whole=False, at=_from_corner, swap=False,
            value_of=lambda v, k: v):  # fmt: skip
    """The unpooling with one thing exchanged; an IndexError where a window sticks out."""
    (N, C, OH, OW), (KH, KW) = signal.shape, kernel_size
    H, W = shape(size, (OH, OW), kernel_size, stride)
    room = np.zeros((N, C, H, W))
    wins, switches = np.zeros(room.shape), pick(switches)
    down, right = step(stride, kernel_size)
    for n, c, i, j in np.ndindex(signal.shape):
        k = switches[n, c, i, j]
        value = value_of(send(signal[n, c, i, j], kernel_size), k)
        for place in range(KH * KW) if whole else [k]:
            a, b = within(place, KH, KW)
            p, q = (j, i) if swap else (i, j)
            row, column = at(p, a, down), at(q, b, right)
            room[n, c, row, column] = join(room[n, c, row, column], value)
            wins[n, c, row, column] += 1
    room = room / np.maximum(wins, 1) if mean else room
    out = room.astype(signal.dtype)
    return out if turn is None else turn(out)


for name, hint, change in (
    (
        "where two windows point to the same pixel, the later one wins: `=`, not `+=`",
        "With stride 1 a large pixel wins several windows. How much should it get in all?",
        {"join": lambda old, value: value},
    ),
    (
        "where two windows point to the same pixel, only the larger number stays",
        "A pixel that has won two windows gets what *both* of them send. Do you add?",
        {"join": lambda old, value: value if old == 0 else max(old, value)},
    ),
    (
        "where several windows point to the same pixel, their mean was taken",
        "A pixel that has won two windows gets the sum. Where does your division come from?",
        {"mean": True},
    ),
    (
        "the switches were counted column by column",
        "In a window of 2 × 3, where is place number 1: right of place 0, or below it?",
        {"within": lambda k, KH, KW: (k % KH, k // KH)},
    ),
    (
        "the switches were divided by the rows of the window, not by its columns",
        "In a window of 2 × 3, how many places come before the second row begins?",
        {"within": lambda k, KH, KW: (k // KH, k % KH)},
    ),
    (
        "only the division went by the rows of the window, the rest went by its columns",
        "In a window of 2 × 3, how many places come before the second row begins?",
        {"within": lambda k, KH, KW: (k // KH, k % KW)},
    ),
    (
        "the rest of the division was taken by the rows of the window, not by its columns",
        "In a window of 2 × 3, in which column does place 2 stand?",
        {"within": lambda k, KH, KW: (k // KW, k % KH)},
    ),
    (
        "the window's row was counted with j and its column with i",
        "signal[n, c, i, j]: which of the two, i or j, runs over rows?",
        {"swap": True},
    ),
    (
        "the place within the window was multiplied by the stride, too",
        "The stride says how far windows are apart. How far apart are two rows of one window?",
        {"at": lambda i, a, hop: (i + a) * hop},
    ),
    (
        "the switches were taken to begin with 1",
        "Which number has the first place of a window, by the docstring?",
        {"pick": lambda k: k - 1},
    ),
    (
        "size was read as (W, H)",
        "Which of the two numbers in size is the number of rows?",
        {"shape": lambda size, small, K, s: size[::-1]},
    ),
    (
        "the result is as small as the signal",
        "np.zeros_like(signal) has the shape of the pooled maps. Which shape does the task ask "
        "for?",
        {"shape": lambda size, small, K, s: small},
    ),
    (
        "whole numbers were made of the signal: the result has the dtype of the switches",
        "Of what type are the entries of your zeros, and what becomes of 2.7 there?",
        {"join": lambda old, value: float(int(old + value))},
    ),
    (
        "the switch itself stands where the number should stand",
        "k says *where*. Which array says *what* is put back?",
        {"value_of": lambda v, k: k},
    ),
    (
        "row and column within the window have changed places",
        "k // KW counts whole rows. Is that the row, or the column?",
        {"within": lambda k, KH, KW: (k % KW, k // KW)},
    ),
    (
        "each number went to the upper left corner of its window: the switches were not used",
        "Where does your code look at the switches?",
        {"within": lambda k, KH, KW: (0, 0)},
    ),
    (
        "each number went to the lower right corner of its window",
        "The winner's place is in `switches`. Where does your code look at it?",
        {"within": lambda k, KH, KW: (KH - 1, KW - 1)},
    ),
    (
        "each number went to the middle of its window",
        "The winner's place is in `switches`. Where does your code look at it?",
        {"within": lambda k, KH, KW: (KH // 2, KW // 2)},
    ),
    (
        "each window was filled with its number",
        "Only one pixel of each window was the largest. What do the others get?",
        {"whole": True},
    ),
    (
        "each window was filled with equal parts of its number, as behind a mean pooling",
        "Max pooling has looked at one pixel of each window. Which one gets the number back?",
        {"whole": True, "send": lambda v, K: v / np.prod(K)},
    ),
    (
        "the stride was forgotten: neighbouring windows begin one pixel apart",
        "With stride 2, where does the window of place (0, 1) begin?",
        {"step": lambda s, K: (1, 1)},
    ),
    (
        "the windows were set side by side: their size was taken for the stride",
        "AlexNet's windows are 3 wide and move by 2. Where does the second one begin?",
        {"step": lambda s, K: K},
    ),
    (
        "the corner of the window was left out: everything lands in the first window",
        "A switch counts within its own window. Where is that window?",
        {"step": lambda s, K: (0, 0)},
    ),
    (
        "negative numbers were dropped: there is a ReLU inside",
        "Unpooling puts numbers back. Who rectifies them, and when?",
        {"send": lambda v, K: max(v, 0.0)},
    ),
    (
        "a 1 stands where the number should stand",
        "What is to be put back: the mark of a place, or the number that was there?",
        {"send": lambda v, K: 1.0},
    ),
    (
        "the map ends where the last window ends: the rest was left out",
        "How many rows has a map of the given `size`, and does every row belong to a window?",
        {"shape": lambda size, small, K, s: [(small[d] - 1) * s + K[d] for d in (0, 1)]},
    ),
    (
        "the map has stride times as many rows and columns as the pooled one",
        "7 rows, pooled by windows of 3 with stride 2, leave 3. How do you get back to 7?",
        {"shape": lambda size, small, K, s: [n * s for n in small]},
    ),
    (
        "rows and columns of the result have changed places",
        "size is (H, W). Which of your axes has H entries?",
        {"turn": lambda out: out.transpose(0, 1, 3, 2)},
    ),
    (
        "all maps were unpooled with the switches of the first one",
        "Each map has winners of its own. Which entry of `switches` does your code read?",
        {"pick": lambda k: np.broadcast_to(k[:, :1], k.shape)},
    ),
    (
        "all images were unpooled with the switches of the first one",
        "Each image has winners of its own. Which entry of `switches` does your code read?",
        {"pick": lambda k: np.broadcast_to(k[:1], k.shape)},
    ),
):  # fmt: skip
    unpool_with_switches.mistake(name, hint=hint)(partial(_unpool, **change))


@unpool_with_switches.mistake(
    "the switches were read as places in the whole map, as in notebook 05",
    hint="There a position was row * W + column in the *map*. What do these switches count?",
)
def _(signal, switches, kernel_size, stride, size):
    (N, C, OH, OW), (H, W) = signal.shape, size
    out = np.zeros((N, C, H * W), signal.dtype)
    for n, c, i, j in np.ndindex(N, C, OH, OW):
        out[n, c, switches[n, c, i, j]] += signal[n, c, i, j]
    return out.reshape(N, C, H, W)


# ------------------------------------------------------------------------------------- deconv_relu
@exercise(
    notebook="12",
    points=2,
    minutes=10,
    hints=(
        "x > 0 is an array of True and False, and so is signal > 0. For each rule: which of the "
        "two decides?",
        "np.where(condition, signal, 0) keeps the signal where the condition is true. Two "
        "conditions at once: (x > 0) & (signal > 0).",
        "backprop asks x, deconvnet asks the signal, guided asks both.",
    ),
    explanation="Backprop shuts off what was shut off on the way up, whatever comes down. The "
    "deconvnet looks only at what comes down. Guided backprop wants both to be positive. At 0 a "
    "ReLU is shut.",
)
def deconv_relu(signal, x, rule):
    """What a ReLU passes down, by one of three rules.

    signal: what comes down to it; x: what entered it on the way up; both of one shape, any
    rule    "backprop": where x was positive; "deconvnet": what is positive of the signal;
            "guided": where both are positive
    -> an array of that shape: the signal where it passes, 0 elsewhere
    """
    if rule == "backprop":
        passes = x > 0
    elif rule == "deconvnet":
        passes = signal > 0
    else:
        passes = (x > 0) & (signal > 0)
    return np.where(passes, signal, 0)


RULES = ("backprop", "deconvnet", "guided")


@deconv_relu.cases
def _(rng):
    signal, x = np.array([[3.0, -4.0], [5.0, -6.0]]), np.array([[1.0, 2.0], [-7.0, -8.0]])
    for rule in RULES:
        yield case(signal, x, rule, label=f"the four cells of the table, {rule}")
    for rule in ("backprop", "guided"):
        yield case(np.array([2.0, 3.0]), np.array([0.0, 1.0]), rule, label=f"x = 0, {rule}")
    for rule in RULES:
        signal, x = rng.normal(size=(2, 2, 3, 4, 5))
        x[0, 1, :2], signal[0, 2, 1] = 0.0, 0.0
        yield case(signal, x, rule, label=f"maps with zeros, {rule}")
    signal, x = rng.normal(size=(2, 3, 4)).astype(np.float32).transpose(0, 2, 1)
    yield case(signal[::-1], x, "guided", label="float32, not in memory order, guided")
    signal, x = rng.normal(size=(2, 11))
    yield case(signal, -np.abs(x), "deconvnet", label="everything was shut, deconvnet")
    yield case(signal, -np.abs(x), "backprop", label="everything was shut, backprop")


@deconv_relu.oracle
def _(signal, x, rule):
    out = np.zeros_like(signal)
    for place in np.ndindex(signal.shape):
        was_open, positive = bool(x[place] > 0), bool(signal[place] > 0)
        asked = {"backprop": [was_open], "deconvnet": [positive], "guided": [was_open, positive]}
        if all(asked[rule]):
            out[place] = signal[place]
    return out


_PASSES = {
    "backprop": lambda s, x: np.where(x > 0, s, 0),
    "deconvnet": lambda s, x: np.where(s > 0, s, 0),
    "guided": lambda s, x: np.where((x > 0) & (s > 0), s, 0),
}
_BACK, _DECONV, _GUIDED = _PASSES.values()


def _relu_rules(signal, x, rule, **changed):
    """The three rules, some of them exchanged."""
    return (_PASSES | changed)[rule](signal, x).astype(signal.dtype)


for name, hint, change in (
    (
        "backprop's rule was used for all three",
        "Where does your code look at `rule`?",
        {"deconvnet": _BACK, "guided": _BACK},
    ),
    (
        "the deconvnet's rule was used for all three",
        "Where does your code look at `rule`?",
        {"backprop": _DECONV, "guided": _DECONV},
    ),
    (
        "the guided rule was used for all three",
        "Where does your code look at `rule`?",
        {"backprop": _GUIDED, "deconvnet": _GUIDED},
    ),
    (
        "backprop's rule and the deconvnet's have changed places",
        "Which of the two forgets what happened on the way up?",
        {"backprop": _DECONV, "deconvnet": _BACK},
    ),
    (
        "the deconvnet's rule and the guided one have changed places",
        "Which of the two asks two questions?",
        {"deconvnet": _GUIDED, "guided": _DECONV},
    ),
    (
        "backprop's rule and the guided one have changed places",
        "May backprop stop a gradient because it is negative?",
        {"backprop": _GUIDED, "guided": _BACK},
    ),
    (
        "guided passes nothing different from backprop",
        "What does guided backprop do with a negative signal where x was positive?",
        {"guided": _BACK},
    ),
    (
        "guided passes nothing different from the deconvnet",
        "What does guided backprop do with a positive signal where x was negative?",
        {"guided": _DECONV},
    ),
    (
        "guided passes the signal where one of the two is positive: or, not and",
        "Guided asks for both. Is it | or & ?",
        {"guided": lambda s, x: np.where((x > 0) | (s > 0), s, 0)},
    ),
    (
        "guided passes the signal where both have the same sign",
        "Two negative numbers have a positive product. Should that signal pass?",
        {"guided": lambda s, x: np.where(x * s > 0, s, 0)},
    ),
    (
        "guided is the mean of the other two",
        "Guided passes a signal or it does not. Where does your half come from?",
        {"guided": lambda s, x: (_BACK(s, x) + _DECONV(s, x)) / 2},
    ),
    (
        "guided is the sum of the other two",
        "What comes out in your code where both are positive: the signal, or twice the signal?",
        {"guided": lambda s, x: _BACK(s, x) + _DECONV(s, x)},
    ),
    (
        "at x = 0 the signal passes: >= instead of >",
        "A ReLU whose input was exactly 0: is it open?",
        {
            "backprop": lambda s, x: np.where(x >= 0, s, 0),
            "guided": lambda s, x: np.where((x >= 0) & (s > 0), s, 0),
        },
    ),
    (
        "backprop passes the signal at x = 0: >= instead of >",
        "A ReLU whose input was exactly 0: is it open?",
        {"backprop": lambda s, x: np.where(x >= 0, s, 0)},
    ),
    (
        "guided passes the signal at x = 0: >= instead of >",
        "A ReLU whose input was exactly 0: is it open?",
        {"guided": lambda s, x: np.where((x >= 0) & (s > 0), s, 0)},
    ),
    (
        "the deconvnet rectifies x, not the signal",
        "What comes down to the ReLU, and what went up through it? Which of them is passed on?",
        {"deconvnet": lambda s, x: np.maximum(x, 0)},
    ),
    (
        "the deconvnet passes nothing different from guided",
        "Does the deconvnet remember what happened on the way up?",
        {"deconvnet": _GUIDED},
    ),
    (
        "x was passed down, not the signal",
        "x says *where* something passes. *What* passes?",
        {
            "backprop": lambda s, x: np.where(x > 0, x, 0),
            "deconvnet": lambda s, x: np.where(s > 0, x, 0),
            "guided": lambda s, x: np.where((x > 0) & (s > 0), x, 0),
        },
    ),
    (
        "what should pass was stopped, and the rest passes",
        "np.where(condition, a, b): which of a and b is taken where the condition is true?",
        {rule: lambda s, x, f=f: s - f(s, x) for rule, f in _PASSES.items()},
    ),
    (
        "guided is the product of both positive parts",
        "x only decides. Where in your code is it multiplied with the signal?",
        {"guided": lambda s, x: np.maximum(s, 0) * np.maximum(x, 0)},
    ),
    (
        "guided is the smaller one of both positive parts",
        "x only decides. When would your code pass x instead of the signal?",
        {"guided": lambda s, x: np.minimum(np.maximum(s, 0), np.maximum(x, 0))},
    ),
    (
        "the parentheses are missing: in `x > 0 & signal > 0` Python joins 0 & signal first",
        "Which two conditions do you want to join, and where do their parentheses belong?",
        {"guided": lambda s, x: np.where(x > 0 & s > 0, s, 0)},
    ),
    (
        "only the numbers that pass were returned, and the shape is lost",
        "signal[x > 0] leaves out what is stopped. What should stand there?",
        {
            "backprop": lambda s, x: s[x > 0],
            "deconvnet": lambda s, x: s[s > 0],
            "guided": lambda s, x: s[(x > 0) & (s > 0)],
        },
    ),
    (
        "x was rectified and returned, not the signal",
        "x says *where* something passes. *What* passes?",
        {rule: lambda s, x, f=f: np.maximum(f(x, s), 0) for rule, f in _PASSES.items()},
    ),
    (
        "the signal was multiplied by x",
        "The slope of a ReLU is 0 or 1. Did you multiply with x, or with x > 0?",
        {
            "backprop": lambda s, x: s * np.maximum(x, 0),
            "guided": lambda s, x: np.maximum(s, 0) * np.maximum(x, 0),
        },
    ),
    (
        "the deconvnet's signal was made positive, not rectified",
        "What is the ReLU of −4?",
        {"deconvnet": lambda s, x: np.abs(s), "guided": lambda s, x: np.abs(_BACK(s, x))},
    ),
    (
        "the negative part of the signal was kept, not the positive one",
        "np.maximum(signal, 0), or np.minimum(signal, 0)?",
        {
            "deconvnet": lambda s, x: np.minimum(s, 0),
            "guided": lambda s, x: np.minimum(_BACK(s, x), 0),
        },
    ),
    (
        "the condition on x is the wrong way round",
        "Where a ReLU was shut on the way up, does a gradient pass on the way down?",
        {
            "backprop": lambda s, x: np.where(x < 0, s, 0),
            "guided": lambda s, x: np.where((x < 0) & (s > 0), s, 0),
        },
    ),
    (
        "what was returned says where something passes, not what passes",
        "True and False count as 1 and 0. Where is the signal itself?",
        {
            "backprop": lambda s, x: x > 0,
            "deconvnet": lambda s, x: s > 0,
            "guided": lambda s, x: (x > 0) & (s > 0),
        },
    ),
    (
        "where the ReLU was shut, x was put in the place of the signal",
        "What comes down where nothing passes: 0, or x?",
        {"backprop": lambda s, x: np.where(x > 0, s, x)},
    ),
    (
        "nothing is stopped: the signal comes out as it came",
        "What does a ReLU do on the way back? Which numbers become 0?",
        dict.fromkeys(RULES, lambda s, x: s),
    ),
):  # fmt: skip
    deconv_relu.mistake(name, hint=hint)(partial(_relu_rules, **change))


@deconv_relu.mistake(
    "the signal was changed in place",
    hint="`signal[x <= 0] = 0` writes into the array of whoever called you. What does np.where do?",
)
def _(signal, x, rule):
    signal[...] = _PASSES[rule](signal, x)
    return signal


# --------------------------------------------------------------------------------- receptive_field
@exercise(
    notebook="12",
    points=3,
    minutes=20,
    returns=("size", "jump", "start"),
    hints=(
        "Three numbers travel through the layers: size = 1, jump = 1, start = 0 at the pixels. "
        "Each layer changes all three.",
        "The window spans kernel − 1 steps, each as long as the *old* jump. Padding moves the "
        "first window to the left, by padding steps of the old jump.",
        "Change the jump last: jump = jump * stride. Append all three to lists, and make arrays "
        "of them at the end with np.array.",
    ),
    explanation="Size and start are measured in pixels, kernel and padding in units of the layer "
    "in front; the jump in front converts one into the other. So it may only be multiplied by the "
    "stride when size and start are done.",
)
def receptive_field(layers):
    """What the units of each layer see of one side of the image, in pixels.

    layers: for each layer a tuple (kernel, stride, padding); unit i of a layer sees `size` pixels
    from `start + i * jump` on -> size, jump, start: arrays (L,) of whole numbers, an entry for
    each layer, the first layer first; start is negative where unit 0 sees padding
    """
    size, jump, start = 1, 1, 0
    sizes, jumps, starts = [], [], []
    for kernel, stride, padding in layers:
        size = size + (kernel - 1) * jump
        start = start - padding * jump
        jump = jump * stride
        sizes.append(size)
        jumps.append(jump)
        starts.append(start)
    return np.array(sizes), np.array(jumps), np.array(starts)


@receptive_field.cases
def _(rng):
    yield case(((3, 2, 1), (5, 1, 2)), label="3 wide with stride 2, then 5 wide")
    yield case(((7, 3, 2),), label="one layer")
    yield case(((7, 2, 1), (3, 2, 0), (5, 2, 0), (3, 2, 0), (3, 1, 1), (3, 1, 1), (3, 1, 1),
                (3, 2, 0)), label="ZFNet")  # fmt: skip
    yield case(((5, 1, 2), (2, 2, 0), (3, 1, 1), (2, 2, 0), (3, 1, 1), (2, 2, 0)),
               label="the small network of the notebook")  # fmt: skip
    yield case(((1, 1, 0), (4, 3, 0), (1, 2, 0), (6, 1, 3)), label="windows of 1, stride 3")
    yield case(((2, 4, 0), (3, 3, 1), (2, 1, 1)), label="strides longer than the windows")
    drawn = ((int(rng.integers(2, 8)), int(rng.integers(1, 4)), int(rng.integers(0, 3)))
             for _layer in range(6))  # fmt: skip
    yield case(tuple(drawn), label="six layers, drawn at random")


@receptive_field.oracle
def _(layers):
    def seen(unit, depth):  # first and last pixel, from the layer down to the image
        first = last = unit
        for kernel, stride, padding in reversed(layers[:depth]):
            first, last = first * stride - padding, last * stride - padding + kernel - 1
        return first, last

    found = []
    for depth in range(1, len(layers) + 1):
        (first, last), (second, _) = seen(0, depth), seen(1, depth)
        found.append((last - first + 1, second - first, first))
    size, jump, start = zip(*found, strict=True)
    return np.array(size), np.array(jump), np.array(start)


def _fields(layers, *, begin=(1, 1, 0), grow=lambda r, K, S, P, j: r + (K - 1) * j,
            hop=lambda j, K, S, P: j * S, move=lambda a, K, S, P, j: a - P * j, early=False,
            note=lambda old, new: new, order=lambda layers: layers,
            form=lambda size, jump, start: (size, jump, start)):  # fmt: skip
    """The recurrence with one thing exchanged."""
    size, jump, start = begin
    rows = []
    for K, S, P in order(layers):
        old = (size, jump, start)
        step = hop(jump, K, S, P) if early in (True, "both") else jump
        size = grow(size, K, S, P, step)
        start = move(start, K, S, P, hop(jump, K, S, P) if early in ("start", "both") else jump)
        jump = hop(jump, K, S, P)
        rows.append(note(old, (size, jump, start)))
    return form(*(np.array(column) for column in zip(*rows, strict=True)))


for name, hint, change in (
    (
        "the jump was multiplied by the stride before size and start were computed",
        "A window's pixels lie side by side in the map in *front* of the layer. Which jump has "
        "that map?",
        {"early": "both"},
    ),
    (
        "the size was computed with the new jump",
        "A window's pixels lie side by side in the map in *front* of the layer. Which jump has "
        "that map?",
        {"early": True},
    ),
    (
        "the start was computed with the new jump",
        "Padding is put around the map in *front* of the layer. Which jump has that map?",
        {"early": "start"},
    ),
    (
        "the jump was left out of the size: each layer adds kernel − 1 pixels",
        "Behind a stride of 2, how many pixels lie between two neighbours of the map?",
        {"grow": lambda r, K, S, P, j: r + K - 1},
    ),
    (
        "the jump was left out of the start",
        "One column of padding around a map with jump 4: how many pixels of the image is that?",
        {"move": lambda a, K, S, P, j: a - P},
    ),
    (
        "the size grows by kernel · jump, not by (kernel − 1) · jump",
        "A window of 1 sees one unit. By how much does the field grow?",
        {"grow": lambda r, K, S, P, j: r + K * j},
    ),
    (
        "the sizes of the windows were multiplied",
        "Two windows of 3, stride 1: do they see 5 pixels, or 9? Draw them.",
        {"grow": lambda r, K, S, P, j: r * K},
    ),
    (
        "the rule for the way down was used on the way up: size · stride + kernel − stride",
        "That formula starts at the last layer. Where does your loop start?",
        {"grow": lambda r, K, S, P, j: (r - 1) * S + K},
    ),
    (
        "the strides were added up, not multiplied",
        "Every second pixel, and of these every second one: how far apart are they?",
        {"hop": lambda j, K, S, P: j + S},
    ),
    (
        "the jump is the stride of the layer alone",
        "Every second pixel, and of these every second one: how far apart are they?",
        {"hop": lambda j, K, S, P: S},
    ),
    (
        "the jump is always 1: the strides were not used",
        "Where does your code use the stride?",
        {"hop": lambda j, K, S, P: j},
    ),
    (
        "the jump was multiplied by the kernel, not by the stride",
        "By how many units does a window move to its next place?",
        {"hop": lambda j, K, S, P: j * K},
    ),
    (
        "start has the wrong sign",
        "With padding, does the first window begin left of the image, or inside it?",
        {"move": lambda a, K, S, P, j: a + P * j},
    ),
    (
        "start is always 0: the padding was not used, or negative numbers were cut off",
        "Where does your code use the padding? And what does unit 0 see to the left of pixel 0?",
        {"move": lambda a, K, S, P, j: a},
    ),
    (
        "the padding was counted on both sides",
        "How many of the zeros lie in front of the first pixel?",
        {"move": lambda a, K, S, P, j: a - 2 * P * j},
    ),
    (
        "start is the padding of the last layer alone",
        "Each layer's padding pushes further to the left. Do you keep what was there?",
        {"move": lambda a, K, S, P, j: -P * j},
    ),
    (
        "the padding was taken off the size",
        "Does a window see fewer places because some of them hold zeros?",
        {"grow": lambda r, K, S, P, j: r + (K - 1 - 2 * P) * j},
    ),
    (
        "start is the middle of the field of unit 0, not its first pixel",
        "Which pixel does the docstring ask for: the first one that unit 0 sees, or the middle?",
        {"form": lambda size, jump, start: (size, jump, start + (size - 1) / 2)},
    ),
    (
        "the field begins with 0 pixels",
        "What does a pixel see of the image? Begin with that.",
        {"begin": (0, 1, 0)},
    ),
    (
        "the jump begins with 0",
        "How far apart are two neighbouring pixels?",
        {"begin": (1, 0, 0)},
    ),
    (
        "the start begins with 1",
        "Which number has the first pixel? Begin with that.",
        {"begin": (1, 1, 1)},
    ),
    (
        "the size is only what the last layer adds",
        "What did the field look like before this layer? Did you write = or += ?",
        {"grow": lambda r, K, S, P, j: (K - 1) * j},
    ),
    (
        "stride and padding have changed places in the loop",
        "In which order does the docstring name the three numbers of a layer?",
        {"order": lambda layers: [(K, P, S) for K, S, P in layers]},
    ),
    (
        "only the first layer's numbers were returned",
        "Is `return` inside the loop?",
        {"form": lambda *rows: tuple(r[:1] for r in rows)},
    ),
    (
        "only the last layer's numbers were returned, in arrays of one entry",
        "How many layers are there? Did you append after each of them?",
        {"form": lambda *rows: tuple(r[-1:] for r in rows)},
    ),
    (
        "jump and start have changed places",
        "In which order does the docstring name the three?",
        {"form": lambda size, jump, start: (size, start, jump)},
    ),
    (
        "each entry belongs to the layer before: it was written down too early",
        "When do you append: before the layer has changed the numbers, or after?",
        {"note": lambda old, new: old},
    ),
    (
        "each jump belongs to the layer before",
        "Which distance have two neighbours *behind* the layer?",
        {"note": lambda old, new: (new[0], old[1], new[2])},
    ),
    (
        "there is an entry for the image, too",
        "One entry for each layer: how many entries is that?",
        {"form": lambda *rows: tuple(np.append(first, r)
                                     for first, r in zip((1, 1, 0), rows, strict=True))},
    ),
    (
        "only the last layer's numbers were returned",
        "How many layers are there, and how many entries has your answer?",
        {"form": lambda *rows: tuple(int(r[-1]) for r in rows)},
    ),
    (
        "the layers were walked from the last to the first",
        "Which layer looks at the image itself?",
        {"order": lambda layers: layers[::-1]},
    ),
    (
        "the results stand in the order from the last layer to the first",
        "Which layer's numbers stand first in your arrays?",
        {"form": lambda *rows: tuple(r[::-1] for r in rows)},
    ),
    (
        "size and jump have changed places",
        "In which order does the docstring name the three?",
        {"form": lambda size, jump, start: (jump, size, start)},
    ),
    (
        "the last pixel was returned, not the size",
        "start + size − 1 is the last pixel that unit 0 sees. How many does it see?",
        {"form": lambda size, jump, start: (start + size - 1, jump, start)},
    ),
):  # fmt: skip
    receptive_field.mistake(name, hint=hint)(partial(_fields, **change))


# ----------------------------------------------------------------------------------- occlusion_map
@exercise(
    notebook="12",
    points=3,
    minutes=20,
    hints=(
        "How many places does a square of `size` have along H pixels, when it moves by `stride`? "
        "It is the formula of every convolution without padding.",
        "For each place (i, j): make a copy of the image, overwrite the square in all channels "
        "with fill, ask score.",
        "The square of place (i, j) is covered[:, top : top + size, left : left + size] with "
        "top = i * stride and left = j * stride. Make the copy inside the loop.",
    ),
    explanation="Each place needs a fresh copy, or the squares pile up. The answer holds the "
    "scores themselves: how much a square has hurt, one sees by comparing with score(image).",
)
def occlusion_map(score, image, size, stride, fill):
    """The score of an image while a square covers part of it, for each place of the square.

    score: takes an image (C, H, W) and gives a number; size: side of the square in pixels; fill:
    what it is filled with, in all channels; its upper left corner visits each `stride`-th row and
    column, as long as the square lies inside
    -> ((H - size) // stride + 1, (W - size) // stride + 1), floats
    """
    _, H, W = image.shape
    scores = np.zeros(((H - size) // stride + 1, (W - size) // stride + 1))
    for i, j in np.ndindex(scores.shape):
        covered = image.copy()
        top, left = i * stride, j * stride
        covered[:, top : top + size, left : left + size] = fill
        scores[i, j] = score(covered)
    return scores


def _total(image):
    return float(image.sum())


def _places_count(image):
    """Each pixel has a weight of its own, and the channels count differently."""
    weights = np.cos(1 + np.arange(image.size)).reshape(image.shape)
    return float((weights * image).sum())


def _loudest_column(image):
    return float((image**2).sum(axis=(0, 1)).max() + 0.1 * image[:, :, -1].sum())


@occlusion_map.cases
def _(rng):
    tiny = 2.0 ** np.arange(12).reshape(1, 3, 4)
    yield case(_total, tiny, 2, 1, 0.0, label="3 × 4 pixels, the score is their sum")
    yield case(_total, tiny, 1, 1, 0.5, label="squares of one pixel, filled with ½")
    image = rng.normal(size=(3, 6, 8))
    yield case(_places_count, image, 2, 2, 0.3, label="three channels, squares side by side")
    yield case(_loudest_column, rng.normal(size=(2, 7, 5)), 3, 1, -0.4, label="squares overlap")
    yield case(_places_count, rng.normal(size=(3, 9, 8)), 4, 3, 1.5,
               label="stride 3, and rows that no square reaches")  # fmt: skip
    yield case(_places_count, rng.normal(size=(2, 6, 9)), 2, 3, 0.2, label="gaps between squares")
    image = rng.normal(size=(8, 7, 3)).astype(np.float32).transpose(2, 0, 1)
    yield case(_places_count, image, 3, 2, 0.7, label="float32, not in memory order")


@occlusion_map.oracle
def _(score, image, size, stride, fill):
    _, H, W = image.shape
    tops = [top for top in range(0, H, stride) if top + size <= H]
    lefts = [left for left in range(0, W, stride) if left + size <= W]
    scores = np.empty((len(tops), len(lefts)))
    for (i, top), (j, left) in ((a, b) for a in enumerate(tops) for b in enumerate(lefts)):
        rows, columns = np.arange(H), np.arange(W)
        inside = ((rows >= top) & (rows < top + size))[:, np.newaxis]
        inside = inside & (columns >= left) & (columns < left + size)  # (H, W)
        scores[i, j] = score(np.where(inside, np.array(fill, image.dtype), image))
    return scores


def _count(side, size, stride):
    return (side - size) // stride + 1


def _cover(image, rows, columns, fill):
    image[:, rows, columns] = fill


def _occlude(score, image, size, stride, fill, *, count=_count, cover=_cover, said=None,
             step=lambda stride, size: stride, back=lambda size: 0, tall=lambda size: size,
             wide=lambda size: size, fills=lambda fill, image: fill, fresh=True, own=True,
             form=lambda scores, before: scores, reverse=False, corner=lambda i, hop, size: i * hop,
             end=None):  # fmt: skip
    """The map with one thing exchanged."""
    _, H, W = image.shape
    hop, before = step(stride, size), score(image)
    scores = np.zeros((count(H, size, hop), count(W, size, hop)))
    canvas = image.copy() if own else image
    for i, j in np.ndindex(scores.shape):
        if fresh is True or (fresh == "row" and j == 0):
            canvas = image.copy()
        covered = canvas
        top, left = corner(i, hop, size) - back(size), corner(j, hop, size) - back(size)
        rows = slice(max(top, 0), max(top + tall(size), 0) if end is None else end(size))
        columns = slice(max(left, 0), max(left + wide(size), 0) if end is None else end(size))
        if reverse:
            rows, columns = columns, rows
        cover(covered, rows, columns, fills(fill, image))
        scores[i, j] = score(covered if said is None else said(image, covered, rows, columns))
    return form(scores, before)


def _keep_only(image, rows, columns, fill):
    inside = image[:, rows, columns].copy()
    image[...] = fill
    image[:, rows, columns] = inside


def _first_channel(image, rows, columns, fill):
    image[0, rows, columns] = fill


def _last_channel(image, rows, columns, fill):
    image[-1, rows, columns] = fill


def _corner_only(image, rows, columns, fill):
    image[:, rows.start, columns.start] = fill


def _brighten(image, rows, columns, fill):
    image[:, rows, columns] += fill


def _wrong_axes(image, rows, columns, fill):
    image[rows, columns] = fill


def _scale(image, rows, columns, fill):
    image[:, rows, columns] *= fill


for name, hint, change in (
    (
        "the squares pile up: the copy is made once, before the loop",
        "When the second square is put down, is the first one gone?",
        {"fresh": False},
    ),
    (
        "the image itself was painted over",
        "`covered = image` is the same array under another name. What does image.copy() do?",
        {"fresh": False, "own": False},
    ),
    (
        "the square is always filled with 0",
        "Where does your code use fill?",
        {"fills": lambda fill, image: 0},
    ),
    (
        "the square is always filled with 1",
        "Where does your code use fill?",
        {"fills": lambda fill, image: 1},
    ),
    (
        "the square was filled with the mean of the image",
        "What does the docstring say the square is filled with?",
        {"fills": lambda fill, image: image.mean()},
    ),
    (
        "fill was added to the square, it did not replace it",
        "Can one still see the image behind the square? Did you write = or += ?",
        {"cover": _brighten},
    ),
    (
        "the square was multiplied by fill, it was not replaced",
        "Can one still see the image behind the square? Did you write = or *= ?",
        {"cover": _scale},
    ),
    (
        "only the first channel was covered",
        "A covered pixel has lost all its colours. Which channels does your slice take?",
        {"cover": _first_channel},
    ),
    (
        "only the last channel was covered",
        "A covered pixel has lost all its colours. Which channels does your slice take?",
        {"cover": _last_channel},
    ),
    (
        "everything was covered but the square",
        "Is the square what one cannot see, or a window through which one sees?",
        {"cover": _keep_only},
    ),
    (
        "only the corner of the square was covered",
        "How many pixels has a square of side 3?",
        {"cover": _corner_only},
    ),
    (
        "the square is one pixel too large",
        "How many entries has a slice from 2 to 2 + size?",
        {"tall": lambda size: size + 1, "wide": lambda size: size + 1},
    ),
    (
        "whole rows were covered",
        "Where does your slice of the columns end?",
        {"wide": lambda size: 10**6, "back": lambda size: 0},
    ),
    (
        "whole columns were covered",
        "Where does your slice of the rows end?",
        {"tall": lambda size: 10**6},
    ),
    (
        "the stride was not used: the square visits every pixel",
        "Where does your code use the stride?",
        {"step": lambda stride, size: 1},
    ),
    (
        "the square moves by its own size, not by the stride",
        "By how many pixels does the square move?",
        {"step": lambda stride, size: size},
    ),
    (
        "the last place is missing in each direction",
        "A square of 2 in 3 pixels has two places. What does your formula give?",
        {"count": lambda side, size, stride: max((side - size) // stride, 0)},
    ),
    (
        "the loops end too early: range(0, H - size, stride) leaves out its end",
        "A square of 2 in 3 pixels: may it begin at pixel 1? What does range(0, 3 − 2) give?",
        {"count": lambda side, size, stride: -(-(side - size) // stride)},
    ),
    (
        "as many places were counted as if the square had one pixel: H // stride",
        "*As long as the square lies inside*: where does the last one begin?",
        {"count": lambda side, size, stride: side // stride},
    ),
    (
        "the axis of the channels was forgotten: rows of the slice are channels",
        "An image is (C, H, W). Which axis does the first slice in covered[…] take?",
        {"cover": _wrong_axes},
    ),
    (
        "nothing was covered: each entry is the score of the whole image",
        "Which array do you give to score? And did you write = fill, not == fill?",
        {"form": lambda scores, before: np.full(scores.shape, before)},
    ),
    (
        "the score of the square alone was taken, not that of the image with the square in it",
        "What does score take: a whole image, or a piece of it?",
        {"said": lambda image, covered, rows, columns: image[:, rows, columns]},
    ),
    (
        "in the slice rows and columns have changed places",
        "covered[:, rows, columns]: does i move your square downwards, or to the right?",
        {"reverse": True},
    ),
    (
        "the corner stands at i · size: the number of places is right, the places are not",
        "By how many pixels does the square move from place 0 to place 1?",
        {"corner": lambda i, hop, size: i * size},
    ),
    (
        "the squares of a row pile up: a copy is made for each row only",
        "When the second square of a row is put down, is the first one gone?",
        {"fresh": "row"},
    ),
    (
        "the square is one pixel too small",
        "How many entries has a slice from 2 to 2 + size − 1?",
        {"tall": lambda size: size - 1, "wide": lambda size: size - 1},
    ),
    (
        "the slices end at size, not at top + size and left + size",
        "Which entries has the slice 4 : 2?",
        {"end": lambda size: size},
    ),
    (
        "the score of the whole image was subtracted",
        "What is asked for: the score with the square, or by how much it has changed?",
        {"form": lambda scores, before: scores - before},
    ),
    (
        "squares that stick out were counted, too",
        "*As long as the square lies inside*: how many places has a square of 2 in 3 pixels?",
        {"count": lambda side, size, stride: -(-side // stride)},
    ),
    (
        "the square has its middle, not its corner, at the place it visits",
        "Which pixel of the square lies at (i · stride, j · stride)?",
        {"back": lambda size: size // 2},
    ),
    (
        "the drop was returned, not the score",
        "What is asked for: the score with the square, or how much it has lost?",
        {"form": lambda scores, before: before - scores},
    ),
    (
        "the scores were divided by the score of the whole image",
        "What is asked for: the score with the square, or what share is left of it?",
        {"form": lambda scores, before: scores / before},
    ),
    (
        "the scores were stretched to 0 … 1",
        "That is for a picture. What are the scores themselves?",
        {"form": lambda s, before: (s - s.min()) / (s.max() - s.min() or 1)},
    ),
    (
        "rows and columns of the map have changed places",
        "Entry (i, j): i counts rows. Which of your loops runs over rows?",
        {"form": lambda scores, before: scores.T},
    ),
    (
        "the map came back as a single row of numbers",
        "How many rows and columns of places are there? What does reshape do?",
        {"form": lambda scores, before: scores.ravel()},
    ),
):  # fmt: skip
    occlusion_map.mistake(name, hint=hint)(partial(_occlude, **change))


@occlusion_map.mistake(
    "the square's corner moves by one pixel: i and j were not multiplied by the stride",
    hint="Place (0, 1) of the map: in which column of the image does its square begin?",
)
def _(score, image, size, stride, fill):
    _, H, W = image.shape
    scores = np.zeros((_count(H, size, stride), _count(W, size, stride)))
    for i, j in np.ndindex(scores.shape):
        covered = image.copy()
        covered[:, i : i + size, j : j + size] = fill
        scores[i, j] = score(covered)
    return scores


@occlusion_map.mistake(
    "the last places were never visited and stayed 0: range(0, H - size, stride) leaves out its "
    "end",
    hint="How many places does your map have, and up to which one do your loops run?",
)
def _(score, image, size, stride, fill):
    scores = _occlude(score, image, size, stride, fill)
    for axis in (0, 1):
        visited = len(range(0, image.shape[axis + 1] - size, stride))
        scores[(slice(None),) * axis + (slice(visited, None),)] = 0
    return scores
