"""The exercise `ten_crop` of notebook 10."""

from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise


@exercise(
    notebook="10",
    points=3,
    minutes=20,
    hints=(
        "A crop that begins at row y and column x is image[:, y : y + h, x : x + w]. At which rows "
        "can it begin, so that it touches the upper or the lower edge?",
        "The lowest row is H − h, the rightmost column W − w. The middle lies halfway: // 2.",
        "np.stack makes one array of five crops. `[..., ::-1]` mirrors all of them, and "
        "np.concatenate puts the mirrored ones behind.",
    ),
    explanation="Four corners and the middle are given by where they begin; H − h and W − w is the "
    "room that a crop has. Mirroring comes last, on the finished crops.",
)
def ten_crop(image, size):
    """Upper left, upper right, lower left, lower right, middle; then these five mirrored.

    image (C, H, W), size (h, w) with h <= H and w <= W -> (10, C, h, w); mirrored left to right;
    the middle one begins at row (H - h) // 2 and column (W - w) // 2
    """
    (_, H, W), (h, w) = image.shape, size
    low, right = H - h, W - w  # the last row and column where a crop can begin
    starts = [(0, 0), (0, right), (low, 0), (low, right), (low // 2, right // 2)]
    crops = np.stack([image[:, y : y + h, x : x + w] for y, x in starts])  # (5, C, h, w)
    return np.concatenate([crops, crops[..., ::-1]])  # (10, C, h, w)


_EVEN, _ODD = "the middle is exact", "the middle must be rounded"


@ten_crop.cases
def _(rng):
    yield case(np.arange(20.0).reshape(1, 4, 5), (2, 3), label="2 × 3 out of 4 × 5 pixels")
    yield case(rng.normal(size=(3, 9, 12)), (5, 6), label="three channels")
    yield case(rng.normal(size=(2, 6, 8)), (6, 8), label="no room at all")
    yield case(rng.normal(size=(2, 11, 7)), (3, 5), label="crops that lie far apart")
    yield case(rng.normal(size=(2, 7, 10)), (4, 5), label="room for an odd number of steps")
    yield case(rng.normal(size=(1, 8, 9)), (3, 2), label="odd room, and small crops")
    wide = rng.normal(size=(9, 3, 8)).astype(np.float32)
    yield case(wide.transpose(1, 0, 2), (6, 7), label="float32, not in memory order, odd room")


@ten_crop.groups({_EVEN: 2, _ODD: 1})
def _(image, size):
    H, W = image.shape[1:]
    return _EVEN if (H - size[0]) % 2 == 0 == (W - size[1]) % 2 else _ODD


@ten_crop.oracle
def _(image, size):
    (C, H, W), (h, w) = image.shape, size
    out = np.zeros((10, C, h, w), image.dtype)
    for k, (down, along) in enumerate([(0, 0), (0, 2), (2, 0), (2, 2), (1, 1)]):
        top, left = (H - h) * down // 2, (W - w) * along // 2
        for c, i, j in np.ndindex(C, h, w):
            out[k, c, i, j] = out[5 + k, c, i, w - 1 - j] = image[c, top + i, left + j]
    return out


def _five(low, right, H, W, h, w):
    return [(0, 0), (0, right), (low, 0), (low, right), (low // 2, right // 2)]


def _mirrored(crops):
    return crops[..., ::-1]


def _cut(
    image, size, *, starts=_five, mirror=_mirrored, join=lambda a, b: np.concatenate([a, b]),
    order=lambda size: size, room=lambda size, part: size - part, before=None,
):  # fmt: skip
    """The reference with one thing exchanged; `before(image)` is cropped in place of mirroring."""
    (_, H, W), (h, w) = image.shape, order(size)
    places = starts(room(H, h), room(W, w), H, W, h, w)

    def crops(image):
        return np.stack([image[:, y : y + h, x : x + w] for y, x in places])

    five = crops(image)
    return join(five, crops(before(image)) if before else mirror(five))


def _rows_first(low, right, H, W, h, w):
    return [(0, 0), (low, 0), (0, right), (low, right), (low // 2, right // 2)]


def _clockwise(low, right, H, W, h, w):
    return [(0, 0), (0, right), (low, right), (low, 0), (low // 2, right // 2)]


for name, hint, change in (
    (
        "upper right and lower left have changed places",
        "The second crop is the *upper right* one. Which of row and column begins at 0 there?",
        {"starts": _rows_first},
    ),
    (
        "the corners go round like a clock",
        "After upper left and upper right comes lower *left*. In which order do yours stand?",
        {"starts": _clockwise},
    ),
    (
        "the middle stands in front of the corners",
        "In which place does the docstring name the middle?",
        {"starts": lambda *room: [_five(*room)[-1], *_five(*room)[:-1]]},
    ),
    (
        "the middle was rounded up",
        "Room for 3 steps: // 2 gives which row?",
        {
            "starts": lambda low, right, *rest: (
                [*_five(low, right, *rest)[:-1], (-(-low // 2), -(-right // 2))]
            )
        },
    ),
    (
        "the middle was rounded to the nearest even number, as `round` does",
        "Room for 3 steps: what is round(1.5), and what is 3 // 2?",
        {
            "starts": lambda low, right, *rest: (
                [*_five(low, right, *rest)[:-1], (round(low / 2), round(right / 2))]
            )
        },
    ),
    (
        "the middle was computed as H // 2 − h // 2: two roundings",
        "H = 8 and h = 3: what is 8 // 2 − 3 // 2, and what is (8 − 3) // 2?",
        {
            "starts": lambda low, right, H, W, h, w: (
                [*_five(low, right, H, W, h, w)[:-1], (H // 2 - h // 2, W // 2 - w // 2)]
            )
        },
    ),
    (
        "the crop in the middle *begins* at the middle of the image",
        "It should have as much room above as below. How much room is there, H − h, and where is "
        "half of it?",
        {
            "starts": lambda low, right, H, W, h, w: (
                [*_five(low, right, H, W, h, w)[:-1], (H // 2, W // 2)]
            )
        },
    ),
    (
        "the middle is missing, and the upper left corner is there twice",
        "Where does your fifth crop begin?",
        {"starts": lambda *room: [*_five(*room)[:-1], (0, 0)]},
    ),
    (
        "the lower and right crops end one pixel too early",
        "A crop of 2 rows out of 4: at which row does the lowest one begin, 1 or 2?",
        {"room": lambda size, part: max(size - part - 1, 0)},
    ),
    (
        "size was read as (w, h)",
        "The docstring says size (h, w). Which of the two belongs to the rows?",
        {"order": lambda size: size[::-1]},
    ),
    (
        "the crops are square: w was not used",
        "size has two numbers. Where does your code use the second one?",
        {"order": lambda size: (size[0], size[0])},
    ),
    (
        "the crops were turned upside down, not mirrored left to right",
        "Which axis of (10, C, h, w) goes from left to right?",
        {"mirror": lambda crops: crops[:, :, ::-1]},
    ),
    (
        "the crops were turned by 180°",
        "Both axes were reversed. Which one goes from left to right?",
        {"mirror": lambda crops: crops[:, :, ::-1, ::-1]},
    ),
    (
        "the channels were reversed, not the columns",
        "Which axis of (10, C, h, w) goes from left to right? [:, ::-1] reverses the second one.",
        {"mirror": lambda crops: crops[:, ::-1]},
    ),
    (
        "the order of the five crops was reversed, not their columns",
        "crops[::-1] reverses the *first* axis. Which one goes from left to right?",
        {"mirror": lambda crops: crops[::-1]},
    ),
    (
        "order and columns were both reversed: [::-1] acts on the first axis as well",
        "In which order should the mirrored five stand? Which axes does yours reverse?",
        {"mirror": lambda crops: crops[::-1, ..., ::-1]},
    ),
    (
        "the last five are not mirrored",
        "The first and the sixth crop are the same in yours. What does [..., ::-1] do?",
        {"mirror": lambda crops: crops},
    ),
    (
        "the whole image was mirrored and then cropped: the upper left crop of the mirrored image "
        "is the upper *right* one, mirrored",
        "The sixth crop is to be the mirror image of the first. Mirror before cropping, or after?",
        {"before": lambda image: image[..., ::-1]},
    ),
    (
        "each mirror image follows its crop",
        "The docstring says: the five crops first, then the five mirrored ones. Which function "
        "puts one array behind another?",
        {"join": lambda a, b: np.stack([a, b], axis=1).reshape(-1, *a.shape[1:])},
    ),
    (
        "the mirrored five stand in front",
        "Which half comes first in the docstring?",
        {"join": lambda a, b: np.concatenate([b, a])},
    ),
    (
        "there are only five crops",
        "What makes ten out of five?",
        {"join": lambda a, b: a},
    ),
    (
        "the crops lie along the second axis, (C, 10, h, w)",
        "Which axis comes first in the docstring?",
        {"join": lambda a, b: np.concatenate([a, b]).swapaxes(0, 1)},
    ),
    (
        "the shape is (2, 5, C, h, w): stacked, not put behind one another",
        "np.stack makes a new axis. Which function uses the one that is there?",
        {"join": lambda a, b: np.stack([a, b])},
    ),
    (
        "the crops were put side by side, into one wide image",
        "np.concatenate joins along the first axis unless another one is named. Which one did you "
        "name?",
        {"join": lambda a, b: np.concatenate([a, b], axis=-1)},
    ),
):
    ten_crop.mistake(name, hint=hint)(partial(_cut, **change))
