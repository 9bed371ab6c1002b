"""From a name to a network, with new weights, with torchvision's or with the course's own."""

from course_utils.zoo.registry import entry


def build(
    name: str,
    classes: int | None = None,
    channels: int | None = None,
    size: int | None = None,
    width: float = 1.0,
    pretrained: bool = False,
):
    """A network by name, for images (N, channels, size, size) of so many classes.

    What is not given is as it was published; `width` multiplies the maps of every layer. With
    pretrained=True it gets torchvision's weights (for 1000 classes), or the course's own (resnet20,
    for the 10 of CIFAR-10), all but the last layer where `classes` is another number, and their
    normalisation. Raises CourseError for an unknown name (with the nearest ones),
    for settings that do not fit, and when the weights cannot be had (with what to do).
    """
    known = entry(name)
    if pretrained:
        from course_utils.zoo import weights

        return weights.pretrained(known, classes, channels, size, width)
    return known.build(classes, channels, size, width)
