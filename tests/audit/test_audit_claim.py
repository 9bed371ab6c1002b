import pytest

from course_utils.audit import claim as claim_module
from course_utils.audit.claim import (
    FROM_MEMORY,
    LOOKED_UP,
    MISPRINT,
    RIGHT,
    ROUNDED,
    WRONG,
    Registry,
    cited,
    claim,
    found,
    misprint,
)
from course_utils.errors import CourseError

PLACE = {"notebook": "01", "lecture": "000", "where": "a slide"}


@pytest.fixture
def registry(monkeypatch):
    """An empty register instead of the course's."""
    fresh = Registry()
    monkeypatch.setattr(claim_module, "REGISTRY", fresh)
    return fresh


def finding(registry, quotation, *values):
    claim("it", quotation, **PLACE)(lambda: found(*values))
    return registry["it"].check()


def test_a_claim_is_its_quotation_and_its_numbers(registry):
    claim("it", "{24M} data, {96 MB} /\n   Image", **PLACE, also_002="notes")(lambda: found(1, 2))
    assert registry["it"].says == "24M data, 96 MB / Image"
    assert [s.value for s in registry["it"].stated] == [24e6, 96e6]
    assert registry["it"].places == {"000": "a slide", "002": "notes"}
    assert "found(1, 2)" in registry["it"].code


@pytest.mark.parametrize(
    ("values", "verdict"), [((7, 30.0), RIGHT), ((7, 30.04), ROUNDED), ((8, 30.04), WRONG)]
)
def test_the_worst_number_decides(registry, values, verdict):
    assert finding(registry, "{7} and {30.0}", *values).verdict == verdict


def test_only_the_numbers_that_differ_are_shown(registry):
    assert finding(registry, "{256} filters, stride {2}", 256, 1).shown == "1 (not 2)"


@pytest.mark.parametrize(("holds", "verdict"), [(True, RIGHT), (False, WRONG)])
def test_a_statement_holds_or_does_not(registry, holds, verdict):
    assert finding(registry, "a formula", holds).verdict == verdict


@pytest.mark.parametrize(("quotation", "values"), [("{7}", (7, 8)), ("{7} {8}", (7,))])
def test_as_many_numbers_must_come_out_as_are_stated(registry, quotation, values):
    with pytest.raises(CourseError, match="numbers, and"):
        finding(registry, quotation, *values)


def test_a_statement_needs_a_bool(registry):
    with pytest.raises(CourseError, match="holds or does not"):
        finding(registry, "a formula", 7)


@pytest.mark.parametrize(
    ("paper", "looked_up", "verdict", "shown"),
    [
        ((18.2,), True, LOOKED_UP, "the source says the same"),
        ((18.24,), True, LOOKED_UP, "18.24 %"),
        ((19.0,), True, WRONG, "19.0 %"),
        ((18.2,), False, FROM_MEMORY, "the same"),
        ((19.0,), False, WRONG, "19.0 %"),
        ((), False, FROM_MEMORY, "not looked up"),
    ],
)
def test_a_citation_is_compared_with_its_source(registry, paper, looked_up, verdict, shown):
    cited("it", "error {18.2%}", *paper, source="a paper", looked_up=looked_up, **PLACE)
    result = registry["it"].check()
    assert (result.verdict, result.shown) == (verdict, shown)
    assert registry["it"].code == ""


@pytest.mark.parametrize(
    ("values", "verdict", "shown"),
    [((7, 9), MISPRINT, "9 (not 8)"), ((7, 8), RIGHT, "7 and 8")],
)
def test_a_paper_that_misprints_is_not_a_lecture_that_errs(registry, values, verdict, shown):
    misprint("it", "{7} and {8}", notebook="01", where="a table")(lambda: found(*values))
    result = registry["it"].check()
    assert (result.verdict, result.shown) == (verdict, shown)
    assert registry["it"].lecture == "papers"
    assert "found(*values)" in registry["it"].code


def test_an_id_stands_once(registry):
    claim("it", "{1}", **PLACE)(lambda: found(1))
    with pytest.raises(CourseError, match="two claims it"):
        claim("it", "{1}", **PLACE)(lambda: found(1))


def test_a_lecture_must_exist(registry):
    with pytest.raises(CourseError, match="names no lecture: 005"):
        claim("it", "{1}", **PLACE, also_005="?")(lambda: found(1))
