"""The perceptron's rule in other forms, for the catalogue of mistakes."""


def step(weight, bias, x, wrong, factor):
    """The rule with another question, or with another factor before x."""
    return (weight + factor * x, bias + factor) if wrong else (weight, bias)


def score(weight, bias, x):
    return weight @ x + bias


def on_mistakes(change):
    """A change of one part that happens only where the weight is moved."""

    def part(value, weight, bias, x, y):
        return change(weight, bias, x, y) if y * score(weight, bias, x) <= 0 else value

    return part
