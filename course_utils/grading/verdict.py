"""From what a worker sent back to a result. A reply is data from a stranger: nothing is believed.

The comparison with the oracle is that of `check` (checking/judging.py); what is added here are
answers that never came, messages that are none, and words that keep the hidden cases hidden.
"""

import inspect
import re
import signal
from dataclasses import replace

from course_utils.checking.answer_key import AnswerKey
from course_utils.checking.comparing import identical
from course_utils.checking.exercise import Case, Exercise
from course_utils.checking.judging import Verdict, judge, without_numbers
from course_utils.checking.running import Outcome
from course_utils.grading import unnamed
from course_utils.grading.inside import wire
from course_utils.grading.result import (
    CRASHED,
    FULL,
    NOT_ATTEMPTED,
    PARTIAL,
    RAISED,
    TIME_LIMIT,
    WRONG,
    Result,
    result_for,
)
from course_utils.grading.session import Reply


def judged(key: AnswerKey, reply: Reply) -> Result:
    """What a reply says about an answer. A forged or broken one earns nothing."""
    exercise = key.exercise
    try:
        about, outcomes = _outcomes(key, reply)
    except wire.WireError as error:
        said = f"the program that ran the answer sent something unreadable ({error})"
        return result_for(exercise, CRASHED, said, seconds=reply.seconds)
    unusable = _unusable(exercise, about)
    if unusable:
        return result_for(exercise, *unusable, cases=len(key.cases), seconds=reply.seconds)
    missing = len(key.cases) - len(outcomes)
    filled = [*outcomes, *[Outcome(error="Ended", error_message="")] * missing]
    verdict = judge(key, filled)
    if missing:
        return _ended_early(key, verdict, reply)
    result = from_verdict(key, verdict, reply, about)
    if result.state in (WRONG, RAISED, PARTIAL) and not result.mistake:
        return replace(result, returned=unnamed.returned(key, outcomes))
    return result


def edited_outcomes(key: AnswerKey, reply: Reply, cases: list[int]) -> list[Outcome]:
    """What edited functions did, one message each; none where the reply is not to be believed."""
    if reply.flooded or reply.lost:
        return []
    try:
        messages = [wire.unpack_answer(m) for m in wire.split_whole(reply.data, len(cases))]
        names = key.exercise.argument_names
        return [_outcome(m, key.cases[cases[i]], names, i) for i, m in enumerate(messages)]
    except wire.WireError:
        return []


def outcomes_of(key: AnswerKey, reply: Reply) -> list[Outcome]:
    """What an answer did in all cases, from a reply that has been judged."""
    return _outcomes(key, reply)[1]


def _outcomes(key: AnswerKey, reply: Reply) -> tuple[dict, list[Outcome]]:
    if reply.flooded or reply.lost:
        return {}, []
    ended_well = reply.code == 0 and not reply.late
    cut = wire.split if ended_well else wire.split_whole
    messages = [wire.unpack_answer(m) for m in cut(reply.data, 1 + len(key.cases))]
    if not messages:
        return {}, []
    return messages[0], [
        _outcome(message, key.cases[i], key.exercise.argument_names, i)
        for i, message in enumerate(messages[1:])
    ]


def _outcome(message, drawn: Case, names: list[str], number: int) -> Outcome:
    """The outcome that a message describes. A WireError where it describes none."""
    if not isinstance(message, dict) or message.get("case") != number:
        raise wire.WireError("an answer without a place, or out of order")
    if "error" in message:
        texts = [message.get(k) for k in ("error", "message", "line")]
        if not all(isinstance(t, str) and len(t) <= 400 for t in texts):
            raise wire.WireError("an error that is no text")
        return Outcome(error=texts[0], error_message=texts[1], error_line=texts[2])
    after, warned, same = (message.get(k) for k in ("after", "warnings", "same"))
    fits = isinstance(after, tuple) and len(after) == len(drawn.args)
    if not fits or not _are(warned, str) or not _are(same, int) or "value" not in message:
        raise wire.WireError("an answer in another form")
    changed = [
        name
        for name, before, now in zip(names, drawn.args, after, strict=False)
        if not _unchanged(before, now)
    ]
    returned = next((names[i] for i in same if 0 <= i < len(names)), None)
    return Outcome(
        value=message["value"],
        changed=tuple(changed),
        returned_input=returned,
        warnings=tuple(text[:400] for text in warned),
    )


def _are(values, kind: type) -> bool:
    return isinstance(values, list) and len(values) <= 20 and all(type(v) is kind for v in values)


def _unchanged(before, now) -> bool:
    if inspect.isfunction(before):
        return isinstance(now, str) and now == inspect.getsource(before)
    if isinstance(before, list | tuple):
        return type(before) is type(now) and len(before) == len(now) and all(
            map(_unchanged, before, now)
        )  # fmt: skip
    return identical(before, now)


def _unusable(exercise: Exercise, about: dict) -> tuple[str, str] | None:
    """State and sentence for a name that cannot be called as the exercise says."""
    if not isinstance(about, dict):
        return CRASHED, "the program that ran the answer sent something unreadable"
    kind, unfit = about.get("kind"), about.get("unfit")
    notes = _notes(about)
    if about and about.get("callable") is not True:
        if notes:
            return RAISED, f"the cell with {exercise.name} stopped. {_explained(notes[-1])}"
        return WRONG, f"{exercise.name} is no function but an object of type {str(kind)[:60]}"
    if isinstance(unfit, str) and unfit:
        said = without_numbers(unfit[:300])
        return WRONG, f"{exercise.name} cannot be called as {exercise.signature}: {said}"
    return None


def _notes(about: dict) -> list[str]:
    """What stopped while the answer was set up, if it was said in the form in which it is said."""
    notes = about.get("notes")
    return [note[:300] for note in notes] if _are(notes, str) else []


def _explained(note: str) -> str:
    """A failed import, with the reason that is not in the message."""
    note = without_numbers(note)
    if "ModuleNotFoundError" in note and "course_utils" in note:
        return (
            f"({note}) The course's own code is not there while an answer is graded: write the "
            "function yourself."
        )
    if "ModuleNotFoundError" in note:
        return f"({note}) Only the notebook is graded, without that package or file."
    return f"({note})"


def _ended_early(key: AnswerKey, verdict: Verdict, reply: Reply) -> Result:
    exercise = key.exercise
    if reply.late:
        limit = f"{exercise.seconds:g} seconds of computing"
        state, said = TIME_LIMIT, f"it was stopped after {limit}. Is there a loop that never ends?"
    elif reply.flooded:
        state, said = CRASHED, "it sent back more than an answer can hold"
    elif reply.code < 0:
        state, said = CRASHED, f"its process was ended by {_signal_name(-reply.code)}"
    else:
        state, said = CRASHED, f"its process ended by itself, with exit status {reply.code}"
    return result_for(
        exercise,
        state,
        said,
        points=verdict.points,
        groups=_groups(key, verdict),
        failed=verdict.failed,
        cases=verdict.cases,
        seconds=reply.seconds,
    )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _groups(key: AnswerKey, verdict: Verdict) -> dict[str, bool]:
    right = range(len(key.cases)) if verdict.passed else verdict.right
    failed = {c.group for i, c in enumerate(key.cases) if i not in right}
    return {group: group not in failed for group in key.exercise.shares}


def from_verdict(key: AnswerKey, verdict: Verdict, reply: Reply, about: dict) -> Result:
    exercise = key.exercise
    state = FULL if verdict.passed else PARTIAL if verdict.points else verdict.state
    if verdict.state == NOT_ATTEMPTED:
        return result_for(exercise, NOT_ATTEMPTED)
    found = [m for m in (verdict.mistake, verdict.beside) if m]
    hint = " ".join(m.hint for m in found) or (exercise.hints or ("",))[0]
    return result_for(
        exercise,
        state,
        "" if verdict.passed else _discreet(verdict, about),
        points=verdict.points,
        mistake="; and ".join(m.name for m in found),
        hint="" if verdict.passed else hint,
        cases=verdict.cases,
        failed=verdict.failed,
        seconds=reply.seconds,
        groups=_groups(key, verdict),
    )


def _discreet(verdict: Verdict, about: dict) -> str:
    """What is wrong, without the numbers of a case that the next learner gets, too."""
    problem = verdict.problem
    said = problem.discreet or problem.sentence
    label = f" (the case “{verdict.case.label}”)" if verdict.case and verdict.case.label else ""
    notes = _notes(about)
    needed = problem.kind == "raised" and ("NameError" in said or "AttributeError" in said)
    missing = re.search(r"name '(\w+)'", said)
    about_it = [n for n in notes if missing and missing[1] in n] or notes
    reason = f" {_explained(about_it[-1])}" if about_it and needed else ""
    return f"{said[0].upper()}{said[1:]}{label}{reason}" if said else label
