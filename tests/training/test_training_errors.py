"""Everything that goes wrong says what was expected, what came, and what to try."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset
from training_helpers import blobs, convnet, images, mlp, quiet, weights

from course_utils.errors import CourseError
from course_utils.training import NotFinite, evaluate, fit, schedules
from course_utils.training.models import model as named_model


@pytest.mark.parametrize("form", [tuple, lambda d: DataLoader(TensorDataset(*d), 70)])
@pytest.mark.parametrize(
    ("shift", "sentence"),
    [(1, "label 3 .the labels go from 1 to 3"), (-1, "label -1 .the labels go from -1 to 1")],
)
def test_labels_out_of_range(form, shift, sentence):
    x, labels = blobs()
    for use in (quiet, evaluate):
        with pytest.raises(CourseError, match=f"3 outputs, for labels 0 to 2, but .* {sentence}"):
            use(mlp(), form((x, labels + shift)))


def test_labels_of_the_validation_out_of_range():
    x, labels = blobs()
    with pytest.raises(CourseError, match="label 3"):
        quiet(mlp(), (x, labels), (x, labels + 1))


def test_nan_names_the_batch_and_a_smaller_rate():
    x, labels = blobs()
    losses = iter([1.0] * 7 + [float("nan")])

    def loss(outputs, targets):
        return F.cross_entropy(outputs, targets) * next(losses)

    model, healthy = mlp(), mlp()
    sentence = r"nan at batch 8 \(epoch 2\): try .*lr=0.005 .* 0.05.*clip"
    with pytest.raises(NotFinite, match=sentence) as caught:
        quiet(model, (x, labels), loss=loss)
    assert caught.value.batch == 8
    assert len(caught.value.history.step_loss) == 7
    assert torch.isfinite(weights(model)).all()  # it was seen before it reached the weights
    assert not model.training
    with pytest.raises(NotFinite, match=r"at batch 2 .*lr=1e\+29 instead of 1e\+30"):
        quiet(healthy, (x, labels), optimizer=torch.optim.SGD, lr=1e30)


def test_nan_in_the_data_is_told_from_a_rate_that_is_too_high():
    x, labels = blobs()
    x[50] = torch.nan
    with pytest.raises(NotFinite, match="inputs of this batch hold NaN"):
        quiet(mlp(), (x, labels))


def test_out_of_memory():
    x, labels = blobs()

    class Greedy(nn.Module):
        def __init__(self, error):
            super().__init__()
            self.inner, self.error = mlp(), error

        def forward(self, x):
            if self.error is None:
                torch.empty(2**50)  # a petabyte, in earnest
                raise AssertionError
            raise self.error

    errors = [None, torch.OutOfMemoryError("CUDA out of memory"), MemoryError()]
    for error in errors:
        with pytest.raises(CourseError, match=r"\(16, 4\) needs more memory .* try batch_size=8"):
            quiet(Greedy(error), (x, labels))
    with pytest.raises(CourseError, match="try a smaller model or image"):
        quiet(Greedy(None), (x, labels), batch_size=1)
    with pytest.raises(ZeroDivisionError):
        quiet(Greedy(ZeroDivisionError()), (x, labels))
    with pytest.raises(RuntimeError, match="something else"):
        quiet(Greedy(RuntimeError("something else")), (x, labels))


@pytest.mark.parametrize(
    ("model", "data", "sentence"),
    [
        (convnet(3), images(), r"Sequential cannot work .*\(16, 2, 8, 8\).* 3 channels"),
        (mlp(), (torch.zeros(20, 5), torch.zeros(20).long()), r"\(16, 5\) and dtype float32: mat1"),
        (mlp(), (torch.zeros(20, 4).long(), torch.zeros(20).long()), "dtype int64"),
        (nn.BatchNorm1d(4), blobs(17), r"\(1, 4\).*more than 1 value per channel"),
        (nn.Linear(4, 3), (torch.zeros(20, 7, 4), torch.zeros(20).long()),
         r"outputs \(16, 7, 3\) and torch.int64 targets \(16,\)"),
        (nn.Linear(4, 3), (torch.zeros(20, 4), torch.zeros(20, 1).long()), r"targets \(16, 1\)"),
        (nn.Linear(4, 3), (torch.zeros(20, 4), torch.zeros(20)), r"float32 targets \(16,\)"),
        (nn.Linear(4, 3), (torch.zeros(9, 4), {"a": torch.zeros(9)}), "a dict with 'a': say loss="),
    ],
)  # fmt: skip
def test_shapes_that_do_not_fit(model, data, sentence):
    with pytest.raises(CourseError, match=sentence):
        quiet(model, data)


def test_a_loss_that_is_not_one_number():
    with pytest.raises(CourseError, match=r"tensor with one number, such as a mean, got \(16,\)"):
        quiet(mlp(), blobs(), loss=lambda o, t: F.cross_entropy(o, t, reduction="none"))
    with pytest.raises(CourseError, match="got a float"):
        quiet(mlp(), blobs(), loss=lambda o, t: 1.0)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"epochs": -1}, "epochs to be a whole number ≥ 0, got -1"),
        ({"batch_size": 0}, "batch_size to be a whole number ≥ 1, got 0"),
        ({"batch_size": 1.5}, "batch_size to be a whole number ≥ 1, got 1.5"),
        ({"patience": 0}, "patience to be a whole number ≥ 1"),
        ({"clip": 0.0}, "clip > 0, got 0.0"),
        ({"optimizer": "adma"}, "no optimizer 'adma': did you mean adam"),
        ({"optimizer": torch.optim.Adam, "weight_decay": 0.1}, "to your own optimizer"),
        ({"schedule": "cosin"}, "no schedule 'cosin': did you mean cosine"),
        ({"schedule": 3}, "a recipe or a function of the epoch, got 3"),
        ({"resume": True}, "say checkpoint=FILE"),
        ({"loss": F.cross_entropy, "label_smoothing": 0.1}, "belongs to cross-entropy"),
    ],
)
def test_settings_that_do_not_fit(settings, sentence):
    with pytest.raises(CourseError, match=sentence):
        quiet(mlp(), blobs(), **settings)


def test_numpys_whole_numbers_are_whole_numbers():
    history = quiet(mlp(), blobs(), epochs=np.int64(1), batch_size=np.int64(70))
    assert len(history.step_loss) == 1


def test_names_of_models():
    with pytest.raises(CourseError, match="no model 'lennet': did you mean lenet"):
        named_model("lennet")
    with pytest.raises(CourseError, match="32 × 32 or smaller, of even size, got 33"):
        named_model("lenet", size=33)
    assert schedules.known_name("x", "a", ("a", "b")) == "a"
    with pytest.raises(CourseError, match="there are a, b"):
        schedules.known_name("x", "qqqq", ("a", "b"))


def test_the_error_leaves_no_bar_behind(capsys):
    with pytest.raises(CourseError):
        fit(mlp(outputs=2), blobs(), epochs=1, lr=0.1, progress=True)
    assert capsys.readouterr().err.endswith("\n")
