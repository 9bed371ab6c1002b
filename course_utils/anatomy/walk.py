"""One run of a network on the `meta` device, where tensors have shapes and no values.

Every layer and every function in between is noted with what it read: a graph with the shapes, the
counts and the receptive fields. The network itself keeps its weights, its mode and its device.
"""

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from course_utils.anatomy.counts import function_name, multiply_adds, named_arguments
from course_utils.anatomy.fields import ReceptiveField, field_behind
from course_utils.anatomy.layers import require_input_size, require_model, title
from course_utils.errors import CourseError

INPUT = -1  # stands for the input of the network where the index of a step is expected


@dataclass
class Step:
    """One layer, or one function between layers, as it ran.

    shape is that of one example; activations are the values in memory of its own; `reads` are the
    indices of the steps whose results it read; `within` are the names of the modules around it.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int = 0
    multiply_adds: int = 0
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


def walk(model: nn.Module, input_size) -> Walk:
    """Run a network on one input of that size, without values, as at test time.

    input_size  (C, H, W) of one image, or the size of whatever the network reads
    Raises CourseError where the network cannot read such an input.
    """
    require_model(model)
    size = require_input_size(input_size)
    recorder = _Recorder(model, size)
    weights = {name: _on_meta(t) for name, t in _all_tensors(model)}
    x = torch.empty((1, *size), device="meta")
    recorder.note(x, INPUT, ReceptiveField() if len(size) == 3 else None)
    try:
        with ExitStack() as stack:
            stack.enter_context(torch.no_grad())
            stack.enter_context(test_time(model))
            stack.enter_context(recorder.hooks())
            stack.enter_context(recorder)
            torch.func.functional_call(model, weights, (x,), tie_weights=True)
    except (RuntimeError, ValueError, TypeError, IndexError, AssertionError) as error:
        raise CourseError(_explained(model, size, recorder, error)) from error
    recorder.finish()
    return recorder.result


def _explained(model, size, recorder, error) -> str:
    shape = " × ".join(map(str, size))
    where = f" at {recorder.stack[-1][0]}" if recorder.stack and recorder.stack[-1][0] else ""
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return f"{title(model)} cannot read an input of {shape}: it stops{where} ({reason})."


def _all_tensors(model: nn.Module):
    yield from model.named_parameters()
    yield from model.named_buffers()


def _on_meta(tensor: torch.Tensor) -> torch.Tensor:
    copy = torch.empty_like(tensor, device="meta", requires_grad=False)
    return nn.Parameter(copy, requires_grad=False) if isinstance(tensor, nn.Parameter) else copy


@contextmanager
def test_time(model: nn.Module):
    """Dropout off, batch norm with its averages; afterwards each module as it was."""
    before = {module: module.training for module in model.modules()}
    model.eval()
    try:
        yield
    finally:
        for module, training in before.items():
            module.training = training


def tensors_in(value) -> list[torch.Tensor]:
    """The tensors in nested tuples, lists and dictionaries, in order."""
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, tuple | list):
        return [tensor for part in value for tensor in tensors_in(part)]
    return []


class _Recorder(TorchFunctionMode):
    """Sees every torch function (as a mode) and every module (by hooks)."""

    def __init__(self, model: nn.Module, size: tuple[int, ...]):
        super().__init__()
        self.model = model
        count = sum(p.numel() for p in model.parameters())
        self.result = Walk(title(model), size, count)
        self.names = {module: name for name, module in model.named_modules()}
        self.stack: list[tuple] = []  # modules that are running: (name, module, first step, reads)
        self.known: dict[int, tuple] = {}  # id: (tensor, source, field); keeps the tensors alive
        self.counted: set[int] = set()  # ids of the parameters that have been counted
        self.repeats: dict[str, int] = {}
        self.multiply_adds = 0  # of the leaf layer that is running

    def note(self, tensor, source: int, receptive_field) -> None:
        self.known[id(tensor)] = (tensor, source, receptive_field)

    # ----------------------------------------------------------------------------- functions
    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        inputs = [t for t in tensors_in((args, kwargs)) if id(t) in self.known]
        # read before the call: a function that works in place writes over them
        before = [(t, self.known[id(t)][1], self.known[id(t)][2]) for t in inputs]
        output = function(*args, **kwargs)
        results = tensors_in(output)
        if before and results and self.stack:
            self._function(function_name(function), args, kwargs, before, results)
        return output

    def _function(self, name, args, kwargs, before, results) -> None:
        arguments = named_arguments(name, args, kwargs)
        fields = [(tensor, f) for tensor, _, f in before]
        count = multiply_adds(name, args, arguments, results[0])
        followed = [field_behind(name, arguments, fields, r) for r in results]
        if self._in_leaf():
            self.multiply_adds += count
            source = before[0][1]
        else:
            source = len(self.result.steps)
            reads = tuple(dict.fromkeys(s for _, s, _ in before))
            weights = [t for t in tensors_in((args, kwargs)) if isinstance(t, nn.Parameter)]
            owner = self.stack[-1][0]
            step = self._step(self._numbered(owner, name), name, reads, [b[0] for b in before],
                              results, followed[0], weights, function=True)  # fmt: skip
            step.multiply_adds = count
        for result, receptive_field in zip(results, followed, strict=True):
            self.note(result, source, receptive_field)

    def _numbered(self, owner: str, name: str) -> str:
        full = f"{owner}.{name}" if owner else name
        self.repeats[full] = self.repeats.get(full, 0) + 1
        return full if self.repeats[full] == 1 else f"{full}_{self.repeats[full]}"

    def _in_leaf(self) -> bool:
        return _is_leaf(self.stack[-1][1])

    def _step(self, name, kind, reads, inputs, results, receptive_field, weights, function=False):
        fresh = [w for w in weights if id(w) not in self.counted]
        self.counted.update(map(id, fresh))
        own = _in_own_memory(inputs, results)
        step = Step(
            name, kind, tuple(results[0].shape[1:]),
            parameters=sum(w.numel() for w in fresh),
            activations=sum(r.numel() for r in own),
            bytes=sum(r.numel() * r.element_size() for r in own),
            receptive_field=receptive_field, reads=reads, function=function,
            within=tuple(frame[0] for frame in self.stack if not _is_leaf(frame[1])),
        )  # fmt: skip
        self.result.steps.append(step)
        return step

    # ------------------------------------------------------------------------------- modules
    @contextmanager
    def hooks(self):
        handles = []
        for module in self.names:
            handles.append(module.register_forward_pre_hook(self._enter, with_kwargs=True))
            handles.append(module.register_forward_hook(self._leave))
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _enter(self, module, args, kwargs) -> None:
        inputs = [t for t in tensors_in((args, kwargs)) if id(t) in self.known]
        reads = tuple(dict.fromkeys(self.known[id(t)][1] for t in inputs))
        frame = (self.names[module], module, len(self.result.steps), reads, inputs)
        self.stack.append(frame)
        if _is_leaf(module):
            self.multiply_adds = 0

    def _leave(self, module, args, output):
        name, _, first, reads, inputs = self.stack[-1]
        results = tensors_in(output)
        _, source, receptive_field = self.known.get(id(results[0]), (None, INPUT, None))
        if not _is_leaf(module):
            self.stack.pop()
            block = Block(name, title(module), first, len(self.result.steps),
                          tuple(results[0].shape[1:]), receptive_field, source)  # fmt: skip
            self.result.blocks.append(block)
            return None
        if not getattr(module, "inplace", False) and any(results[0] is t for t in inputs):
            output = results[0].view_as(results[0])  # as the shortcut's input, the old one stays
            results = [output]
        weights = list(module.parameters(recurse=False))
        step = self._step(name, title(module), reads, inputs, results, receptive_field, weights)
        step.multiply_adds = self.multiply_adds
        self.stack.pop()
        for result in results:
            known = self.known.get(id(result), (None, None, receptive_field))
            self.note(result, len(self.result.steps) - 1, known[2])
        return output

    def finish(self) -> None:
        """Note the parameters of the layers that did not run, such as auxiliary heads."""
        ran = {step.name for step in self.result.steps}
        for name, module in self.model.named_modules():
            own = sum(p.numel() for p in module.parameters(recurse=False))
            if own and _is_leaf(module) and name not in ran:
                self.result.idle[name] = own


def _is_leaf(module: nn.Module) -> bool:
    return next(module.children(), None) is None


def _in_own_memory(inputs, results) -> list[torch.Tensor]:
    """The results that are neither an input, changed in place, nor a view of one."""
    taken = {t.untyped_storage()._cdata for t in inputs}
    return [r for r in results if r.untyped_storage()._cdata not in taken]
