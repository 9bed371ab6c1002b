"""The exercise `linear_probe` of notebook 25."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb25_capstone import probe_forms as pf
from course_utils.exercises.slips import first_only, negated, reordered, result, transposed


@exercise(
    notebook="25",
    points=3,
    minutes=25,
    returns=("weight", "bias"),
    hints=(
        "np.eye(classes)[labels] has a row for each image, with a 1 where its class is.",
        "The best bias makes the mean error 0 for each class: bias = mean target − weight @ mean "
        "feature. Put it into the sum: what remains has features and targets minus their means.",
        "With x and t centred, set the gradient to 0: (xᵀx + decay · I) weightᵀ = xᵀt. "
        "np.linalg.solve does the rest, for all classes at once.",
    ),
    explanation="The bias has no decay, so its gradient alone says what it is: the line goes "
    "through the means. Without it the problem is least squares with decay on the diagonal, one "
    "system of D equations with L right-hand sides. The decay also makes it solvable where there "
    "are fewer images than features.",
)
def linear_probe(features, labels, classes, decay):
    """A linear layer on features that stay as they are: least squares, with weight decay.

    features (N, D); labels (N,), from 0 to classes − 1, where some class may have no image.
    The target of an image is 1 for its class and 0 for all others. What is wanted has the
    smallest Σ (weight f + bias − target)² + decay · Σ weight²: the first sum goes over all images
    and classes, the second over all weights; the bias has no decay. decay > 0
    -> weight (classes, D), bias (classes,)
    """
    targets = np.eye(classes)[labels]  # (N, classes)
    mean_feature, mean_target = features.mean(axis=0), targets.mean(axis=0)
    x, t = features - mean_feature, targets - mean_target
    matrix = x.T @ x + decay * np.eye(x.shape[1])  # (D, D)
    weight = np.linalg.solve(matrix, x.T @ t).T
    return weight, mean_target - weight @ mean_feature


def _drawn(rng, N, D, classes, decay, shift=0.0):
    labels = rng.permutation(np.arange(N) % classes)
    return rng.normal(shift, 1, size=(N, D)), labels, classes, decay


@linear_probe.cases
def _(rng):
    line = np.array([[0.0], [1.0], [5.0]])
    yield case(line, np.array([0, 0, 1]), 2, 2.0, label="one feature, three images")
    yield case(*_drawn(rng, 7, 2, 3, 0.5), label="two features, three classes")
    features, labels, *rest = _drawn(rng, 9, 3, 3, 3.0)
    yield case(np.abs(features) + 2, labels, *rest, label="all features positive, as after a ReLU")
    yield case(*_drawn(rng, 5, 8, 2, 0.1), label="more features than images")
    yield case(rng.normal(size=(8, 3)), np.array([0, 2, 0, 2, 2, 0, 2, 2]), 4, 1.0,
               label="classes 1 and 3 have no image")  # fmt: skip
    yield case(*_drawn(rng, 11, 4, 5, 2.0, shift=30.0), label="features around 30")
    features, labels, *rest = _drawn(rng, 12, 3, 4, 5.0)
    yield case(features * [1, 10, 0.1], labels, *rest, label="features of different sizes")
    yield case(*_drawn(rng, 6, 4, 2, 1e-4), label="hardly any decay")
    yield case(*_drawn(rng, 10, 2, 2, 1e4), label="a very large decay")
    features, labels, *rest = _drawn(rng, 8, 4, 3, 0.7)
    features[:, 1], features[:, 3] = 4.0, features[:, 0]
    yield case(features, labels, *rest, label="one feature is constant, and one there twice")
    yield case(rng.normal(size=(9, 2)), np.array([0] * 7 + [1, 2]), 3, 0.3,
               label="seven images of class 0, one of each other")  # fmt: skip
    yield case(rng.integers(-3, 4, size=(6, 3)), np.array([2, 0, 1, 1, 2, 0]), 3, 2,
               label="whole numbers (dtype int)")  # fmt: skip
    features, *rest = _drawn(rng, 7, 5, 2, 1.5)
    yield case(features.astype(np.float32)[:, ::-1].copy()[:, ::-1], *rest,
               label="float32, not in memory order")  # fmt: skip


@linear_probe.oracle
def _(features, labels, classes, decay):
    """As plain least squares: each weight's decay is one more image with the target 0."""
    N, D = features.shape
    rows, wanted = np.zeros((N + D, D + 1)), np.zeros((N + D, classes))
    rows[:N, :D], rows[:N, D] = features, 1
    for n in range(N):
        wanted[n, labels[n]] = 1
    for d in range(D):
        rows[N + d, d] = decay**0.5
    both = np.linalg.lstsq(rows, wanted, rcond=None)[0]
    return both[:D].T, both[D]


linear_probe.mistake(
    "the bias has decay as well",
    hint="With a very large decay all weights are 0. What should the layer say then: 0, or how "
    "frequent each class is?",
)(pf.bias_with_decay)


linear_probe.mistake(
    "nothing was centred: the weights are those of a layer without bias",
    hint="All features are around 30. What would the weights look like without a bias to take "
    "care of that?",
    also=(
        pf.without_bias(lambda t, w, f: t.mean(axis=0)),
        pf.without_bias(lambda t, w, f: t.mean(axis=0) - w @ f.mean(axis=0)),
        pf.without_bias(lambda t, w, f: np.zeros(t.shape[1])),
        partial(pf.probe, centre=lambda f: f),
        partial(pf.probe, centre=lambda f: f, bias=lambda w, f, t: t.mean(axis=0)),
    ),
)(pf.without_bias(lambda t, w, f: (t - f @ w.T).sum(axis=0)))


linear_probe.mistake(
    "the bias is the mean target, as if the mean of the features were 0",
    hint="The layer gets features, not features minus their mean. What has to be made up for?",
)(partial(pf.probe, bias=lambda w, f, t: t.mean(axis=0)))


linear_probe.mistake(
    "the bias is missing: it should be the mean target minus weight @ mean feature",
    hint="Once the weights are found, what does the layer say on average, and what should it say?",
    also=(partial(pf.probe, bias=lambda w, f, t: -(w @ f.mean(axis=0))),),
)(partial(pf.probe, bias=lambda w, f, t: np.zeros(len(w))))


linear_probe.mistake(
    "the bias is the sum of what is missing, over all images, not its mean",
    hint="Twice the same images: should the bias double?",
    also=(partial(pf.probe, bias=lambda w, f, t: t.sum(axis=0)),),
)(partial(pf.probe, bias=lambda w, f, t: (t - f @ w.T).sum(axis=0)))


linear_probe.mistake(
    "weight @ mean feature was added to the bias, not subtracted",
    hint="mean target = weight @ mean feature + bias. Solve for the bias.",
    also=(
        partial(pf.probe, bias=lambda w, f, t: w @ f.mean(axis=0) - t.mean(axis=0)),
        partial(pf.probe, bias=lambda w, f, t: w @ f.mean(axis=0)),
    ),
)(partial(pf.probe, bias=lambda w, f, t: t.mean(axis=0) + w @ f.mean(axis=0)))


linear_probe.mistake(
    "there is no decay",
    hint="Where does decay enter your equations? With more features than images it decides.",
    also=(
        partial(pf.probe, penalty=lambda x, t, decay: 1e-8 * np.eye(x.shape[1])),
        pf.plain_least_squares,
    ),
)(partial(pf.probe, solve=pf.least_squares))


linear_probe.mistake(
    "the decay was added to every entry of the matrix, not to its diagonal",
    hint="NumPy adds a number to all entries. Which matrix has the decay on the diagonal only?",
    also=(partial(pf.probe, penalty=lambda x, t, decay: decay),),
)(partial(pf.probe, penalty=lambda x, t, decay: decay, solve=lambda x, t, penalty: (
    np.linalg.pinv(x.T @ x + penalty) @ x.T @ t).T))  # fmt: skip


linear_probe.mistake(
    "the decay counts as often as there are images, or classes",
    hint="The docstring has sums, not means. Is there a mean in yours, or a number of images?",
    also=(
        partial(pf.probe, penalty=lambda x, t, decay: decay / len(x) * np.eye(x.shape[1])),
        partial(pf.probe, penalty=lambda x, t, decay: decay * (len(x) - 1) * np.eye(x.shape[1])),
        partial(pf.probe, penalty=lambda x, t, decay: decay * t.shape[1] * np.eye(x.shape[1])),
    ),
)(partial(pf.probe, penalty=lambda x, t, decay: decay * len(x) * np.eye(x.shape[1])))


linear_probe.mistake(
    "the decay is half or twice as large",
    hint="Both sums are squares, so both derivatives have the same factor 2. Is it on both sides?",
    also=(partial(pf.probe, penalty=lambda x, t, decay: decay / 2 * np.eye(x.shape[1])),),
)(partial(pf.probe, penalty=lambda x, t, decay: 2 * decay * np.eye(x.shape[1])))


linear_probe.mistake(
    "the decay was squared, or its root was taken",
    hint="The root belongs to rows added to the features. On the diagonal of xᵀx, what is it?",
    also=(partial(pf.probe, penalty=lambda x, t, decay: decay**0.5 * np.eye(x.shape[1])),),
)(partial(pf.probe, penalty=lambda x, t, decay: decay**2 * np.eye(x.shape[1])))


linear_probe.mistake(
    "the decay has the wrong sign",
    hint="Should a larger decay make the weights larger or smaller?",
)(partial(pf.probe, penalty=lambda x, t, decay: -decay * np.eye(x.shape[1])))


linear_probe.mistake(
    "the other classes have the target −1, not 0",
    hint="Which targets does the docstring ask for?",
)(partial(pf.probe, targets=lambda labels, classes: 2 * pf.one_hot(labels, classes) - 1))


linear_probe.mistake(
    "the classes were taken from the labels: one that has no image has no row",
    hint="How many rows should the weights have if no image belongs to the last class?",
    also=(partial(pf.probe, targets=lambda labels, classes: pf.one_hot(
        np.unique(labels, return_inverse=True)[1], len(np.unique(labels)))),),
)(partial(pf.probe, targets=lambda labels, classes: pf.one_hot(
    labels, labels.max() + 1)))  # fmt: skip


linear_probe.mistake(
    "the class numbers themselves are the targets: as if class 2 were twice class 1",
    hint="Each class has a row of its own. What is its target for an image of another class?",
    also=(partial(pf.probe, targets=lambda labels, classes: labels[:, np.newaxis] * np.ones(
        classes)),),
)(partial(pf.probe, targets=lambda labels, classes: labels[:, np.newaxis].astype(
    float)))  # fmt: skip


linear_probe.mistake(
    "the classes were counted from 1",
    hint="Labels begin at 0. In which column is the 1 of an image of class 0?",
    also=(partial(pf.probe, targets=lambda labels, classes: pf.one_hot(
        (labels + 1) % classes, classes)),),
)(partial(pf.probe, targets=lambda labels, classes: pf.one_hot(labels - 1, classes)))  # fmt: skip


linear_probe.mistake(
    "the features were divided by their standard deviation",
    hint="The weights have to fit the features as they come. Did you scale them?",
    also=(
        partial(pf.probe, prepare=pf.standardised),
        partial(pf.probe, centre=pf.standardised, bias=lambda w, f, t: t.mean(axis=0)),
    ),
)(partial(pf.probe, centre=pf.standardised))


linear_probe.mistake(
    "the features were divided by their length",
    hint="Each row of features was changed before it was used. Does the docstring ask for that?",
)(partial(pf.probe, prepare=pf.of_length_1))


linear_probe.mistake(
    "the mean was taken over the features of an image, not over the images",
    hint="features.mean(axis=…): the mean feature has D numbers. Which axis goes?",
    also=(partial(pf.probe, centre=lambda f: f - f.mean()),),
)(partial(pf.probe, centre=lambda f: f - f.mean(axis=1, keepdims=True)))


linear_probe.mistake(
    "each class counts alike, however many images it has",
    hint="The sum goes over images. A class with seven of them is in it seven times.",
)(pf.balanced)


linear_probe.mistake(
    "the weights are the means of the classes: nothing was solved",
    hint="That is a good first guess. What does (xᵀx + decay · I)⁻¹ do with it?",
    also=(partial(pf.probe, solve=lambda x, t, penalty: t.T @ x),),
)(pf.class_means)


linear_probe.slip(
    transposed("weight"),
    "weight came out as (D, classes)",
    hint="nn.Linear keeps a row for each output. Which shape has your result of solve?",
)


linear_probe.slip(
    result(lambda value, **rest: value[np.newaxis], part="bias"),
    "bias still has an axis of length 1",
    hint="A bias has one number for each class: (classes,).",
    also=(result(lambda value, **rest: value[:, np.newaxis], part="bias"),),
)


linear_probe.slip(first_only("features", "labels"), hint="How many images are there?")


linear_probe.slip(negated("weight"), hint="More of the class: should its output rise or fall?")


linear_probe.slip(reordered(1, 0), whole=True)


linear_probe.mistake(
    "the matrix is of the images, (N, N), and its weights of the images, too",
    hint="xxᵀ is (N, N). How does one get from a number for each image to one for each feature?",
)(partial(pf.probe, solve=lambda x, t, penalty: np.linalg.solve(
    x @ x.T + penalty[0, 0] * np.eye(len(x)), t).T))  # fmt: skip
