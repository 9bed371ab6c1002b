import json
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from course_utils import __version__, cli, doctor
from course_utils.doctor import OK, PROBLEM, WARNING, Result
from course_utils.errors import CourseError


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Runs `course ARGS` with an empty data folder."""
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.delenv("COURSE_DEBUG", raising=False)
    return lambda *args: CliRunner().invoke(cli.main, list(args), prog_name="course")


@pytest.fixture
def failing(monkeypatch):
    """Makes `course data list` raise the given error."""

    def install(error):
        def fail():
            raise error

        monkeypatch.setattr("course_utils.datasets.catalogue", fail)

    return install


def one_sentence(result):
    assert result.stdout == ""
    assert result.stderr.startswith("course: ")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
    return result.stderr


def test_help_needs_nothing_heavy():
    program = (
        "import sys, course_utils.cli as cli\n"
        "try: cli.main(['--help'], prog_name='course')\n"
        "except SystemExit as done: assert done.code == 0\n"
        "heavy = {'torch', 'numpy', 'jupyter_client', 'sklearn', 'mlxtend'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "doctor" in done.stdout


@pytest.mark.parametrize("args", [(), ("--help",), ("-h",), ("data",), ("data", "--help")])
def test_help_goes_to_stdout_with_status_0(course, args):
    result = course(*args)
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: course")
    assert result.stderr == ""


def test_every_command_has_a_line_of_help():
    def commands(group):
        for command in group.commands.values():
            yield command
            if isinstance(command, click.Group):
                yield from commands(command)

    for command in commands(cli.main):
        assert command.get_short_help_str(limit=200).endswith("."), command.name


def test_version(course):
    assert course("--version").stdout.strip() == f"course {__version__}"


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["docter"], "There is no command course docter: did you mean doctor?"),
        (["Doctor"], "There is no command course Doctor: did you mean doctor?"),
        (["qqq"], "There is no command course qqq: there are "),
        (["data", "gte"], "There is no command course data gte: did you mean get?"),
        (["data", "get"], "Missing argument 'NAME…'."),
        (["data", "list", "x"], "Got unexpected extra argument (x)"),
        (["doctor", "--jsno"], "No such option '--jsno'. Did you mean '--json'?"),
        (["--nonsense"], "No such option '--nonsense'."),
    ],
)
def test_a_wrong_command_line_is_one_sentence(course, args, sentence):
    result = course(*args)
    assert result.exit_code == 2
    assert one_sentence(result).startswith(f"course: {sentence}")


@pytest.mark.parametrize("names", [["mnist5k"], ["cifar10", "mnist5k"]])
def test_an_unknown_data_set_stops_before_any_download(course, monkeypatch, names):
    monkeypatch.setattr("course_utils.datasets.download", lambda name: pytest.fail(name))
    result = course("data", "get", *names)
    assert result.exit_code == 1
    assert "did you mean mnist_5k" in one_sentence(result)


def test_what_the_user_can_mend_is_one_sentence(course, failing):
    failing(CourseError("Expected a,\n  got b."))
    result = course("data", "list")
    assert result.exit_code == 1
    assert one_sentence(result) == "course: Expected a, got b.\n"


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (ZeroDivisionError("division\nby zero"), "(ZeroDivisionError: division by zero)"),
        (KeyError(), "(KeyError)"),
        (PermissionError(13, "Permission denied"), "(PermissionError: [Errno 13] Perm"),
    ],
)
def test_what_nobody_expected_is_one_sentence_too(course, failing, error, what):
    failing(error)
    result = course("data", "list")
    assert result.exit_code == 1
    sentence = one_sentence(result)
    assert what in sentence
    assert "COURSE_DEBUG=1 shows the traceback" in sentence


@pytest.mark.parametrize("error", [ZeroDivisionError("x"), CourseError("x")])
def test_course_debug_shows_the_traceback(course, failing, monkeypatch, error):
    failing(error)
    monkeypatch.setenv("COURSE_DEBUG", "1")
    result = course("data", "list")
    assert result.exit_code == 1
    assert "Traceback (most recent call last)" in result.stderr
    assert result.stderr.splitlines()[-1].startswith("course: ")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_ctrl_c_exits_130_quietly(course, failing, error):
    failing(error)
    result = course("data", "list")
    assert result.exit_code == 130
    assert result.output.strip() == ""


def test_a_closed_pipe_is_no_error():
    program = "from course_utils.cli import main; main(['data', 'list'], prog_name='course')"
    done = subprocess.run(
        f'"{sys.executable}" -c "{program}" | true', shell=True, capture_output=True, text=True
    )
    assert "Traceback" not in done.stderr
    assert "went wrong" not in done.stderr


def test_data_list_names_every_set_and_its_state(course, tmp_path):
    (tmp_path / "MNIST" / "raw").mkdir(parents=True)
    result = course("data", "list")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    states = {words[0]: words[1] for line in lines if (words := line.split()) and line[0].islower()}
    assert states == {
        "mnist_5k": "here", "digits_8x8": "here", "language_words": "here",
        "photographs": "here", "vowels": "generated", "fsdd": "absent",
        "cluttered_digits": "generated", "shapes": "generated", "stick_figures": "generated",
        "mnist": "incomplete", "fashion_mnist": "absent", "cifar10": "absent",
    }  # fmt: skip
    assert str(tmp_path / "MNIST" / "raw") in result.stdout
    assert "`course data get cifar10` fetches it" in result.stdout
    assert lines.pop() == f"Data folder: {tmp_path}"
    assert max(len(line) for line in lines if not line.startswith(" ")) <= 80


def test_data_get_says_where_each_set_is(course, monkeypatch):
    monkeypatch.setattr("course_utils.datasets.download", lambda name: f"/data/{name}")
    result = course("data", "get", "mnist", "photographs", "cifar10")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "mnist is in /data/mnist",
        "photographs needs no download: it comes with scikit-learn.",
        "cifar10 is in /data/cifar10",
    ]


@pytest.mark.parametrize(
    ("statuses", "exit_code"), [([OK, WARNING], 0), ([OK, PROBLEM], 1), ([OK], 0)]
)
def test_doctor_exits_1_when_there_is_a_problem(course, monkeypatch, statuses, exit_code):
    results = [Result("x", status, f"it is {status}") for status in statuses]
    monkeypatch.setattr(doctor, "examine", lambda: results)
    for args in (["doctor"], ["doctor", "--json"]):
        result = course(*args)
        assert result.exit_code == exit_code
        assert f"it is {statuses[-1]}" in result.stdout
    assert [finding["status"] for finding in json.loads(result.stdout)] == statuses
