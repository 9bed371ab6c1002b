"""One run of a network on the `meta` device, where tensors have shapes and no values.

Every layer and every function in between is noted with what it read: a graph with the shapes, the
counts and the receptive fields. The network itself keeps its weights, its mode and its device.
"""

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from course_utils.anatomy.counts import Counter, function_name, named_arguments
from course_utils.anatomy.fields import ReceptiveField, field_behind
from course_utils.anatomy.layers import require_input_size, require_model, title
from course_utils.anatomy.noted import INPUT, Block, Step, Walk
from course_utils.errors import CourseError


def walk(model: nn.Module, input_size) -> Walk:
    """Run a network on one input of that size, without values, as at test time.

    input_size  (C, H, W) of one image, or the size of whatever the network reads
    Raises CourseError where the network cannot read such an input.
    """
    require_model(model)
    size = require_input_size(input_size)
    weights = {name: _on_meta(t) for name, t in _all_tensors(model)}
    recorder = _Recorder(model, size, weights)
    x = torch.empty((1, *size), device="meta")
    recorder.note(x, INPUT, ReceptiveField() if len(size) == 3 else None)
    try:
        with ExitStack() as stack:
            stack.enter_context(torch.no_grad())
            stack.enter_context(test_time(model))
            stack.enter_context(recorder.hooks())
            stack.enter_context(recorder.counter)
            stack.enter_context(recorder)
            torch.func.functional_call(model, weights, (x,), tie_weights=True)
    except (RuntimeError, ValueError, TypeError, IndexError, AssertionError) as error:
        raise CourseError(_explained(model, size, recorder, error)) from error
    recorder.finish()
    return recorder.result


def _explained(model, size, recorder, error) -> str:
    shape = " × ".join(map(str, size))
    where = f" at {recorder.stack[-1].name}" if recorder.stack and recorder.stack[-1].name else ""
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


@dataclass
class _Frame:
    """A module that is running: its first step, what it reads, and where the counter stood."""

    name: str
    module: nn.Module
    first: int
    reads: tuple[int, ...]
    inputs: list[torch.Tensor]
    reading: tuple[int, int]
    weights: list[nn.Parameter] = field(default_factory=list)  # that functions inside have read


class _Recorder(TorchFunctionMode):
    """Sees every torch function (as a mode) and every module (by hooks)."""

    def __init__(self, model: nn.Module, size: tuple[int, ...], weights: dict[str, torch.Tensor]):
        super().__init__()
        self.weights = {n: w for n, w in weights.items() if isinstance(w, nn.Parameter)}
        count = sum(p.numel() for p in model.parameters())
        self.result = Walk(title(model), size, count)
        self.names = {module: name for name, module in model.named_modules()}
        self.stack: list[_Frame] = []  # modules that are running
        self.known: dict[int, tuple] = {}  # id: (tensor, source, field); keeps the tensors alive
        self.counted: set[int] = set()  # ids of the parameters that have been counted
        self.made: dict[int, tuple] = {}  # id: (tensor made of parameters alone, the parameters)
        self.pending: list[tuple] = []  # counts of making them, until a step reads them
        self.repeats: dict[str, int] = {}
        self.counter = Counter()

    def note(self, tensor, source: int, receptive_field) -> None:
        self.known[id(tensor)] = (tensor, source, receptive_field)

    # ----------------------------------------------------------------------------- functions
    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        inputs = [t for t in tensors_in((args, kwargs)) if id(t) in self.known]
        # read before the call: a function that works in place writes over them
        before = [(t, self.known[id(t)][1], self.known[id(t)][2]) for t in inputs]
        reading = self.counter.reading()
        output = function(*args, **kwargs)
        results, weights = tensors_in(output), self._weights_in((args, kwargs))
        if before and results and self.stack:
            count = self.counter.since(reading)
            self._function(function_name(function), args, kwargs, before, results, weights, count)
        elif weights:
            self._make(results, weights, self.counter.since(reading))
        return output

    def _weights_in(self, value) -> list[nn.Parameter]:
        """The parameters in nested arguments, and those that other arguments were made of."""
        found = []
        for tensor in tensors_in(value):
            made = self.made.get(id(tensor), (tensor, []))[1]
            found += [tensor] if isinstance(tensor, nn.Parameter) else made
        return found

    def _make(self, results, weights, count) -> None:
        """Note what was made of parameters alone: the step that reads it is charged for them."""
        for result in results:
            if not isinstance(result, nn.Parameter):
                self.made[id(result)] = (result, weights)
        if not self._leaf():  # a leaf is charged for all that runs inside it
            self.pending.append(count)

    def _function(self, name, args, kwargs, before, results, weights, count) -> None:
        arguments = named_arguments(name, args, kwargs)
        fields = [(tensor, f) for tensor, _, f in before]
        followed = [field_behind(name, arguments, fields, r) for r in results]
        if leaf := self._leaf():
            leaf.weights.extend(weights)
            source = before[0][1]
        else:
            source = len(self.result.steps)
            reads = tuple(dict.fromkeys(s for _, s, _ in before))
            owner = self.stack[-1].name
            self._step(self._numbered(owner, name), name, reads, [b[0] for b in before],
                       results, followed[0], weights, count, function=True)  # fmt: skip
        for result, receptive_field in zip(results, followed, strict=True):
            self.note(result, source, receptive_field)

    def _numbered(self, owner: str, name: str) -> str:
        full = f"{owner}.{name}" if owner else name
        self.repeats[full] = self.repeats.get(full, 0) + 1
        return full if self.repeats[full] == 1 else f"{full}_{self.repeats[full]}"

    def _leaf(self) -> "_Frame | None":
        """The layer that is running, if one is: what happens inside it is its own affair."""
        return next((frame for frame in self.stack if _is_leaf(frame.module)), None)

    def _step(self, name, kind, reads, inputs, results, receptive_field, weights, count,
              function=False) -> None:  # fmt: skip
        fresh = {id(w): w for w in weights if id(w) not in self.counted}
        self.counted.update(fresh)
        own, counts = _in_own_memory(inputs, results), [*self.pending, count]
        self.pending.clear()
        self.result.steps.append(Step(
            name, kind, _of_one_example(results[0]),
            parameters=sum(w.numel() for w in fresh.values()),
            multiply_adds=sum(number for number, _ in counts),
            not_counted=tuple(dict.fromkeys(name for _, names in counts for name in names)),
            activations=sum(r.numel() for r in own),
            bytes=sum(r.numel() * r.element_size() for r in own),
            receptive_field=receptive_field, reads=reads, function=function,
            within=tuple(frame.name for frame in self.stack if not _is_leaf(frame.module)),
        ))  # fmt: skip

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
        frame = _Frame(self.names[module], module, len(self.result.steps), reads, inputs,
                       self.counter.reading())  # fmt: skip
        self.stack.append(frame)

    def _leave(self, module, args, output):
        frame, leaf, results = self.stack[-1], self._leaf(), tensors_in(output)
        if leaf and leaf is not frame:  # a part of a layer
            self.stack.pop()
            return None
        _, source, receptive_field = self.known.get(id(results[0]), (None, INPUT, None))
        if not leaf:
            self.stack.pop()
            block = Block(frame.name, title(module), frame.first, len(self.result.steps),
                          _of_one_example(results[0]), receptive_field, source)  # fmt: skip
            self.result.blocks.append(block)
            return None
        inputs = frame.inputs
        if not getattr(module, "inplace", False) and any(results[0] is t for t in inputs):
            output = results[0].view_as(results[0])  # as the shortcut's input, the old one stays
            results = [output]
        self._step(frame.name, title(module), frame.reads, inputs, results, receptive_field,
                   [*module.parameters(), *frame.weights],
                   self.counter.since(frame.reading))  # fmt: skip
        self.stack.pop()
        for result in results:
            known = self.known.get(id(result), (None, None, receptive_field))
            self.note(result, len(self.result.steps) - 1, known[2])
        return output

    def finish(self) -> None:
        """Note the parameters that nothing has read, by layer: auxiliary heads, for example."""
        for name, weight in self.weights.items():
            if id(weight) not in self.counted:
                layer = name.rpartition(".")[0] or name
                self.result.idle[layer] = self.result.idle.get(layer, 0) + weight.numel()


def _is_leaf(module: nn.Module) -> bool:
    """Whether a module is one layer; attention is, though it keeps a part of its weights apart."""
    return isinstance(module, nn.MultiheadAttention) or next(module.children(), None) is None


def _of_one_example(result: torch.Tensor) -> tuple[int, ...]:
    """The shape without the batch of 1, which is not the first axis everywhere (stack, attention).

    All of it where the batch has been merged with another axis.
    """
    shape = tuple(result.shape)
    batch = shape.index(1) if 1 in shape else len(shape)
    return shape[:batch] + shape[batch + 1 :]


def _in_own_memory(inputs, results) -> list[torch.Tensor]:
    """The results that are neither an input, changed in place, nor a view of one."""
    taken = {t.untyped_storage()._cdata for t in inputs}
    return [r for r in results if r.untyped_storage()._cdata not in taken]
