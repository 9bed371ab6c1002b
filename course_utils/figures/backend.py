"""The figures of a notebook appear in its page, whatever `MPLBACKEND` says.

Images of containers, clusters and CI set this variable, to `Agg` as a rule, which draws on nothing.
Jupyter takes it over without a word, and a notebook has no pictures.
"""

import importlib.util
import os
import sys

INLINE = "module://matplotlib_inline.backend_inline"
_IN_THE_PAGE = {
    "inline": "matplotlib_inline",
    INLINE: "matplotlib_inline",
    "widget": "ipympl",
    "ipympl": "ipympl",
    "module://ipympl.backend_nbagg": "ipympl",
    "nbagg": "matplotlib",
    "notebook": "matplotlib",
}


def elsewhere() -> str:
    """The backend that `MPLBACKEND` names, if it does not draw in a notebook's page; else ""."""
    named = os.environ.get("MPLBACKEND", "").strip()
    package = _IN_THE_PAGE.get(named.lower(), "")
    return "" if not named or (package and importlib.util.find_spec(package)) else named


def draw_in_the_page() -> None:
    """In a notebook, put Jupyter's own backend in the place of one that the environment names.

    One that the learner has chosen in the notebook (`%matplotlib qt`) stays.
    """
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    named = elsewhere()
    if hasattr(shell, "kernel"):
        from course_utils.figures.in_the_page import with_words

        with_words(shell)
    if hasattr(shell, "kernel") and os.environ.get("COURSE_FRAMES"):
        _draw_sharply(shell)
    if not named or not hasattr(shell, "kernel"):
        return
    os.environ["MPLBACKEND"] = INLINE
    if "matplotlib" in sys.modules and _is_chosen(named):
        shell.run_line_magic("matplotlib", "inline")


def _draw_sharply(shell) -> None:
    """Twice the pixels for the same width: pages are read on screens that have them."""
    from matplotlib_inline.config import InlineBackend

    InlineBackend.instance(parent=shell).figure_formats = {"retina"}


def _is_chosen(named: str) -> bool:
    import matplotlib

    return str(matplotlib.rcParams["backend"]).lower() == named.lower()
