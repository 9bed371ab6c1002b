"""What is noted of one run of a network: steps, blocks of them, and the whole."""

from dataclasses import dataclass, field

from course_utils.anatomy.fields import ReceptiveField

INPUT = -1  # stands for the input of the network where the index of a step is expected


@dataclass
class Step:
    """One layer, or one function between layers, as it ran.

    shape is that of one example; activations are the values in memory of its own; `reads` are the
    indices of the steps whose results it read; `within` are the names of the modules around it;
    `not_counted` are operations that are missing in multiply_adds.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int = 0
    multiply_adds: int = 0
    not_counted: tuple[str, ...] = ()
    activations: int = 0
    bytes: int = 0
    receptive_field: ReceptiveField | None = None
    reads: tuple[int, ...] = ()
    within: tuple[str, ...] = ()
    function: bool = False


@dataclass
class Block:
    """One run of a module that holds others: the steps first … last - 1, and its result."""

    name: str
    kind: str
    first: int
    last: int
    shape: tuple[int, ...]
    receptive_field: ReceptiveField | None
    source: int


@dataclass
class Walk:
    """Everything that was noted: steps in order of execution, blocks in order of their ends."""

    title: str
    input_size: tuple[int, ...]
    parameters: int
    steps: list[Step] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    idle: dict[str, int] = field(default_factory=dict)  # name: parameters of what did not run
