"""A trained network for other programs: `course export CHECKPOINT OUT.onnx` (or OUT.npz)."""

import importlib
import json
import os
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from course_utils.errors import CourseError
from course_utils.training.restoring import require_class_names, restored
from course_utils.zoo import own_weights

PACKAGES = ("onnx", "onnxruntime")
TOLERANCE = 1e-4  # of the largest score


class FromPixels(torch.nn.Module):
    """A network with the normalisation that it was trained with: x (N, C, H, W) from 0 to 1."""

    def __init__(self, network: torch.nn.Module):
        super().__init__()
        self.network = network
        mean, std = network.normalisation or ((0.0,), (1.0,))
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32).view(-1, 1, 1))
        self.register_buffer("std", torch.tensor(std, dtype=torch.float32).view(-1, 1, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.network((x - self.mean) / self.std)


def export(checkpoint: str | os.PathLike, out: Path, *, network=None, class_names=None,
           report: Callable[[str], None] = print) -> None:  # fmt: skip
    """Write the network of a checkpoint as ONNX, or its weights in float16 as the course has them.

    OUT.onnx  images (N, C, H, W) from 0 to 1 -> scores (N, K), with the names of the classes as
              metadata; onnxruntime computes the same as PyTorch, or nothing is written
    OUT.npz   for `course_utils/zoo/trained`

    Raises CourseError for another ending, for packages that are not there, and as `restored` does.
    """
    writers = {".onnx": _write_onnx, ".npz": _write_weights}
    write = writers.get(out.suffix.lower())
    if write is None:
        raise CourseError(f"course export writes {' or '.join(writers)}, got {out}.")
    if write is _write_onnx:
        packages()
    model = restored(checkpoint, network=network, class_names=class_names)
    report(write(model, out, checkpoint))


def packages() -> tuple:
    """onnx and onnxruntime. Raises CourseError when they are not installed."""
    try:
        return tuple(importlib.import_module(name) for name in PACKAGES)
    except ImportError as error:
        raise CourseError(
            f"course export writes ONNX with {' and '.join(PACKAGES)} ({error}): install them with "
            f"`python -m pip install {' '.join(PACKAGES)}`."
        ) from None


def _write_weights(model, out: Path, checkpoint) -> str:
    own_weights.save(out, model, require_class_names(model, checkpoint))
    return f"{out}: the weights of {model.zoo_name} in float16, {out.stat().st_size:,} bytes"


def _write_onnx(model, out: Path, checkpoint) -> str:
    size, channels = model.zoo_settings["size"], model.zoo_settings["channels"]
    x = torch.rand(3, channels, size, size, generator=torch.Generator().manual_seed(0))
    whole = FromPixels(model).eval()
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
        os.close(descriptor)
        half = Path(name)
        try:
            _traced(whole, x[:2], half)
            _describe(half, model)
            difference = _difference(whole, x, half)
            os.chmod(half, 0o644)  # mkstemp's files are for the owner alone
            os.replace(half, out)
        finally:
            half.unlink(missing_ok=True)
    except OSError as error:
        raise CourseError(f"{out} cannot be written: {error.strerror}.") from None
    return (
        f"{out}: images (N, {channels}, {size}, {size}) from 0 to 1 -> scores "
        f"(N, {model.zoo_settings['classes']}); onnxruntime and PyTorch differ by {difference:.1g}"
    )


def _traced(whole: torch.nn.Module, x: torch.Tensor, file: Path) -> None:
    """PyTorch's exporter by tracing: the one that needs no further package (dynamo needs two)."""
    names = {"input_names": ["images"], "output_names": ["scores"]}
    free = {name: {0: "N"} for name in ("images", "scores")}
    try:
        with warnings.catch_warnings():  # about what comes after tracing some day
            warnings.simplefilter("ignore")
            torch.onnx.export(whole, (x,), str(file), dynamo=False, dynamic_axes=free, **names)
    except torch.onnx.errors.OnnxExporterError as error:
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        raise CourseError(
            f"PyTorch cannot write {whole.network.zoo_name} as ONNX: {reason}."
        ) from None


def _describe(file: Path, model) -> None:
    """Keep in the file what the scores stand for."""
    onnx, _ = packages()
    graph = onnx.load(str(file))
    onnx.helper.set_model_props(
        graph,
        {"network": model.zoo_name, "classes": json.dumps(model.class_names, ensure_ascii=False)},
    )
    onnx.save(graph, str(file))


def _difference(whole: torch.nn.Module, x: torch.Tensor, file: Path) -> float:
    """The largest difference of scores between onnxruntime and PyTorch, for another batch size.

    Raises CourseError when it is more than rounding.
    """
    _, runtime = packages()
    try:
        session = runtime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
        (got,) = session.run(["scores"], {"images": x.numpy()})
    except Exception as error:  # onnxruntime's errors have no class of their own
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        raise CourseError(
            f"onnxruntime cannot run what PyTorch wrote of {whole.network.zoo_name}: {reason}."
        ) from None
    with torch.no_grad():
        expected = whole(x).numpy()
    difference = float(np.abs(got - expected).max())
    if not difference <= TOLERANCE * max(1.0, float(np.abs(expected).max())):
        raise CourseError(
            f"onnxruntime and PyTorch compute different scores (by {difference:.2g}), so nothing "
            "was written."
        )
    return difference
