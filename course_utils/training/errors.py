"""What goes wrong in training, said in one sentence: what was expected, what came, what to try."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from course_utils.errors import CourseError
from course_utils.shapes import format_shape

# what torch writes when a layer gets sizes, channels or dtypes that it was not built for
_MISFIT = (
    "shape", "size", "dimension", "channels", "expected scalar type", "must match", "dtype",
    "more than 1 value per channel", "D input", "Dimension",
)  # fmt: skip
# the CPU allocator has no exception of its own
_NO_MEMORY = ("can't allocate memory", "not enough memory")


class NotFinite(CourseError):
    """The loss became NaN or infinite. `batch` counts from 1 through the whole training."""

    def __init__(self, message: str, batch: int):
        super().__init__(message)
        self.batch = batch


def not_finite(loss: float, batch: int, epoch: int, lr: float, inputs_finite: bool) -> NotFinite:
    """The error for a loss that is no number; epoch and batch count from 1."""
    advice = (
        f"try a smaller learning rate (lr={lr / 10:.2g} instead of {lr:.2g}), or clip=1.0"
        if inputs_finite
        else "the inputs of this batch hold NaN or infinite numbers: mend the data"
    )
    return NotFinite(f"The loss is {loss} at batch {batch} (epoch {epoch}): {advice}.", batch)


def require_model(model) -> None:
    """Raise CourseError for something that is no network, such as its class or its name."""
    if not isinstance(model, torch.nn.Module):
        raise CourseError(f"Expected a network (an nn.Module), got {model!r}.")


def require_functions(**given) -> None:
    """Raise CourseError unless each of these is a function or None."""
    for name, function in given.items():
        if function is not None and not callable(function):
            raise CourseError(f"{name} expects a function, got {function!r}.")


def require_metrics(metrics) -> None:
    """Raise CourseError unless they are None or a dictionary from names to functions."""
    if metrics is not None and not isinstance(metrics, dict):
        raise CourseError(f"metrics expects a dict {{name: function}}, got {_kind(metrics)}.")
    require_functions(**{f"metrics[{name!r}]": metric for name, metric in (metrics or {}).items()})


def require_labels(low: int, high: int, outputs: torch.Tensor) -> None:
    """Raise CourseError when a label from `low` to `high` has no column in outputs (N, K, …)."""
    K = outputs.shape[1]
    if low < 0 or high >= K:
        wrong = high if high >= K else low
        raise CourseError(
            f"The model has {K} outputs, for labels 0 to {K - 1}, but there is the label {wrong} "
            f"(the labels go from {low} to {high})."
        )


def require_class_targets(outputs, targets) -> None:
    """Raise CourseError unless cross-entropy can compare outputs (N, K, …) with targets (N, …).

    Targets may also be probabilities (N, K, …), as mixing two images makes them.
    """
    for name, value in (("outputs", outputs), ("targets", targets)):
        if not isinstance(value, torch.Tensor):
            raise CourseError(
                f"The loss that fit brings along, cross-entropy, needs {name} as one tensor, got "
                f"{_kind(value)}: say loss=your_function(outputs, targets)."
            )
    N, rest = outputs.shape[:1], outputs.shape[2:]
    labels = not targets.is_floating_point() and outputs.ndim > 1 and targets.shape == N + rest
    if not labels and not (targets.is_floating_point() and targets.shape == outputs.shape):
        raise CourseError(
            f"Cross-entropy compares outputs (N, classes) with whole-number labels (N,), got "
            f"outputs {format_shape(outputs.shape)} and {targets.dtype} targets "
            f"{format_shape(targets.shape)}; for other targets say loss=your_function."
        )


def require_one_number(loss) -> torch.Tensor:
    """Raise CourseError unless a loss is a tensor with one number."""
    if not isinstance(loss, torch.Tensor) or loss.ndim:
        got = format_shape(loss.shape) if isinstance(loss, torch.Tensor) else _kind(loss)
        raise CourseError(
            "loss(outputs, targets) should return a tensor with one number, such as a mean, "
            f"got {got}."
        )
    return loss


@contextmanager
def fitting(model: torch.nn.Module, x: torch.Tensor) -> Iterator[None]:
    """Turn torch's words for a batch that the model was not built for into a CourseError."""
    try:
        yield
    except torch.OutOfMemoryError:
        raise
    except (RuntimeError, ValueError) as error:
        if _is_of_the_compiler(error) or not any(words in str(error) for words in _MISFIT):
            raise
        raise CourseError(
            f"{type(model).__name__} cannot work with a batch of shape {format_shape(x.shape)} "
            f"and dtype {str(x.dtype).removeprefix('torch.')}: {_first_line(error)}"
        ) from error


@contextmanager
def compiling() -> Iterator[None]:
    """Turn what torch.compile cannot do, forward or backward, into a CourseError."""
    try:
        yield
    except RuntimeError as error:
        if not _is_of_the_compiler(error):
            raise
        reason = _first_line(error).rstrip(".")
        raise CourseError(
            f"torch.compile cannot make a program of this network here ({reason}): train without "
            "compile."
        ) from error


def _is_of_the_compiler(error: Exception) -> bool:
    return type(error).__module__.startswith(("torch._dynamo", "torch._inductor"))


@contextmanager
def enough_memory(batch) -> Iterator[None]:
    """Turn running out of memory into a CourseError that says which batch size to try."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        gone = isinstance(error, torch.OutOfMemoryError | MemoryError)
        if not gone and not any(words in str(error) for words in _NO_MEMORY):
            raise
        size = len(batch.x)
        advice = f"try batch_size={size // 2}" if size > 1 else "try a smaller model or image"
        shape = format_shape(batch.x.shape)
        raise CourseError(f"A batch {shape} needs more memory than there is: {advice}.") from error


def _kind(value) -> str:
    names = f" with {', '.join(map(repr, value))}" if isinstance(value, dict) else ""
    return f"a {type(value).__name__}{names}"


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".") + "."
