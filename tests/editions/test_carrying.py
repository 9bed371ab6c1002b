"""Every cell of a learner's comes along, whatever the program was that saved the notebook."""

import nbformat
import pytest
from edition_helpers import ANSWER, CODE, STUB, TEXT, notebook, sources, without_ids

from course_utils.editions.build import parse_notebook, text_of
from course_utils.editions.carrying import carry_over

make = nbformat.v4


def with_own(cell_id):
    """The old edition with an answer and a cell of the learner's behind it."""
    old = notebook(relu=ANSWER, text=TEXT, code=CODE)
    old.cells.insert(2, make.new_code_cell("helper = 1", id="x"))
    if cell_id is None:
        old.cells[2].pop("id")
    else:
        old.cells[2].id = cell_id
    return old


@pytest.mark.parametrize(
    "cell_id",
    ["0badcafe", "0badcafe-0000-4000-8000-000000000001", "Wq9bD0jQ8zXu", "W0sZmlsZQ", "_1", None,
     "#VSC-1a2b3c", "x" * 80],
)  # fmt: skip
def test_a_cell_of_ones_own_comes_along_whatever_its_id(cell_id):
    base, new = notebook(text=TEXT, code=CODE), notebook(text="New text.", code=CODE)
    carried = carry_over(with_own(cell_id), new, base)
    assert (carried.exercises, carried.own_cells, carried.edits) == (("relu",), 1, 0)
    assert sources(new)[:3] == ["New text.", ANSWER, "helper = 1"]
    nbformat.validate(new)


@pytest.mark.parametrize("known", [True, False], ids=["base", "no base"])
def test_a_notebook_without_ids_and_marks(known):
    base, new = notebook(text=TEXT, code=CODE), notebook(text=TEXT, code=CODE, sigmoid=STUB)
    new.cells[2].source = base.cells[2].source
    carried = carry_over(without_ids(with_own("0badcafe")), new, base if known else None)
    assert (carried.exercises, carried.own_cells, carried.edits) == (("relu",), 1, 0)
    assert sources(new) == sources(with_own("0badcafe"))
    assert len({cell.id for cell in new.cells}) == len(new.cells)
    nbformat.validate(new)


def test_colab_keeps_ids_in_the_metadata():
    old = with_own("0badcafe")
    for cell in old.cells:
        cell.metadata["id"] = cell.pop("id")
    new = notebook(text="New text.", code=CODE)
    carried = carry_over(old, new)
    assert (carried.exercises, carried.own_cells) == (("relu",), 1)
    assert new.cells[2].id == "0badcafe"


@pytest.mark.parametrize("plain", [False, True], ids=["ids", "no ids"])
def test_carrying_over_twice_adds_nothing(plain):
    old = with_own("0badcafe")
    old.cells[0].source += "\nMine."
    old = without_ids(old) if plain else old
    base, new = notebook(text=TEXT, code=CODE), notebook(text="New text.", code=CODE)
    assert carry_over(old, new, base)
    once = text_of(new)
    assert not carry_over(old, new, base)
    assert not carry_over(parse_notebook(once.encode(), "itself"), new, base)
    assert text_of(new) == once


def test_a_cell_that_is_the_same_comes_before_one_that_is_alike():
    """The learner changed the first of two cells, and now it is more like the second."""
    base, old = (
        notebook(code="value = 1\nprint(value)"),
        notebook(code="value = 22\nprint(value)  #"),
    )
    for book in (base, old):
        book.cells.append(make.new_code_cell("value = 22\nprint(value)", id="top-3"))
    new = parse_notebook(text_of(base).encode(), "it")
    new.cells[0].source = "New text."
    assert carry_over(without_ids(old), new, base).edits == 1
    assert sources(new)[-2:] == ["value = 22\nprint(value)  #", "value = 22\nprint(value)"]


def test_two_equal_cells_of_ones_own_stay_two():
    old = without_ids(notebook(own=["progress()", "progress()"]))
    new = notebook(text="New text.")
    assert carry_over(old, new, notebook()).own_cells == 2
    assert sources(new).count("progress()") == 2
    assert carry_over(old, new, notebook()).own_cells == 0


def test_a_cell_at_the_top_stays_at_the_top():
    old, new = notebook(), notebook(text="New text.")
    old.cells.insert(0, make.new_code_cell("import this", id="abcd1234"))
    carry_over(old, new, notebook())
    assert sources(new)[0] == "import this"


# -------------------------------------------------------------------------------------- answers
def test_an_answer_is_found_by_name_where_the_mark_is_lost():
    old = notebook(relu=ANSWER)
    old.cells[1].metadata = nbformat.NotebookNode()
    old.cells[1].id = "Wq9bD0jQ8zXu"
    new = notebook()
    carried = carry_over(old, new, notebook())
    assert (carried.exercises, carried.own_cells) == (("relu",), 0)
    assert sources(new)[1] == ANSWER


@pytest.mark.parametrize(
    "source", ["relu = lambda x: max(x, 0)", "%%time\ndef relu(x):\n    return 0", "def relu(x:\n"]
)
def test_an_answer_in_another_dress_is_found_by_name(source):
    old = without_ids(notebook(relu=source))
    new = notebook()
    assert carry_over(old, new, notebook()).exercises == ("relu",)
    assert sources(new)[1] == source


def test_the_order_of_two_answers_stays():
    """The last definition counts when a notebook is graded."""
    other = ANSWER.replace("max(x, 0)", "x * (x > 0)")
    old = notebook(relu=ANSWER, own=[other])
    old.cells[2].metadata["course"] = {"exercise": "relu"}  # a copy of the cell
    new = notebook()
    carry_over(old, new, notebook())
    assert sources(new)[1:3] == [ANSWER, other]


def test_an_answer_in_a_cell_of_ones_own_leaves_the_stub_above_it():
    new = notebook()
    carried = carry_over(notebook(own=[ANSWER]), new, notebook())
    assert carried.exercises == ("relu",)
    assert sources(new)[1:3] == [STUB, ANSWER]


def test_the_answer_to_an_exercise_that_left_the_course_is_kept():
    new = notebook(relu=None)
    carried = carry_over(notebook(relu=ANSWER), new, notebook())
    assert carried.own_cells == 1
    assert ANSWER in sources(new)


def test_another_answer_here_is_said():
    new = notebook(relu=ANSWER)
    carried = carry_over(notebook(relu=ANSWER.replace("0", "0.0")), new)
    assert carried.kept == ("relu",)
    assert not carried
    assert carry_over(notebook(relu=ANSWER), new).kept == ()


# -------------------------------------------------------------- changes in the course's own cells
def test_a_change_stays_in_its_cell_where_the_edition_left_it_alone():
    old = notebook(text=TEXT + "\n\nMy note.", code=CODE.replace("3", "5"))
    old.cells[-1].outputs = [make.new_output("stream", text="5\n")]
    new = notebook(text=TEXT, code=CODE, sigmoid=ANSWER)
    carried = carry_over(old, new, notebook(text=TEXT, code=CODE))
    assert carried.edits == 2
    assert sources(new)[0] == TEXT + "\n\nMy note."
    assert (sources(new)[-1], new.cells[-1].outputs[0].text) == ("width = 5\nprint(width)", "5\n")


@pytest.mark.parametrize("plain", [False, True], ids=["ids", "no ids"])
def test_a_note_on_a_text_that_the_edition_changed_goes_below_it(plain):
    old = notebook(text=TEXT + "\n\nMy note.")
    old.cells[0].attachments = {"a.png": {"image/png": "AAAA"}}
    new = notebook(text="New text.")
    carried = carry_over(without_ids(old) if plain else old, new, notebook(text=TEXT))
    assert (carried.edits, carried.own_cells) == (1, 0)
    assert sources(new)[0] == "New text."
    assert "kept by `course update`" in sources(new)[1]
    assert sources(new)[1].endswith("\n\nMy note.")
    assert "two parts" not in sources(new)[1]
    assert new.cells[1].attachments == old.cells[0].attachments
    nbformat.validate(new)


def test_changed_code_that_the_edition_changed_goes_below_it_and_does_not_run():
    old = notebook(code=CODE.replace("3", "5") + '\n"""```"""')
    new = notebook(code=CODE.replace("3", "4"))
    carry_over(old, new, notebook(code=CODE))
    assert sources(new)[-2] == CODE.replace("3", "4")
    assert new.cells[-1].cell_type == "markdown"
    assert '````python\nwidth = 5\nprint(width)\n"""```"""\n````' in sources(new)[-1]


def test_what_the_course_itself_changed_is_no_note():
    new = notebook(text="New text.", code=CODE)
    carried = carry_over(notebook(text=TEXT, code=CODE), new, notebook(text=TEXT, code=CODE))
    assert not carried
    assert sources(new) == sources(notebook(text="New text.", code=CODE))


@pytest.mark.parametrize("heading", ["exercise-turn-the-filters-2", "exercise-patches-2"])
def test_a_section_about_an_exercise_that_has_another_heading_now_is_nobodys(heading):
    old, base, new = notebook(), notebook(), notebook()
    for book in (old, base):
        book.cells.append(make.new_code_cell("print(relu(3))", id=heading))
    assert not carry_over(old, new, base)
    assert sources(new) == sources(notebook())


def test_a_cell_that_left_the_course_long_ago_is_nobodys():
    old, new = notebook(), notebook()
    old.cells.append(make.new_markdown_cell("Of an older edition.", id="an-old-section-2"))
    assert not carry_over(old, new, notebook())


def test_a_file_with_a_byte_order_mark_is_a_notebook():
    data = b"\xef\xbb\xbf" + text_of(notebook()).encode()
    assert sources(parse_notebook(data, "it")) == sources(notebook())
