"""Training: batches, forward, loss, backward, step; and what is measured on the way."""

from dataclasses import dataclass, field

import numpy as np

from course_utils.numpy_nn.dtypes import generator, require_numbers
from course_utils.numpy_nn.losses import softmax_cross_entropy
from course_utils.shapes import ShapeError, kind_of, number, require_shape, whole_number
from course_utils.waiting import progress_bar


@dataclass
class History:
    """What `fit` measured. Accuracies are fractions, and stay empty when targets are no classes."""

    loss: list[float] = field(default_factory=list)  # one per epoch, mean over the examples
    accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)  # one per epoch, at its end
    validation_accuracy: list[float] = field(default_factory=list)
    step_loss: list[float] = field(default_factory=list)  # one per batch
    step_accuracy: list[float] = field(default_factory=list)
    interrupted: bool = False  # stopped by the keyboard before the last epoch ended


def batches(x, targets, batch_size, rng=None):
    """Yield (x, targets) in pieces of `batch_size`, the last one smaller; shuffled if rng is given.

    `rng` is a generator or a seed. Raises ShapeError unless x and targets are arrays of one length,
    ValueError for a batch size below 1.
    """
    _require_examples("batches", x, targets)
    _require_batch_size("batches", batch_size)
    order = np.arange(len(x)) if rng is None else generator("batches", rng).permutation(len(x))
    for start in range(0, len(x), batch_size):
        chosen = order[start : start + batch_size]
        yield x[chosen], targets[chosen]


def accuracy(logits, labels):
    """Fraction of rows whose largest logit is at the label. (N, classes), (N,) -> 0 to 1.

    Raises ShapeError when they do not fit (nothing is broadcast), or when there are none.
    """
    N, classes = require_shape("accuracy", "logits", logits, ("N", "classes"))
    labels = np.asarray(labels)
    require_shape("accuracy", "labels", labels, (N,))
    if N == 0 or classes == 0:
        raise ShapeError(f"accuracy expects at least one example and class, got {logits.shape}")
    return float(np.mean(logits.argmax(axis=1) == labels))


def predict(model, x, batch_size=256):
    """The model's outputs for all of x, computed in pieces. Leaves the model in eval mode.

    Raises ShapeError unless x is an array of examples, ValueError for a batch size below 1.
    """
    _require_batch_size("predict", batch_size)
    _require_array("predict", "x", x)
    model.eval()
    pieces = [model.forward(x[i : i + batch_size]) for i in range(0, max(len(x), 1), batch_size)]
    return np.concatenate(pieces)


def evaluate(model, x, targets, loss=softmax_cross_entropy, batch_size=256):
    """Loss and accuracy of the model on x, without training -> two numbers.

    The accuracy is NaN when the targets are no classes. Raises as `predict` and the loss do.
    """
    _require_examples("evaluate", x, targets)
    outputs = predict(model, x, batch_size)
    value, _ = loss(outputs, targets)
    return value, accuracy(outputs, targets) if _are_classes(targets) else float("nan")


def fit(
    model,
    optimizer,
    train,
    validation=None,
    *,
    epochs,
    batch_size=64,
    seed=0,
    loss=softmax_cross_entropy,
    schedule=None,
    progress=True,
):
    """Train the model on (x, targets) for some epochs -> History.

    `loss(outputs, targets)` returns a number and the gradient of the outputs. `schedule(epoch)`, if
    given, sets the learning rate of each epoch, counted from 0; if it has a method `report`, that
    is told the loss at the end of each epoch. `seed` decides the order of the examples. An
    interrupt from the keyboard ends training and returns what was reached. The model is left in
    eval mode. Raises ShapeError unless train and validation are pairs of arrays of one length with
    something in them, ValueError or TypeError for other settings that mean nothing.
    """
    _require_parts(model, optimizer, loss=loss, schedule=schedule)
    _require_pair("train", train)
    if validation is not None:
        _require_pair("validation", validation)
    epochs = whole_number("fit", "epochs", epochs)
    _require_batch_size("fit", batch_size)
    rng, history = generator("fit", seed), History()
    steps = epochs * -(-len(train[0]) // batch_size)
    model.needs_input_grad = False
    try:
        with progress_bar(steps, shown=progress, unit="step") as bar:
            for epoch in range(epochs):
                if schedule is not None:
                    optimizer.lr = number("fit", "the rate of the schedule", schedule(epoch))
                model.train()
                for x, targets in batches(*train, batch_size, rng):
                    _step(model, optimizer, loss, x, targets, history)
                    bar.update()
                _end_epoch(model, loss, len(train[0]), batch_size, validation, history)
                if hasattr(schedule, "report"):
                    schedule.report((history.validation_loss or history.loss)[-1])
                bar.set_postfix_str(_describe(history))
    except KeyboardInterrupt:
        history.interrupted = True
    finally:
        model.needs_input_grad = True
        model.eval()
    return history


def _step(model, optimizer, loss, x, targets, history):
    outputs = model.forward(x)
    value, grad_outputs = loss(outputs, targets)
    model.backward(grad_outputs)
    optimizer.step(model.gradients)
    history.step_loss.append(value)
    if _are_classes(targets):
        history.step_accuracy.append(accuracy(outputs, targets))


def _end_epoch(model, loss, examples, batch_size, validation, history):
    sizes = [min(batch_size, examples - start) for start in range(0, examples, batch_size)]
    for steps, epochs in (
        (history.step_loss, history.loss),
        (history.step_accuracy, history.accuracy),
    ):
        if steps:
            epochs.append(float(np.average(steps[-len(sizes) :], weights=sizes)))
    if validation is not None:
        value, right = evaluate(model, *validation, loss)
        history.validation_loss.append(value)
        if _are_classes(validation[1]):
            history.validation_accuracy.append(right)


# ---------------------------------------------------------------------------------------- arguments
def _require_parts(model, optimizer, **functions):
    if isinstance(model, type) or not hasattr(model, "backward"):
        raise TypeError(f"fit expects model: a Sequential or another layer, got {model!r}")
    if isinstance(optimizer, type) or not hasattr(optimizer, "step"):
        raise TypeError(f"fit expects optimizer: an SGD or an Adam, got {optimizer!r}")
    for name, function in functions.items():
        if function is not None and not callable(function):
            raise TypeError(f"fit expects {name}: a function, got {function!r}")


def _require_pair(name, data):
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise ShapeError(f"fit expects {name}: a pair (x, targets) of arrays, got {kind_of(data)}")
    _require_examples("fit", *data)
    if len(data[0]) == 0:
        raise ShapeError(f"fit expects {name} to have at least one example, got none")


def _require_examples(op, x, targets):
    _require_array(op, "x", x)
    _require_array(op, "targets", targets)
    if len(x) != len(targets):
        raise ShapeError(f"{op} expects one target per example, got {len(targets)} for {len(x)}")


def _require_array(op, name, array):
    require_numbers(op, name, array)
    if array.ndim == 0:
        raise ShapeError(f"{op} expects {name}: an array of examples, got one number")


def _require_batch_size(op, batch_size):
    number(op, "batch_size", batch_size, 1)
    whole_number(op, "batch_size", batch_size, 1)


def _are_classes(targets):
    return targets.ndim == 1 and np.issubdtype(targets.dtype, np.integer)


def _describe(history):
    named = {
        "loss": history.loss,
        "accuracy": history.accuracy,
        "validation loss": history.validation_loss,
        "validation accuracy": history.validation_accuracy,
    }
    return ", ".join(f"{name} {values[-1]:.3f}" for name, values in named.items() if values)
