"""The exercise `two_rates` of notebook 25."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb25_capstone import rate_forms as rf
from course_utils.exercises.slips import ignored, reordered, scaled


@exercise(
    notebook="25",
    points=2,
    minutes=15,
    returns=("rates", "decays"),
    allows=("numpy", "torch"),
    seconds=20.0,
    megabytes=4096,
    hints=(
        'Which names belong to the layer "fc"? "fc.weight" does. What about "fc2.weight"?',
        'name.startswith(head + ".") also works where the head is "classifier.6".',
        "len(shape) is the number of axes: 4 for filters, 2 for a matrix, 1 for a bias.",
    ),
    explanation="The head is new and random, and must move far; everything below it is good "
    "already, and only has to be adjusted. Decay pulls towards 0. For filters and matrices that "
    "is a preference for simple functions; a norm's scale of 1, or a bias, has no reason to be "
    "near 0.",
)
def two_rates(names, shapes, head, lr, ratio, decay):
    """The learning rate and the weight decay of each parameter of a network with a new head.

    names, shapes: tuples with the name and the shape of each parameter, as of
    network.named_parameters(): "stage1.0.conv1.weight", (16, 16, 3, 3). head: the name of the new
    layer, whose parameters are called head + ".weight" and the like. They get the rate lr, all
    others lr / ratio. Parameters with at least two axes get the weight decay `decay`, others 0
    -> rates (P,), decays (P,), in the order of names
    """
    is_new = np.array([name.startswith(head + ".") for name in names])
    axes = np.array([len(shape) for shape in shapes])
    return np.where(is_new, lr, lr / ratio), np.where(axes >= 2, decay, 0.0)


SMALL = {"conv.weight": (4, 3, 3, 3), "norm.weight": (4,), "norm.bias": (4,),
         "fc.weight": (5, 4), "fc.bias": (5,)}  # fmt: skip
LATER = {"fc.weight": (2, 6), "fc.bias": (2,), "stage1.0.conv1.weight": (6, 1, 3, 3),
         "stage1.0.norm1.weight": (6,), "stage1.0.norm1.bias": (6,),
         "stage1.0.scale": ()}  # fmt: skip
ALIKE = {"stem.weight": (8, 3, 7, 7), "fc_norm.weight": (8,), "fc_norm.bias": (8,),
         "fc2.weight": (8, 8), "stage1.fc.weight": (2, 8), "stage1.fc.bias": (2,),
         "fc.weight": (3, 8), "fc.bias": (3,), "tail.fc": (3, 3)}  # fmt: skip
VGG = {"features.0.weight": (64, 3, 3, 3), "features.0.bias": (64,),
       "classifier.0.weight": (32, 64), "classifier.0.bias": (32,), "classifier.6.weight": (7, 32),
       "classifier.6.bias": (7,), "classifier.60.weight": (7, 7)}  # fmt: skip
ONES = {"one.weight": (1, 1), "one.bias": (1,), "gain": (), "row.weight": (1, 1, 1, 1),
        "time.weight": (4, 2, 3), "time.bias": (4,), "head.weight": (1, 2), "head.bias": (1,),
        "positions": (1, 50, 6), "token": (1, 1, 6)}  # fmt: skip
BOTTOM = {"deep.a.weight": (3, 2), "deep.a.bias": (3,), "deep.b.weight": (4, 3),
          "deep.b.norm.weight": (4,), "deep.b.bias": (4,), "weight": (2, 2), "bias": (2,),
          "mix.weight_v": (5, 4), "mix.weight_g": (5,), "mix.bias_table": (5, 5)}  # fmt: skip


@two_rates.cases
def _(rng):
    def of(parameters, *rest, label):
        return case(tuple(parameters), tuple(parameters.values()), *rest, label=label)

    yield of(dict(list(SMALL.items())[2:]), "fc", 1.0, 10, 0.5, label="a norm's bias and a head")
    yield of(SMALL, "fc", 0.01, 20.0, 0.05, label="a convolution, a norm, a head")
    yield of(LATER, "fc", 0.3, 5.0, 0.01, label="the head comes first, and has a matrix")
    yield of(ALIKE, "fc", 0.1, 4.0, 0.2, label="other layers have names that resemble the head's")
    yield of(VGG, "classifier.6", 0.02, 100.0, 0.001, label="the head is a layer of a layer")
    yield of(ONES, "head", 0.5, 8.0, 0.03, label="axes of length 1, a scale without axes")
    yield of(BOTTOM, "deep.b", 0.2, 3.0, 0.04, label="a head with a norm of its own")
    yield of(ALIKE, "stage1.fc", 0.7, 2.0, 0.1, label="the head lies in the middle")
    yield of(SMALL, "fc", 0.05, 1.0, 0.02, label="a ratio of 1")
    yield of(VGG, "classifier.6", 0.02, 50.0, 0.0, label="no decay")
    yield of(SMALL, "fc", 2, 4, 1, label="whole numbers")


@two_rates.oracle
def _(names, shapes, head, lr, ratio, decay):
    """Parts of the name, compared with the parts of the head's, one after the other."""
    wanted, rates, decays = head.split("."), [], []
    for name, shape in zip(names, shapes, strict=True):
        parts = name.split(".")
        new = len(parts) > len(wanted) and parts[: len(wanted)] == wanted
        rates.append(lr * (1.0 if new else 1.0 / ratio))
        decays.append(0.0 if np.zeros(shape).ndim in (0, 1) else float(decay))
    return np.array(rates), np.array(decays)


two_rates.mistake(
    "the head got the small rate, and everything else the large one",
    hint="Which of the two is random at the start, and has a long way to go?",
)(partial(rf.given, new=lambda lr, ratio: lr / ratio, old=lambda lr, ratio: lr))


two_rates.mistake(
    "the old layers got lr · ratio",
    hint="A ratio of 20: should the old layers move 20 times as fast, or a 20th?",
)(partial(rf.given, old=lambda lr, ratio: lr * ratio))


two_rates.mistake(
    "the head got lr · ratio, and should have lr",
    hint="lr is the rate of the head. Which rate is smaller by the ratio?",
    also=(partial(rf.given, new=lambda lr, ratio: lr * ratio),),
)(partial(rf.given, new=lambda lr, ratio: lr * ratio, old=lambda lr, ratio: lr))


two_rates.mistake(
    "the ratio itself, or 1 / ratio, is the rate of the old layers",
    hint="Where is lr in the rate of the old layers?",
    also=(partial(rf.given, old=lambda lr, ratio: 1 / ratio),),
)(partial(rf.given, old=lambda lr, ratio: ratio))


two_rates.mistake(
    "the ratio was divided by the rate, or subtracted from it",
    hint="A rate that is `ratio` times as small: which of the two is above the line?",
    also=(partial(rf.given, old=lambda lr, ratio: lr - ratio),),
)(partial(rf.given, old=lambda lr, ratio: ratio / lr))


two_rates.mistake(
    "the old layers do not move at all: their rate is 0",
    hint="That is the linear probe. What does fine-tuning do with the old layers?",
)(partial(rf.given, old=lambda lr, ratio: 0.0))


two_rates.slip(
    ignored("ratio", 1),
    "all parameters have the same rate: the head's",
    hint="Where does your code use ratio?",
)


two_rates.mistake(
    "layers whose names merely begin like the head's got its rate",
    hint='"fc2.weight" and "fc_norm.weight" begin with "fc". What comes after the name of a layer?',
)(partial(rf.given, inside=lambda name, head: name.startswith(head)))


two_rates.mistake(
    "layers that have the head's name somewhere in theirs got its rate",
    hint='"stage1.fc.weight" contains "fc". Where in the name should the head be?',
    also=(
        partial(rf.given, inside=lambda name, head: head + "." in name),
        partial(rf.given, inside=lambda name, head: f".{head}." in f".{name}"),
        partial(rf.given, inside=lambda name, head: f".{head}." in f".{name}."),
        partial(rf.given, inside=lambda name, head: head in name.split(".")),
        partial(rf.given, inside=lambda name, head: name.split(".")[-2:-1] == [head]),
    ),
)(partial(rf.given, inside=lambda name, head: head in name))


two_rates.mistake(
    'only the first part of the name was compared, and the head may be "classifier.6"',
    hint='name.split(".")[0] is "classifier". Is every layer of the classifier new?',
    also=(
        partial(rf.given, inside=lambda name, head: name.split(".")[0] == head.split(".")[0]),
        partial(rf.given, inside=lambda name, head: rf.of_head(name, head.split(".")[0])),
    ),
)(partial(rf.given, inside=lambda name, head: name.split(".")[0] == head))


two_rates.mistake(
    "layers inside the head are missing: a name can go on after the layer",
    hint='The head "deep.b" has a norm of its own. Does "deep.b.norm.weight" belong to it?',
    also=(
        partial(rf.given, inside=lambda name, head: name in (head + ".weight", head + ".bias")),
        partial(rf.given, inside=lambda name, head: name.rsplit(".", 1)[0] == head),
    ),
)(partial(rf.given, inside=lambda name, head: name.rpartition(".")[0] == head))


two_rates.mistake(
    "only the weight of the head got its rate, not its bias",
    hint="The bias of a new layer is new, too.",
    also=(
        partial(rf.given, inside=lambda name, head: rf.of_head(name, head) and "weight" in name),
        partial(rf.given, inside=lambda name, head: rf.of_head(name, head) and "bias" not in name),
    ),
)(partial(rf.given, inside=lambda name, head: name == head + ".weight"))


two_rates.mistake(
    "the last parameters of the list were taken for the head",
    hint="Which parameter is new is told by its name. Where may it be in the list?",
    also=(rf.last_in_list(1), rf.from_head_on),
)(rf.last_in_list(2))


two_rates.mistake(
    "no parameter got the rate of the head",
    hint='The layer is called "fc", its parameters "fc.weight" and "fc.bias". Compare which?',
)(partial(rf.given, inside=lambda name, head: name == head))


two_rates.mistake(
    "each layer has a rate of its own, smaller the deeper it lies",
    hint="That exists, too. Here there are two rates: lr and lr / ratio.",
)(rf.falling)


two_rates.mistake(
    "everything has decay: biases and norms as well",
    hint="How many axes has a bias? And should the scale of a norm be pulled towards 0?",
)(partial(rf.given, decays=lambda name, shape, head: True))


two_rates.mistake(
    "nothing has decay",
    hint="Where does decay enter your result?",
)(partial(rf.given, decays=lambda name, shape, head: False))


two_rates.mistake(
    "decay the wrong way round: biases and norms have it, filters and matrices not",
    hint="Which of the two has at least two axes?",
)(partial(rf.given, decays=lambda name, shape, head: len(shape) < 2))


two_rates.mistake(
    "what has decay was decided by name, and a norm's scale is called weight, too",
    hint='"norm.weight" has one axis. What does the docstring ask for, a name or axes?',
    also=(
        partial(rf.given, decays=lambda name, shape, head: not name.endswith("bias")),
        partial(rf.given, decays=lambda name, shape, head: not name.endswith(".bias")),
        partial(rf.given, decays=lambda name, shape, head: name.endswith(".weight")),
        partial(rf.given, decays=lambda name, shape, head: "bias" not in name),
        partial(rf.given, decays=lambda name, shape, head: "weight" in name),
        partial(rf.given, decays=lambda name, shape, head: (
            "bias" not in name and "norm" not in name)),
        partial(rf.given, decays=lambda name, shape, head: (
            "weight" in name and "norm" not in name)),
        partial(rf.given, decays=lambda name, shape, head: (
            name.endswith("weight") and "norm" not in name)),
    ),
)(partial(rf.given, decays=lambda name, shape, head: name.endswith("weight")))  # fmt: skip


two_rates.mistake(
    "only some of those with two axes or more have decay",
    hint="Filters have four axes, matrices two, filters in one dimension three. Which has yours?",
    also=(
        partial(rf.given, decays=lambda name, shape, head: len(shape) == 2),
        partial(rf.given, decays=lambda name, shape, head: len(shape) > 2),
        partial(rf.given, decays=lambda name, shape, head: len(shape) in (2, 4)),
    ),
)(partial(rf.given, decays=lambda name, shape, head: len(shape) == 4))


two_rates.mistake(
    "a bias has one axis, and got decay: at least two are wanted",
    hint="len(shape) >= 1, or > 0, is true of a bias.",
)(partial(rf.given, decays=lambda name, shape, head: len(shape) >= 1))


two_rates.mistake(
    "a parameter without axes got decay: at least two are wanted",
    hint="A scale of shape () is one number. What does your rule say of len(shape) = 0?",
)(partial(rf.given, decays=lambda name, shape, head: len(shape) != 1))


two_rates.mistake(
    "the numbers in the parameter were counted, not its axes",
    hint="A bias of 64 numbers has one axis, and a matrix of 1 × 1 has two.",
    also=(
        partial(rf.given, decays=lambda name, shape, head: len(shape) > 0 and max(shape) > 1),
        partial(rf.given, decays=lambda name, shape, head: len(shape) > 0 and shape[0] > 1),
        partial(rf.given, decays=lambda name, shape, head: len(shape) > 1 and np.prod(shape) > 1),
        partial(rf.given, decays=lambda name, shape, head: sum(n > 1 for n in shape) > 1),
    ),
)(partial(rf.given, decays=lambda name, shape, head: np.prod(shape) > 1))


two_rates.mistake(
    "the head has no decay, or only the head has it",
    hint="Decay goes by axes alone. Does your rule for it look at the head?",
    also=(
        partial(rf.given, decays=lambda name, shape, head: (
            rf.of_head(name, head) and len(shape) > 1)),
        partial(rf.given, decays=lambda name, shape, head: rf.of_head(name, head)),
        partial(rf.given, decays=lambda name, shape, head: name.startswith(head)),
        partial(rf.given, decays=lambda name, shape, head: not rf.of_head(name, head)),
    ),
)(partial(rf.given, decays=lambda name, shape, head: (
    not rf.of_head(name, head) and len(shape) > 1)))  # fmt: skip


two_rates.mistake(
    "the decay was multiplied by the rate, or divided by the ratio",
    hint="AdamW and SGD multiply by the rate themselves. What does the docstring call decays?",
    also=(
        partial(rf.given, amount=lambda decay, rate, lr: decay * lr),
        partial(rf.given, amount=lambda decay, rate, lr: decay * rate / lr),
        partial(rf.given, amount=lambda decay, rate, lr: 1 - decay * rate),
    ),
)(partial(rf.given, amount=lambda decay, rate, lr: decay * rate))


two_rates.mistake(
    "decays says yes or no, 1 or 0, not how much",
    hint="Which number is to be where there is decay?",
)(partial(rf.given, amount=lambda decay, rate, lr: 1.0))


two_rates.mistake(
    "the numbers are grouped: no longer in the order of names",
    hint="rates[i] belongs to names[i]. Did you make two lists, and join them?",
    also=(rf.head_grouped_first,),
)(rf.grouped)


two_rates.mistake(
    "two numbers came, one for each group, not one for each parameter",
    hint="How many parameters are there? As many rates, and as many decays.",
)(rf.one_number_a_group)


two_rates.slip(reordered(1, 0), whole=True)


two_rates.slip(
    scaled(-1, "rates"),
    "the rates are negative",
    hint="The optimizer subtracts rate · gradient itself.",
)
