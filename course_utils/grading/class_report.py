"""What an instructor looks at after a run: how the class did, and where it was stuck."""

import html
import statistics
from collections import Counter, defaultdict

from course_utils.grading import feedback, unnamed
from course_utils.grading.result import FULL, GRADER_ERROR, NOT_ATTEMPTED, STATES, Result
from course_utils.grading.run import ClassRun

_COLOURS = dict(
    zip(
        STATES,
        ("#009E73", "#E6B800", "#D55E00", "#CC79A7", "#0072B2", "#56B4E9", "#BBBBBB", "#DDDDDD",
         "#000000"),
        strict=True,
    )
)  # fmt: skip


def html_page(run: ClassRun) -> str:
    """The report on a class as one HTML file."""
    body = [
        "<h1>Class report</h1>",
        f'<p class="sum">{_count(len(run.students), "student")}'
        + (f" of {run.total}, the run was interrupted" if run.interrupted else "")
        + f" · seed {run.seed} · sandbox: {html.escape(run.sandbox)} · {run.seconds:.0f} s</p>",
        _warning(run),
        "<h2>Scores</h2>",
        _scores(run),
        "<h2>Exercises</h2>",
        _legend(run),
        _exercises(run),
        "<h2>Common mistakes</h2>",
        _mistakes(run),
        "<h2>Wrong answers without a name</h2>",
        _unnamed(run),
        "<h2>Slowest exercises</h2>",
        _slowest(run),
        "<h2>Not graded</h2>",
        _remarks(run),
    ]
    return feedback.page("Class report", "\n".join(body))


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def results_by_exercise(run: ClassRun) -> dict[str, list[Result]]:
    """All results of a run by exercise, in the order of the course."""
    groups: dict[str, list[Result]] = defaultdict(list)
    for student in run.students:
        for result in student.results:
            groups[result.exercise].append(result)
    return dict(sorted(groups.items(), key=lambda item: item[1][0].notebook))


def common_mistakes(run: ClassRun) -> list[tuple[str, str, int]]:
    """(exercise, mistake, how many students made it), the most frequent first."""
    made = Counter(
        (r.exercise, r.mistake) for s in run.students for r in s.results if r.mistake
    )  # fmt: skip
    return [(exercise, mistake, n) for (exercise, mistake), n in made.most_common()]


def _warning(run: ClassRun) -> str:
    broken = [s.student for s in run.students if s.has_grader_error]
    if not broken:
        return ""
    names = html.escape(", ".join(broken))
    return f'<p class="remark">The grader itself failed for: {names}. Run again with --resume.</p>'


def _scores(run: ClassRun) -> str:
    shares = [s.points / s.max_points for s in run.students if s.max_points]
    if not shares:
        return "<p>No notebook could be graded.</p>"
    bins = Counter(min(int(share * 10), 9) for share in shares)
    most = max(bins.values())
    rows = "".join(
        f"<tr><td>{_interval(i, max(shares))}</td>"
        f'<td style="width:22rem">{feedback.bar(bins[i], most)}</td>'
        f'<td class="n">{bins[i]}</td></tr>'
        for i in range(10)
    )
    middle, mean = statistics.median(shares), statistics.mean(shares)
    return f"<table>{rows}</table><p>Median {middle:.0%}, mean {mean:.0%} of the points.</p>"


def _interval(number: int, highest: float) -> str:
    """The name of a row; with a bonus, the last one goes on beyond 100 %."""
    if number == 9 and highest > 1:
        return "from 90 %"
    return f"{10 * number}–{10 * number + 10} %"


def _legend(run: ClassRun) -> str:
    used = {r.state for s in run.students for r in s.results}
    marks = (
        f'<span style="white-space:nowrap"><i style="display:inline-block;width:.8rem;height:.8rem;'
        f'background:{_COLOURS[state]}"></i> {state}</span>'
        for state in STATES
        if state in used
    )
    return f"<p>{' &nbsp; '.join(marks)}</p>"


def _exercises(run: ClassRun) -> str:
    rows = "".join(
        f"<tr><td>{results[0].notebook}</td><td><code>{name}</code>{_optional(results)}</td>"
        f'<td style="width:16rem">{_stack(results)}</td>'
        f'<td class="n">{_solved(results)}</td></tr>'
        for name, results in results_by_exercise(run).items()
    )
    head = "<tr><th></th><th>exercise</th><th>states</th><th>full points</th></tr>"
    return f"<table>{head}{rows}</table>"


def _optional(results: list[Result]) -> str:
    return " (optional)" if results[0].optional else ""


def _solved(results: list[Result]) -> str:
    return f"{sum(r.state == FULL for r in results) / len(results):.0%}"


def _stack(results: list[Result]) -> str:
    counts = Counter(r.state for r in results)
    parts = "".join(
        f'<i title="{state}: {counts[state]}" style="display:inline-block;height:.8rem;'
        f'width:{100 * counts[state] / len(results):.2f}%;background:{_COLOURS[state]}"></i>'
        for state in STATES
        if counts[state]
    )
    return f'<div style="font-size:0">{parts}</div>'


def _mistakes(run: ClassRun) -> str:
    found = common_mistakes(run)[:25]
    if not found:
        return "<p>No answer looked like a known mistake.</p>"
    rows = "".join(
        f'<tr><td class="n">{n}</td><td><code>{exercise}</code></td>'
        f"<td>{feedback.code(mistake)}</td></tr>"
        for exercise, mistake, n in found
    )
    return f"<table><tr><th>students</th><th>exercise</th><th>mistake</th></tr>{rows}</table>"


def _unnamed(run: ClassRun) -> str:
    found = unnamed.groups((s.student, r) for s in run.students for r in s.results)[:12]
    if not found:
        return "<p>Every wrong answer has a name.</p>"
    said = (
        "<p>Answers that return the same in all cases, the shortest of each group. The block goes "
        "into the exercise's file; give it a name and a question, and the next run names them.</p>"
    )
    return said + "".join(
        f"<details><summary><code>{group.exercise}</code>: {html.escape(unnamed.words(group))}"
        f"</summary><pre>{html.escape(unnamed.block(group))}</pre></details>"
        for group in found
    )


def _slowest(run: ClassRun) -> str:
    timed = {
        name: [r.seconds for r in results if r.state not in (NOT_ATTEMPTED, GRADER_ERROR)]
        for name, results in results_by_exercise(run).items()
    }
    ranked = sorted(((max(t), name) for name, t in timed.items() if t), reverse=True)[:10]
    rows = "".join(
        f'<tr><td><code>{name}</code></td><td class="n">{statistics.median(timed[name]):.3f} s</td>'
        f'<td class="n">{slowest:.3f} s</td></tr>'
        for slowest, name in ranked
    )
    head = "<tr><th>exercise</th><th>median</th><th>slowest answer</th></tr>"
    return f"<table>{head}{rows}</table>" if rows else "<p>No answer was run.</p>"


def _remarks(run: ClassRun) -> str:
    rows = "".join(
        f"<tr><td>{html.escape(s.student)}</td><td>{html.escape(remark)}</td></tr>"
        for s in run.students
        for remark in s.remarks
    )
    return f"<table>{rows}</table>" if rows else "<p>Every file was graded.</p>"
