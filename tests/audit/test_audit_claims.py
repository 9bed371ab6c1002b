"""Every claim computed again, and the record of what came out."""

import re
import subprocess
import sys
from dataclasses import replace

import pytest

from course_utils import audit
from course_utils.audit.claim import LOOKED_UP, MISPRINT, Found
from course_utils.errors import CourseError

RECORD = {"right": 108, "rounded": 22, "wrong": 41, "looked up": 52, "from memory": 14,
          "misprint": 6}  # fmt: skip
WRONG = """
    across-the-diagonal alexnet-connections alexnet-conv2 alexnet-input-224 alexnet-neurons
    backward-strides-loops colour-normalisation densenet-all-convolutional densenet-vanishing
    digit-inputs filters-increase first-relu googlenet-12x googlenet-no-fc googlenet-parameters
    googlenet-week half-distances inception-264 inception-353 inception-358 inception-pool-shrinks
    inception-rows input-sizes-299 invariant-to-all mean-pool-derivative mean-pool-formula mnist-32
    number-of-filters params-formula resnet-decay resnet-error-bound resnet-two-convs rir-number
    transposed-size vgg-doubling vgg16-images-in-5gb vgg16-memory xavier-half zeros-between
    zfnet-error zfnet-ilsvrc13
"""
MISPRINTS = """
    alexnet-2048 alexnet-253440 googlenet-first-row mobilenet-last-stride mobilenet-shares
    stn-slope
"""
FROM_MEMORY = """
    adam fc7-features human-error ilsvrc-by-year inception-versions input-sizes-typical
    memory-backward three-layer-network timit-dnn timit-hp timit-p1 timit-p12 timit-p6
    timit-p6-dropout
"""
# What a source that was read is named by: its part, its number, or where it appeared.
PLACE = r"section|table|figure|abstract|metadata|page|arXiv:\d|NIPS|ICLR|CVPR|ECCV|\d, \d{4}"


def test_the_verdicts_are_those_on_record(findings):
    assert audit.count(findings) == RECORD
    for verdict, ids in (("wrong", WRONG), ("misprint", MISPRINTS), ("from memory", FROM_MEMORY)):
        assert sorted(f.claim.id for f in findings if f.verdict == verdict) == ids.split()


def test_what_was_looked_up_names_the_place(findings):
    sources = [f.claim.source for f in findings if f.claim.kind == LOOKED_UP]
    assert len(sources) > 40
    assert [s for s in sources if not re.search(PLACE, s)] == []


def test_a_misprint_is_one_of_a_paper_and_says_why(findings):
    for finding in findings:
        if finding.claim.kind == MISPRINT:
            assert finding.claim.lecture == "papers"
            assert finding.verdict == "misprint", "the paper is right after all"
            assert len(finding.why) > 10


@pytest.mark.parametrize(
    ("id", "numbers"),
    [
        ("photo-1000", (101_756_003, 407_024_012)),
        ("photo-2p", (99_501_822_003, 398_007_288_012)),
        ("vgg16-memory", (15_237_608, 60_950_432)),
        ("vgg16-parameters", (138_357_544,)),
        ("alexnet-parameters", (60_965_224,)),
        ("alexnet-253440", (290_400, 186_624, 64_896, 64_896, 43_264)),
        ("mobilenet-shares", (94.86, 3.06, 1.91, 0.18)),
        ("alexnet-neurons", (659_272,)),
        ("alexnet-connections", (724_406_816,)),
        ("inception-naive", (854_196_224,)),
        ("inception-358", (271_351_808,)),
        ("googlenet-parameters", (6_998_552,)),
        ("lenet-1998-parameters", (60_000,)),
        ("lenet-1998-connections", (340_908,)),
        ("resnet-depths", (34, 50, 101, 152)),
    ],
)
def test_the_numbers_that_the_notebooks_quote(findings, id, numbers):
    (finding,) = (f for f in findings if f.claim.id == id)
    assert finding.values == numbers


def _recomputed(findings):
    return [f for f in findings if f.claim.stated and not f.claim.kind]


def _stating(finding, texts):
    """The same claim, had the lecture stated other numbers."""
    kept = Found(finding.values)
    quotation = " ".join(f"{{{text}}}" for text in texts)
    return replace(finding.claim, quotation=quotation, compute=lambda: kept).check()


def test_another_stated_number_gets_another_verdict(findings):
    for finding in _recomputed(findings):
        for place in range(len(finding.values)):
            texts = [repr(float(v)) for v in finding.values]
            assert _stating(finding, texts).verdict == "right"
            texts[place] = repr(float(finding.values[place]) * 1.1 + 1)
            altered = _stating(finding, texts)
            assert altered.verdict == "wrong", finding.claim.id
            assert altered.verdicts.count("wrong") == 1


def test_every_claim_says_where_what_and_for_which_notebook():
    for claim in audit.claims():
        assert claim.says.strip(), claim.id
        assert claim.where.strip(), claim.id
        assert claim.lecture in audit.LECTURES
        assert claim.notebook in {f"{n:02d}" for n in range(26)}
        assert claim.source or "return" in claim.code
        assert len(claim.says) < 200  # a few words, not the slide


def test_every_wrong_one_says_why(findings):
    assert all(len(f.why) > 10 for f in findings if f.verdict == "wrong")


def test_ids_are_unique_and_lectures_in_order():
    claims = audit.claims()
    assert len({c.id for c in claims}) == len(claims)
    lectures = [c.lecture for c in claims]
    assert lectures == sorted(lectures)  # "papers" comes last in the alphabet, too


def test_claims_by_name_lecture_and_notebook():
    assert [c.id for c in audit.claims("vgg16-memory")] == ["vgg16-memory"]
    assert "vgg16-memory" in {c.id for c in audit.claims(lecture="000")}  # its second place
    assert {c.notebook for c in audit.claims(notebook="13")} == {"13"}


def test_unknown_names_get_close_matches():
    with pytest.raises(CourseError, match="no claim vgg-memory: did you mean vgg16-memory"):
        audit.claims("vgg-memory")
    with pytest.raises(CourseError, match="no lecture 001: there are 000, 002"):
        audit.claims(lecture="001")


def test_a_note_is_a_markdown_quotation_of_at_most_100_columns():
    note = audit.note("vgg16-memory")
    assert note.startswith("> **Lecture audit.** The study notes say “")
    assert "Recomputed: 15,237,608 and 61.0 MB. **Wrong.**" in note.replace("\n> ", " ")
    assert all(line.startswith("> ") and len(line) <= 100 for line in note.split("\n"))


def test_a_note_on_a_citation_names_the_source():
    note = audit.note("resnet-decay").replace("\n> ", " ")
    assert "Not recomputed; looked up, He et al. 2016, section 3.4: 0.0001. **Wrong.**" in note


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("resnet-rate", "looked up, He et al. 2016, section 3.4: the source says the same."),
        ("adam", "from memory, Kingma and Ba 2015; measured in notebook 09: the source says so."),
        ("timit-p1", "and not looked up (Deng, Abdel-Hamid and Yu, ICASSP 2013, table 1)."),
        ("mobilenet-shares", "Recomputed: 1.91 % (not 1.19%). **Misprint.**"),
    ],
)
def test_a_note_says_whether_the_source_was_read(id, said):
    assert said in audit.note(id).replace("\n> ", " ")


def test_claims_about_formulas_do_without_torch():
    code = (
        "import sys; from course_utils import audit\n"
        "[c.check() for c in audit.claims(lecture='003')]\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
