"""A GPU that is not there: tensors in ordinary memory that behave as if they lay on `cuda:0`.

    with pretend_gpu():
        x = torch.ones(3, device="cuda")
        x + torch.ones(3)      RuntimeError, as on a GPU: the two are not on the same device
        x.numpy()              TypeError

It computes on the CPU, so results are the CPU's. What it finds is code that mixes devices.
"""

import contextlib
from collections.abc import Iterator

import torch
from torch.overrides import TorchFunctionMode
from torch.utils import _pytree as pytree

GPU = torch.device("cuda", 0)
Tensor = torch.Tensor
MOVES = {Tensor.to, Tensor.copy_, Tensor.cpu, Tensor.cuda}
TO_NUMPY = {Tensor.numpy, Tensor.__array__}
INDEXES = {Tensor.__getitem__, Tensor.__setitem__}  # a GPU's tensor may be indexed from the CPU


class PretendGpu(TorchFunctionMode):
    """Marks tensors, and refuses what a GPU would refuse."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        name = getattr(function, "__name__", "")
        if function is torch.device or name in ("_parse_to", "_has_compatible_shallow_copy_type"):
            return function(*args, **kwargs)
        owner = getattr(function, "__self__", None)
        if name == "__get__" and owner is Tensor.device:
            return GPU if marked(args[0]) else function(*args, **kwargs)
        if name == "__get__" and owner is Tensor.is_cuda:
            return marked(args[0])
        if name == "__get__" and owner is Tensor.is_cpu:
            return not marked(args[0])
        if name == "__set__" and owner is Tensor.data:
            function(*args, **kwargs)
            return mark(args[0], marked(args[1]))
        tensors = [t for t in pytree.tree_leaves((args, kwargs)) if isinstance(t, Tensor)]
        if name in ("__get__", "__set__"):
            return marked_all(function(*args, **kwargs), any(map(marked, tensors)))
        if function in TO_NUMPY and any(map(marked, tensors)):
            raise TypeError("can't convert cuda:0 device type tensor to numpy (pretended GPU)")
        if function not in MOVES and function not in INDEXES:
            refuse_mixture(function, tensors)
        target = taken_out(function, args, kwargs)
        args = tuple(torch.device("cpu") if is_gpu(a) else a for a in args)
        before = {id(t) for t in tensors}
        result = function(*args, **kwargs)
        if function is Tensor.copy_:
            return result
        on_gpu = target if target is not None else any(map(marked, tensors))
        if function is Tensor.cpu:
            on_gpu = False
        if target is not None or function is Tensor.cpu:
            result = apart(result, tensors, on_gpu)
        return marked_all(result, on_gpu, spared=before if function not in MOVES else ())


def is_gpu(value) -> bool:
    if isinstance(value, str):
        return value.startswith("cuda")
    return isinstance(value, torch.device) and value.type == "cuda"


def taken_out(function, args, kwargs) -> bool | None:
    """Whether the call names a device, and the GPU; the keyword becomes the CPU."""
    if kwargs.get("device") is not None:
        found = is_gpu(kwargs["device"])
        kwargs["device"] = "cpu" if found else kwargs["device"]
        return found
    named = [a for a in args if isinstance(a, torch.device) or is_gpu(a)]
    if function is Tensor.to and not named:
        named = [a for a in args[1:] if isinstance(a, str)]
        if len(args) > 1 and isinstance(args[1], Tensor):
            return marked(args[1])
    return is_gpu(named[0]) if named else None


def apart(result, tensors, on_gpu: bool):
    """A tensor that changes device is a new one."""
    same = any(result is t for t in tensors)
    return result.detach().clone() if same and marked(result) != on_gpu else result


def refuse_mixture(function, tensors) -> None:
    places = {marked(t) for t in tensors if t.dim()}
    if len(places) > 1:
        name = getattr(function, "__name__", function)
        raise RuntimeError(
            f"Expected all tensors to be on the same device, but found at least two devices, "
            f"cuda:0 and cpu! (in {name}, pretended GPU)"
        )


def marked(tensor) -> bool:
    with torch._C.DisableTorchFunction():
        return getattr(tensor, "_on_pretended_gpu", False)


def mark(tensor, on_gpu: bool) -> None:
    with torch._C.DisableTorchFunction():
        tensor._on_pretended_gpu = on_gpu


def marked_all(result, on_gpu: bool, spared=()):
    for leaf in pytree.tree_leaves(result):
        if isinstance(leaf, Tensor) and id(leaf) not in spared:
            mark(leaf, on_gpu)
    return result


@contextlib.contextmanager
def pretend_gpu() -> Iterator[None]:
    """Inside, `cuda` is a device that can be used."""
    with PretendGpu():
        yield
