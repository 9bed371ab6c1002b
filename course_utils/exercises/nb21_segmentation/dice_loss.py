"""The exercise `dice_loss` of notebook 21."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb21_segmentation import dice_forms as f
from course_utils.exercises.nb21_segmentation.label_maps import strided
from course_utils.exercises.slips import first_only, negated, reordered, scaled


@exercise(
    notebook="21",
    points=4,
    minutes=30,
    quiet=True,
    returns=("loss", "grad"),
    hints=(
        "p.sum(axis=(1, 2), keepdims=True) is (N, 1, 1): one sum for each image, and it fits to "
        "(N, H, W).",
        "Call a = 2 Σ p t + eps and b = Σ p + Σ t + eps. A single p is in both: ∂a/∂p = 2 t, and "
        "∂b/∂p = 1.",
        "The quotient rule: ∂(a / b)/∂p = (2 t b − a) / b².",
        "The loss is 1 − the mean of N dices: that brings a minus and a 1 / N.",
    ),
    explanation="Dice is a fraction, and each p is above and below its line, so the quotient rule "
    "gives (2 t b − a) / b². eps keeps an empty mask from 0 / 0: with nothing to find and nothing "
    "painted the fraction is eps / eps = 1, and the loss is 0.",
)
def dice_loss(p, target, eps):
    """1 − the mean over the images of Dice, and its derivative with respect to p.

    p (N, H, W), the probability that a pixel belongs to the object; target (N, H, W) bool; eps > 0.
    Dice of one image: (2 Σ p t + eps) / (Σ p + Σ t + eps), sums over its pixels, t = 1 where target
    is True. An empty target is thus no special case. -> loss, a number; grad (N, H, W)
    """
    both = 2 * (p * target).sum(axis=(1, 2), keepdims=True) + eps  # (N, 1, 1)
    sizes = p.sum(axis=(1, 2), keepdims=True) + target.sum(axis=(1, 2), keepdims=True) + eps
    slopes = (2 * target * sizes - both) / sizes**2  # (N, H, W)
    return 1 - (both / sizes).mean(), -slopes / len(p)


@dice_loss.cases
def _(rng):
    yield case(np.array([[[0.5, 0.25]]]), np.array([[[True, False]]]), 1.0, label="two pixels")
    yield case(rng.uniform(0.1, 0.9, (1, 3, 4)), rng.random((1, 3, 4)) < 0.4, 0.5,
               label="one image of 3 × 4")  # fmt: skip
    target = np.zeros((3, 4, 5), bool)
    target[0, 1, 2], target[1, :2], target[2, 1:, 1:] = True, True, True
    yield case(rng.uniform(0.05, 0.95, target.shape), target, 1.0,
               label="three images: a small mask, a larger one, and a large one")  # fmt: skip
    yield case(target.astype(float), target, 0.1, label="all pixels are right")
    yield case(1.0 - target, target, 0.1, label="all pixels are wrong")
    some = np.zeros((2, 3, 2), bool)
    some[1, 1] = True
    yield case(rng.uniform(0.1, 0.9, some.shape), some, 1.0, label="one of two masks is empty")
    yield case(rng.uniform(0, 0.2, (2, 2, 3)), np.zeros((2, 2, 3), bool), 0.5,
               label="all masks are empty")  # fmt: skip
    yield case(np.zeros((1, 2, 2)), np.zeros((1, 2, 2), bool), 1e-3,
               label="an empty mask, and nothing was painted")  # fmt: skip
    yield case(rng.uniform(0.1, 0.9, (2, 2, 5)), np.ones((2, 2, 5), bool), 2.0,
               label="the object fills the images")  # fmt: skip
    cube = rng.random((3, 3, 3)) < 0.5
    cube[:, 0, 0] = True
    yield case(rng.uniform(0.1, 0.9, cube.shape), cube, 1e-2,
               label="as many images as rows and columns")  # fmt: skip
    cube = rng.random((2, 6, 4)) < 0.3
    cube[:, 0, 0] = True
    yield case(strided(rng.uniform(0.1, 0.9, cube.shape)), cube, 1.0,
               label="float32, not in memory order")  # fmt: skip


@dice_loss.groups({"masks with something in them": 3, "an empty mask": 1})
def _(p, target, eps):
    full = target.any(axis=(1, 2)).all()
    return "masks with something in them" if full else "an empty mask"


@dice_loss.oracle
def _(p, target, eps):
    """The gradient by central differences of a polynomial quotient, in exact fractions."""
    from fractions import Fraction

    def dice(values, marks):
        above = sum((2 * v for v, m in zip(values, marks, strict=True) if m), Fraction(eps))
        return above / (sum(values, Fraction(eps)) + sum(marks))

    grad, dices = np.zeros(p.shape), []
    step = Fraction(1, 10**6)
    for n in range(len(p)):
        values, marks = [Fraction(float(v)) for v in p[n].flat], target[n].ravel().tolist()
        dices.append(dice(values, marks))
        for k in range(len(values)):
            up, down = (
                dice([*values[:k], values[k] + s, *values[k + 1 :]], marks) for s in (step, -step)
            )
            grad[n].flat[k] = -float((up - down) / (2 * step) / len(p))
    return float(1 - sum(dices) / len(dices)), grad


def _way(name, hint, also=(), whole=False, function=None, **change):
    also = tuple(o if callable(o) else partial(f.dice, **o) for o in also)
    dice_loss.mistake(name, hint=hint, also=also, whole=whole)(
        function or partial(f.dice, **change)
    )


def _no_two(p, t, total):
    return total(p * t), t


def _union(p, t, total):
    return total(p) + total(t) - total(p * t), 1 - t


def _squares(p, t, total):
    return total(p**2) + total(t), 2 * p


_way("the 2 above the fraction line is missing",
     "Everything is right: Σ p t is the area, and below is twice the area. What should Dice be?",
     above=_no_two,
     also=({"above": lambda p, t, total: (total(p * t), 2 * t)},
           {"above": lambda p, t, total: (2 * total(p * t), t)}))  # fmt: skip

_way("this is Dice itself, with its gradient, not 1 − Dice",
     "A loss should be small where all is right. What is yours there?", whole=True,
     function=lambda *args: (1 - f.dice(*args)[0], -f.dice(*args)[1]))  # fmt: skip

_way("the loss is Dice itself, not 1 − Dice",
     "A loss should be small where all is right. What is yours there?",
     loss=lambda d: d.mean())  # fmt: skip

_way("the loss is −Dice, not 1 − Dice",
     "The docstring wants 0 where all is right. What is yours there?",
     loss=lambda d: -d.mean())  # fmt: skip

dice_loss.slip(
    negated("grad"),
    "the gradient has the wrong sign: it is that of Dice, not of 1 − Dice",
    hint="If p grows at a pixel of the object, what should the loss do?",
)

_way("this is IoU, not Dice",
     "What lies below the line in the docstring: the union, or both areas added up?",
     above=_no_two, below=_union)  # fmt: skip

_way("the sums are over all images together, not over each one",
     "Two images, one with a large mask and one with a small one. Should the small one count as "
     "much?",
     total=f.batch, over=lambda p: 1,
     also=({"total": f.batch}, {"total": lambda v: v.sum(axis=0, keepdims=True)}))  # fmt: skip

_way("the losses of the images were added up, not averaged",
     "Twice as many images: should the loss be twice as large?", whole=True,
     loss=lambda d: len(d) - d.sum(), over=lambda p: 1,
     also=({"loss": lambda d: 1 - d.sum(), "over": lambda p: 1},))  # fmt: skip

_way("the gradient is that of the sum over the images: 1 / N is missing",
     "The loss is a mean of N numbers. How much does one image count?",
     over=lambda p: 1)  # fmt: skip

_way("the loss was summed over the images, and the gradient is that of their mean",
     "The loss should be the mean. Did you divide both?",
     loss=lambda d: len(d) - d.sum(), also=({"loss": lambda d: 1 - d.sum()},))  # fmt: skip

_way("eps is missing above the fraction line: an empty mask gets the loss 1",
     "Nothing is there, and nothing was painted. What should the loss be?",
     add=(0, 1))  # fmt: skip

_way("eps is missing below the fraction line",
     "Nothing is there, and nothing was painted. What is below the line?",
     add=(1, 0))  # fmt: skip

_way("eps was left out: an empty mask is 0 / 0",
     "Nothing is there, and nothing was painted. What is your fraction?",
     add=(0, 0))  # fmt: skip

_way("eps is in there twice: the factor 2 was taken of it as well, or it belongs to both sums",
     "Nothing is there, and nothing was painted. Which number is your fraction then?",
     add=(2, 1), also=({"add": (1, 2)}, {"add": (2, 2)}))  # fmt: skip

_way("the gradient leaves eps out",
     "a and b have an eps each. Which a and which b did you put into the quotient rule?",
     function=f.grad_without_eps)  # fmt: skip

_way("the derivative of what is above the line is 2 t; here it is 2 p, or 2 at every pixel",
     "a = 2 Σ p t. How does it change if a single p grows, in the object and outside?",
     slope=lambda a, da, b, db: (2 * b - a) / b**2 + 0 * da, also=(f.with_p_above,))  # fmt: skip

_way("the gradient is 0 outside the object",
     "What should the optimizer do with a pixel of the ground that has been painted?",
     function=f.inside_alone)  # fmt: skip

_way("the gradient of an empty mask was set to 0",
     "Something was painted where nothing is. Should p become smaller there?",
     function=f.flat_where_empty)  # fmt: skip

_way("the gradient was divided by the number of all pixels",
     "The loss is a mean of how many numbers: of images, or of pixels?",
     over=lambda p: p.size)  # fmt: skip

_way("there is one loss for each image; the docstring wants their mean",
     "loss should be one number. What is the shape of yours?",
     loss=lambda d: 1 - d.ravel(),
     also=({"loss": lambda d: 1 - d},
           {"loss": lambda d: 1 - d.ravel(), "over": lambda p: 1}))  # fmt: skip

_way("the gradient takes what is below the fraction line for a constant",
     "If p grows at a pixel of the ground, what happens to Dice, and what does your gradient say?",
     slope=lambda a, da, b, db: da / b,
     also=({"slope": lambda a, da, b, db: da / b, "over": lambda p: 1},))  # fmt: skip

_way("the gradient takes what is above the fraction line for a constant",
     "If p grows at a pixel of the object, what happens above the line?",
     slope=lambda a, da, b, db: -a * db / b**2)  # fmt: skip

_way("the quotient rule has a plus where it should have a minus",
     "(a / b)' is (a' b − a b') / b². Which of the two terms has the minus?",
     slope=lambda a, da, b, db: (da * b + a * db) / b**2)  # fmt: skip

_way("the quotient rule divides by b, not by b²",
     "(a / b)' is (a' b − a b') / b². What did you divide by?",
     slope=lambda a, da, b, db: (da * b - a * db) / b,
     also=({"slope": lambda a, da, b, db: da - a * db},))  # fmt: skip

_way("p was rounded to 0 or 1 first, so the loss has steps",
     "How does your loss change if a p goes from 0.6 to 0.7? Which way should the optimizer go?",
     function=f.hard, also=(f.hard_with_slope,))  # fmt: skip

_way("the squares of p are below the fraction line",
     "The docstring has Σ p, not Σ p². (Some papers have the squares; for p = 0 and p = 1 it is "
     "the same.)",
     below=_squares)  # fmt: skip

_way("means were taken, not sums, so that eps weighs far too much",
     "How large is the mean of p t in a picture of 5 × 4 pixels, beside eps = 1?",
     total=f.mean,
     also=({"total": f.mean, "over": lambda p: p.size},))  # fmt: skip

_way("this is the Dice of the ground: p and target are the wrong way round",
     "target is True in the object. Which pixels does your sum hold?",
     function=f.ground)  # fmt: skip

_way("this is the mean of two dices, of the object and of the ground",
     "The docstring has one fraction for each image.",
     function=f.both)  # fmt: skip

_way("only the pixels of the object are below the fraction line",
     "A guess that paints everything as object: should it cost something? What is below the line?",
     below=lambda p, t, total: (2 * total(t), 0 * p),
     also=({"below": lambda p, t, total: (total(t), 0 * p)},
           {"below": lambda p, t, total: (total(p * t) + total(t), t)}))  # fmt: skip

_way("only the sum of p is below the fraction line",
     "A guess that paints a single pixel, and rightly: should it cost something? What is below "
     "the line?",
     below=lambda p, t, total: (total(p), np.ones_like(p)),
     also=({"below": lambda p, t, total: (2 * total(p), 2 * np.ones_like(p))},))  # fmt: skip

_way("the sums run along the wrong axes: there should be one for each image",
     "How many sums should there be for an image? axis=(1, 2) adds up rows and columns.",
     total=f.rows, also=({"total": lambda v: v.sum(axis=1, keepdims=True)},
                         {"total": lambda v: v.sum(axis=(0, 1), keepdims=True)},
                         {"total": lambda v: v.sum(axis=(0, 2), keepdims=True)}))  # fmt: skip

_way("the loss is −log Dice",
     "The docstring has 1 − Dice. (The logarithm is in use, too.)", function=f.logs,
     also=({"loss": lambda d: -np.log(d).mean()},))  # fmt: skip

dice_loss.slip(first_only("p", "target"))
dice_loss.slip(reordered(1, 0))
dice_loss.slip(scaled(0.5, "grad"), also=(scaled(2.0, "grad"),))
