"""A network as a list of layers, and its parameters in a file."""

import zipfile

import numpy as np

from course_utils.numpy_nn.layers import Layer
from course_utils.shapes import format_shape, require_shape, whole_number


class Sequential(Layer):
    """Layers one after the other; backward is the same list from the end.

    Parameters, gradients and buffers are named by place: `"0.weight"`, `"0.bias"`, `"2.weight"` …
    """

    def __init__(self, *layers):
        if not layers:
            raise ValueError("Sequential expects at least one layer")
        for layer in layers:
            if isinstance(layer, type) or not hasattr(layer, "forward"):
                raise TypeError(f"Sequential expects layers, one after the other, got {layer!r}")
        self.layers = layers

    @property
    def parameters(self):
        return self._collect("parameters")

    @property
    def gradients(self):
        return self._collect("gradients")

    @property
    def buffers(self):
        return self._collect("buffers")

    def _collect(self, kind):
        return {
            f"{place}.{name}": array
            for place, layer in enumerate(self.layers)
            for name, array in getattr(layer, kind).items()
        }

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad_out):
        self.layers[0].needs_input_grad = self.needs_input_grad
        for layer in reversed(self.layers):
            grad_out = layer.backward(grad_out)
        return grad_out

    def train(self, training=True):
        for layer in self.layers:
            layer.train(training)
        return super().train(training)

    def __getitem__(self, place):
        return self.layers[place]

    def __len__(self):
        return len(self.layers)

    def __repr__(self):
        return f"Sequential({', '.join(map(repr, self.layers))})"

    def summary(self, input_shape):
        """A table with every layer's output shape and number of parameters, as text.

        `input_shape` is the shape of one example, without N: `model.summary((1, 28, 28))`. Raises
        ValueError for another kind of shape.
        """
        if not isinstance(input_shape, tuple | list):
            raise ValueError(f"summary expects the shape of one example, got {input_shape!r}")
        input_shape = [whole_number("summary", "every size", size) for size in input_shape]
        x = np.zeros((1, *input_shape), np.float32)
        rows = [("input", format_shape(("N", *input_shape)), "")]
        training = self.training
        self.eval()
        for layer in self.layers:
            x = layer.forward(x)
            rows.append((repr(layer), format_shape(("N", *x.shape[1:])), f"{count(layer):,}"))
        self.train(training)
        rows.append(("total", "", f"{count(self):,}"))
        return _table(("layer", "output", "parameters"), rows)


def count(layer):
    """Number of trained parameters of a layer or a whole model."""
    return sum(parameter.size for parameter in layer.parameters.values())


def _table(head, rows):
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    first, second, third = widths
    lines = [f"{a:<{first}}  {b:<{second}}  {c:>{third}}".rstrip() for a, b, c in (head, *rows)]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def save(model, path):
    """Write the model's parameters and buffers to an .npz file at exactly `path`."""
    with open(path, "wb") as file:
        np.savez(file, **model.parameters, **model.buffers)


def load(model, path):
    """Read what `save` wrote into a model of the same build; its arrays change in place.

    Raises ValueError, and changes nothing, when the file does not fit the model.
    """
    own = {**model.parameters, **model.buffers}
    stored = _read(path)
    if own.keys() != stored.keys():
        raise ValueError(f"the model has {sorted(own)}, but {path} has {sorted(stored)}")
    for name, array in own.items():
        require_shape("load", name, stored[name], array.shape)
        if stored[name].dtype != array.dtype:
            raise ValueError(f"{name} is {array.dtype}, but {stored[name].dtype} in {path}")
    for name, array in own.items():
        array[...] = stored[name]


def _read(path):
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            return dict(archive)
    except (ValueError, EOFError, TypeError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} is not a file that save wrote") from error
