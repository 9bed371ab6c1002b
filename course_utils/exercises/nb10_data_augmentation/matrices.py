"""An affine matrix in its steps, each of which can be changed."""

import numpy as np


def turned_by(angle):
    sin, cos = np.sin(np.deg2rad(angle)), np.cos(np.deg2rad(angle))
    return np.array([[cos, sin], [-sin, cos]])


def leaning(shear):
    return np.array([[1, -np.tan(np.deg2rad(shear))], [0, 1]])


def stretched(stretch):
    return np.array([[stretch, 0], [0, 1 / stretch]])


def in_order(turned, sheared, sized, flipped):
    return turned @ sheared @ sized @ flipped


def half(H, W):
    return W / 2, H / 2


def shifted(linear, middle, shift):
    return middle + shift - linear @ middle


def affine(
    H,
    W,
    angle=0,
    scale=1,
    stretch=1,
    shear=0,
    flip=False,
    shift=(0, 0),
    *,
    turn=turned_by,
    lean=leaning,
    widen=stretched,
    mirror=((-1, 0), (0, 1)),
    size=lambda scale: scale,
    order=in_order,
    middle=half,
    offset=shifted,
    move=lambda shift: shift,
    form=lambda matrix: matrix,
):
    """The reference with one thing exchanged."""
    flipped = np.array(mirror if flip else np.eye(2), dtype=float)
    linear = order(turn(angle), lean(shear), size(scale) * widen(stretch), flipped)
    offset = offset(linear, np.array(middle(H, W)), np.array(move(shift)))
    return form(np.column_stack([linear, offset]))
