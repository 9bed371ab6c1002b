"""`describe`: one row per layer of any network, from one run without values."""

from torch import nn

from course_utils.anatomy.noted import Block, Step, Walk
from course_utils.anatomy.table import LayerTable, Row
from course_utils.anatomy.walk import walk
from course_utils.errors import CourseError

# they choose or rearrange values and compute none: followed for the fields, but no rows
_REARRANGING = (
    "view reshape flatten unflatten getitem chunk split unbind squeeze unsqueeze permute transpose"
    " contiguous detach alias view_as expand expand_as to narrow select movedim swapaxes"
)
REARRANGING = frozenset(_REARRANGING.split())


def describe(model: nn.Module, input_size: tuple[int, ...], depth: int | None = None) -> LayerTable:
    """A table of a network's layers in order of execution, at test time, for one example.

    input_size  one input without the batch, such as (3, 224, 224)
    depth       None: a row for each layer; 1: a row for each module that the network itself runs,
                2: for those within these, and so on, so that a block becomes one row

    The network runs once on the `meta` device, where tensors have no values: this takes no memory
    and some milliseconds even for VGG, and the network stays as it is. Functions of `forward` that
    compute (add, cat, F.relu …) are rows too, with `function=True` and no parameters; those that
    only rearrange (flatten, slices) are not. A parameter counts where it is read first, also by a
    function and after view or reshape. Multiply–adds are those of convolutions (grouped and
    transposed ones too), linear layers and all that comes down to matrix products: attention, LSTM,
    einsum; biases, batch norm, LRN, activations, pooling and additions are not counted. What
    multiplies in another way (nn.Bilinear, an operation of your own) is marked "not counted", in
    its row and in the total. Activations are values in memory of their own: an
    in-place ReLU, Flatten or Dropout adds none. Where branches meet, the receptive field is the
    smallest one that holds all of theirs; behind Flatten, where a unit has no place any more, and
    behind transposed convolutions it is None; behind a global pooling it is that of a window as
    large as the map.

    Raises CourseError for an input that the network cannot read, and for a depth below 1.
    """
    if depth is not None and (not isinstance(depth, int) or depth < 1):
        raise CourseError(f"depth is 1, 2, … or None for all layers, got {depth!r}.")
    noted = walk(model, input_size)
    rows = tuple(_layers(noted) if depth is None else _grouped(noted, depth))
    return LayerTable(noted.title, noted.input_size, rows, noted.idle)


def _layers(noted: Walk) -> list[Row]:
    return [_row(step) for step in noted.steps if not _rearranges(step)]


def _rearranges(step: Step) -> bool:
    return step.function and step.kind in REARRANGING


def _row(step: Step) -> Row:
    return Row(step.name, step.kind, step.shape, step.parameters, step.multiply_adds,
               step.activations, step.bytes, step.receptive_field, step.function,
               step.not_counted)  # fmt: skip


def _grouped(noted: Walk, depth: int) -> list[Row]:
    """A row for each run of a module at that depth; steps that lie above are rows of their own."""
    rows, position = [], 0
    while position < len(noted.steps):
        step = noted.steps[position]
        block = enclosing(noted, position, depth)
        if block is None:
            rows += [] if _rearranges(step) else [_row(step)]
            position += 1
        else:
            rows.append(_block_row(block, noted.steps[block.first : block.last]))
            position = block.last
    return rows


def enclosing(noted: Walk, position: int, depth: int) -> Block | None:
    """The run, `depth` modules deep, in which a step lies; None where it lies above."""
    within = noted.steps[position].within
    if len(within) <= depth:
        return None
    runs = (b for b in noted.blocks if b.first <= position < b.last)
    return next(b for b in runs if b.name == within[depth])


def _block_row(block: Block, steps: list[Step]) -> Row:
    totals = [
        sum(getattr(step, name) for step in steps)
        for name in ("parameters", "multiply_adds", "activations", "bytes")
    ]
    missing = tuple(dict.fromkeys(name for step in steps for name in step.not_counted))
    return Row(block.name, block.kind, block.shape, *totals, block.receptive_field,
               not_counted=missing)  # fmt: skip
