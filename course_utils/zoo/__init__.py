"""The architectures that the lectures name, built from their papers: one short file per family.

    net = zoo.build("resnet18")          as in the paper: 1000 classes, 224 × 224 pixels
    net = zoo.build("vgg11", classes=10, channels=1, size=28, width=1 / 8)
    zoo.names(), zoo.entry("vgg16").parameters, zoo.entry("vgg16").source

`size` is the side of the images. From 65 pixels on the network begins as in its paper; smaller
images get the same network with a first layer, and early poolings, that do not shrink them. `width`
multiplies the number of maps of every layer.
"""

from course_utils.zoo.building import build
from course_utils.zoo.registry import Entry, entry, names

__all__ = ["Entry", "build", "entry", "names"]
