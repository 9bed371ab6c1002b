"""Sphinx's settings for the site, which `course site` makes."""

import re

from course_utils import __version__

project = "Convolutional networks, forwards and backwards"
author = "the authors of the course"
copyright = author
release = version = __version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.viewcode", "sphinx.ext.mathjax",
              "sphinx_copybutton"]  # fmt: skip
mathjax_path = "mathjax/tex-chtml.js"  # a copy: nothing comes from elsewhere
exclude_patterns = []
language = "en"

# ----------------------------------------------------------------------------- notebooks as pages
nb_execution_mode = "off"
nb_merge_streams = True
nb_render_markdown_format = "myst"
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "attrs_inline"]
myst_heading_anchors = 3
myst_dmath_double_inline = True
suppress_warnings = ["mystnb.unknown_mime_type", "myst.header", "misc.highlighting_failure"]

# --------------------------------------------------------------------------- pages from docstrings
autodoc_member_order = "bysource"
autodoc_typehints = "none"
default_role = "code"

# -------------------------------------------------------------------------------------- appearance
html_theme = "sphinx_book_theme"
html_title = project
html_static_path = [".", "../../pages/assets"]
html_css_files = ["site.css"]
html_js_files = [("moving.js", {"defer": "defer"})]
html_copy_source = False
html_show_sourcelink = False
html_context = {"default_mode": "auto"}
html_theme_options = {
    "use_download_button": False,
    "use_fullscreen_button": True,
    "show_navbar_depth": 1,
    "max_navbar_depth": 2,
    "show_toc_level": 2,
    "home_page_in_toc": True,
    "navbar_persistent": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
copybutton_selector = "div.highlight pre"


def _plain_docstring(app, what, name, obj, options, lines) -> None:
    """Docstrings are plain text: `code` in backticks is marked up, and columns stay columns."""
    paragraphs = "\n".join(lines).strip().split("\n\n")
    lines[:] = "\n\n".join(map(_paragraph, paragraphs)).split("\n")


def _paragraph(text: str) -> str:
    rows = text.split("\n")
    if any(row.startswith(" ") or "  " in row for row in rows):
        return "::\n\n" + "\n".join(f"    {row}" for row in rows)
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(p if p.startswith("`") else re.sub(r"([\\*|_])", r"\\\1", p) for p in parts)


def _without_empty_headers(app, pagename, templatename, context, doctree) -> None:
    """The corner of a table that has names on both sides is no header of anything."""
    corner = r'<th class="([^"]*)">(\s*<p>\s*</p>\s*)</th>'
    if "body" in context:
        context["body"] = re.sub(corner, r'<td class="\1">\2</td>', context["body"])


def setup(app) -> None:
    app.connect("autodoc-process-docstring", _plain_docstring)
    app.connect("html-page-context", _without_empty_headers)
