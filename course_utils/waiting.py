"""The bar that says how far a long computation is.

In a notebook it is one line of text that is overwritten, and gone at the end: a notebook that is
saved afterwards holds no trace of it. Builds and tests (`COURSE_STILL=1`) show none.
"""

import html
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any


def progress_bar(total: int, *, shown: bool = True, **settings: Any):
    """tqdm's bar for `total` steps, with its own settings; `shown=False` shows nothing."""
    from tqdm import tqdm  # slow to import, and only needed here

    if not _in_a_notebook():
        return tqdm(total=total, disable=not shown, **settings)
    if os.environ.get("COURSE_STILL") == "1":
        shown = False
    line = {"file": _Line(), "leave": False, "ncols": 100, "mininterval": 0.3}
    return tqdm(total=total, disable=not shown, **{**line, **settings})


def watched(values: Sequence, **settings: Any) -> Iterator:
    """The values one after another, as in `for epoch in watched(range(12))`, under a bar."""
    with progress_bar(len(values), **settings) as bar:
        for value in values:
            yield value
            bar.update()


def _in_a_notebook() -> bool:
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    return hasattr(shell, "kernel")


class _Line:
    """A file that shows the last line written to it in the output of a cell; "" shows nothing."""

    def __init__(self):
        self.handle = None

    def write(self, text: str) -> None:
        from IPython.display import display

        text = text.rsplit("\r", 1)[-1].strip()
        shown = {"text/html": f"<pre>{html.escape(text)}</pre>" if text else "", "text/plain": text}
        if self.handle is not None:
            self.handle.update(shown, raw=True)
        elif text:
            self.handle = display(shown, raw=True, display_id=True)

    def flush(self) -> None:
        """Nothing is held back."""
