"""ZFNet (Zeiler & Fergus 2014, figure 3): AlexNet with a finer first layer."""

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


def build(name: str, classes=1000, channels=3, size=224, width=1.0) -> nn.Sequential:
    """ZFNet: (N, channels, size, size) -> (N, classes); `.features` and `.classifier`.

    Raises CourseError when the images are too small.
    """
    c1, c2, c3, c4, c5, hidden = (scaled(m, width) for m in (96, 256, 384, 384, 256, 4096))
    shrink = 1 if is_small(size) else 2
    features = [
        nn.Conv2d(channels, c1, 7, shrink, padding=2 * (2 - shrink) + 1),  # (N, 96, 110, 110)
        nn.ReLU(),
        nn.MaxPool2d(3, stride=2, ceil_mode=True),  # (N, 96, 55, 55)
        response_norm(),
        nn.Conv2d(c1, c2, 5, shrink, padding=2 * (2 - shrink)),  # (N, 256, 26, 26)
        nn.ReLU(),
        nn.MaxPool2d(3, stride=2, ceil_mode=True),  # (N, 256, 13, 13)
        response_norm(),
        nn.Conv2d(c2, c3, 3, padding=1),  # (N, 384, 13, 13)
        nn.ReLU(),
        nn.Conv2d(c3, c4, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(c4, c5, 3, padding=1),  # (N, 256, 13, 13)
        nn.ReLU(),
        nn.MaxPool2d(3, stride=2),  # (N, 256, 6, 6)
    ]
    classifier = two_hidden_layers(c5 * side(features, size) ** 2, hidden, classes)
    return initialise(straight(features, classifier))
