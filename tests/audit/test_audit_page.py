import re
from html.parser import HTMLParser

import pytest

from course_utils.audit import LECTURES
from course_utils.audit.page import html_page
from course_utils.paths import notebooks_folder

VOID = {"meta", "input", "br", "col"}


class Balance(HTMLParser):
    """Fails when a tag is closed that is not open; collects ids, links and label targets."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.uses = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self._note(dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert tag in VOID, tag
        self._note(dict(attrs))

    def _note(self, attrs):
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if "href" in attrs:
            self.links.append(attrs["href"])
        self.uses += [attrs[k] for k in ("aria-labelledby", "for") if k in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page(findings):
    target = notebooks_folder().parent / "audit.html"
    return html_page(findings, target), target


@pytest.fixture(scope="module")
def parsed(page):
    reader = Balance()
    reader.feed(page[0])
    reader.close()
    return reader


def test_every_tag_is_closed(parsed):
    assert parsed.open == []


def test_every_claim_is_there_once(parsed, findings):
    assert len(set(parsed.ids)) == len(parsed.ids)
    assert {f.claim.id for f in findings} <= set(parsed.ids)
    assert {f"of-{lecture}" for lecture in LECTURES} <= set(parsed.ids)


def test_labels_point_to_what_there_is(parsed):
    assert parsed.uses
    assert set(parsed.uses) <= set(parsed.ids)


def test_links_lead_to_notebooks(page, parsed):
    assert parsed.links
    for link in set(parsed.links):
        assert (page[1].parent / link).is_file(), link


def test_on_a_site_it_links_to_its_pages_and_to_nothing_else(findings, tmp_path):
    reader = Balance()
    reader.feed(html_page(findings, tmp_path / "a.html", {"": "index.html", "04": "nb/04_x.html"}))
    reader.close()
    assert set(reader.links) == {"index.html", "nb/04_x.html"}
    assert reader.open == []


def test_it_needs_nothing_else(page):
    assert not re.search(r'<(link|img)\b|src=|url\(|@import|href="https?:', page[0])


def test_a_verdict_is_a_word_and_a_sign_and_not_a_colour_only(page, findings):
    rows = re.findall(r'<tr id="[^"]+" data-verdict="([\w ]+)".*?</td>', page[0], re.DOTALL)
    assert sorted(rows) == sorted(f.verdict for f in findings)
    badge = r'<td><span class="badge ([\w-]+)"><span [^>]*>(.)</span> ([\w ]+)</span>'
    cells = re.findall(badge, page[0])
    assert len(cells) == len(findings)
    assert all(style == word.replace(" ", "-") for style, _, word in cells)
    assert len({sign for _, sign, _ in cells}) == 6


def test_a_source_that_was_read_is_told_from_one_that_was_not(page):
    assert "Looked up in: He et al. 2016, section 3.4" in page[0]
    assert "Not looked up; it would be in: Kingma and Ba 2015" in page[0]


def test_code_and_quotations_are_escaped(page):
    body = page[0].split("<main>")[1]
    assert "error: &lt; 3.5%" in body
    assert "layers(&quot;vgg16&quot;, &quot;Conv2d&quot;)" in body
    assert 'layers("vgg16"' not in body
