"""The slides that are made of a notebook's cells."""

import re

import nbformat
import pytest

from course_utils.checking.registry import get
from course_utils.editions import slide_types
from course_utils.editions.compose import compose, source_files
from course_utils.editions.decks import code, page, pieces
from course_utils.editions.decks.slides import Deck
from course_utils.editions.decks.text import blocks_of

text = nbformat.v4.new_markdown_cell
PICTURE = '<img width="640" height="290" src="../pictures/03/a.webp" alt="a picture">'
SOUND = '<div>\n <audio controls="controls"><source src="data:audio/wav;base64,AA=="></audio></div>'
MOVING = (
    '<figure class="moving" data-figure="{&quot;at&quot;: &quot;../frames/03&quot;, '
    '&quot;label&quot;: &quot;n&quot;}"><img src="../frames/03/a.webp"></figure>'
)


def cell(source, *outputs, tags=()):
    made = [nbformat.v4.new_output("stream", text=o) if not o.startswith("<") else
            nbformat.v4.new_output("display_data", {"text/html": o}) for o in outputs]  # fmt: skip
    return nbformat.v4.new_code_cell(source, outputs=made, metadata={"tags": list(tags)})


def deck_of(*cells):
    slide_types.mark(list(cells))
    return Deck(nbformat.v4.new_notebook(cells=[text("# 03 · Things"), *cells]))


def made_of(*cells):
    """Kind and visible text of the slides after the title."""
    return [(s.kind, re.sub(r"<aside.*?</aside>", "", "".join(s.parts), flags=re.DOTALL))
            for s in deck_of(*cells).slides[1:]]  # fmt: skip


def test_a_figure_is_shown_with_its_question_and_without_its_code():
    ((kind, shown),) = made_of(text("Which one moves?"), cell("figures.show_it()", PICTURE))
    assert kind == "figure"
    assert shown.startswith("<p>Which one moves?</p>")
    assert 'src="pictures/03/a.webp"' in shown
    assert "show_it" not in shown


def test_a_figure_without_a_question_takes_its_caption():
    slides = made_of(cell("figures.show_it()", PICTURE), text("The left one.\n\nA new thought."))
    assert [kind for kind, _ in slides] == ["figure", "text"]
    assert slides[0][1].endswith('<div class="caption"><p>The left one.</p></div>')
    assert slides[1][1] == "<p>A new thought.</p>"


def test_sounds_are_heard_on_the_slide_that_shows_them():
    slides = made_of(text("Who speaks?"), cell("figures.show_it()", PICTURE),
                     cell("listen()", SOUND, SOUND), text("A child."))  # fmt: skip
    assert [kind for kind, _ in slides] == ["figure", "text"]
    assert slides[0][1].startswith("<p>Who speaks?</p>")
    assert slides[0][1].count("<audio") == slides[0][1].split("sounds")[1].count("<audio") == 2


def test_sounds_between_a_figure_and_its_caption_leave_them_together():
    slides = made_of(cell("show_it()", PICTURE), cell("listen()", SOUND), text("The left one."))
    assert [kind for kind, _ in slides] == ["figure"]
    assert slides[0][1].index("stage") < slides[0][1].index("<audio") < slides[0][1].index("left")


def test_a_sound_is_heard_below_what_was_said_or_printed():
    ((_, shown),) = made_of(text("Listen."), cell("listen()", SOUND))
    assert shown.index("Listen") < shown.index("<audio")
    ((_, shown),) = made_of(cell("measure()", "96 %\n", SOUND))
    assert shown.index("96 %") < shown.index("<audio")


def test_a_figure_with_neither_repeats_the_sentence_before_it():
    long = "Words of a paragraph that is longer than three lines of a projector. " * 6
    slides = made_of(text(f"{long}Left, the paths; right, the slopes."),
                     cell("figures.show_it()", PICTURE), text("## Another section"))  # fmt: skip
    assert [kind for kind, _ in slides] == ["text", "figure", "text"]
    assert slides[0][1].endswith("right, the slopes.</p>")
    assert slides[1][1].startswith("<p>Left, the paths; right, the slopes.</p>")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("One thing. Look at the left one.", "Look at the left one."),
        ("Look at the left one. (The right one comes later.)", "Look at the left one."),
        ("Look **left. And right.** Then (so. To say) up.", ""),
        ("A title:\n\n- an item", ""),
        ("word " * 60, ""),
    ],
)
def test_the_last_sentence_says_what_to_look_at(said, expected):
    assert pieces.last_sentence(blocks_of(said)) == expected


def test_pictures_that_move_are_looked_for_beside_the_deck():
    ((_, shown),) = made_of(cell("interactive(view)", MOVING))
    assert "../" not in shown
    assert "&quot;at&quot;: &quot;frames/03&quot;" in shown


def test_code_is_shown_with_what_it_printed():
    ((kind, shown),) = made_of(text("In numbers:"), cell("x = 2\nprint(x)", "2\n"))
    assert kind == "code"
    assert shown.index("In numbers") < shown.index('class="code"') < shown.index('class="printed"')


def test_twenty_lines_of_code_are_on_one_slide_in_letters_that_can_be_read():
    source = "\n".join(f"x{i} = {i}" for i in range(20))
    slides = made_of(cell(source, "\n".join(map(str, range(20)))))
    assert [kind for kind, _ in slides] == ["code", "code"]
    sizes = [int(re.search(r"font-size: (\d+)px", shown)[1]) for _, shown in slides]
    assert min(sizes) >= 20
    assert "x19" in slides[0][1]


def test_code_whose_output_would_make_it_small_is_shown_alone():
    source = "\n".join(f"x{i} = {i}" for i in range(14))
    slides = made_of(cell(source, "\n".join(map(str, range(8)))))
    assert ["printed" in shown for _, shown in slides] == [False, True]
    assert code.size_for([source, "8\n" * 7]) == 18  # it would fit


def test_a_long_output_goes_on_with_its_head():
    printed = "\n".join(["layer  output", "─────────────", *(f"row {i}" for i in range(50))])
    parts = code.parts_of_print(printed)
    assert len(parts) == 3
    assert all(part.startswith("layer  output\n──────") for part in parts)
    assert [row for part in parts for row in part.split("\n")[2:]] == printed.split("\n")[2:]


def test_a_long_table_goes_on_with_its_head():
    rows = [f"<tr><td>layer {i}</td></tr>" for i in range(30)]
    table = "<table style='x'><caption>c</caption><thead><tr><th>layer</th></tr></thead><tbody>"
    table += "".join(rows) + "</tbody></table>"
    parts = code.parts_of_table(table)
    assert [part.count("<td>") for part in parts] == [10, 10, 10]
    assert all(part.count("<th>layer</th>") == part.count("<caption>") == 1 for part in parts)
    assert code.parts_of_table(parts[0]) == [parts[0]]


@pytest.mark.parametrize("size", code.SIZES)
def test_wide_lines_are_counted_as_often_as_they_are_continued(size):
    room = int(code.WIDTH / (code.ADVANCE * size))
    assert code.pixels(["x" * room], size) < code.pixels(["x" * (room + 1)], size)
    assert code.pixels(["x\n" * 3], size) > code.pixels(["x"], size)


def test_code_that_would_break_is_set_smaller():
    assert code.size_for(["x" * 60]) == code.SIZES[0]
    wide = code.size_for(["x" * 85])
    assert wide < code.SIZES[0]
    assert not code.breaks("x" * 85, wide)
    assert code.size_for(["x" * 200]) == code.SIZES[0]  # it breaks at every size


def test_an_exercise_is_a_card():
    card = pieces.card(get("conv2d_input_grad"))
    assert "<code>conv2d_input_grad</code>" in card
    exercise = get("conv2d_input_grad")
    assert exercise.__doc__.split("\n")[0].split(".")[0].split(" ")[0] in card
    assert f"{exercise.points} points · about {exercise.minutes} minutes" in card


def test_the_card_of_an_optional_exercise_says_so():
    card = pieces.card(get("backward_graph"))
    assert '<p class="turn">Optional, harder, no hints</p>' in card
    assert "4 bonus points · about 60 minutes" in card
    assert "Optional" not in pieces.card(get("conv2d_input_grad"))


def test_the_card_of_an_exercise_has_the_short_text_before_it():
    stub = nbformat.v4.new_code_cell("…", metadata={"course": {"exercise": "relu"}})
    said = "### Exercise: relu\n\n<!-- say: Wait. -->\n\nThree tools are enough."
    slides = deck_of(text("## A section\n\nOne."), text(said), stub).slides
    assert [slide.kind for slide in slides] == ["title", "text", "exercise"]
    shown = "".join(slides[-1].parts)
    assert slides[-1].where == "A section · Exercise: relu"
    assert shown.index("Wait.") < shown.index("Three tools") < shown.index("Your turn")
    assert "<h3>" not in shown
    long = text("### Exercise: relu\n\n" + "One of many lines of a text.\n\n" * 6)
    assert [slide.kind for slide in deck_of(long, stub).slides] == ["title", "text", "exercise"]


def test_the_heading_stays_on_top_of_what_follows_it():
    long = "A paragraph of a few words.\n\n" * 9
    deck = deck_of(text(f"## A section\n\n{long}"), text(f"### A part\n\n{long}"))
    assert [slide.where for slide in deck.slides] == [
        "", "", "A section", "A section", "A section · A part",
    ]  # fmt: skip
    assert len(list(page._stacks(deck.slides))) == 2


def test_what_is_said_goes_with_its_paragraph_to_the_figure():
    said = "One.\n\nTwo.\n\n" + "Long words fill a paragraph. " * 20
    said += "\n\nWhich one moves?\n\n<!-- say: Point at it. -->"
    deck = deck_of(text(said), cell("figures.show_it()", PICTURE))
    assert ["Point at it." in "".join(slide.parts) for slide in deck.slides] == [
        False, *[False] * (len(deck.slides) - 2), True,
    ]  # fmt: skip


def test_what_is_said_first_is_of_the_slide_before():
    deck = deck_of(cell("x = 1"), text("<!-- say: Which x? -->\n\nText."))
    assert deck.slides[1].notes == ["<p>Which x?</p>"]
    assert '<aside class="notes"><p>Which x?</p></aside>' in page.deck_page(deck)


@pytest.mark.parametrize("source", source_files(), ids=lambda path: path.stem)
def test_every_notebook_has_a_deck_with_a_card_for_each_exercise(source):
    notebook = compose(source)
    deck = Deck(notebook)
    assert deck.slides[0].kind == "title"
    assert deck.title.startswith(source.stem[:2])
    exercises = [c for c in notebook.cells if "course" in c.metadata]
    assert sum(slide.kind == "exercise" for slide in deck.slides) == len(exercises)
    made = page.deck_page(deck)
    assert made.count("<section data-cell") == len(deck.slides)
    assert not re.search(r'(src|href)="https?:', re.sub(r"<a .*?</a>", "", made, flags=re.DOTALL))
    assert "<!--" not in made


@pytest.mark.parametrize("source", source_files(), ids=lambda path: path.stem)
def test_every_notebook_tells_a_lecturer_what_to_say_and_none_of_it_is_lost(source):
    said = source.read_text(encoding="utf-8").count("<!-- say:")
    assert said >= 4
    made = page.deck_page(Deck(compose(source)))
    assert made.count('<aside class="notes">') == said


def test_the_list_names_the_decks_and_their_pdfs():
    listed = page.index_page({"03_a": "03 · A", "04_b": "04 · B"}, {"04_b"})
    assert re.findall(r'href="([^"]+)"', listed) == [
        "deck.css", "03_a.html", "04_b.html", "pdf/04_b.pdf",
    ]  # fmt: skip
