"""The exercise `fractal_depth` of notebook 16."""

from functools import partial

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="16",
    points=2,
    minutes=15,
    returns=("depth", "layers", "paths"),
    hints=(
        "Begin with f₁: one convolution, so depth, layers and paths are all 1. What does one more "
        "column do to each of the three?",
        "f_C runs f_(C−1) twice, one after the other, and has one convolution beside it. The "
        "deepest way goes through both of the two. The layers are all that there are.",
        "Through two in a row one can go in paths · paths ways, and the single convolution is one "
        "way more. With blocks in a row: depths and layers add up, ways multiply.",
    ),
    explanation="Twice in a row: depths double, layers double plus one, ways are squared plus one. "
    "The deepest way of C columns has 2^(C−1) layers, and all together there are 2^C − 1.",
)
def fractal_depth(columns, blocks):
    """How deep a FractalNet is, how many convolutions it has, and how many ways lead through it.

    columns: of each block; f₁ is one convolution, f_C is a join of one convolution with f_(C−1)
    run twice; blocks: so many of them follow one another; poolings and the classifier do not count
    -> depth: convolutions on the longest way; layers: all convolutions; paths: ways from the
    input to the output; three whole numbers
    """
    depth, layers, paths = 1, 1, 1
    for _ in range(columns - 1):
        depth, layers, paths = 2 * depth, 2 * layers + 1, paths**2 + 1
    return blocks * depth, blocks * layers, paths**blocks


@fractal_depth.cases
def _(rng):
    yield case(1, 1, label="one convolution")
    yield case(2, 1, label="one block of two columns")
    yield case(3, 1, label="one block of three columns")
    yield case(1, 4, label="four blocks of one column: a plain stack")
    yield case(2, 3, label="three blocks of two columns")
    yield case(3, 5, label="FractalNet-20: three columns, five blocks")
    yield case(4, 5, label="FractalNet-40: four columns, five blocks")
    yield case(5, 2, label="five columns, two blocks")
    yield case(5, 7, label="seven blocks of five: more paths than np.int64 can count")
    columns, blocks = ((3, 2), (3, 4), (4, 3), (5, 3))[int(rng.integers(4))]
    yield case(columns, blocks, label="drawn by lot")


@fractal_depth.oracle
def _(columns, blocks):
    def ways(c):
        """The lengths of all ways through f_c, one by one."""
        if c == 1:
            return [1]
        return [1] + [a + b for a in ways(c - 1) for b in ways(c - 1)]

    lengths = ways(columns)
    layers = sum(sum(1 for _layer in range(2**c)) for c in range(columns))
    paths = 1
    for _block in range(blocks):
        paths = paths * len(lengths)
    return sum(max(lengths) for _block in range(blocks)), layers * blocks, paths


def _rule(columns, first, step):
    """first, step(first), step(step(first)), …: the entry of the last column."""
    for _ in range(columns - 1):
        first = step(first)
    return first


def _fractal(columns, blocks, *, depth=None, layers=None, paths=None, form=lambda *r: r):
    """The three counts with one exchanged; C: columns, B: blocks."""
    C, B = columns, blocks
    right = (B * 2 ** (C - 1), B * (2**C - 1), _rule(C, 1, lambda p: p * p + 1) ** B)
    changed = (depth, layers, paths)
    return form(*(f(C, B) if f else r for f, r in zip(changed, right, strict=True)))


def _ways(step):
    return {"paths": lambda C, B: _rule(C, 1, step) ** B}


_OF_BOTH = (  # these names are true only where both parts are wrong in this way
    "depth and layers have changed places",
    "layers and paths have changed places",
)


for name, hint, change in (
    (
        "the depth doubles once too often",
        "How deep is a block of one column?",
        {"depth": lambda C, B: B * 2**C},
    ),
    (
        "the depth is the number of columns",
        "Column 3 runs column 2 *twice*. What does that do to the depth?",
        {"depth": lambda C, B: B * C},
    ),
    (
        "the depth grows by two from column to column",
        "Column 3 runs column 2 *twice*. Is that two more, or twice as many?",
        {"depth": lambda C, B: B * (2 * C - 1)},
    ),
    (
        "the depth is the square of the columns",
        "How deep are blocks of 1, 2, 3, 4 columns? Draw them.",
        {"depth": lambda C, B: B * C**2},
    ),
    (
        "the depth is that of one block",
        "The blocks follow one another: what happens to their depths?",
        {"depth": lambda C, B: 2 ** (C - 1)},
    ),
    (
        "all convolutions were counted for the depth",
        "Is the single convolution on the same way as the two in a row, or beside them?",
        {"depth": lambda C, B: B * (2**C - 1)},
    ),
    (
        "the shortest way was taken, not the longest",
        "Which way is the deepest one?",
        {"depth": lambda C, B: B},
    ),
    (
        "the depths of the blocks were multiplied",
        "Two blocks of depth 4 in a row: how many convolutions does one pass?",
        {"depth": lambda C, B: 2 ** ((C - 1) * B)},
    ),
    (
        "the poolings were counted for the depth",
        "Does a pooling have weights? What does the docstring say of it?",
        {"depth": lambda C, B: B * (2 ** (C - 1) + 1)},
    ),
    (
        "the classifier was counted for the depth",
        "What does the docstring say of the classifier?",
        {"depth": lambda C, B: B * 2 ** (C - 1) + 1},
    ),
    (
        "only the longest column was counted as layers",
        "What stands beside the two in a row? It has weights, too.",
        {"layers": lambda C, B: B * 2 ** (C - 1)},
    ),
    (
        "one layer too many was counted in each block",
        "1 + 2 + 4: how many is that?",
        {"layers": lambda C, B: B * 2**C},
    ),
    (
        "each column was taken to have as many layers as the longest",
        "How many convolutions has the first column?",
        {"layers": lambda C, B: B * C * 2 ** (C - 1)},
    ),
    (
        "the columns were taken to have 1, 2, 3, … layers",
        "How many convolutions has the third column?",
        {"layers": lambda C, B: B * C * (C + 1) // 2},
    ),
    (
        "the layers are those of one block",
        "How many blocks are there?",
        {"layers": lambda C, B: 2**C - 1},
    ),
    (
        "the layers grow by one from column to column",
        "Column 3 runs column 2 *twice*, and has one convolution beside it. How many is that?",
        {"layers": lambda C, B: B * C},
    ),
    (
        "the layers were squared, as the ways are",
        "Two halves with 3 layers each: how many layers is that, and how many ways?",
        {"layers": lambda C, B: B * _rule(C, 1, lambda n: n * n + 1)},
    ),
    (
        "the rule began with all blocks in the place of the single convolution",
        "The rule adds one convolution beside the two halves: once for all blocks, or in each? "
        "When do the blocks come in?",
        {
            "layers": lambda C, B: (B + 1) * 2 ** (C - 1) - 1,
            "paths": lambda C, B: _rule(C, 1, lambda p: p * p + 1),
        },
    ),
    (
        "the classifier was counted as a layer",
        "What does the docstring say of the classifier?",
        {"layers": lambda C, B: B * (2**C - 1) + 1},
    ),
    (
        "the ways of the two halves were added, not multiplied",
        "Two halves in a row with 2 ways each: 2 · 2 ways. And how many beside them?",
        _ways(lambda p: 2 * p + 1),
    ),
    (
        "the ways double, and the single convolution was forgotten",
        "Through the first half in 2 ways, then through the second in 2. And what is beside them?",
        _ways(lambda p: 2 * p),
    ),
    (
        "the way through the single convolution was forgotten",
        "f_C has two branches. How many ways lead through the short one?",
        _ways(lambda p: p * p),
    ),
    (
        "the ways through the columns were counted, as if nobody could change at a join",
        "Behind a join one may go on in any column. Is that more ways, or as many?",
        {"paths": lambda C, B: C**B},
    ),
    (
        "only whole columns were counted, the same in all blocks",
        "That is global drop-path. How many ways are there if one may change at each join?",
        {"paths": lambda C, B: C},
    ),
    (
        "columns and blocks were multiplied for the ways",
        "Two blocks of two columns: write the ways down, one by one. How many are there?",
        {"paths": lambda C, B: C * B},
    ),
    (
        "two ways were counted for each column of each block",
        "How many ways lead through one block of one column, and through one of three?",
        {"paths": lambda C, B: 2 ** (C * B)},
    ),
    (
        "the ways were multiplied for one block too few",
        "With one block: how many ways does your function give?",
        {"paths": lambda C, B: _rule(C, 1, lambda p: p * p + 1) ** (B - 1)},
    ),
    (
        "the ways of the blocks were added, not multiplied",
        "Two blocks with 5 ways each: with which ones of the second may the first way go on?",
        {"paths": lambda C, B: B * _rule(C, 1, lambda p: p * p + 1)},
    ),
    (
        "the ways are those of one block",
        "How many blocks are there?",
        {"paths": lambda C, B: _rule(C, 1, lambda p: p * p + 1)},
    ),
    (
        "one column too many was built",
        "How often must the rule be applied to get from f₁ to f₃?",
        {
            "depth": lambda C, B: B * 2**C,
            "layers": lambda C, B: B * (2 ** (C + 1) - 1),
            "paths": lambda C, B: _rule(C + 1, 1, lambda p: p * p + 1) ** B,
        },
    ),
    (
        "one column too few was built",
        "How often must the rule be applied to get from f₁ to f₂?",
        {
            "depth": lambda C, B: B * 2 ** max(C - 2, 0),
            "layers": lambda C, B: B * (2 ** max(C - 1, 1) - 1),
            "paths": lambda C, B: _rule(C - 1, 1, lambda p: p * p + 1) ** B,
        },
    ),
    (
        "columns and blocks have changed places",
        "Which of the two does the docstring name first?",
        {
            "depth": lambda C, B: C * 2 ** (B - 1),
            "layers": lambda C, B: C * (2**B - 1),
            "paths": lambda C, B: _rule(B, 1, lambda p: p * p + 1) ** C,
        },
    ),
    (
        "depth and layers have changed places",
        "Which of the three does the docstring name first?",
        {"form": lambda d, n, p: (n, d, p)},
    ),
    (
        "layers and paths have changed places",
        "Which of the three does the docstring name second?",
        {"form": lambda d, n, p: (d, p, n)},
    ),
):  # fmt: skip
    fractal_depth.mistake(name, hint=hint, whole=name in _OF_BOTH)(partial(_fractal, **change))
