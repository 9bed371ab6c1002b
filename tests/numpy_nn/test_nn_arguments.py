"""Bad arguments are refused in one sentence that says what was expected and what came."""

import copy

import numpy as np
import pytest
from nn_helpers import normal

from course_utils import numpy_nn as nn
from course_utils.numpy_nn import scratch
from course_utils.shapes import ShapeError, conv_output_size, pool_output_size

X, LABELS = normal(0, 6, 4, dtype=np.float32), np.arange(6) % 3
IMAGES, WEIGHT = normal(1, 2, 3, 6, 6), normal(2, 4, 3, 3, 3)
GRAD = np.ones((2, 3, 2, 2))
PARAMETERS = {"weight": np.zeros(3)}
NAN = float("nan")


def model():
    return nn.Sequential(nn.Linear(4, 3, rng=0))


def fit(train=(X, LABELS), validation=None, **settings):
    network = model()
    optimizer = nn.SGD(network.parameters, 0.1)
    return nn.fit(
        network, optimizer, train, validation, **{"epochs": 1, "progress": False, **settings}
    )


WHOLE, AT_LEAST = "to be a whole number ≥ 1", "to be a whole number ≥ 0"
SEED = "rng to be a seed"

LAYERS = [
    (lambda: nn.Linear(0, 4), f"Linear expects in_features {WHOLE}, got 0"),
    (lambda: nn.Linear(-1, 4), f"Linear expects in_features {WHOLE}, got -1"),
    (lambda: nn.Linear("2", 4), f"Linear expects in_features {WHOLE}, got '2'"),
    (lambda: nn.Linear(4, 2.0), f"Linear expects out_features {WHOLE}, got 2.0"),
    (lambda: nn.Linear(4, True), f"Linear expects out_features {WHOLE}, got True"),
    (lambda: nn.Linear(4, 2, rng="x"), f"Linear expects {SEED}.* got 'x'"),
    (lambda: nn.Linear(4, 2, rng=-1), f"Linear expects {SEED}.* got -1"),
    (lambda: nn.Linear(4, 2, dtype=int), "Linear expects dtype to be a kind of float, got <class"),
    (lambda: nn.Linear(4, 2, dtype="x"), "Linear expects dtype to be a kind of float, got 'x'"),
    (lambda: nn.Linear(4, 2, init="he"), "Linear expects init: a function"),
    (lambda: nn.Linear(4, 2, init=lambda *a: np.zeros(3)), r"of shape \(2, 4\), got \(3,\)"),
    (lambda: nn.Conv2d(0, 4, 3), f"Conv2d expects in_channels {WHOLE}, got 0"),
    (lambda: nn.Conv2d(3, "4", 3), f"Conv2d expects out_channels {WHOLE}, got '4'"),
    (lambda: nn.Conv2d(3, 4, 0), f"Conv2d expects kernel_size {WHOLE} or a pair of them, got 0"),
    (lambda: nn.Conv2d(3, 4, 3, stride=0), f"Conv2d expects stride {WHOLE}"),
    (lambda: nn.Conv2d(3, 4, 3, padding=-1), f"Conv2d expects padding {AT_LEAST}"),
    (lambda: nn.Conv2d(3, 4, 3, padding="same"), f"Conv2d expects padding {AT_LEAST}.* got 'same'"),
    (lambda: nn.Conv2d(3, 4, 3, dilation=0), f"Conv2d expects dilation {WHOLE}"),
    (lambda: nn.Conv2d(3, 4, 3, groups=2), "Conv2d expects groups to divide in_channels = 3"),
    (lambda: nn.Conv2d(3, 4, 3, groups=0), f"Conv2d expects groups {WHOLE}, got 0"),
    (lambda: nn.ConvTranspose2d(3, 0, 3), f"ConvTranspose2d expects out_channels {WHOLE}, got 0"),
    (lambda: nn.ConvTranspose2d(3, 4, 3, 2, 0, 2),
     "ConvTranspose2d with stride 2 expects output_padding from 0 to 1, got 2"),
    (lambda: nn.ConvTranspose2d(3, 4, 3, 1.5), f"ConvTranspose2d expects stride {WHOLE}"),
    (lambda: nn.MaxPool2d(0), f"MaxPool2d expects kernel_size {WHOLE}"),
    (lambda: nn.MaxPool2d(2, 0), f"MaxPool2d expects stride {WHOLE}"),
    (lambda: nn.MaxPool2d(2, padding=2), "MaxPool2d expects padding of at most half the window"),
    (lambda: nn.MaxPool2d(2, padding=-1), f"MaxPool2d expects padding {AT_LEAST}"),
    (lambda: nn.AvgPool2d((3, 5), padding=2), "AvgPool2d expects padding of at most half"),
    (lambda: nn.AvgPool2d("2"), f"AvgPool2d expects kernel_size {WHOLE}"),
    (lambda: nn.BatchNorm2d(0), f"BatchNorm2d expects channels {WHOLE}, got 0"),
    (lambda: nn.BatchNorm2d(3, eps=-1), "BatchNorm2d expects eps ≥ 0, got -1"),
    (lambda: nn.BatchNorm2d(3, momentum=2), "BatchNorm2d expects momentum from 0 to 1, got 2"),
    (lambda: nn.BatchNorm2d(3, momentum=None), "BatchNorm2d expects momentum from 0 to 1, got N"),
    (lambda: nn.BatchNorm2d(3)(np.ones((2, 1, 4, 4))), r"expects x of shape \(N, 3, H, W"),
    (lambda: nn.BatchNorm2d(3)([1]), "BatchNorm2d expects x: an array of shape .* got a list"),
    (lambda: nn.Dropout(1.5), "Dropout expects p from 0 to less than 1, got 1.5"),
    (lambda: nn.Dropout("0.5"), "Dropout expects p from 0 to less than 1, got '0.5'"),
    (lambda: nn.Dropout(0.5, rng="x"), f"Dropout expects {SEED}"),
    (lambda: nn.Flatten()([1, 2]), "Flatten expects x: a NumPy array, got a list"),
    (lambda: nn.Sequential([nn.ReLU()]), r"Sequential expects layers, .* got \[ReLU\(\)\]"),
    (lambda: nn.Sequential(nn.ReLU), "Sequential expects layers, .* got <class"),
    (lambda: model().summary(4), "summary expects the shape of one example, got 4"),
    (lambda: nn.he_normal(5), r"fans expects a shape \(out, in, ...\), got 5"),
    (lambda: nn.he_normal((4, 0)), f"fans expects every size {WHOLE}, got 0"),
    (lambda: nn.xavier_uniform((4, 2), "x"), f"an initialiser expects {SEED}"),
    (lambda: nn.xavier_normal((4, 2), dtype=np.int8), "an initialiser expects dtype"),
]  # fmt: skip

FUNCTIONS = [
    (lambda: nn.conv2d(IMAGES, WEIGHT, stride=0), f"conv2d expects stride {WHOLE}"),
    (lambda: nn.conv2d(IMAGES, WEIGHT, groups=True), f"conv2d expects groups {WHOLE}"),
    (
        lambda: nn.conv2d_winograd(IMAGES, normal(0, 4, 6, 3, 3), padding=-1),
        "conv2d_winograd expects",
    ),
    (lambda: nn.conv2d_input_grad(np.ones((2, 4, 4, 4)), WEIGHT, 6), "expects size: the .* got 6"),
    (lambda: nn.conv2d_weight_grad(GRAD, IMAGES, "3"), f"expects kernel_size {WHOLE}.* got '3'"),
    (lambda: nn.col2im(np.ones((2, 27, 16)), 6, 3), "col2im expects size: the .* got 6"),
    (lambda: nn.col2im(np.ones((2, 27, 16)), ("6", 6), 3), f"col2im expects rows {AT_LEAST}"),
    (
        lambda: nn.pad2d(IMAGES, ((1, 0), (0, -2))),
        "each part of padding .* got \\(0, -2\\)",
    ),
    (lambda: nn.pad2d(IMAGES, ((1, 0), (0, 2), 3)), f"pad2d expects padding {AT_LEAST}"),
    (lambda: nn.pad2d(IMAGES, 1, "x"), "pad2d expects value to hold numbers"),
    (lambda: nn.pad2d(IMAGES, 1, [1, 2]), "pad2d expects value to be one number"),
    (
        lambda: nn.conv2d(IMAGES, WEIGHT, padding=((1, 0), (0, 2))),
        f"conv2d expects padding {AT_LEAST}",
    ),
    (lambda: nn.numerical_gradient(None, X), "numerical_gradient expects function: .* got None"),
    (lambda: nn.numerical_gradient(np.sum, "x"), "numerical_gradient expects x to hold numbers"),
    (lambda: nn.numerical_gradient(np.sum, X, eps=0), "numerical_gradient expects eps > 0, got 0"),
    (lambda: nn.gradient_check(np.sum, X, X, eps="x"), "expects eps ≥ 0, got 'x'"),
    (lambda: nn.gradient_check(np.sum, X, X, tolerance=NAN), "expects tolerance ≥ 0, got nan"),
    (lambda: nn.dropout(None, 0.5, 0), "dropout expects x: a NumPy array, got None"),
    (lambda: nn.rotate180(np.ones(3)), "rotate180 expects two axes or more"),
    (lambda: nn.max_pool2d_backward(GRAD, GRAD.astype(int), 6), "expects size: .* got 6"),
    (lambda: nn.max_pool2d_backward(GRAD, GRAD, (6, 6)), "expects positions to be integers"),
    (lambda: nn.avg_pool2d_backward(GRAD, 6, 3), "avg_pool2d_backward expects size: .* got 6"),
    (lambda: nn.global_avg_pool2d_backward(np.ones((2, 3)), 6), "expects size: .* got 6"),
    (lambda: nn.averaging_matrix(6, 3, 0, 0), f"averaging_matrix expects stride {WHOLE}, got 0"),
    (lambda: nn.averaging_matrix(6.0, 3, 1, 0), f"expects size {AT_LEAST}, got 6.0"),
    (lambda: nn.dropout(IMAGES, 0.5, "x"), f"dropout expects {SEED}.* got 'x'"),
    (lambda: nn.dropout([1.0], 0.5, 0), "dropout expects x: a NumPy array, got a list"),
    (lambda: nn.dropout(IMAGES, None, 0), "dropout expects p from 0 to less than 1, got None"),
    (lambda: nn.relu("x"), "relu expects x to hold numbers"),
    (lambda: nn.sigmoid(None), "sigmoid expects x to hold numbers"),
    (
        lambda: nn.relu_backward(np.ones(2), [1, 2]),
        "relu_backward expects out: a NumPy array, got a l",
    ),
    (lambda: nn.softmax(3.0), "log_softmax expects logits with one axis at least"),
    (lambda: nn.mse([1], np.ones(1)), "mse expects prediction: a NumPy array, got a list"),
    (
        lambda: nn.batch_norm(np.ones((2, 3)), *[np.ones(3)] * 4, eps="x"),
        "batch_norm expects eps ≥ 0",
    ),
    (
        lambda: nn.accuracy(X, LABELS[:, None]),
        r"accuracy expects labels of shape \(6,\), got \(6, 1",
    ),
    (lambda: nn.accuracy(list(X), LABELS), "accuracy expects logits: an array of shape"),
    (lambda: conv_output_size(5, 3, 0), f"conv_output_size expects stride {WHOLE}, got 0"),
    (lambda: conv_output_size("5", 3), f"conv_output_size expects size {AT_LEAST}, got '5'"),
    (lambda: pool_output_size(5, 0), f"pool_output_size expects kernel_size {WHOLE}, got 0"),
]

TRAINING = [
    (lambda: fit(batch_size=0), "fit expects batch_size ≥ 1, got 0"),
    (lambda: fit(batch_size=2.5), "fit expects batch_size to be a whole number ≥ 1, got 2.5"),
    (lambda: fit(batch_size="8"), "fit expects batch_size ≥ 1, got '8'"),
    (lambda: fit(epochs=-1), f"fit expects epochs {AT_LEAST}, got -1"),
    (lambda: fit(epochs=1.0), f"fit expects epochs {AT_LEAST}, got 1.0"),
    (lambda: fit(X), r"fit expects train: a pair \(x, targets\) of arrays, got a ndarray"),
    (lambda: fit(validation=X), r"fit expects validation: a pair \(x, targets\) of arrays"),
    (
        lambda: fit(validation=(X[:0], LABELS[:0])),
        "fit expects validation to have at least one exa",
    ),
    (lambda: fit(validation=(X, LABELS[:2])), "fit expects one target per example, got 2 for 6"),
    (lambda: fit((X, list(LABELS))), "fit expects targets: a NumPy array, got a list"),
    (lambda: fit((list(X), LABELS)), "fit expects x: a NumPy array, got a list"),
    (lambda: fit(seed="x"), f"fit expects {SEED}"),
    (lambda: fit(schedule=lambda epoch: NAN), "fit expects the rate of the schedule ≥ 0, got nan"),
    (lambda: fit(schedule=0.1), "fit expects schedule: a function, got 0.1"),
    (lambda: fit(loss="mse"), "fit expects loss: a function, got 'mse'"),
    (
        lambda: nn.fit(None, None, (X, LABELS), epochs=1),
        "fit expects model: .* got None",
    ),
    (
        lambda: nn.fit(model(), nn.SGD, (X, LABELS), epochs=1),
        "fit expects optimizer: .* got <c",
    ),
    (lambda: list(nn.batches(X, LABELS, 2, "x")), f"batches expects {SEED}"),
    (lambda: nn.predict(model(), X, 0), "predict expects batch_size ≥ 1, got 0"),
    (lambda: nn.predict(model(), X.tolist()), "predict expects x: a NumPy array, got a list"),
    (lambda: nn.predict(model(), X[0]), r"linear expects x of shape \(N, 4\), got \(4,\)"),
    (lambda: nn.evaluate(model(), X, list(LABELS)), "evaluate expects targets: a NumPy array"),
    (lambda: nn.SGD(PARAMETERS, "0.1"), "SGD expects lr ≥ 0, got '0.1'"),
    (lambda: nn.SGD(PARAMETERS, NAN), "SGD expects lr ≥ 0, got nan"),
    (lambda: nn.SGD(PARAMETERS, float("inf")), "SGD expects lr ≥ 0, got inf"),
    (lambda: nn.SGD(PARAMETERS, -1), "SGD expects lr ≥ 0, got -1"),
    (lambda: nn.SGD(PARAMETERS, 0.1, -1), "SGD expects momentum from 0 to less than 1, got -1"),
    (lambda: nn.SGD(PARAMETERS, 0.1, 2), "SGD expects momentum from 0 to less than 1, got 2"),
    (lambda: nn.SGD(PARAMETERS, 0.1, 0, -1), "SGD expects weight_decay ≥ 0, got -1"),
    (lambda: nn.SGD([np.zeros(3)], 0.1), "SGD expects parameters: model.parameters, .* got a list"),
    (lambda: nn.SGD(model(), 0.1), r"SGD expects parameters: .* got a Sequential \(not the model"),
    (
        lambda: nn.SGD({"w": np.zeros(3, int)}, 0.1),
        "parameter 'w' to be an array of floats, got int64",
    ),
    (lambda: nn.SGD({"w": [0.0]}, 0.1), "parameter 'w' to be an array of floats, got a list"),
    (lambda: nn.SGD(PARAMETERS, 0.1).step([1]), "SGD.step expects model.gradients, got a list"),
    (
        lambda: nn.SGD(PARAMETERS, 0.1).step({"weight": np.ones(1)}),
        r"weight of shape \(3,\), got \(1,",
    ),
    (lambda: setattr(nn.SGD(PARAMETERS, 0.1), "lr", NAN), "SGD expects lr ≥ 0, got nan"),
    (lambda: nn.Adam(PARAMETERS, betas=(1, 1)), "Adam expects each of betas from 0 to less than 1"),
    (lambda: nn.Adam(PARAMETERS, betas=0.9), "Adam expects betas: two numbers, got 0.9"),
    (lambda: nn.Adam(PARAMETERS, eps=-1), "Adam expects eps ≥ 0, got -1"),
    (lambda: nn.constant_schedule("x"), "constant_schedule expects lr ≥ 0, got 'x'"),
    (lambda: nn.step_schedule(0.1, 0), f"step_schedule expects every {WHOLE}, got 0"),
    (lambda: nn.step_schedule(0.1, 1, -1), "step_schedule expects factor ≥ 0, got -1"),
    (lambda: nn.cosine_schedule(0.1, 0), f"cosine_schedule expects epochs {WHOLE}, got 0"),
    (lambda: nn.cosine_schedule(NAN, 3), "cosine_schedule expects lr ≥ 0, got nan"),
    (lambda: nn.warmup_schedule(0.1, 3), "warmup_schedule expects schedule: a function, got 0.1"),
    (
        lambda: nn.PlateauSchedule(0.1, factor=1),
        "PlateauSchedule expects factor from 0 to less than 1",
    ),
    (lambda: nn.PlateauSchedule(0.1, patience=-1), f"PlateauSchedule expects patience {AT_LEAST}"),
]


def refuses(call, message):
    with pytest.raises((ValueError, TypeError), match=message) as error:
        call()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("call", "message"), LAYERS, ids=[message for _, message in LAYERS])
def test_layers_check_when_they_are_built(call, message):
    refuses(call, message)


@pytest.mark.parametrize(("call", "message"), FUNCTIONS, ids=[message for _, message in FUNCTIONS])
def test_functions_refuse(call, message):
    refuses(call, message)


@pytest.mark.parametrize(("call", "message"), TRAINING, ids=[message for _, message in TRAINING])
def test_training_refuses(call, message):
    refuses(call, message)


BUILT = [
    nn.Linear(3, 2), nn.Conv2d(3, 2, 3), nn.ConvTranspose2d(3, 2, 3), nn.MaxPool2d(2),
    nn.AvgPool2d(2), nn.GlobalAvgPool2d(), nn.BatchNorm2d(3), nn.Dropout(), nn.Flatten(),
    nn.Sigmoid(), nn.Tanh(), nn.ReLU(),
]  # fmt: skip


@pytest.mark.parametrize("layer", BUILT, ids=repr)
def test_backward_before_forward(layer):
    name = type(layer).__name__
    with pytest.raises(RuntimeError, match=f"{name}.backward .* call forward first"):
        copy.deepcopy(layer).backward(np.ones((2, 3)))
    with pytest.raises(RuntimeError, match=f"{name}.backward .* call forward first"):
        nn.Sequential(copy.deepcopy(layer)).backward(np.ones((2, 3)))


def test_a_refused_forward_leaves_what_the_last_one_kept():
    for layer, x in ((nn.Linear(4, 2), X), (nn.Conv2d(3, 2, 3), IMAGES), (nn.MaxPool2d(2), IMAGES)):
        grad = np.ones_like(layer(x))
        expected = layer.backward(grad)
        with pytest.raises(ShapeError):
            layer(np.ones((2, 7)))
        np.testing.assert_array_equal(layer.backward(grad), expected)


def test_batch_norm_goes_backward_as_it_went_forward():
    layer = nn.BatchNorm2d(3, dtype=np.float64)
    grad = normal(5, *layer(IMAGES).shape)
    expected = layer.backward(grad)
    np.testing.assert_array_equal(layer.eval().backward(grad), expected)


def test_a_refused_step_moves_nothing():
    parameters = {"a": np.zeros(2), "b": np.zeros(3)}
    optimizer = nn.Adam(parameters)
    with pytest.raises(ShapeError, match=r"Adam.step expects gradient of b of shape \(3,\)"):
        optimizer.step({"a": np.ones(2), "b": np.ones(2)})
    assert optimizer.steps == 0
    assert not parameters["a"].any()


def test_dropout_takes_a_seed_as_the_layer_does():
    x = normal(0, 5, 6)
    np.testing.assert_array_equal(nn.dropout(x, 0.5, 3)[0], nn.Dropout(0.5, rng=3)(x))
    assert scratch.LARGEST > scratch.CACHE
