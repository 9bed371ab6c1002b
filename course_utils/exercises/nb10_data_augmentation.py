"""Exercises of notebook 10: drawing factors, one matrix for six transforms, boxes that move along,
AlexNet's colour noise, ten crops."""

import math
from functools import partial

import numpy as np

from course_utils.exercises.core import case, exercise


# ------------------------------------------------------------------------------------ log_uniform
@exercise(
    notebook="10",
    points=2,
    minutes=10,
    hints=(
        "Where do you want to be when u is 0, when u is 1, and when u is ½, if low is ½ and high "
        "is 2?",
        "The *logarithm* is to be uniform: between which two numbers?",
        "Compute the logarithm first, log(low) + u · (log(high) − log(low)). Which function undoes "
        "np.log?",
    ),
    explanation="The logarithm of the result walks evenly from log(low) to log(high), so equal "
    "steps of u multiply by equal factors. low · (high / low)^u says the same without a logarithm.",
)
def log_uniform(u, low, high):
    """Uniform numbers turned into numbers between low and high whose logarithm is uniform.

    u: an array of any shape with numbers from 0 to 1; 0 < low <= high -> the same shape;
    0 gives low, 1 gives high, and equal steps of u multiply by equal factors
    """
    return np.exp(np.log(low) + u * (np.log(high) - np.log(low)))


@log_uniform.cases
def _(rng):
    yield case(np.array([0.0, 0.5, 1.0]), 0.5, 2.0, label="the two ends and the middle of ½ … 2")
    yield case(rng.random(7), 1 / 1.6, 1.6, label="the lecture's rescaling")
    yield case(rng.random((3, 4)), 0.1, 4.0, label="a table, and bounds that are not reciprocal")
    yield case(rng.random(6).astype(np.float32), 2.0, 50.0, label="float32, both bounds above 1")
    yield case(rng.random((2, 1, 5)), 0.02, 0.7, label="three axes, both bounds below 1")
    yield case(rng.random(3), 3.0, 3.0, label="low and high are the same")
    yield case(np.array(rng.random()), 0.3, 5.0, label="a single number, shape ()")


@log_uniform.oracle
def _(u, low, high):
    numbers = [low ** (1 - float(v)) * high ** float(v) for v in np.nditer(u)]
    return np.array(numbers, u.dtype).reshape(u.shape)


for name, hint, change in (
    (
        "the numbers themselves are uniform, not their logarithms",
        "Between ½ and 2: how often does yours enlarge, and how often does it shrink? Where is "
        "your logarithm?",
        lambda u, low, high: low + u * (high - low),
    ),
    (
        "the result is the logarithm: the way back is missing",
        "For u = 0 the result is to be low. Which function undoes np.log?",
        lambda u, low, high: np.log(low) + u * np.log(high / low),
    ),
    (
        "np.exp was taken of numbers between low and high: the logarithms of the bounds are "
        "missing",
        "exp(low) is not low. Between which two numbers must the logarithm lie?",
        lambda u, low, high: np.exp(low + u * (high - low)),
    ),
    (
        "the logarithm was taken of the finished number",
        "Draw the logarithm evenly and *undo* it. Which of the two steps comes first in yours?",
        lambda u, low, high: np.log1p(low + u * (high - low) - 1),
    ),
    (
        "low and high have changed places",
        "What does u = 0 give? The docstring says low.",
        lambda u, low, high: high * (low / high) ** u,
    ),
    (
        "the stretch of the logarithm is log(high), where it should be log(high) − log(low)",
        "For u = 1, your logarithm is log(low) + log(high). Which number is that, and which should "
        "it be?",
        lambda u, low, high: low * high**u,
    ),
    (
        "it begins at 1 and not at low",
        "What does u = 0 give? Something is missing in front.",
        lambda u, low, high: (high / low) ** u,
    ),
    (
        "brackets: u reaches log(high) alone, not the whole difference log(high) − log(low)",
        "Which part of the sum is u to multiply? (Written as a power: what is u the exponent of, "
        "high or high / low?)",
        lambda u, low, high: high ** (1.0 * u),
    ),
    (
        "log(high − low) stands where log(high) − log(low) belongs",
        "The logarithm of a *quotient* is a difference. Is log(a − b) the same as log(a) − log(b)?",
        lambda u, low, high: low * np.maximum(high - low, 1e-300) ** u,
    ),
    (
        "a logarithm with base 2 was undone with np.exp",
        "np.exp undoes np.log. What undoes np.log2?",
        lambda u, low, high: np.exp(np.log2(low) + u * np.log2(high / low)),
    ),
    (
        "np.log was undone with 2 **",
        "2 ** undoes np.log2. What undoes np.log?",
        lambda u, low, high: 2 ** (np.log(low) + u * np.log(high / low)),
    ),
    (
        "np.log was undone with 10 **",
        "10 ** undoes np.log10. What undoes np.log?",
        lambda u, low, high: 10 ** (np.log(low) + u * np.log(high / low)),
    ),
    (
        "low was taken to be 1 / high",
        "That is so in the lecture's table, but not in general. Where does your code use low?",
        lambda u, low, high: high ** (2.0 * u - 1),
    ),
    (
        "only the two ends occur: it is a coin, not a range",
        "u has been compared with ½. What should u = 0.25 give?",
        lambda u, low, high: np.where(u < 0.5, low, high),
    ),
    (
        "the factors are spaced evenly, as by np.geomspace: u was not used",
        "Where does your code use u? It holds the random numbers.",
        lambda u, low, high: np.geomspace(low, high, u.size).reshape(u.shape),
    ),
    (
        "u was drawn from 0 to 1 already, and yours takes it for the logarithm",
        "exp(u) lies between 1 and 2.718. Where do low and high come in?",
        lambda u, low, high: np.exp(u),
    ),
):
    log_uniform.mistake(name, hint=hint)(change)


# ---------------------------------------------------------------------------------- affine_matrix
@exercise(
    notebook="10",
    points=4,
    minutes=30,
    hints=(
        "Build the four tables (2, 2) of the page first: flip; scale and stretch; shear; rotation. "
        "np.deg2rad for the two angles.",
        "`@` multiplies tables. What is done first stands on the right, next to the place that it "
        "acts on. So which of the four stands on the far left?",
        "The last column is middle + shift − linear @ middle, with middle = (W / 2, H / 2): x "
        "comes first. np.array(shift) makes shift something that can be added.",
        "np.column_stack([linear, offset]) puts a column (2,) beside a table (2, 2).",
    ),
    explanation="Take the middle away, apply the four tables in their order, put the middle back "
    "and add the shift. Multiplied out, that is one table (2, 2) and one column, (2, 3) in all.",
)
def affine_matrix(H, W, angle=0, scale=1, stretch=1, shear=0, flip=False, shift=(0, 0)):
    """The matrix (2, 3) that takes a place (x, y, 1) of an H × W image to where it is afterwards.

    In this order, about the middle (W / 2, H / 2): flip left and right; scale, and stretch the
    width (the height shrinks as much); shear, upright lines lean to the right; turn counter-
    clockwise; shift = (right, down) in pixels. angle and shear in degrees; x right, y down.
    """
    sin, cos = np.sin(np.deg2rad(angle)), np.cos(np.deg2rad(angle))
    flipped = np.array([[-1 if flip else 1, 0], [0, 1]])
    sized = np.array([[scale * stretch, 0], [0, scale / stretch]])
    sheared = np.array([[1, -np.tan(np.deg2rad(shear))], [0, 1]])
    turned = np.array([[cos, sin], [-sin, cos]])
    linear = turned @ sheared @ sized @ flipped  # (2, 2); the first one stands on the right
    middle = np.array([W / 2, H / 2])
    offset = middle + np.array(shift) - linear @ middle  # (2,)
    return np.column_stack([linear, offset])


_ALONE, _TOGETHER = "one transform at a time", "several transforms in their order"


@affine_matrix.cases
def _(rng):
    a, b, c, d = (float(v) for v in rng.uniform(0.1, 0.4, 4))
    yield case(2, 4, 90, 1, 1, 0, False, (0, 0), label="a quarter turn of 2 × 4 pixels")
    yield case(6, 8, -40 - 30 * a, 1, 1, 0, False, (0, 0), label="clockwise")
    yield case(5, 7, 0, 1.2 + a, 1, 0, False, (0, 0), label="scale alone")
    yield case(7, 4, 0, 1, 1.3 + b, 0, False, (0, 0), label="stretch alone")
    yield case(9, 6, 0, 1, 1, 15 + 20 * c, False, (0, 0), label="shear alone")
    yield case(4, 10, 0, 1, 1, 0, True, (0, 0), label="flip alone")
    yield case(3, 5, 0, 1, 1, 0, False, (3, -1.5), label="shift alone")
    yield case(
        20, 28, 130 + 60 * d, 0.5 + a, 1 + b, -20 + 10 * c, True, (4, 7 * d), label="all six"
    )
    yield case(32, 24, 25, 1.1 + b, 0.6 + c, 18, False, (-2.5, 6), label="all but the flip")
    yield case(11, 17, -70, 1, 1 + d, 0, True, (5, -3), label="flip, stretch, turn and shift")


@affine_matrix.groups({_ALONE: 2, _TOGETHER: 2})
def _(H, W, angle, scale, stretch, shear, flip, shift):
    moves = (angle != 0, scale != 1, stretch != 1, shear != 0, flip, shift != (0, 0))
    return _TOGETHER if sum(moves) > 1 else _ALONE


@affine_matrix.oracle
def _(H, W, angle, scale, stretch, shear, flip, shift):
    """Three places walk through the six steps; the columns are what lies between them."""
    phi = math.radians(angle)

    def walk(x, y):
        right, up = x - W / 2, H / 2 - y
        right = -right if flip else right
        right, up = right * scale * stretch, up * scale / stretch
        right += up * math.tan(math.radians(shear))
        place = complex(right, up) * complex(math.cos(phi), math.sin(phi))
        return W / 2 + place.real + shift[0], H / 2 - place.imag + shift[1]

    (ox, oy), (xx, xy), (yx, yy) = walk(0, 0), walk(1, 0), walk(0, 1)
    return np.array([[xx - ox, yx - ox, ox], [xy - oy, yy - oy, oy]])


def _turned(angle):
    sin, cos = np.sin(np.deg2rad(angle)), np.cos(np.deg2rad(angle))
    return np.array([[cos, sin], [-sin, cos]])


def _leaning(shear):
    return np.array([[1, -np.tan(np.deg2rad(shear))], [0, 1]])


def _stretched(stretch):
    return np.array([[stretch, 0], [0, 1 / stretch]])


def _in_order(turned, sheared, sized, flipped):
    return turned @ sheared @ sized @ flipped


def _half(H, W):
    return W / 2, H / 2


def _shifted(linear, middle, shift):
    return middle + shift - linear @ middle


def _affine(
    H,
    W,
    angle=0,
    scale=1,
    stretch=1,
    shear=0,
    flip=False,
    shift=(0, 0),
    *,
    turn=_turned,
    lean=_leaning,
    widen=_stretched,
    mirror=((-1, 0), (0, 1)),
    size=lambda scale: scale,
    order=_in_order,
    middle=_half,
    offset=_shifted,
    move=lambda shift: shift,
    form=lambda matrix: matrix,
):
    """The reference with one thing exchanged."""
    flipped = np.array(mirror if flip else np.eye(2), dtype=float)
    linear = order(turn(angle), lean(shear), size(scale) * widen(stretch), flipped)
    offset = offset(linear, np.array(middle(H, W)), np.array(move(shift)))
    return form(np.column_stack([linear, offset]))


def _way_back(matrix):
    linear = np.linalg.inv(matrix[:, :2])
    return np.column_stack([linear, -linear @ matrix[:, 2]])


for name, hint, change in (
    (
        "it turns clockwise",
        "y points down here. A place right of the middle must go *up* in a quarter turn: to a "
        "smaller y. Where does yours go?",
        {"turn": lambda angle: _turned(-angle)},
    ),
    (
        "the angle of the rotation was taken in radians",
        "What does np.sin expect, and what is np.sin(90)?",
        {"turn": lambda angle: _turned(np.rad2deg(angle))},
    ),
    (
        "both angles were taken in radians",
        "np.sin, np.cos and np.tan take radians. Where is np.deg2rad?",
        {
            "turn": lambda angle: _turned(np.rad2deg(angle)),
            "lean": lambda shear: _leaning(np.rad2deg(shear)),
        },
    ),
    (
        "the shear was taken in radians",
        "np.tan takes radians, the shear comes in degrees. Where is its np.deg2rad?",
        {"lean": lambda shear: _leaning(np.rad2deg(shear))},
    ),
    (
        "upright lines lean to the left",
        "A place *above* the middle has a negative y there, and is to move to the right. Which "
        "sign makes a positive number of it?",
        {"lean": lambda shear: _leaning(-shear)},
    ),
    (
        "the shear tilts the horizontal lines, not the upright ones",
        "In italics every line of text stays where it is: y does not change. In which row of the "
        "table does your tangent stand?",
        {"lean": lambda shear: _leaning(shear).T},
    ),
    (
        "the tangent is missing in the shear",
        "A line of height 1 that leans by 20° reaches how far to the right: 0.349, or tan(20°)?",
        {"lean": lambda shear: np.array([[1, -np.deg2rad(shear)], [0, 1]])},
    ),
    (
        "the sine stands in the shear where the tangent belongs",
        "A shear keeps the height: 1 up, and how far to the right? Draw the triangle.",
        {"lean": lambda shear: np.array([[1, -np.sin(np.deg2rad(shear))], [0, 1]])},
    ),
    (
        "stretching widens, but the height stays",
        "The width is multiplied by the stretch. What happens to the height, so that the area "
        "stays?",
        {"widen": lambda stretch: np.array([[stretch, 0], [0, 1]])},
    ),
    (
        "stretching makes it higher and not wider",
        "Which of the two, x or y, is to be multiplied by the stretch?",
        {"widen": lambda stretch: _stretched(1 / stretch)},
    ),
    (
        "the stretch enlarges width and height alike",
        "That would be another scale. What happens to the height when the width is stretched?",
        {"widen": lambda stretch: stretch * np.eye(2)},
    ),
    (
        "the scale was divided by",
        "scale = 2 makes everything twice as large. Which way do your matrices go: from the old "
        "place to the new one, or back?",
        {"size": lambda scale: 1 / scale},
    ),
    (
        "the scale does nothing",
        "Where does your code use scale?",
        {"size": lambda scale: 1},
    ),
    (
        "the flip exchanges top and bottom",
        "Left and right change places. Which of x and y changes its sign?",
        {"mirror": ((1, 0), (0, -1))},
    ),
    (
        "the flip exchanges left and right, and top and bottom as well",
        "Is that still a mirror? Which of x and y should keep its sign?",
        {"mirror": ((-1, 0), (0, -1))},
    ),
    (
        "the flip does nothing",
        "Where does your code use flip?",
        {"mirror": ((1, 0), (0, 1))},
    ),
    (
        "the four tables are multiplied in the opposite order",
        "In A @ B @ place, which of the two meets the place first?",
        {"order": lambda turned, sheared, sized, flipped: flipped @ sized @ sheared @ turned},
    ),
    (
        "the flip comes last, after the rotation",
        "The flip comes first, so it stands on the far right. Where does yours stand?",
        {"order": lambda turned, sheared, sized, flipped: flipped @ turned @ sheared @ sized},
    ),
    (
        "the rotation comes before the shear",
        "First the letter leans, then it is turned. Which of the two stands further right?",
        {"order": lambda turned, sheared, sized, flipped: sheared @ turned @ sized @ flipped},
    ),
    (
        "the shear comes before the stretch",
        "The page sizes first and shears then. Which of the two stands further right?",
        {"order": lambda turned, sheared, sized, flipped: turned @ sized @ sheared @ flipped},
    ),
    (
        "the tables are multiplied entry by entry",
        "* multiplies numbers that stand in the same place. Which sign multiplies matrices?",
        {"order": lambda turned, sheared, sized, flipped: turned * sheared * sized * flipped},
    ),
    (
        "the tables were added",
        "One after the other: is that a sum or a product of tables?",
        {"order": lambda *tables: sum(tables) - 3 * np.eye(2)},
    ),
    (
        "everything happens about the upper left corner",
        "Which place must stay where it is when you only turn? Ask your matrix where it goes.",
        {"middle": lambda H, W: (0.0, 0.0)},
    ),
    (
        "the middle is that of notebook 08, (size − 1) / 2: half a pixel off",
        "Here places are measured from the image's *corner*, and the first pixel's centre is 0.5. "
        "Where is the middle of an image that is 4 wide?",
        {"middle": lambda H, W: ((W - 1) / 2, (H - 1) / 2)},
    ),
    (
        "the middle has its two coordinates exchanged",
        "x comes first. Is the middle's x half of H, or half of W?",
        {"middle": lambda H, W: (H / 2, W / 2)},
    ),
    (
        "the middle is (W, H), not half of it",
        "Where is the middle of an image that is 4 pixels wide?",
        {"middle": lambda H, W: (W, H)},
    ),
    (
        "the middle was rounded down: // divides whole numbers",
        "Where is the middle of an image that is 5 pixels wide: at 2, or at 2.5?",
        {"middle": lambda H, W: (W // 2, H // 2)},
    ),
    (
        "it was moved to the middle, but not back",
        "With angle 0 and nothing else, nothing must move. What is your last column then?",
        {"offset": lambda linear, middle, shift: shift - linear @ middle},
    ),
    (
        "the middle was added, but not taken away before",
        "With angle 0 and nothing else, nothing must move. What is your last column then?",
        {"offset": lambda linear, middle, shift: shift + middle},
    ),
    (
        "the last column has the wrong sign in front of the middle",
        "new = linear @ (old − middle) + middle + shift. Multiply that out once more.",
        {"offset": lambda linear, middle, shift: linear @ middle - middle + shift},
    ),
    (
        "the shift was turned, scaled and mirrored with the image",
        "The shift comes last, so nothing acts on it. Does linear stand in front of your shift?",
        {"offset": lambda linear, middle, shift: middle + linear @ (shift - middle)},
    ),
    (
        "the shift goes the other way",
        "shift = (3, 0) moves to the right, so x grows. What does yours do?",
        {"move": lambda shift: (-shift[0], -shift[1])},
    ),
    (
        "the shift is (down, right), but the docstring says (right, down)",
        "Which of the two numbers is added to x?",
        {"move": lambda shift: shift[::-1]},
    ),
    (
        "the shift was left out",
        "Where does your code use shift?",
        {"move": lambda shift: (0, 0)},
    ),
    (
        "this is the way back, from the new place to the old one",
        "The docstring asks where a place of the image *goes*. The page inverts the matrix later.",
        {"form": _way_back},
    ),
    (
        "the table (2, 2) is transposed",
        "A row of the matrix makes one coordinate of the result. Did you stack columns where rows "
        "belong?",
        {"form": lambda matrix: np.column_stack([matrix[:, :2].T, matrix[:, 2]])},
    ),
    (
        "the offset stands in front: the first column belongs to x",
        "The place is (x, y, 1): which column of the matrix meets the 1?",
        {"form": lambda matrix: matrix[:, [2, 0, 1]]},
    ),
    (
        "there is a third row, (0, 0, 1)",
        "That is useful for multiplying such matrices. How many rows does the docstring ask for?",
        {"form": lambda matrix: np.vstack([matrix, [0, 0, 1]])},
    ),
):
    affine_matrix.mistake(name, hint=hint)(partial(_affine, **change))


# ---------------------------------------------------------------------------------- transform_box
@exercise(
    notebook="10",
    points=3,
    minutes=15,
    hints=(
        "A box has four corners. Which x and which y has each of them?",
        "Write the corners side by side, x in the first row, y in the second, ones in the third: "
        "(3, 4). What shape has matrix @ that?",
        "The new box is as small as it can be, but it holds all four: its x1 is the smallest x of "
        "the moved corners. min(axis=1) finds it, and the smallest y as well.",
    ),
    explanation="All four corners are moved, since any of them may become the leftmost or the "
    "lowest. The smallest and largest coordinates are the new box. Two corners are enough only "
    "where nothing is turned or sheared.",
)
def transform_box(box, matrix):
    """The smallest upright box around the four moved corners of a box.

    box (4,): x1, y1, x2, y2 (left, top, right, bottom); matrix (2, 3) from old to new places
    -> (4,): x1, y1, x2, y2
    """
    x1, y1, x2, y2 = box
    corners = np.array([[x1, x2, x2, x1], [y1, y1, y2, y2], [1, 1, 1, 1]])  # (3, 4)
    moved = matrix @ corners  # (2, 4)
    return np.concatenate([moved.min(axis=1), moved.max(axis=1)])


_UPRIGHT, _TILTED = "boxes that stay upright", "turned, sheared and mirrored boxes"


@transform_box.cases
def _(rng):
    a, b, c, d = (float(v) for v in rng.uniform(0.2, 0.8, 4))
    box = np.array([1.0, 2.0, 4.0, 3.0])
    yield case(box, np.array([[1.0, 0, 5], [0, 1, -1]]), label="a shift by 5 and −1")
    yield case(np.array([3.0, 5, 11, 9]), np.array([[1.5 + a, 0, -b], [0, 0.7, 3]]),
               label="wider and lower")  # fmt: skip
    yield case(box, np.array([[0.0, 1, 0], [-1, 0, 9]]), label="a quarter turn")
    yield case(np.array([2.0, 3, 10, 8 + c]), _affine(20, 28, angle=20 + 40 * a),
               label="turned")  # fmt: skip
    yield case(np.array([4.0, 1, 7 + d, 12]), _affine(24, 18, angle=-100, shift=(3, 2)),
               label="turned the other way, and shifted")  # fmt: skip
    yield case(np.array([2.5, 3, 6, 11]), _affine(16, 22, flip=True), label="mirrored")
    yield case(np.array([5.0, 2, 9, 8]), _affine(14, 19, shear=25, scale=1 + b), label="sheared")
    yield case(np.array([6.0, 2, 9, 5]), _affine(14, 12, angle=180, shift=(4, 0)),
               label="half a turn, partly out of the image")  # fmt: skip
    moved = _affine(30, 21, 70, 1 + a, 1.3, -15, True, (2, -4))
    yield case(np.array([4, 6, 9, 20]), moved, label="all six, and a box of whole numbers")
    box = np.array([4.0, 6, 9.5, 20], np.float32)
    yield case(box, moved.astype(np.float32), label="float32")


@transform_box.groups({_UPRIGHT: 1, _TILTED: 2})
def _(box, matrix):
    upright = matrix[0, 1] == 0 == matrix[1, 0] and min(matrix[0, 0], matrix[1, 1]) > 0
    return _UPRIGHT if upright else _TILTED


@transform_box.oracle
def _(box, matrix):
    x1, y1, x2, y2 = (float(v) for v in box)
    (a, b, c), (d, e, f) = (tuple(float(v) for v in row) for row in matrix)
    xs = [a * x + b * y + c for x in (x1, x2) for y in (y1, y2)]
    ys = [d * x + e * y + f for x in (x1, x2) for y in (y1, y2)]
    return np.array([min(xs), min(ys), max(xs), max(ys)])


def _corners(box):
    x1, y1, x2, y2 = box
    return np.array([[x1, x2, x2, x1], [y1, y1, y2, y2]], dtype=float)


def _around(points):
    return np.concatenate([points.min(axis=1), points.max(axis=1)])


def _linear_and_shift(points, matrix):
    return matrix[:, :2] @ points + matrix[:, 2:]


def _moved_box(
    box, matrix, *, read=_corners, move=_linear_and_shift, chosen=slice(None), form=_around
):
    """The reference with one thing exchanged."""
    return form(move(read(box)[:, chosen], matrix))


def _keeps_size(box, matrix, grow=lambda linear: 1.0):
    middle = matrix @ np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2, 1])
    half = grow(matrix[:, :2]) * np.array([box[2] - box[0], box[3] - box[1]]) / 2
    return np.concatenate([middle - half, middle + half])


for name, hint, change in (
    (
        "only two corners were moved, and their order was kept",
        "Turn a box by 90°. Which two of its corners are then the upper left and the lower right "
        "one? Is x1 still smaller than x2?",
        {"chosen": [0, 2], "form": lambda moved: moved.T.ravel()},
    ),
    (
        "only the upper left and the lower right corner were moved",
        "Turn a square by 45°: two opposite corners come to lie exactly above each other. How wide "
        "is the box around these two, and how wide is the square?",
        {"chosen": [0, 2]},
    ),
    (
        "only the upper right and the lower left corner were moved",
        "A box has four corners. Which two of them does your code leave behind?",
        {"chosen": [1, 3]},
    ),
    (
        "the last column of the matrix was left out",
        "Each corner needs a 1 as its third number. What does a pure shift do with your box?",
        {"move": lambda points, matrix: matrix[:, :2] @ points},
    ),
    (
        "the box was moved by the way back",
        "Is your matrix from old to new places, as the docstring says? You seem to have inverted "
        "it.",
        {"move": lambda points, matrix: np.linalg.inv(matrix[:, :2]) @ (points - matrix[:, 2:])},
    ),
    (
        "the shift came before the turn",
        "matrix @ (x, y, 1) turns first and adds the last column then. In which order does yours "
        "go?",
        {"move": lambda points, matrix: matrix[:, :2] @ (points + matrix[:, 2:])},
    ),
    (
        "the table (2, 2) was multiplied from the wrong side, so it is transposed",
        "For points in rows, (4, 2), it is points @ linear.T. What is it for points in columns?",
        {"move": lambda points, matrix: matrix[:, :2].T @ points + matrix[:, 2:]},
    ),
    (
        "the box was read as x, y, width, height",
        "The docstring says x1, y1, x2, y2. What is the third number?",
        {"read": lambda box: _corners((box[0], box[1], box[0] + box[2], box[1] + box[3]))},
    ),
    (
        "the box was read as x1, x2, y1, y2",
        "The docstring says x1, y1, x2, y2. Which two numbers are x's?",
        {"read": lambda box: _corners((box[0], box[2], box[1], box[3]))},
    ),
    (
        "x and y have changed places in the corners",
        "In which row of the matrix product does x belong? The matrix takes (x, y, 1).",
        {"read": lambda box: _corners(box)[::-1]},
    ),
    (
        "the last pixel was taken for the edge: x2 − 1 and y2 − 1",
        "Here x2 is where the box *ends*, measured in places, not the number of its last column. "
        "Why take away 1?",
        {"read": lambda box: _corners((box[0], box[1], box[2] - 1, box[3] - 1))},
    ),
    (
        "the answer is x, y, width, height",
        "The docstring asks for x1, y1, x2, y2. Did you subtract?",
        {"form": lambda moved: np.concatenate([moved.min(1), np.ptp(moved, axis=1)])},
    ),
    (
        "the answer is x1, x2, y1, y2",
        "The docstring asks for x1, y1, x2, y2: left, top, right, bottom.",
        {"form": lambda moved: np.stack([moved.min(1), moved.max(1)], axis=1).ravel()},
    ),
    (
        "the answer is y1, x1, y2, x2",
        "x comes first here, unlike in an array's index.",
        {"form": lambda moved: _around(moved[::-1])},
    ),
    (
        "the largest stand in front of the smallest",
        "x1, y1 is the upper left corner: is that the smallest x and y, or the largest?",
        {"form": lambda moved: np.concatenate([moved.max(1), moved.min(1)])},
    ),
    (
        "the answer is the four moved corners",
        "Those are right on the way. Which upright box is the smallest around them?",
        {"form": lambda moved: moved.T},
    ),
    (
        "min and max went over the coordinates, not over the corners",
        "The moved corners are (2, 4): x in the first row, y in the second. Along which axis do "
        "the corners lie?",
        {"form": lambda moved: np.concatenate([moved.min(axis=0), moved.max(axis=0)])},
    ),
    (
        "the box was cut off at 0",
        "The docstring does not ask for it: a box may stand out of the image. (Cutting off is a "
        "step of its own.)",
        {"form": lambda moved: np.maximum(_around(moved), 0)},
    ),
    (
        "the answer was rounded",
        "Places lie between pixels, too. Does the docstring ask for whole numbers?",
        {"form": lambda moved: np.round(_around(moved))},
    ),
):
    transform_box.mistake(name, hint=hint)(partial(_moved_box, **change))

for name, hint, change in (
    (
        "only the middle was moved: width and height were kept",
        "Turn a long, thin box by 90°. How high is it then? And what does a scale of 2 do?",
        {},
    ),
    (
        "the middle was moved, and width and height were scaled, but not turned",
        "Turn a long, thin box by 90°. How high is it then?",
        {"grow": lambda linear: np.sqrt(abs(np.linalg.det(linear)))},
    ),
):
    transform_box.mistake(name, hint=hint)(partial(_keeps_size, **change))


# ------------------------------------------------------------------------------- pca_color_jitter
@exercise(
    notebook="10",
    points=2,
    minutes=15,
    hints=(
        "How many numbers are added to one pixel? And to its neighbour?",
        "Three steps: the lengths α₁λ₁, α₂λ₂, α₃λ₃; each times its direction, which is a *column* "
        "of eigenvectors; the three added up. `@` does the last two at once.",
        "The sum has the shape (3,), red, green and blue. Give it two more axes, so that it fits "
        "under (3, H, W).",
    ),
    explanation="The three lengths α·λ are coordinates along the principal axes; the table with "
    "the axes as columns turns them into red, green and blue. The same three numbers go to every "
    "pixel, so nothing changes between pixels.",
)
def pca_color_jitter(image, eigenvalues, eigenvectors, alphas):
    """AlexNet's colour noise: the sum over i of alphas[i] · eigenvalues[i] · axis i, everywhere.

    image (3, H, W); eigenvalues and alphas (3,); eigenvectors (3, 3), axis i in column i;
    -> (3, H, W), nothing is cut off
    """
    shift = eigenvectors @ (alphas * eigenvalues)  # (3,): red, green, blue
    return image + shift[:, np.newaxis, np.newaxis]


def _axes(rng):
    """Three axes at right angles, as columns."""
    return np.linalg.qr(rng.normal(size=(3, 3)))[0]


@pca_color_jitter.cases
def _(rng):
    image = np.array([0.5, 0.2, 0.1]).reshape(3, 1, 1)
    axes = np.array([[0.6, -0.8, 0.0], [0.8, 0.6, 0.0], [0.0, 0.0, 1.0]])
    yield case(image, np.array([0.5, 0.2, 0.1]), axes, np.array([1.0, -1.0, 2.0]),
               label="a single pixel")  # fmt: skip
    values = np.array([0.9, 0.3, 0.04])
    yield case(rng.random((3, 4, 5)), values, _axes(rng), rng.normal(size=3), label="4 × 5 pixels")
    yield case(rng.random((3, 2, 7)), values, _axes(rng), np.array([0.0, 1.5, 0.0]),
               label="noise along the second axis alone")  # fmt: skip
    yield case(rng.random((3, 3, 3)), values, _axes(rng), rng.normal(size=3),
               label="3 × 3 pixels, where broadcasting goes wrong silently")  # fmt: skip
    yield case(rng.random((3, 5, 2)), values, np.eye(3), np.array([3.0, -4.0, 5.0]),
               label="colours that leave 0 … 1")  # fmt: skip
    wide = rng.random((6, 2, 3)).astype(np.float32)
    arrays = (a.astype(np.float32) for a in (values, _axes(rng), rng.normal(size=3)))
    yield case(wide[::2].transpose(0, 2, 1), *arrays, label="float32, not in memory order")


@pca_color_jitter.oracle
def _(image, eigenvalues, eigenvectors, alphas):
    out = image.copy()
    for c in range(3):
        for i in range(3):
            out[c] += float(eigenvectors[c, i]) * float(eigenvalues[i]) * float(alphas[i])
    return out


def _tinted(
    image, eigenvalues, eigenvectors, alphas,
    *, lengths=lambda alphas, values: alphas * values, along=lambda axes, lengths: axes @ lengths,
    add=lambda image, shift: image + shift[:, None, None],
):  # fmt: skip
    """The reference with one thing exchanged."""
    return add(image, along(eigenvectors, lengths(alphas, eigenvalues)))


for name, hint, change in (
    (
        "the rows of eigenvectors were taken, not the columns",
        "Axis i stands in *column* i, as np.linalg.eigh gives it. Which of A @ v and v @ A mixes "
        "the columns of A?",
        {"along": lambda axes, lengths: axes.T @ lengths},
    ),
    (
        "the roots of the eigenvalues were taken",
        "The root would be the spread along the axis. What does AlexNet's formula say, λ or √λ?",
        {"lengths": lambda alphas, values: alphas * np.sqrt(values)},
    ),
    (
        "the eigenvalues are missing",
        "All three axes got lengths of the same size. Along which of them do real colours spread?",
        {"lengths": lambda alphas, values: alphas},
    ),
    (
        "alphas are missing",
        "Where is the chance? Without alphas every image gets the same tint.",
        {"lengths": lambda alphas, values: values},
    ),
    (
        "alphas and eigenvalues were added",
        "α stretches the axis' own length λ. Is that a sum?",
        {"lengths": lambda alphas, values: alphas + values},
    ),
    (
        "alphas were divided by the eigenvalues",
        "Which axis should get the largest noise: the one along which colours spread widely, or "
        "the one along which they hardly do?",
        {"lengths": lambda alphas, values: alphas / values},
    ),
    (
        "only the first axis was used",
        "The formula is a sum of how many terms?",
        {"lengths": lambda alphas, values: alphas * values * [1, 0, 0]},
    ),
    (
        "the eigenvectors were not used: α·λ went to red, green and blue directly",
        "The first principal axis is a mixture of red, green and blue. Where does your code use "
        "the axes?",
        {"along": lambda axes, lengths: lengths},
    ),
    (
        "all three channels got the same number: it was summed up too far",
        "The sum goes over the three axes. How many numbers are left, one or three?",
        {"along": lambda axes, lengths: np.full(3, (axes @ lengths).sum())},
    ),
    (
        "the products were not summed up over the axes: * in place of @",
        "eigenvectors * lengths is a table (3, 3). Which sign also adds up?",
        {
            "along": lambda axes, lengths: axes * lengths,
            "add": lambda image, shift: image + shift[:, :, None, None],
        },
    ),
    (
        "the three numbers went along the columns of the image, not along its channels",
        "image is (3, H, W), and shift (3,). Under which axis does NumPy lay it? How do you give "
        "it two more axes?",
        {"add": lambda image, shift: image + shift},
    ),
    (
        "the three numbers went along the rows of the image, not along its channels",
        "shift[:, None] is (3, 1) and fits under the last *two* axes. How many more does it need?",
        {"add": lambda image, shift: image + shift[:, None]},
    ),
    (
        "the image was multiplied",
        "AlexNet *adds* the noise to each pixel. What happens to a black pixel in yours?",
        {"add": lambda image, shift: image * shift[:, None, None]},
    ),
    (
        "the image was multiplied by 1 + noise",
        "AlexNet *adds* the noise to each pixel. What happens to a black pixel in yours?",
        {"add": lambda image, shift: image * (1 + shift[:, None, None])},
    ),
    (
        "the noise was subtracted",
        "Which sign stands between the pixel and the sum?",
        {"add": lambda image, shift: image - shift[:, None, None]},
    ),
    (
        "the result was cut off at 0 and 1",
        "The docstring says: nothing is cut off. (Only a picture on the screen needs that.)",
        {"add": lambda image, shift: np.clip(image + shift[:, None, None], 0, 1)},
    ),
    (
        "the pixels stand in one row, (3, H · W)",
        "Which shape does the docstring ask for? You need no reshape at all.",
        {"add": lambda image, shift: image.reshape(3, -1) + shift[:, None]},
    ),
    (
        "the channels stand last, (H, W, 3)",
        "In which order does this course write an image's axes?",
        {"add": lambda image, shift: image.transpose(1, 2, 0) + shift},
    ),
    (
        "the noise alone was returned",
        "Where is the image?",
        {"add": lambda image, shift: np.zeros_like(image) + shift[:, None, None]},
    ),
):
    pca_color_jitter.mistake(name, hint=hint)(partial(_tinted, **change))


@pca_color_jitter.mistake(
    "the image itself was changed, with += or out=",
    hint="image += … writes into the array that came in. What does image = image + … do?",
)
def _(image, eigenvalues, eigenvectors, alphas):
    image += (eigenvectors @ (alphas * eigenvalues))[:, None, None].astype(image.dtype)
    return image


# --------------------------------------------------------------------------------------- ten_crop
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
