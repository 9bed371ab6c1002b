"""What Sphinx is told to do with pages."""

import importlib.util
import re

import pytest

from course_utils.editions.site.making import ASSETS


@pytest.fixture(scope="module")
def conf():
    spec = importlib.util.spec_from_file_location("site_conf", ASSETS / "conf.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("corner", "is_header"),
    [
        ('<th class="head"><p></p></th>', False),
        ('<th class="head text-right"><p> </p></th>', False),
        ('<th class="head"><p>size</p></th>', True),
        ("<p>no table</p>", False),
    ],
)
def test_the_empty_corner_of_a_table_is_no_header(conf, corner, is_header):
    context = {"body": f'<table><tr>{corner}<th class="head"><p>AlexNet</p></th></tr></table>'}
    conf._without_empty_headers(None, "page", "page.html", context, None)
    assert len(re.findall("<th[ >]", context["body"])) == 1 + is_header
    assert context["body"].count("</th>") == 1 + is_header
    assert "AlexNet</p></th>" in context["body"]


def test_a_page_without_a_body_is_left_alone(conf):
    context = {}
    conf._without_empty_headers(None, "search", "search.html", context, None)
    assert context == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Count `code` and a*b.", "Count `code` and a\\*b."),
        ("x (N,)   -> y", "::\n\n    x (N,)   -> y"),
    ],
)
def test_docstrings_are_plain_text_with_code_and_columns(conf, text, expected):
    assert conf._paragraph(text) == expected
