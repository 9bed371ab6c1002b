"""The exercise `separable_speedup` of notebook 18."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="18",
    points=2,
    minutes=12,
    hints=(
        "How many multiply–adds does *one number* of the output cost: in the conventional layer, "
        "in the scan, in the mix? And how many such numbers are there?",
        "With P = rows · columns: conventional P·C·F·K²; scan P·C·K²; mix P·C·F.",
        "Add up the conventional layers of the whole network, and the separable ones. Divide only "
        "at the very end: a cheap layer must not count as much as a dear one.",
    ),
    explanation="Every weight is used once at each place of the output, so multiply–adds are "
    "weights times places. The network's factor is the quotient of the two totals. The mean of the "
    "layers' own factors would be something else: it forgets that some layers cost more.",
)
def separable_speedup(layers):
    """How many times fewer multiply–adds a network needs once its layers are made separable.

    layers: a list of (in_channels, out_channels, kernel_size, rows, columns), one for each
    layer: filters of kernel_size × kernel_size, and OUTPUT maps of rows × columns. In a
    separable layer both stages make maps of that size.
    -> all conventional multiply–adds / all separable ones
    """
    conventional = separable = 0
    for C, F, K, rows, columns in layers:
        places = rows * columns
        conventional += places * C * F * K**2
        separable += places * (C * K**2 + C * F)  # scan, then mix
    return conventional / separable


@separable_speedup.cases
def _(rng):
    yield case([(2, 3, 3, 4, 5)], label="a single layer")
    yield case([(2, 3, 3, 4, 5), (3, 6, 2, 2, 3)], label="two layers")
    yield case([(3, 32, 3, 9, 7), (32, 5, 5, 9, 7)], label="many maps in, few maps out")
    yield case([(4, 1, 3, 2, 1)], label="one map out: separable costs more")
    yield case([(7, 5, 1, 3, 4)], label="a 1×1 layer: separable costs more")
    yield case([(64, 128, 3, 56, 56), (128, 256, 3, 28, 28)], label="two layers of MobileNet")
    for _ in range(3):
        low, high = [2, 2, 2, 3, 3], [20, 40, 6, 30, 30]
        drawn = [tuple(int(n) for n in rng.integers(low, high)) for _ in range(4)]
        yield case(drawn, label="four layers, drawn by chance")


@separable_speedup.oracle
def _(layers):
    """By the sizes of the arrays of all products, which are never filled."""
    full = scan = mix = 0
    for C, F, K, rows, columns in layers:
        full += np.broadcast_to(0.0, (F, rows, columns, C, K, K)).size
        scan += np.broadcast_to(0.0, (C, rows, columns, K, K)).size
        mix += np.broadcast_to(0.0, (F, rows, columns, C)).size
    return full / (scan + mix)


def _speedup(layers, *, places=None, full=None, scan=None, mix=None, total=sum, result=None,
             join=lambda scan, mix: scan + mix):  # fmt: skip
    """The quotient with one thing exchanged; every part gets (C, F, K, places)."""
    places = places or (lambda rows, columns: rows * columns)
    full = full or (lambda C, F, K, P: P * C * F * K**2)
    scan = scan or (lambda C, F, K, P: P * C * K**2)
    mix = mix or (lambda C, F, K, P: P * C * F)
    result = result or (lambda conventional, separable: conventional / separable)
    sizes = [(C, F, K, places(rows, columns)) for C, F, K, rows, columns in layers]
    conventional = [full(*s) for s in sizes]
    return result(total(conventional), total(join(scan(*s), mix(*s)) for s in sizes))


def _of_layers(reduce, layers):
    """Something made of the factors of the single layers."""
    return reduce([F * K**2 / (F + K**2) for _, F, K, _, _ in layers])


for name, hint, change in (
    (
        "the quotient is upside down",
        "Does a saving by a factor of 8 make 8 or 1/8? Which total stands above?",
        {"result": lambda a, b: b / a},
    ),
    (
        "the difference was taken, not the quotient",
        "The task asks *how many times* fewer. Is that a − b or a / b?",
        {"result": lambda a, b: float(a - b)},
    ),
    (
        "the share that is saved was returned, not the factor",
        "From 100 down to 20: 80 % are saved. How many times fewer is it?",
        {"result": lambda a, b: 1 - b / a},
    ),
    (
        "the share that is saved was returned, in per cent",
        "From 100 down to 20: 80 % are saved. How many times fewer is it?",
        {"result": lambda a, b: 100 * (1 - b / a)},
    ),
    (
        "the quotient was rounded",
        "The task asks for the quotient as it is. Where is your round?",
        {"result": lambda a, b: round(a / b)},
    ),
    (
        "the places are in the conventional count only",
        "How often is each weight of the scan used, and how often each one of the mix?",
        {"scan": lambda C, F, K, P: C * K**2, "mix": lambda C, F, K, P: C * F},
    ),
    (
        "the columns were left out",
        "How many places has a map of 4 rows and 5 columns?",
        {"places": lambda rows, columns: rows},
    ),
    (
        "the rows were left out",
        "How many places has a map of 4 rows and 5 columns?",
        {"places": lambda rows, columns: columns},
    ),
    (
        "`^` was taken for the power",
        "In Python ^ compares bits. How is the power written?",
        {
            "full": lambda C, F, K, P: (P * C * F * K) ^ 2,
            "scan": lambda C, F, K, P: (P * C * K) ^ 2,
        },
    ),
    (
        "scan and mix were multiplied",
        "Two stages, one behind the other: are their multiply–adds added or multiplied?",
        {"join": lambda scan, mix: scan * mix},
    ),
    (
        "the quotient was rounded down",
        "What is 7 // 2, and what is 7 / 2?",
        {"result": lambda a, b: float(a // b)},
    ),
    (
        "the weights were counted, not the multiply–adds: rows and columns do not occur",
        "A weight is used at every place of the map. Which layer uses its weights more often: one "
        "with maps of 56 × 56, or one with 7 × 7?",
        {"places": lambda rows, columns: 1},
    ),
    (
        "the maps were taken for square: rows times rows",
        "How many places has a map of 4 rows and 5 columns?",
        {"places": lambda rows, columns: rows * rows},
    ),
    (
        "the maps were taken for square: columns times columns",
        "How many places has a map of 4 rows and 5 columns?",
        {"places": lambda rows, columns: columns * columns},
    ),
    (
        "rows and columns were added",
        "How many places has a map of 4 rows and 5 columns: 9 or 20?",
        {"places": lambda rows, columns: rows + columns},
    ),
    (
        "the mix was left out: this is the factor of the scan alone",
        "Both stages cost something. Which one makes the maps out of the scanned ones?",
        {"mix": lambda C, F, K, P: 0},
    ),
    (
        "the scan was left out: this is the factor of the mix alone",
        "Can a layer of 1 × 1 filters take the place of one that looks at neighbours?",
        {"scan": lambda C, F, K, P: 0},
    ),
    (
        "the scan was counted at one place only",
        "How often is each weight of the scan used?",
        {"scan": lambda C, F, K, P: C * K**2},
    ),
    (
        "the mix was counted at one place only",
        "The 1 × 1 filters, too, visit every place of the map. Where are rows and columns?",
        {"mix": lambda C, F, K, P: C * F},
    ),
    (
        "the conventional layer was counted at one place only",
        "How often is each weight of a filter used? Where are rows and columns?",
        {"full": lambda C, F, K, P: C * F * K**2},
    ),
    (
        "the kernel size was squared nowhere",
        "How many weights has a filter of 3 × 3?",
        {"full": lambda C, F, K, P: P * C * F * K, "scan": lambda C, F, K, P: P * C * K},
    ),
    (
        "the kernel size was not squared in the scan",
        "How many products make one number behind the scan?",
        {"scan": lambda C, F, K, P: P * C * K},
    ),
    (
        "the kernel size was not squared in the conventional layer",
        "How many weights has one slice of a filter of 3 × 3?",
        {"full": lambda C, F, K, P: P * C * F * K},
    ),
    (
        "the scan was counted for the maps out, not for the maps in",
        "The scan comes first. Which maps are there when it begins?",
        {"scan": lambda C, F, K, P: P * F * K**2},
    ),
    (
        "the scan was counted as a conventional layer from the maps in to the maps in",
        "A depth-wise filter sees one map. How many products is that at one place?",
        {"scan": lambda C, F, K, P: P * C * C * K**2},
    ),
    (
        "the mix was given K × K filters as well",
        "The second stage looks at one place of each map. How large are its filters?",
        {"mix": lambda C, F, K, P: P * C * F * K**2},
    ),
    (
        "the mix was counted with one product for each map out, not for each pair of maps",
        "Each map out is a weighted sum of all maps in. How many products is that at one place?",
        {"mix": lambda C, F, K, P: P * F},
    ),
    (
        "only the last layer counts: each layer overwrote the one before",
        "Does your loop use = or += ?",
        {"total": lambda numbers: list(numbers)[-1]},
    ),
    (
        "only the first layer counts",
        "Is `return` inside the loop?",
        {"total": lambda numbers: next(iter(numbers))},
    ),
):
    separable_speedup.mistake(name, hint=hint)(partial(_speedup, **change))


for name, hint, reduce in (
    (
        "the mean of the layers' own factors was taken",
        "One layer costs 1,000 and saves half; another costs 10 and saves nine tenths. Does the "
        "second one count as much as the first?",
        lambda factors: sum(factors) / len(factors),
    ),
    (
        "the harmonic mean of the layers' own factors was taken",
        "Does a layer that costs 10 count as much in it as one that costs 1,000?",
        lambda factors: len(factors) / sum(1 / factor for factor in factors),
    ),
    (
        "the geometric mean of the layers' own factors was taken",
        "Does a layer that costs 10 count as much in it as one that costs 1,000?",
        lambda factors: float(np.prod(factors) ** (1 / len(factors))),
    ),
    (
        "the layers' own factors were added up",
        "Two layers that are each 8 times cheaper: is the network 16 times cheaper?",
        sum,
    ),
    (
        "the layers' own factors were multiplied",
        "Two layers that are each 8 times cheaper: is the network 64 times cheaper?",
        lambda factors: float(np.prod(factors)),
    ),
    (
        "the largest factor of all layers was returned",
        "What does the network gain from a layer that is cheap anyway?",
        max,
    ),
):
    separable_speedup.mistake(name, hint=hint)(partial(_of_layers, reduce))


@separable_speedup.mistake(
    "the layers' own factors were weighted by what the conventional layers cost",
    hint="One layer costs 100 and goes to 10, another 100 and goes to 50. That is 60 of 200. Which "
    "factor is it, and which one does your mean give?",
)
def _(layers):
    costs = [C * F * K**2 * rows * columns for C, F, K, rows, columns in layers]
    factors = _of_layers(list, layers)
    return sum(c * f for c, f in zip(costs, factors, strict=True)) / sum(costs)
