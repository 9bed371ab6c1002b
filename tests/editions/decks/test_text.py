"""Texts are cut between paragraphs, lists between items, tables between rows."""

import re

import pytest

from course_utils.editions.decks.packing import LINES, height, pack
from course_utils.editions.decks.text import ROWS, Block, blocks_of, formula_height

PARAGRAPH = "Twelve words make a paragraph of a text that is not long. "


def words(blocks):
    return " ".join(re.sub(r"<[^>]*>", " ", "".join(b.html for b in blocks)).split())


# ------------------------------------------------------------------------------------------ blocks
@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("One.\n\nTwo.", ["paragraph", "paragraph"]),
        ("## A heading\n\nOne.", ["heading", "paragraph"]),
        ("- one\n- two\n- three", ["bullet_list"] * 3),
        ("1. one\n2. two", ["ordered_list"] * 2),
        ("$$x = 1$$", ["math_block"]),
        ("> quoted\n>\n> twice", ["blockquote"]),
        ("```bash\nmake slides\n```", ["fence"]),
    ],
)
def test_a_text_is_made_of_blocks(text, kinds):
    assert [block.kind for block in blocks_of(text)] == kinds


def test_formulas_are_left_to_mathjax_and_markdown_does_not_touch_them():
    inline, displayed = blocks_of("A sum $a_1 * b_2 * c_3 < 4$ of *three*.\n\n$$\na_1 \\\\ b_2\n$$")
    assert r"\(a_1 * b_2 * c_3 &lt; 4\)" in inline.html
    assert "<em>three</em>" in inline.html
    assert "\\[a_1 \\\\ b_2\\]" in displayed.html


def test_items_keep_their_numbers_when_they_are_cut():
    blocks = blocks_of("3. three\n4. four\n5. five")
    assert [re.search(r'start="(\d)"', block.html)[1] for block in blocks] == ["3", "4", "5"]


def test_a_long_table_repeats_its_head():
    rows = [f"| {i} | {i * i} |" for i in range(2 * ROWS + 1)]
    blocks = blocks_of("\n".join(["| n | square |", "|---|---|", *rows]))
    assert [block.html.count("<tr>") - 1 for block in blocks] == [ROWS, ROWS, 1]
    assert all("<th>square</th>" in block.html for block in blocks)
    assert all("</tbody>\n</table>" in block.html for block in blocks)


def test_the_corner_of_a_table_is_no_header():
    (table,) = blocks_of("|  | A | B |\n| --- | ---: | --- |\n| size | 1 | 2 |")
    assert table.html.count("<th") - table.html.count("<thead") == 2
    assert "<td></td>" in table.html.split("</thead>")[0]


def test_the_height_grows_with_the_text_and_with_the_rows_of_a_formula():
    heights = [blocks_of(PARAGRAPH * n)[0].lines for n in (1, 2, 4, 8)]
    assert heights == sorted(set(heights))
    assert formula_height(r"a \\ b \\ c") > formula_height(r"a \\ b") > formula_height("a")
    assert formula_height(r"\frac{a}{b}") > formula_height("a")
    # commands are not seen: they take no room
    assert blocks_of("$" + r"\mathbf{x}\,\theta" * 8 + "$")[0].lines == 1


@pytest.mark.parametrize(
    ("text", "opens"),
    [("So it is.", False), ("So it is:", True), ("The slopes are", True), ("## Slopes", True),
     ("Is it?", False), ('He said "no."', False), ("**Done.**", False)],
)  # fmt: skip
def test_what_does_not_end_a_sentence_belongs_to_what_follows(text, opens):
    assert blocks_of(text)[0].opens is opens


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("[n](04_conv_backprop.ipynb)", '<a href="04_conv_backprop.html">n</a>'),
        ("[n](a1_floats.ipynb)", '<a href="a1_floats.html">n</a>'),
        ("[n](../docs/setup.md)", "n"),
        ("[n](https://example.org)", '<a href="https://example.org">n</a>'),
    ],
)
def test_links_lead_to_decks_or_are_plain_words(link, expected):
    assert blocks_of(link)[0].html == f"<p>{expected}</p>"


# ------------------------------------------------------------------------------------------- notes
def test_what_is_said_belongs_to_the_text_before_it():
    text = (
        "One.\n\n<!-- say: Ask *who*\nknows it. -->\n\nTwo.\n<!-- say: Wait. -->\n<!-- no note -->"
    )
    one, two = blocks_of(text)
    assert one.notes == ("<p>Ask <em>who</em>\nknows it.</p>",)
    assert two.notes == ("<p>Wait.</p>",)
    assert "say" not in one.html + two.html
    assert "note" not in one.html + two.html


def test_what_is_said_before_any_text_belongs_to_the_slide_before():
    empty, text = blocks_of("<!-- say: Point at it. -->\n\nText.")
    assert (empty.kind, empty.html, empty.notes) == ("empty", "", ("<p>Point at it.</p>",))
    assert text.notes == ()


# ----------------------------------------------------------------------------------------- packing
def block(lines, **more):
    return Block("<p>x</p>", lines, **more)


@pytest.mark.parametrize("lines", [[4, 4, 4, 4], [1] * 30, [10, 10, 1], [3, 8, 3, 8], [5]])
def test_slides_are_no_higher_than_a_projector_and_nothing_is_lost(lines):
    blocks = [block(n) for n in lines]
    slides = pack(blocks)
    assert [b for slide in slides for b in slide] == blocks
    assert all(height(slide) <= LINES for slide in slides)


def test_a_block_that_is_too_high_has_a_slide_of_its_own_with_its_heading():
    heading, high, low = block(1.7, kind="heading", opens=True), block(15), block(1)
    assert pack([heading, high, low]) == [[heading, high], [low]]


def test_slides_are_filled_evenly():
    slides = pack([block(2)] * 6)
    assert [len(slide) for slide in slides] == [3, 3]


def test_a_colon_stays_with_what_follows():
    blocks = [block(4), block(4), block(1, opens=True), block(4)]
    assert [len(slide) for slide in pack(blocks)] == [2, 2]


def test_a_list_stays_together_where_it_can():
    items = [block(1.4, kind="bullet_list")] * 6
    slides = pack([block(1.5), block(2.5), *items])
    assert [len(slide) for slide in slides] == [2, 6]


def test_no_text_needs_no_slide():
    assert pack([]) == []
