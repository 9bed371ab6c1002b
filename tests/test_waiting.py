"""The bar of a long computation: seen while it runs, and gone afterwards."""

import os

import nbformat
import pytest
from nbclient import NotebookClient

from course_utils.waiting import progress_bar, watched


def test_a_program_shows_steps_and_keeps_the_bar(capfd):
    with progress_bar(3, unit="step") as bar:
        bar.update(3)
    assert "3/3" in capfd.readouterr().err


def test_no_bar_prints_nothing(capfd):
    assert list(watched(range(4), shown=False)) == [0, 1, 2, 3]
    assert capfd.readouterr() == ("", "")


CODE = """
from course_utils.waiting import watched
seen = []
for k in watched(range(3), mininterval=0, miniters=1):
    seen.append(k)
print(seen)
"""


def _run(code, **environment):
    """The outputs of a cell, and all that it showed on the way."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    client, shown = NotebookClient(notebook), []
    take = client.process_message

    def listen(message, *rest):
        if message["msg_type"] in ("display_data", "update_display_data"):
            shown.append(message["content"]["data"]["text/plain"])
        return take(message, *rest)

    client.process_message = listen
    client.execute(env={**os.environ, **environment})
    return notebook.cells[0].outputs, shown


def test_a_live_notebook_shows_the_bar_and_clears_it():
    outputs, shown = _run(CODE, COURSE_STILL="0")
    assert any("1/3" in text for text in shown)
    assert shown[-1] == ""
    left = [o for o in outputs if o.output_type != "stream"]
    assert [o.data for o in left] == [{"text/html": "", "text/plain": ""}]
    streams = {o.name: o.text for o in outputs if o.output_type == "stream"}
    assert streams == {"stdout": "[0, 1, 2]\n"}


def test_a_build_shows_none_and_stores_none():
    outputs, shown = _run(CODE, COURSE_STILL="1")
    assert shown == []
    assert [o.text for o in outputs] == ["[0, 1, 2]\n"]


@pytest.mark.parametrize("text", ["loss <b>", "50%|#####"])
def test_what_the_bar_says_is_no_markup(text, monkeypatch):
    from course_utils import waiting

    said = []
    monkeypatch.setattr("IPython.display.display", lambda data, **_: said.append(data))
    waiting._Line().write(f"\r{text}")
    assert said[0]["text/plain"] == text
    assert "<b>" not in said[0]["text/html"]
