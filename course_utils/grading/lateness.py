"""When it was due, how late it came, and what that costs."""

import math
import re
from dataclasses import dataclass
from datetime import datetime

from course_utils.errors import CourseError

_UNITS = {"day": 86_400, "hour": 3_600}
_RULE = re.compile(r"(\d+(?:[.,]\d+)?) ?% ?(?:a|per|/) ?(day|hour)", re.IGNORECASE)


@dataclass(frozen=True)
class Due:
    """A date, and the share of the points that each day (or hour) begun after it costs."""

    at: float  # seconds since 1970
    share: float = 0.0
    unit: str = "day"

    def late(self, handed_in: float, marked: bool = False) -> int:
        """How many days (or hours) late, each one begun counting as one.

        `marked`: the learning platform says that it is late, at whatever time.
        """
        if not handed_in:
            return 0
        begun = math.ceil(max(0.0, handed_in - self.at) / _UNITS[self.unit])
        return max(begun, int(marked))

    def left_of(self, points: float, late: int) -> float:
        """What is left of the points, to a hundredth; never less than nothing."""
        return round(points * max(0.0, 1 - self.share * late), 2)


def due(date: str, rule: str | None = None) -> Due:
    """From what is written on the command line. CourseError for what is no date, or no rule."""
    try:
        at = datetime.fromisoformat(date.strip())
    except ValueError as error:
        raise CourseError(
            f"--due wants a date such as 2027-01-31 or 2027-01-31T18:00, and not {date!r}"
        ) from error
    if len(date.strip()) <= 10:  # a day ends at midnight
        at = at.replace(hour=23, minute=59, second=59)
    if rule is None:
        return Due(at.timestamp())
    found = _RULE.fullmatch(rule.strip())
    share = float(found[1].replace(",", ".")) / 100 if found else 2.0
    if share > 1:
        raise CourseError(f'--late wants a rule such as "10 % a day", and not {rule!r}')
    return Due(at.timestamp(), share, found[2].lower())
