"""Claims about neurons, layers and counting parameters (notebook 01)."""

# A claim reads best in two or three lines.
# fmt: off

from itertools import pairwise

import numpy as np

from course_utils.audit.claim import cited, claim, found


def parameters(*sizes: int) -> int:
    """Weights and biases of a fully connected network with layers of these sizes."""
    return sum(outputs * (inputs + 1) for inputs, outputs in pairwise(sizes))


def _weights(*sizes: int) -> int:
    return parameters(*sizes) - sum(sizes[1:])


@claim("half-distances", "max( w1Tx +b,0)+ … max(- w1Tx +b,0) = Distance to line", notebook="01",
       lecture="003", where="Can We Train a Network To Do It?")
def _():
    score = np.linspace(-3, 3, 13)  # wᵀx, with a w of length 1
    as_printed = [np.maximum(score + b, 0) + np.maximum(-score + b, 0) for b in (0, 1)]
    meant = [np.maximum(score + b, 0) + np.maximum(-score - b, 0) for b in (0, 1)]
    assert all(np.allclose(m, abs(score + b)) for m, b in zip(meant, (0, 1), strict=True))
    holds = [np.allclose(p, abs(score + b)) for p, b in zip(as_printed, (0, 1), strict=True)]
    return found(
        all(holds),
        why=f"""The second neuron must change the sign of b as well: max(−wᵀx − b, 0). As printed
        the sum is the distance {"only for b = 0" if holds == [True, False] else "for no b"}.""",
    )


cited("universal-approximation", "Cybenko ({1989}) … Hornik ({1991})", 1989, 1991,
      source="Math. of Control, Signals and Systems 2, 1989; Neural Networks 4, 1991",
      looked_up=True, notebook="01", lecture="003", where="Can We Train a Network To Do It? Result")


cited("three-layer-network", "Artificial Neural Network {3}-layer",
      source="the slide's figure is not in the text",
      remark="How many layers that is depends on whether the inputs count as one.",
      notebook="01", lecture="000", where="Artificial Neural Network 3 -layer")


@claim("parameters-3", "Weights : {1}x{2} … Parameters: {3} (bias!)", notebook="01", lecture="003",
       where="Parameters How many parameters does this network have? x 1 Weights")
def _():
    return found(1, _weights(2, 1), parameters(2, 1))


@claim("parameters-17", "1x4+4x2 = {12} … Parameters: {12}+{5} = {17}", notebook="01",
       lecture="003", where="Parameters How many parameters does this network have? h 1 x 1")
def _():
    weights, all_of_them = _weights(2, 4, 1), parameters(2, 4, 1)
    return found(weights, weights, all_of_them - weights, all_of_them)


@claim("parameters-47", "3x4+4x4+4x2 = {36} … Parameters: {36}+{11} = {47}", notebook="01",
       lecture="003",
       where="Parameters How many parameters does this network have? a 1 h 1")
def _():
    weights, all_of_them = _weights(2, 4, 4, 3), parameters(2, 4, 4, 3)
    return found(weights, weights, all_of_them - weights, all_of_them,
                 why="It is a network of 2, 4, 4 and 3 neurons.")


@claim("three-hidden-layers", "H*P+ H*H H*H O*H H +H +H +O", notebook="01", lecture="003",
       where="Parameters H*P+ H*H H*H O*H")
def _():
    sizes = [(P, H, out) for P in (2, 7, 30) for H in (1, 5, 11) for out in (1, 3)]
    said = [H * P + H * H + H * H + out * H + H + H + H + out for P, H, out in sizes]
    return found(said == [parameters(P, H, H, H, out) for P, H, out in sizes],
                 why="Checked for 18 networks with three hidden layers.")


@claim("photo-1000", "H: 1000, O: 3 {102 million} parameters ({400MB})", notebook="01",
       lecture="003", where="P: 285x350 picture (terrible!)")
def _():
    count = parameters(285 * 350, 1000, 1000, 1000, 3)
    return found(count, 4 * count, why="With 4 bytes for each parameter.")


@claim("photo-gradient-neurons", "How many neurons do you need? … {2}P!", notebook="01",
       lecture="003", where="Parameters β’ First layer converts all")
def _():
    image = np.zeros((5, 7))
    slopes = np.gradient(image)  # across and down, one number each for every pixel
    return found(sum(slope.size for slope in slopes) / image.size)


@claim("photo-2p", "H: 2P, O: 3 {100 billion} parameters ({400GB})", notebook="01", lecture="003",
       where="P: 285x350, H: 2P")
def _():
    P = 285 * 350
    count = parameters(P, 2 * P, 2 * P, 2 * P, 3)
    return found(count, 4 * count, why="With 4 bytes for each parameter.")
