"""The exercise `affine_matrix` of notebook 10."""

import math
from functools import partial

import numpy as np

from course_utils.checking.exercise import case, exercise
from course_utils.exercises.nb10_data_augmentation.matrices import (
    affine,
    leaning,
    stretched,
    turned_by,
)


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


def _way_back(matrix):
    linear = np.linalg.inv(matrix[:, :2])
    return np.column_stack([linear, -linear @ matrix[:, 2]])


for name, hint, change in (
    (
        "it turns clockwise",
        "y points down here. A place right of the middle must go *up* in a quarter turn: to a "
        "smaller y. Where does yours go?",
        {"turn": lambda angle: turned_by(-angle)},
    ),
    (
        "the angle of the rotation was taken in radians",
        "What does np.sin expect, and what is np.sin(90)?",
        {"turn": lambda angle: turned_by(np.rad2deg(angle))},
    ),
    (
        "both angles were taken in radians",
        "np.sin, np.cos and np.tan take radians. Where is np.deg2rad?",
        {
            "turn": lambda angle: turned_by(np.rad2deg(angle)),
            "lean": lambda shear: leaning(np.rad2deg(shear)),
        },
    ),
    (
        "the shear was taken in radians",
        "np.tan takes radians, the shear comes in degrees. Where is its np.deg2rad?",
        {"lean": lambda shear: leaning(np.rad2deg(shear))},
    ),
    (
        "upright lines lean to the left",
        "A place *above* the middle has a negative y there, and is to move to the right. Which "
        "sign makes a positive number of it?",
        {"lean": lambda shear: leaning(-shear)},
    ),
    (
        "the shear tilts the horizontal lines, not the upright ones",
        "In italics every line of text stays where it is: y does not change. In which row of the "
        "table does your tangent stand?",
        {"lean": lambda shear: leaning(shear).T},
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
        {"widen": lambda stretch: stretched(1 / stretch)},
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
    affine_matrix.mistake(name, hint=hint)(partial(affine, **change))
