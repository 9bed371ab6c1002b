"""From a walk to the boxes of a drawing: what becomes one box, and which box reads which."""

from collections import Counter
from dataclasses import dataclass, field, replace
from math import prod

from torch import nn

from course_utils.anatomy.describe import REARRANGING, enclosing
from course_utils.anatomy.labels import by, words
from course_utils.anatomy.noted import INPUT, Block, Step, Walk
from course_utils.anatomy.table import work

CIRCLES = {"add": "+", "iadd": "+", "mul": "×", "sub": "−"}  # where two results meet
PASSING = REARRANGING | {"Identity", "Flatten", "Unflatten"}
PLAIN = ("Sequential", "ModuleList")  # kinds of blocks that say nothing: the name says more


@dataclass
class Box:
    """One box: a layer with what follows it value by value, a block, or a join.

    sort   "conv", "pool", "linear", "block", "join" or "other": the colour
    shape  of the result, one example
    reads  numbers of the boxes whose results it reads; -1 is the input
    notes  what is done to each value afterwards, such as "BN" and "ReLU"
    times  how many equal blocks in a row this one box stands for; `key` says which are equal
    """

    title: str
    sort: str
    shape: tuple[int, ...]
    reads: tuple[int, ...]
    tip: str
    notes: list[str] = field(default_factory=list)
    key: tuple = ()
    times: int = 1

    @property
    def circle(self) -> bool:
        """Whether it is drawn as a small circle: a sum or a product of results."""
        return self.sort == "join" and self.title in CIRCLES.values()


def boxes_of(noted: Walk, model: nn.Module, depth: int | None) -> list[Box]:
    """The boxes of a network in order of execution; modules `depth` deep are one box each."""
    modules = dict(model.named_modules())
    readers = Counter(r for step in noted.steps for r in step.reads)
    boxes: list[Box] = []
    holder = {INPUT: INPUT}  # step: the box that holds its result
    position = 0
    while position < len(noted.steps):
        block = _block_at(noted, position, depth)
        last = block.last if block else position + 1
        steps = noted.steps[position:last]
        outside = [r for step in steps for r in step.reads if not position <= r < last]
        reads = tuple(dict.fromkeys(holder[r] for r in outside))
        number = None if block else _taken_in(steps[0], boxes, holder, readers, modules)
        if number is None:
            number = len(boxes)
            boxes.append(_block_box(block, steps, reads, modules) if block
                         else _layer_box(steps[0], modules, reads))  # fmt: skip
        holder.update(dict.fromkeys(range(position, last), number))
        position = last
    return _repeats_merged(_sums_dissolved(_concats_dissolved(boxes)))


def _block_at(noted: Walk, position: int, depth: int | None) -> Block | None:
    """The block that is one box; one with a single working layer is drawn as that layer."""
    block = enclosing(noted, position, depth) if depth else None
    if block is None:
        return None
    steps = noted.steps[block.first : block.last]
    working = [s for s in steps if s.multiply_adds or len(s.reads) > 1 or "pool" in s.kind.lower()]
    return block if len(working) > 1 else None


def _taken_in(step: Step, boxes, holder, readers, modules) -> int | None:
    """The box that takes a layer in: what passes values on, or changes each by itself."""
    if len(step.reads) != 1:
        return None
    before = step.reads[0]
    number = holder[before]
    if step.kind in PASSING or step.kind in CIRCLES:  # a number added changes nothing to be drawn
        return number
    if step.kind == "mean" and number != INPUT and boxes[number].title == "stack":
        boxes[number].title, boxes[number].shape = "mean", step.shape
        return number
    alone = number != INPUT and readers[before] == 1
    if not alone or step.multiply_adds or "pool" in step.kind.lower():
        return None
    if prod(step.shape) != prod(boxes[number].shape):
        return None
    boxes[number].notes.append(words(step.kind, modules.get(step.name), step.shape))
    return number


def _layer_box(step: Step, modules, reads) -> Box:
    module = None if step.function else modules[step.name]
    tip = _tip(step.name, step.parameters, step.multiply_adds, step.not_counted)
    if step.receptive_field:
        tip += f"; field: {step.receptive_field}"
    circle = CIRCLES.get(step.kind) if len(reads) > 1 else None
    title = circle or words(step.kind, module, step.shape)
    return Box(title, _sort(step, len(reads)), step.shape, reads, tip)


def _tip(name: str, parameters: int, multiply_adds: int, not_counted: tuple[str, ...]) -> str:
    return f"{name}: {parameters:,} parameters, {work(multiply_adds, not_counted)} multiply–adds"


def _sort(step: Step, inputs: int) -> str:
    kind = step.kind.lower()
    if step.function and inputs > 1:
        return "join"
    if "pool" in kind or kind == "mean":
        return "pool"
    if "conv" in kind:
        return "conv"
    return "linear" if "linear" in kind else "other"


def _block_box(block: Block, steps: list[Step], reads, modules) -> Box:
    parameters = sum(step.parameters for step in steps)
    count = sum(step.multiply_adds for step in steps)
    missing = sum((step.not_counted for step in steps), ())
    tip = _tip(block.name, parameters, count, missing)
    plain = block.kind in PLAIN
    title, notes = (block.name, []) if plain else (block.kind.strip("_"), [block.name])
    title += _content(steps, block.first, modules)
    return Box(
        title, "block", block.shape, reads, tip, notes, (block.kind, block.shape, parameters)
    )


def _content(steps: list[Step], first: int, modules) -> str:
    """ ": 4 branches", or ": 1×1, 3×3, 1×1" where the longest path has up to four convolutions.

    A dense block, where each layer is appended to what was there, is ": 6 concatenations".
    """
    if steps[-1].kind == "cat":
        concats = sum(step.kind == "cat" for step in steps)
        appended = len(steps[-1].reads) == 2 and concats > 1
        return f": {concats} concatenations" if appended else f": {len(steps[-1].reads)} branches"
    paths: list[tuple[str, ...]] = []
    for step in steps:
        before = [paths[r - first] for r in step.reads if r >= first]
        module = None if step.function else modules[step.name]
        own = (by(module.kernel_size),) if isinstance(module, nn.Conv2d) else ()
        paths.append(max(before, key=len, default=()) + own)
    longest = max(paths, key=len)
    return f": {', '.join(longest)}" if 0 < len(longest) <= 4 else ""


def _concats_dissolved(boxes: list[Box]) -> list[Box]:
    """What reads a concat that is read by another concat reads the parts of it instead.

    So a dense block, which appends to one stack of maps, is drawn as the paper draws it: from each
    layer to all that follow.
    """
    concats = {n for n, box in enumerate(boxes) if box.sort == "join" and box.title == "concat"}
    return _dissolved(boxes, {r for n in concats for r in boxes[n].reads} & concats)


def _sums_dissolved(boxes: list[Box]) -> list[Box]:
    """a + b, + c, + d is drawn as one sum of four, where the sums between have no other reader."""
    readers = Counter(r for box in boxes for r in box.reads)
    sums = {n for n, box in enumerate(boxes) if box.circle and box.title == "+"}
    read = {r for n in sums for r in boxes[n].reads} & sums
    return _dissolved(boxes, {n for n in read if readers[n] == 1 and not boxes[n].notes})


def _dissolved(boxes: list[Box], inner: set[int]) -> list[Box]:
    """Without the inner joins: whoever reads one reads its parts instead."""
    place, kept, parts = {INPUT: INPUT}, [], {}
    for number, box in enumerate(boxes):
        reads = [part for r in box.reads for part in parts.get(r, (place.get(r),))]
        reads = tuple(dict.fromkeys(reads))
        if number in inner:
            parts[number] = reads
        else:
            place[number] = len(kept)
            kept.append(replace(box, reads=reads))
    return kept


def _repeats_merged(boxes: list[Box]) -> list[Box]:
    """Equal blocks, one behind the other, as one box that knows how many they are."""
    readers = Counter(r for box in boxes for r in box.reads)
    merged: list[Box] = []
    place = {INPUT: INPUT}
    for number, box in enumerate(boxes):
        before = box.reads[0] if len(box.reads) == 1 else INPUT
        last = merged[place[before]] if before == number - 1 != INPUT else None
        equal = last and box.key and last.key == box.key and _afterwards(last) == _afterwards(box)
        if equal and readers[before] == 1:
            last.times += 1
            if _is_named(box):
                last.notes[0] = f"{last.notes[0].split(' … ')[0]} … {box.notes[0]}"
        else:
            merged.append(replace(box, reads=tuple(place[r] for r in box.reads)))
        place[number] = len(merged) - 1
    return merged


def _is_named(box: Box) -> bool:
    """Whether its first note is the block's name; else the title has it."""
    return bool(box.key) and box.key[0] not in PLAIN


def _afterwards(box: Box) -> list[str]:
    """What is done to each value after a block."""
    return box.notes[1:] if _is_named(box) else box.notes
