"""Claims about boxes (notebook 19)."""

# A claim reads best in two or three lines.
# fmt: off

from course_utils.audit.claim import claim, found


@claim("box-corners", "corners of the bounding box of the object ({8} coordinates)", notebook="19",
       lecture="004", where="Finding Bounding Boxes")
def _():
    from course_utils.datasets import cluttered_digits

    corners = cluttered_digits(size=48, count=(20, 1, 1)).train.corners  # (N, 4, 2)
    return found(corners[0].size, why="Four corners with two coordinates each. They are not free: "
                 "an upright box needs 4 numbers, a turned one 5.")
