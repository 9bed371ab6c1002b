"""What PyTorch brings is explained where it first occurs: on the page, in the notebooks' order."""

import re

import pytest

from course_utils.editions.compose import compose, source_files

# what stands in code: how the text names it
WORDS = {
    r"super\(\)\.__init__": r"super\(\)\.__init__",
    r"\(nn\.Module\)": r"`nn\.Module`",
    r"nn\.ModuleList": r"`nn\.ModuleList`",
    r"nn\.Identity": r"`nn\.Identity`",
    r"nn\.Embedding": r"`nn\.Embedding`",
    r"\bhook\b|_hooks?\(": r"\bhook\b",
    r"register_forward_hook": r"`register_forward_hook`",
    r"get_submodule": r"`get_submodule`",
    r"\byield\b": r"`yield`.*\bgenerator\b",
    r"\.chunk\(": r"`chunk\(",
    r"\.unfold\(": r"`unfold`",
    r"\.permute\(": r"`permute`",
    r"\.unbind\(": r"`unbind`",
    r"\.unsqueeze\(": r"`unsqueeze`",
    r"state_dict\(\)": r"`state_dict`",
    r"masked_fill": r"`masked_fill`",
    r"torch\.Generator": r"`Generator`",
    r"requires_grad_\(": r"`requires_grad_`",
    r"retain_grad": r"`retain_grad`",
    r"torch\.autograd\.grad\(": r"`torch\.autograd\.grad`",
    r"inference_mode": r"`inference_mode`",
    r"named_children": r"`named_children`",
    r"\bsetattr\(": r"`setattr\(",
    r"F\.affine_grid": r"`F\.affine_grid`",
    r"F\.grid_sample": r"`F\.grid_sample`",
    r"nn\.LayerNorm": r"`nn\.LayerNorm`",
    r"nn\.GELU": r"`nn\.GELU`",
    r"binary_cross_entropy_with_logits": r"`F\.binary_cross_entropy_with_logits`",
    r"AdaptiveAvgPool2d": r"`AdaptiveAvgPool2d\(",
    r"register_buffer": r"`register_buffer`",
    r"\.numel\(\)": r"`numel`",
    r'torch\.device\("meta"\)': r"`meta`",
}
FROM = "07"  # before, the notebooks have little to do with PyTorch


def cells():
    """(notebook, kind, text) of all cells from `FROM` on, in the order of the pages."""
    return [(source.stem, cell.cell_type, cell.source) for source in source_files()
            if source.stem[:2] >= FROM for cell in compose(source).cells]  # fmt: skip


CELLS = cells()


def first_use(word, found):
    """The number of the first code cell with the word, comments apart; None if there is none."""
    for number, (_, kind, text) in enumerate(found):
        if kind == "code" and re.search(word, re.sub(r"#.*", "", text)):
            return number
    return None


def is_explained(said, number, found):
    """Whether a text before that cell, or the one that follows it, has the words."""
    texts = [text for _, kind, text in found[: number + 2] if kind == "markdown"]
    return any(re.search(said, text, re.DOTALL) for text in texts)


@pytest.mark.parametrize("word", WORDS)
def test_it_is_explained_where_it_first_occurs(word):
    number = first_use(word, CELLS)
    assert number is not None, "it is used nowhere: leave it out"
    assert is_explained(WORDS[word], number, CELLS), f"notebook {CELLS[number][0]}"


def test_a_word_that_comes_too_late_is_found():
    page = [("14", "markdown", "a list"), ("14", "code", "x = nn.ModuleList()  # yield"),
            ("14", "code", "y = 1"), ("15", "markdown", "An `nn.ModuleList` is …")]  # fmt: skip
    assert first_use("yield", page) is None
    assert not is_explained(WORDS[r"nn\.ModuleList"], first_use(r"nn\.ModuleList", page), page)
    assert is_explained("a list", 1, page)
