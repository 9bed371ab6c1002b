"""Exercises whose answer is a class: an `nn.Module` that is built, filled with weights, and run.

    @module(notebook="15", points=3, minutes=20, hints=(…), explanation="…")
    def ResidualBlock():
        from torch import nn

        class ResidualBlock(nn.Module):
            ...

        return ResidualBlock

The function around the class keeps PyTorch away until the class is needed. A case is the settings
of the constructor, an input, a gradient that arrives at the output, and numbers for the parameters
and buffers of the reference: they go into those of the answer by their shapes, whatever the names.
Compared are the output in training and at test time, the gradients of input and parameters, and the
buffers after a step of training. So nothing but the architecture decides.
"""

import ast
import functools
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

from course_utils.checking.exercise import Case, Exercise, Mistake, case

PARTS = (
    "the output in training", "the output at test time", "the gradient of the input",
    "the gradients of the parameters", "the buffers after training",
)  # fmt: skip


def put_to_use(make, settings, x, grad_out, parameters, buffers):
    """What a module does with these numbers: see PARTS. Arrays in, arrays out.

    make(*settings) -> the module; of parameters (and buffers) with the same shape all get the same
    numbers, so that it does not matter in which order they were made; nor do their gradients come
    in an order of their own. Raises ValueError when there are other shapes than these.
    """
    import torch

    def fill(tensors, arrays, what):
        left = [a.shape for a in arrays]
        for tensor in tensors:
            shape = tuple(tensor.shape)
            if shape not in left:
                rest = ", ".join(map(str, left)) or "none"
                raise ValueError(f"one {what} of shape {shape} is too many; still missing: {rest}")
            left.remove(shape)
            with torch.no_grad():
                tensor.copy_(torch.tensor(next(a for a in arrays if a.shape == shape)))
        if left:
            raise ValueError(f"{what}s of these shapes are missing: {', '.join(map(str, left))}")

    def filled():
        module = make(*settings)
        if not isinstance(module, torch.nn.Module):
            raise TypeError("the class is no nn.Module: write class …(nn.Module)")
        fill(list(module.parameters()), parameters, "parameter")
        fill([b for b in module.buffers() if b.is_floating_point()], buffers, "buffer")
        return module

    module, given = filled().train(), torch.tensor(x, requires_grad=True)
    out = module(given)
    if not isinstance(out, torch.Tensor):
        raise TypeError(f"forward returned {type(out).__name__}, not a tensor")
    if out.shape == grad_out.shape and out.requires_grad:
        out.backward(torch.tensor(grad_out))
    with torch.no_grad():
        later = filled().eval()(torch.tensor(x))
    slopes = [torch.zeros_like(t) if t.grad is None else t.grad
              for t in (given, *module.parameters())]  # fmt: skip
    moved = [b for b in module.buffers() if b.is_floating_point()]
    return (out.detach().numpy(), later.numpy(), slopes[0].numpy(), _in_line(slopes[1:]),
            _in_line(moved))  # fmt: skip


def by_functions(compute, settings, x, grad_out, parameters, buffers):
    """The same PARTS for a function of torch in place of a module: what an oracle is made of.

    compute(settings, x, weights, buffers, training) -> the output; weights and buffers are tensors
    in the order in which the reference makes them, and a step of training changes the buffers.
    """
    import torch

    weights = [torch.tensor(w, requires_grad=True) for w in parameters]
    moved = [torch.tensor(b) for b in buffers]
    with torch.no_grad():
        later = compute(settings, torch.tensor(x), weights, moved, False)
    given = torch.tensor(x, requires_grad=True)
    out = compute(settings, given, weights, moved, True)
    slopes = torch.autograd.grad(out, [given, *weights], torch.tensor(grad_out))
    return (out.detach().numpy(), later.numpy(), slopes[0].numpy(), _in_line(slopes[1:]),
            _in_line(moved))  # fmt: skip


def _in_line(tensors):
    """All numbers in one row: by shape, and of equal shapes in the order of their contents."""
    import numpy as np

    arrays = [t.detach().numpy() for t in tensors]
    arrays.sort(key=lambda a: (a.shape, float(a.ravel() @ np.linspace(1, 2, a.size))))
    return np.concatenate([np.zeros(0, np.float32), *(a.ravel() for a in arrays)])


class ModuleExercise(Exercise):
    """An exercise whose answer is a class. `reference` is the class, made when it is needed."""

    def __init__(self, factory: Callable, **settings: Any):
        settings.setdefault("allows", ("numpy", "torch"))
        settings.setdefault("seconds", 20.0)
        settings.setdefault("megabytes", 4096)  # PyTorch itself takes most of it
        super().__init__(factory, returns=PARTS, **settings)
        self._factory = factory
        del self.reference  # made by the property below

    @functools.cached_property
    def reference(self) -> type:
        return self._factory()

    # ------------------------------------------------------------------- what is read off the text
    @functools.cached_property
    def _node(self) -> tuple[ast.ClassDef, list[str]]:
        lines, _ = inspect.getsourcelines(self._factory)
        inside = textwrap.dedent("".join(lines))
        (node,) = [
            n
            for n in ast.walk(ast.parse(inside))
            if isinstance(n, ast.ClassDef) and n.name == self.name
        ]
        text = textwrap.dedent("\n".join(inside.splitlines()[node.lineno - 1 : node.end_lineno]))
        return ast.parse(text).body[0], text.splitlines()

    @property
    def source(self) -> str:
        """The class as text."""
        return "\n".join(self._node[1])

    @property
    def head(self) -> str:
        """The class's first line and its docstring."""
        node, lines = self._node
        return "\n".join(lines[: node.body[0].end_lineno])

    @property
    def stub(self) -> str:
        """The class with its methods left to the learner."""
        node, lines = self._node
        parts = [self.head]
        for method in node.body[1:]:
            parts += ["", *lines[method.lineno - 1 : method.body[0].lineno - 1],
                      "        ...  # your code here"]  # fmt: skip
        return "\n".join(parts)

    @property
    def summary(self) -> str:
        return (ast.get_docstring(self._node[0]) or "").split("\n")[0]

    @property
    def signature(self) -> str:
        (init,) = [n for n in self._node[0].body if getattr(n, "name", "") == "__init__"]
        return f"{self.name}({ast.unparse(init.args).removeprefix('self, ')})"

    @property
    def argument_names(self) -> list[str]:
        return list(inspect.signature(put_to_use).parameters)[1:]

    def __repr__(self) -> str:
        return f"<the course's own {self.signature}>"

    # -------------------------------------------------------------------------- what is different
    @property
    def stand_in(self) -> type:
        return self.reference

    def prepare(self, answer: Any) -> Callable:
        return functools.partial(put_to_use, answer) if inspect.isclass(answer) else answer

    def is_blank(self, answer: Any, is_stub: Callable[[Callable], bool]) -> bool:
        methods = [f for f in vars(answer).values() if inspect.isfunction(f)] if (
            inspect.isclass(answer)
        ) else [answer]  # fmt: skip
        return all(map(is_stub, methods))

    def misfit(self, answer: Any) -> str:
        if not inspect.isclass(answer):
            return ""
        own = [base for base in answer.__mro__ if base.__module__.split(".")[0] != "torch"]
        if not any("forward" in vars(base) for base in own):
            return f"{self.name} has no method forward: that is what a module computes."
        return ""

    def scope(self) -> dict[str, Any]:
        import torch

        return {"torch": torch, "nn": torch.nn, "F": torch.nn.functional}

    def oracle(self, compute: Callable) -> Callable:
        """Decorator of a function of torch that computes the same: see `by_functions`."""
        return super().oracle(functools.partial(by_functions, compute))

    def mistake(self, name: str, *, hint: str, also: tuple = (), whole: bool = False) -> Callable:
        """Decorator of a function that makes a wrong class."""

        def add(factory: Callable) -> Callable:
            used = tuple(_used(f) for f in (factory, *also))
            self.mistakes.append(Mistake(name, hint, used[0], None, used[1:], whole))
            return factory

        return add

    def case(self, settings: tuple, shape: tuple[int, ...], rng, label: str = "") -> Case:
        """A case with random numbers: input (shape), a gradient, and weights that fit."""
        import numpy as np
        import torch

        module = self.reference(*settings)
        drawn: dict[tuple, np.ndarray] = {}

        def numbers(tensors, draw) -> tuple:
            shapes = [tuple(t.shape) for t in tensors]
            for shape in shapes:
                drawn.setdefault((draw, shape), draw(shape).astype(np.float32))
            return tuple(drawn[draw, shape] for shape in shapes)

        def weights(shape):
            return rng.normal(0, 0.5, shape)

        def running(shape):
            return rng.uniform(0.5, 2.0, shape)

        floats = [b for b in module.buffers() if b.is_floating_point()]
        given = numbers(module.parameters(), weights), numbers(floats, running)
        with torch.no_grad():
            size = tuple(module(torch.zeros(shape)).shape)
        x, grad_out = (rng.normal(size=s).astype(np.float32) for s in (shape, size))
        return case(settings, x, grad_out, *given, label=label)


def _used(factory: Callable) -> Callable:
    made = functools.cache(factory)
    return lambda *args: put_to_use(made(), *args)


def module(**settings: Any) -> Callable[[Callable], ModuleExercise]:
    """Decorator: make a function that returns a class an exercise. Settings: see `Exercise`."""
    return lambda factory: ModuleExercise(factory, **settings)
