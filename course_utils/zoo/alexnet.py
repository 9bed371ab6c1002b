"""AlexNet (Krizhevsky, Sutskever & Hinton 2012): two towers, one, and torchvision's."""

from torch import nn

from course_utils.zoo.parts import (
    initialise,
    is_small,
    response_norm,
    scaled,
    side,
    straight,
    two_hidden_layers,
)

MEMBERS = {  # name: maps of the five convolutions, groups, normalisation, padding of the first
    "alexnet": ((96, 256, 384, 384, 256), 2, True, 0),  # two towers = two groups
    "alexnet_one_tower": ((96, 256, 384, 384, 256), 1, True, 0),
    "alexnet_torchvision": ((64, 192, 384, 256, 256), 1, False, 2),  # Krizhevsky 2014
}


def build(name: str, classes=1000, channels=3, size=227, width=1.0) -> nn.Sequential:
    """AlexNet: (N, channels, size, size) -> (N, classes); `.features` and `.classifier`.

    The paper says 224 × 224, and only 227 gives the 55 × 55 it draws. Two towers talk to each
    other in the third convolution: the others have two groups. Raises CourseError when the images
    are too small.
    """
    maps, groups, normalise, padding = MEMBERS[name]
    c1, c2, c3, c4, c5 = (scaled(m, width, multiple=groups) for m in maps)
    first = (5, 1, 2) if is_small(size) else (11, 4, padding)  # kernel, stride, padding
    features = [
        nn.Conv2d(channels, c1, *first),  # (N, 96, 55, 55), or (N, 96, 32, 32) of a small image
        nn.ReLU(),
        *[response_norm()] * normalise,
        nn.MaxPool2d(3, stride=2),  # (N, 96, 27, 27), or 15 × 15: windows that overlap
        nn.Conv2d(c1, c2, 5, padding=2, groups=groups),  # (N, 256, 27, 27)
        nn.ReLU(),
        *[response_norm()] * normalise,
        nn.MaxPool2d(3, stride=2),  # (N, 256, 13, 13), or 7 × 7
        nn.Conv2d(c2, c3, 3, padding=1),  # (N, 384, 13, 13)
        nn.ReLU(),
        nn.Conv2d(c3, c4, 3, padding=1, groups=groups),
        nn.ReLU(),
        nn.Conv2d(c4, c5, 3, padding=1, groups=groups),  # (N, 256, 13, 13)
        nn.ReLU(),
        nn.MaxPool2d(3, stride=2),  # (N, 256, 6, 6), or 3 × 3
    ]
    hidden = scaled(4096, width)
    classifier = two_hidden_layers(c5 * side(features, size) ** 2, hidden, classes)
    return initialise(straight(features, classifier))
