"""The lecture audit: every number that the four lectures state, computed again.

    from course_utils.audit import claims, note
    print(claims("vgg16-memory")[0].check())
    print(note("vgg16-memory"))                       the margin note for a notebook

`course audit` prints them all. How a claim is written stands in `claim`; the claims themselves are
in modules named as their notebooks.
"""

import importlib
import textwrap
from collections import Counter

from course_utils.audit.claim import LECTURES, REGISTRY, VERDICTS, Claim, Finding
from course_utils.errors import CourseError, did_you_mean

_TOPICS = (
    "perceptron_to_mlp",
    "backprop_and_training",
    "convolution",
    "conv_backprop",
    "pooling",
    "transposed_convolution",
    "lenet_from_scratch",
    "transform_invariance",
    "training_recipes",
    "data_augmentation",
    "alexnet",
    "seeing_inside",
    "vgg",
    "googlenet",
    "resnet",
    "resnet_family",
    "densenet",
    "depthwise_separable",
    "bounding_boxes",
    "pose_estimation",
    "segmentation",
    "spatial_transformers",
    "speech_and_text",
    "capstone",
)
_WHO = {
    "000": "The UNC slides say",
    "002": "The study notes say",
    "003": "The EECS 442 slides say",
    "004": "The CMU slides say",
    "papers": "The paper says",
}
_WIDTH = 100


def claims(*ids: str, lecture: str | None = None, notebook: str | None = None) -> list[Claim]:
    """All claims, in the order of lectures and notebooks; or those named; or of one of them.

    Raises CourseError for an id or a lecture that there is not, with close matches.
    """
    for topic in _TOPICS:
        importlib.import_module(f"course_utils.audit.{topic}")
    wanted = [_claim(id) for id in ids] if ids else list(REGISTRY.values())
    if lecture is not None:
        _require_lecture(lecture)
        wanted = [c for c in wanted if lecture in c.places]
    if notebook is not None:
        wanted = [c for c in wanted if c.notebook == notebook]
    return sorted(wanted, key=lambda c: (list(LECTURES).index(c.lecture), c.notebook))


def _claim(id: str) -> Claim:
    if id not in REGISTRY:
        hint = did_you_mean(id, REGISTRY, "`course audit` lists them all.")
        raise CourseError(f"There is no claim {id}: {hint}")
    return REGISTRY[id]


def _require_lecture(lecture: str) -> None:
    if lecture not in LECTURES:
        raise CourseError(f"There is no lecture {lecture}: there are {', '.join(LECTURES)}.")


def count(findings: list[Finding]) -> dict[str, int]:
    """How many of the findings have each verdict; all verdicts are there."""
    counter = Counter(finding.verdict for finding in findings)
    return {verdict: counter[verdict] for verdict in VERDICTS}


def note(id: str) -> str:
    """The claim and its verdict as a Markdown quotation, for the margin of a notebook.

    Raises CourseError for an id that there is not.
    """
    finding = claims(id)[0].check()
    lines = textwrap.wrap(f"**Lecture audit.** {sentence(finding)}", _WIDTH - 2,
                          break_long_words=False, break_on_hyphens=False)  # fmt: skip
    return "\n".join(f"> {line}" for line in lines)


def sentence(finding: Finding) -> str:
    """What a finding comes to, in words."""
    claim, verdict = finding.claim, f"**{finding.verdict.capitalize()}.**"
    outcome = f"Recomputed: {finding.shown}. {verdict}"
    if not claim.stated:
        outcome = f"Recomputed. {verdict}"
    if claim.source:
        outcome = f"Not recomputed; {claim.kind}, {claim.source}: {finding.shown}. {verdict}"
        if finding.verdict == claim.kind:  # the verdict would say it again
            outcome = outcome.removesuffix(f" {verdict}")
        if not finding.values:
            outcome = f"Not recomputed, and not looked up ({claim.source})."
    return " ".join(filter(None, (f"{_WHO[claim.lecture]} “{claim.says}”.", outcome, finding.why)))


__all__ = ["LECTURES", "VERDICTS", "Claim", "Finding", "claims", "count", "note", "sentence"]
