"""Pages and decks that `jupyter nbconvert` makes say what their pictures show.

Its templates leave out the `alt` that a notebook holds. `.venv/etc/jupyter` tells nbconvert to ask
this module first.
"""

import html

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode


class AltTexts(Preprocessor):
    """Pictures with words become `<img alt="…">`."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple:
        for output in cell.get("outputs", []):
            words = output.get("metadata", {}).get("image/png", {}).get("alt")
            if words and "text/html" not in output.data:
                output.data["text/html"] = _picture(output.data.pop("image/png"), words)
        return cell, resources


def _picture(png: str, words: str) -> str:
    data = "".join(png.split())
    return f'<img alt="{html.escape(words)}" src="data:image/png;base64,{data}">'
