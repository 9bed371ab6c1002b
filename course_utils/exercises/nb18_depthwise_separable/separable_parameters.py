"""The exercise `separable_parameters` of notebook 18."""

from functools import partial

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="18",
    points=1,
    minutes=8,
    hints=(
        "Draw it for 2 maps in and 3 maps out. How many K × K filters does the first stage have, "
        "and how many numbers does the second one need?",
        "Scan: one K × K filter for each map that comes in. Mix: one number for each pair of a map "
        "in and a map out.",
        "Behind the scan there are as many maps as in front of it. How many maps does each of the "
        "two normalisations see?",
    ),
    explanation="The scan has K² weights for each map that comes in, the mix one weight for each "
    "pair of maps. A normalisation learns a scale and a shift for each map that it sees: these are "
    "the maps in behind the scan, and the maps out behind the mix.",
)
def separable_parameters(in_channels, out_channels, kernel_size, norm=False):
    """What a depth-wise separable layer learns: scan each map, then mix the maps.

    The filters of the scan are kernel_size × kernel_size; neither stage has biases.
    norm: with a batch normalisation behind each of the two stages, which learns two numbers
    for each map that it sees -> a whole number
    """
    scan = in_channels * kernel_size**2
    mix = in_channels * out_channels
    norms = 2 * in_channels + 2 * out_channels if norm else 0
    return scan + mix + norms


@separable_parameters.cases
def _(rng):
    yield case(2, 3, 3, False, label="2 maps in, 3 maps out, 3×3")
    yield case(2, 3, 3, True, label="the same with normalisation")
    yield case(64, 128, 3, False, label="64 maps in, 128 maps out")
    yield case(1, 1, 7, False, label="one map in, one map out, 7×7")
    yield case(32, 5, 1, True, label="1×1, with normalisation")
    yield case(5, 11, 2, True, label="an even kernel, with normalisation")
    yield case(4, 6, 3 * 10**9, False, label="more weights than np.int64 can count")
    for _ in range(6):
        sizes = (int(n) for n in rng.integers([2, 30, 2], [25, 90, 8]))
        yield case(*sizes, bool(rng.integers(2)), label="drawn by chance")


@separable_parameters.oracle
def _(in_channels, out_channels, kernel_size, norm):
    """By listing every array and counting its entries."""
    places = range(kernel_size)
    sizes = [len(places) * len(places) for _ in range(in_channels)]
    sizes += [len(range(in_channels)) for _ in range(out_channels)]
    for maps in (in_channels, out_channels) if norm else ():
        sizes += [maps, maps]
    return sum(sizes)


def _count(M, N, K, norm=False, *, scan=None, mix=None, norms=None, join=None):
    """The count with one part exchanged. M maps in, N maps out."""
    scan = M * K**2 if scan is None else scan(M, N, K)
    mix = M * N if mix is None else mix(M, N, K)
    norms = (2 * M + 2 * N if norm else 0) if norms is None else norms(M, N, norm)
    return (scan + mix if join is None else join(scan, mix)) + norms


def _also(change):
    """Where a stage was left out, the normalisation behind it may be missing as well."""
    if "mix" in change and change["mix"](2, 3, 3) == 0:
        maps = (lambda M, N: N) if "scan" in change else (lambda M, N: M)
    elif "scan" in change and change["scan"](2, 3, 3) == 0:
        maps = lambda M, N: N  # noqa: E731
    else:
        return ()
    return (partial(_count, **change, norms=lambda M, N, norm: 2 * maps(M, N) if norm else 0),)


for name, hint, change in (
    (
        "this is a conventional convolution: every map out has its own filter for every map in",
        "In the first stage each map is scanned once. How many K × K filters does that take?",
        {"scan": lambda M, N, K: M * N * K**2, "mix": lambda M, N, K: 0},
    ),
    (
        "the kernel size was not squared",
        "How many weights has a filter of 3 × 3?",
        {"scan": lambda M, N, K: M * K},
    ),
    (
        "2·K was taken for K squared",
        "In Python ** is the power. How many weights has a filter of 3 × 3, 6 or 9?",
        {"scan": lambda M, N, K: M * 2 * K},
    ),
    (
        "the filters of the scan were counted by the maps out, not by the maps in",
        "The scan comes first. Which maps are there when it begins?",
        {"scan": lambda M, N, K: N * K**2},
    ),
    (
        "one filter was counted for all maps together",
        "Each map has a filter of its own. How many maps are there to be scanned?",
        {"scan": lambda M, N, K: K**2},
    ),
    (
        "the scan was counted as a conventional convolution from the maps in to the maps in",
        "A depth-wise filter sees one map. Does each of the maps need filters for all others?",
        {"scan": lambda M, N, K: M * M * K**2},
    ),
    (
        "the mix was left out",
        "After the scan there are still as many maps as before. Who makes the maps out of them?",
        {"mix": lambda M, N, K: 0},
    ),
    (
        "the scan was left out",
        "1 × 1 filters see no neighbours. Which stage does, and how many weights has it?",
        {"scan": lambda M, N, K: 0},
    ),
    (
        "the mix was given K × K filters as well",
        "The second stage looks at one place of each map. How large are its filters?",
        {"mix": lambda M, N, K: M * N * K**2},
    ),
    (
        "one number was counted for each map out, not for each pair of maps",
        "Each map out is a weighted sum of all maps in. How many weights is that for one of them?",
        {"mix": lambda M, N, K: N},
    ),
    (
        "the mix was taken to see as many maps as it makes",
        "How many maps come out of the scan: in_channels or out_channels?",
        {"mix": lambda M, N, K: N * N},
    ),
    (
        "`^` was taken for the power",
        "In Python ^ compares bits. How is the power written?",
        {"scan": lambda M, N, K: (M * K) ^ 2},
    ),
    (
        "the filters were taken to be 3 × 3",
        "Where does your code use kernel_size?",
        {"scan": lambda M, N, K: 9 * M},
    ),
    (
        "a mix was added to a conventional convolution",
        "In the first stage each map is scanned once, not once for each map out. How many K × K "
        "filters does that take?",
        {"scan": lambda M, N, K: M * N * K**2},
    ),
    (
        "both normalisations were taken to see the maps in",
        "How many maps are there behind the mix?",
        {"norms": lambda M, N, norm: 4 * M if norm else 0},
    ),
    (
        "a bias was counted for each map out",
        "The docstring says whether there are biases. What does it say?",
        {"norms": lambda M, N, norm: N + (2 * (M + N) if norm else 0)},
    ),
    (
        "the two stages were multiplied",
        "Two layers, one behind the other: are their parameters added or multiplied?",
        {"join": lambda scan, mix: scan * mix},
    ),
    (
        "a bias was counted for each map behind each stage",
        "The docstring says whether there are biases. What does it say?",
        {"norms": lambda M, N, norm: (M + N) + (2 * (M + N) if norm else 0)},
    ),
    (
        "the normalisation was left out",
        "What does norm=True add, and is there an `if norm` in your code?",
        {"norms": lambda M, N, norm: 0},
    ),
    (
        "the normalisation was counted although norm is False",
        "When should the numbers of the normalisation be added?",
        {"norms": lambda M, N, norm: 2 * (M + N)},
    ),
    (
        "the normalisation was counted only where norm is False",
        "What does `if norm` ask, and which number belongs to yes?",
        {"norms": lambda M, N, norm: 0 if norm else 2 * (M + N)},
    ),
    (
        "the normalisation was given one number for each map, not two",
        "It learns a scale *and* a shift. How many numbers is that for one map?",
        {"norms": lambda M, N, norm: M + N if norm else 0},
    ),
    (
        "the normalisation was given four numbers for each map",
        "Mean and variance are measured, not learned. What is left to be learned?",
        {"norms": lambda M, N, norm: 4 * (M + N) if norm else 0},
    ),
    (
        "only the normalisation behind the mix was counted",
        "The docstring says how many normalisations there are. What stands behind the scan?",
        {"norms": lambda M, N, norm: 2 * N if norm else 0},
    ),
    (
        "only the normalisation behind the scan was counted",
        "The docstring says how many normalisations there are. What stands behind the mix?",
        {"norms": lambda M, N, norm: 2 * M if norm else 0},
    ),
    (
        "both normalisations were taken to see the maps out",
        "How many maps are there behind the scan, before they are mixed?",
        {"norms": lambda M, N, norm: 4 * N if norm else 0},
    ),
    (
        "two numbers were counted for each normalisation, not for each map of it",
        "Does a normalisation have one scale for all maps, or one for each?",
        {"norms": lambda M, N, norm: 4 if norm else 0},
    ),
):
    separable_parameters.mistake(name, hint=hint, also=_also(change))(partial(_count, **change))


@separable_parameters.mistake(
    "without normalisation nothing is left: the whole sum belongs to the `if`",
    hint="`a + b if norm else 0` is read as `(a + b) if norm else 0`. Where do parentheses belong?",
)
def _(in_channels, out_channels, kernel_size, norm=False):
    return _count(in_channels, out_channels, kernel_size, norm) if norm else 0


@separable_parameters.mistake(
    "with normalisation only its own numbers were returned",
    hint="Your `return` for norm=True: are the weights of scan and mix in it?",
)
def _(in_channels, out_channels, kernel_size, norm=False):
    whole = _count(in_channels, out_channels, kernel_size, norm)
    return 2 * in_channels + 2 * out_channels if norm else whole


@separable_parameters.mistake(
    "`^` was taken for the power, and it works on everything that stands beside it",
    hint="In Python ^ compares bits. How is the power written?",
)
def _(in_channels, out_channels, kernel_size, norm=False):
    total = in_channels * kernel_size ^ 2 + in_channels * out_channels
    return total + (2 * in_channels + 2 * out_channels if norm else 0)
