"""What CHANGELOG.md says: editions by date, and errata that lead to the pages they mend."""

import re
from datetime import date

from course_utils.editions.compose import source_files
from course_utils.paths import course_root

TEXT = (course_root() / "CHANGELOG.md").read_text(encoding="utf-8")
EDITIONS = re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]
STEMS = {source.stem for source in source_files()}


def entries(text):
    """The points of a list, each on one line."""
    return [" ".join(entry.split()) for entry in re.findall(r"(?ms)^- (.*?)(?=^- |^#|\Z)", text)]


def test_editions_go_by_their_date_the_newest_first():
    dates = [date.fromisoformat(edition.split("\n")[0]) for edition in EDITIONS]
    assert dates == sorted(set(dates), reverse=True)


def test_an_edition_says_what_is_new_for_whom():
    newest = EDITIONS[0]
    for reader in ("learners", "lecturers", "instructors", "developers"):
        assert entries(newest.split(f"### For {reader}\n")[1].split("### ")[0]), reader


def test_an_erratum_leads_to_its_page_and_says_what_holds_now():
    errata = entries(EDITIONS[0].split("### Errata\n")[1])
    assert len(errata) >= 20
    numbers = []
    for erratum in errata:
        links = re.findall(r"\[(\d\d)\]\(notebooks/(\w+)\.ipynb\)", erratum)
        assert links, erratum
        assert {stem for _, stem in links} <= STEMS, erratum
        assert all(stem.startswith(number) for number, stem in links), erratum
        assert len(re.findall(r"[.:!?](?= |$)", erratum)) >= 2, "what was wrong, and what holds"
        numbers.append(links[0][0])
    assert numbers == sorted(numbers)
