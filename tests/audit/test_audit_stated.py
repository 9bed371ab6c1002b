import pytest

from course_utils.audit.stated import RIGHT, ROUNDED, WRONG, parse
from course_utils.errors import CourseError


@pytest.mark.parametrize(
    ("text", "value", "step"),
    [
        ("784", 784, 0),
        ("1,728", 1728, 0),
        ("24M", 24e6, 1e6),
        ("630M", 630e6, 10e6),
        ("60 million", 60e6, 10e6),
        ("650K", 650e3, 10e3),
        ("400 GB", 400e9, 100e9),
        ("3.2M", 3.2e6, 0.1e6),
        ("~140 million", 140e6, 10e6),
        ("about 50", 50, 10),
        ("7.3%", 7.3, 0.1),
        ("5e-4", 5e-4, 0),
        ("-20°", -20, 0),
        ("12x", 12, 0),
        ("three", 3, 0),
        ("No", 0, 0),
        ("zero", 0, 0),
    ],
)
def test_reads_a_number_and_how_precisely_it_is_meant(text, value, step):
    stated = parse(text)
    assert stated.value == pytest.approx(value)
    assert stated.step == pytest.approx(step)


@pytest.mark.parametrize(
    ("text", "computed", "verdict"),
    [
        ("784", 784, RIGHT),
        ("784", 785, WRONG),
        ("138M", 138_357_544, ROUNDED),
        ("138M", 138_600_000, WRONG),
        ("96 MB", 96e6, RIGHT),
        ("96 MB", 60.9e6, WRONG),
        ("100 billion", 99_501_822_003, ROUNDED),
        ("100 billion", 90e9, WRONG),  # one digit is no licence for ten per cent
        ("650K", 659_272, WRONG),
        ("6.7%", 6.67, ROUNDED),
        ("1e-5", 1e-4, WRONG),
        ("5e-4", 0.0005, RIGHT),
        ("< 3.5%", 3.57, WRONG),
        ("< 3.5%", 3.4, RIGHT),
        ("> 25%", 25.7, RIGHT),
        ("over 150", 152, RIGHT),
        ("Over 150", 150, WRONG),
        ("100 or more", 100, RIGHT),
        ("100 or more", 99, WRONG),
        ("zero", 0.0, RIGHT),
    ],
)
def test_the_verdict_comes_from_the_two_numbers(text, computed, verdict):
    assert parse(text).verdict(computed) == verdict


@pytest.mark.parametrize(
    ("text", "computed", "shown"),
    [
        ("24M", 15_237_608, "15,237,608"),
        ("96 MB", 60_950_432, "61.0 MB"),
        ("400GB", 398_007_288_012, "398.0 GB"),
        ("17.0%", 17.0, "17.0 %"),
        ("4096", 4096, "4096"),
        ("12x", 8.7111, "8.711x"),
        ("1608.02908", 1603.08029, "1603.08029"),
        ("5e-4", 0.0005, "0.0005"),
    ],
)
def test_a_computed_number_is_shown_in_the_unit_of_the_stated_one(text, computed, shown):
    assert parse(text).show(computed) == shown


@pytest.mark.parametrize("text", ["", "many", "3 apples", "1.2.3"])
def test_refuses_what_is_no_number(text):
    with pytest.raises(CourseError, match="is not a number"):
        parse(text)
