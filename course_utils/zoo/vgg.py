"""VGG (Simonyan & Zisserman 2015): the columns A to E of table 1."""

from torch import nn

from course_utils.zoo.parts import initialise, response_norm, scaled, side, straight

TABLE = {  # maps of each 3×3 convolution, | a pooling, 256/1 a 1×1 convolution
    "vgg11": "64 | 128 | 256 256 | 512 512 | 512 512 |",  # A
    "vgg11_lrn": "64 LRN | 128 | 256 256 | 512 512 | 512 512 |",  # A-LRN
    "vgg13": "64 64 | 128 128 | 256 256 | 512 512 | 512 512 |",  # B
    "vgg16_c": "64 64 | 128 128 | 256 256 256/1 | 512 512 512/1 | 512 512 512/1 |",  # C
    "vgg16": "64 64 | 128 128 | 256 256 256 | 512 512 512 | 512 512 512 |",  # D
    "vgg19": "64 64 | 128 128 | 256 256 256 256 | 512 512 512 512 | 512 512 512 512 |",  # E
}


def build(name: str, classes=1000, channels=3, size=224, width=1.0) -> nn.Sequential:
    """VGG: (N, channels, size, size) -> (N, classes); `.features` and `.classifier`.

    A name that ends with _bn (not in the paper) has batch normalisation after each convolution.
    Five poolings leave 7 × 7 of 224 × 224, and 1 × 1 of 32 × 32 or 28 × 28.
    """
    features, maps = [], channels
    for word in TABLE[name.removesuffix("_bn")].split():
        if word == "|":
            features.append(nn.MaxPool2d(2, ceil_mode=True))  # 28 → 14 → 7 → 4 → 2 → 1
        elif word == "LRN":
            features.append(response_norm())
        else:
            before, maps = maps, scaled(int(word.removesuffix("/1")), width)
            features += convolution(before, maps, 1 if "/" in word else 3, name.endswith("_bn"))
    hidden = scaled(4096, width)
    classifier = [
        nn.Linear(maps * side(features, size) ** 2, hidden),  # 25,088 -> 4,096
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, classes),
    ]
    return initialise(straight(features, classifier))


def convolution(before: int, maps: int, kernel: int, norm: bool) -> list[nn.Module]:
    """(N, before, H, W) -> (N, maps, H, W), rectified."""
    layers = [nn.Conv2d(before, maps, kernel, padding=kernel // 2), nn.ReLU()]
    return [layers[0], nn.BatchNorm2d(maps), layers[1]] if norm else layers
