"""The `course` command. One function per command; heavy imports stay inside the functions.

To add a command: write a function under `@main.command()`, with a one-line docstring for `--help`.
It raises CourseError for what the user can mend, and `Commands` turns that into one sentence.
"""

import contextlib
import difflib
import os
import signal
import sys
import threading
import traceback
from pathlib import Path

import click

from course_utils import __version__
from course_utils.console import say_it_plainly
from course_utils.errors import CourseError, Interrupted

INTERRUPTED = 130  # what shells report for a program that Ctrl-C stopped


class Commands(click.Group):
    """A group whose every error is one sentence on stderr and a non-zero exit status."""

    group_class = type  # groups inside the group are of this type, too

    def main(self, *args, standalone_mode: bool = True, **extra):
        if not standalone_mode:
            return super().main(*args, standalone_mode=False, **extra)
        say_it_plainly()
        try:
            status = super().main(*args, standalone_mode=False, **extra)
        except (click.Abort, KeyboardInterrupt):
            sys.exit(INTERRUPTED)
        except click.ClickException as error:
            _fail(error.format_message(), error.exit_code)
        except Exception as error:
            if os.environ.get("COURSE_DEBUG"):
                traceback.print_exc()
            _fail(_sentence(error), INTERRUPTED if isinstance(error, Interrupted) else 1)
        # a command returns nothing; `ctx.exit(status)` arrives here as a number
        sys.exit(status if isinstance(status, int) else 0)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args:
            click.echo(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: click.Context, args: list[str]):
        names = self.list_commands(ctx)
        if args[0] not in names and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0].lower(), names, cutoff=0.6)
            hint = (
                f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names)}."
            )
            raise click.UsageError(f"There is no command {ctx.command_path} {args[0]}: {hint}", ctx)
        return super().resolve_command(ctx, args)


@contextlib.contextmanager
def _ending_at_once():
    """Inside, Ctrl-C ends the program there and then; some packages swallow it while they import.

    For a beginning in which there is nothing to lose yet.
    """

    def end(*_):
        os.write(sys.__stderr__.fileno(), b"course: Interrupted before the first batch.\n")
        os._exit(INTERRUPTED)

    if threading.current_thread() is not threading.main_thread():  # it gets no signals
        yield
        return
    before = signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _fail(message: str, status: int) -> None:
    click.echo(f"course: {' '.join(message.split())}", err=True)
    sys.exit(status)


def _sentence(error: Exception) -> str:
    if isinstance(error, CourseError):
        return str(error)
    if isinstance(error, ImportError) and not (error.name or "").startswith("course_utils"):
        package = {"torch": "PyTorch"}.get(error.name, (error.name or "a package").split(".")[0])
        return (
            f"this needs {package}, which cannot be imported here ({error}): run `python -m pip "
            "install -r requirements.txt` in the course folder; `course doctor` says what works "
            "without it."
        )
    return _unexpected(error)


def _unexpected(error: Exception) -> str:
    what = f"{type(error).__name__}: {error}".strip(" :.")
    return f"Something went wrong inside the course ({what}); COURSE_DEBUG=1 shows the traceback."


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="course %(version)s")
def main() -> None:
    """A course on convolutional networks: set-up, data, notebooks, progress."""


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Say what works here, and how to mend what does not."""
    from course_utils import doctor

    results = doctor.examine()
    click.echo(doctor.as_json(results) if as_json else doctor.report(results))
    ctx.exit(1 if any(result.status == doctor.PROBLEM for result in results) else 0)


@main.group()
def data() -> None:
    """List the data sets, or download some."""


@data.command("list")
def data_list() -> None:
    """Show every data set: what it is, whether it is here, and where."""
    from course_utils.datasets import catalogue
    from course_utils.paths import data_folder

    for entry in catalogue():
        here = "generated" if entry.generated else "here"
        state = here if entry.present else "incomplete" if entry.incomplete else "absent"
        click.echo(f"{entry.name:<17}{state:<11} {entry.about:<44}{entry.size:>7}")
        click.echo(f"{'':<17}{entry.where}")
    click.echo(f"\nData folder: {data_folder()}")


@data.command("get")
@click.argument("names", nargs=-1, required=True, metavar="NAME…")
def data_get(names: tuple[str, ...]) -> None:
    """Download the named data sets into the data folder."""
    from course_utils.datasets import download
    from course_utils.datasets.registry import entry

    for wanted in [entry(name) for name in names]:  # a misspelt name stops before any download
        if wanted.embedded:
            click.echo(f"{wanted.name} needs no download: {wanted.where}.")
        else:
            click.echo(f"{wanted.name} is in {download(wanted.name)}")


@main.command()
@click.argument("notebook", required=False)
def progress(notebook: str | None) -> None:
    """Show which exercises are solved, of all notebooks or of one (04)."""
    from course_utils.checking.board import standings
    from course_utils.checking.report import Board

    click.echo(Board(tuple(standings(notebook))).text())


@main.command()
@click.option("--answers-from", "folder", metavar="FOLDER", type=click.Path(path_type=Path),
              help="Carry over what you did in another copy of the course.")  # fmt: skip
def update(folder: Path | None) -> None:
    """Get the new edition of the course and keep your answers."""
    from course_utils.editions import update

    if folder is None:
        update.update_from_git(click.echo)
    else:
        update.update_from_folder(folder, click.echo)


@main.command()
@click.argument("notebooks", nargs=-1)
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False),
              default="build/site", show_default=True,
              help="The pages are in its folder html.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True,
              help="Notebooks that run at a time.")  # fmt: skip
@click.option("--pdf/--no-pdf", default=True, help="A PDF of each notebook, too.")
def site(notebooks: tuple[str, ...], output: Path, jobs: int, pdf: bool) -> None:
    """Make web pages of the course, with figures that move."""
    from course_utils.editions.site import make_site

    make_site(output, names=notebooks, jobs=jobs, pdf=pdf, report=click.echo)


@main.command()
@click.argument("notebooks", nargs=-1)
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False),
              default="build/slides", show_default=True,
              help="Folder for the decks; its index.html lists them.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True,
              help="Notebooks that run at a time.")  # fmt: skip
@click.option("--pdf/--no-pdf", default=True, help="A PDF of each deck, too.")
def slides(notebooks: tuple[str, ...], output: Path, jobs: int, pdf: bool) -> None:
    """Make slides of the notebooks (all, or those named: 04), with figures that move."""
    from course_utils.editions.decks import make_slides

    click.echo(make_slides(output, names=notebooks, jobs=jobs, pdf=pdf, report=click.echo))


@main.command()
@click.argument("notebooks", nargs=-1)
@click.option("--solved", is_flag=True, help="Build the solved edition, and run it.")
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False),
              help="Folder for the solved edition [notebooks/solved].")  # fmt: skip
@click.option("--no-run", is_flag=True, help="Write the solved edition without running it.")
@click.option("--check", is_flag=True, help="Build nothing; fail if a notebook is out of date.")
@click.option("--force", is_flag=True, help="Run everything again and overwrite answers.")
def build(notebooks, solved, output, no_run, check, force) -> None:
    """Build notebooks from notebooks/source (all, or those named: 04)."""
    from course_utils.editions import build

    if (output or no_run) and not solved:
        raise click.UsageError("--output and --no-run belong to --solved")
    if check:
        late = [path.stem for path in build.source_files(notebooks) if not build.is_current(path)]
        if late:
            raise CourseError(f"out of date: {', '.join(late)}; run `course build`")
        click.echo("every notebook is what its source builds")
    elif solved:
        build.build_solved(notebooks, output, run=not no_run, report=click.echo)
    else:
        build.build(notebooks, force=force, report=click.echo)


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…",
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False),
              help="Folder for results, feedback, grades.csv and the class report.")  # fmt: skip
@click.option("--notebook", metavar="NN", help="Which notebook is graded [the one it looks like].")
@click.option("--seed", type=click.IntRange(min=0), help="Repeat the cases of an earlier run.")
@click.option("--jobs", type=click.IntRange(min=1), help="Workers at once [one per core].")
@click.option("--resume", is_flag=True, help="Go on with the run whose results are in --output.")
@click.option("--require-sandbox", is_flag=True, help="Refuse to grade without bubblewrap.")
@click.option("--gradescope", metavar="FILE", type=click.Path(path_type=Path),
              help="Write Gradescope's results.json (for one student).")  # fmt: skip
@click.option("--scheduler", metavar="ADDRESS", help="Grade on a Dask cluster.")
@click.option("--roster", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
              help="A list of the class: who is missing gets a row, too.")  # fmt: skip
@click.option("--due", metavar="DATE", help="When it was due: 2027-01-31 or 2027-01-31T18:00.")
@click.option("--late", metavar="RULE", help='What lateness costs: "10 % a day".')
@click.pass_context
def grade(ctx, paths, output, notebook, due, late, **options) -> None:
    """Grade notebooks, folders of them or a platform's zip, in a sandbox."""
    from course_utils.grading import command
    from course_utils.grading.lateness import due as read_due

    if late and not due:
        raise click.UsageError("--late needs --due DATE")
    options["due"] = read_due(due, late) if due else None
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise CourseError(f"there is no file or folder {path}")
    ctx.exit(command.grade(list(paths), output, number=notebook, **options))


@main.command()
@click.argument("folder", metavar="RESULTS", type=click.Path(path_type=Path, file_okay=False))
@click.option("--most", type=click.IntRange(min=1), default=10, show_default=True,
              help="Show so many groups.")  # fmt: skip
def mistakes(folder: Path, most: int) -> None:
    """Show the wrong answers of a class that no known mistake explains."""
    from course_utils.grading import unnamed

    click.echo(unnamed.text(unnamed.groups(unnamed.read(folder)), most))


@main.command()
@click.argument("notebooks", nargs=-1)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
              default="submission.zip", show_default=True, help="The file to hand in.")  # fmt: skip
def submit(notebooks: tuple[str, ...], output: Path) -> None:
    """Pack your notebooks (all with answers, or those named: 04) and say what is missing."""
    from course_utils.grading.submit import submit

    submit(notebooks, output, click.echo)


@main.command()
@click.argument("notebooks", nargs=-1)
@click.option("--nbgrader", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False),
              help="Write an nbgrader course folder (all notebooks, or those named).")  # fmt: skip
@click.option("--gradescope", metavar="FILE.zip", type=click.Path(path_type=Path, dir_okay=False),
              help="Write Gradescope's autograder for one notebook.")  # fmt: skip
@click.option("--colab", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False),
              help="Write notebooks that fetch the course on Colab.")  # fmt: skip
def release(notebooks, nbgrader, gradescope, colab) -> None:
    """Prepare notebooks for nbgrader, Gradescope or Colab."""
    if sum(target is not None for target in (nbgrader, gradescope, colab)) != 1:
        raise click.UsageError("say --nbgrader FOLDER, --gradescope FILE.zip or --colab FOLDER")
    if colab is not None:
        from course_utils.editions.for_colab import release_colab

        release_colab(notebooks, colab, click.echo)
    elif nbgrader is not None:
        from course_utils.editions.for_nbgrader import release_nbgrader

        release_nbgrader(notebooks, nbgrader, click.echo)
    else:
        from course_utils.editions.for_gradescope import release_gradescope

        release_gradescope(notebooks, gradescope, click.echo)


@main.command()
@click.option("--device", help="Such as cpu or cuda [$COURSE_DEVICE, or a GPU if there is one].")
@click.option("--notebooks", metavar="NN,NN…", help="Only these [all].")
@click.option("--edition", "editions", type=click.Choice(["learners", "solved"]), multiple=True,
              help="Only this edition [both].")  # fmt: skip
@click.option("--resume", is_flag=True, help="Pass over what has passed and did not change.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True,
              help="Notebooks at a time, the longest first.")  # fmt: skip
@click.option("--seconds", type=click.FloatRange(min=0), metavar="S",
              help="End after so long; --resume takes up the rest.")  # fmt: skip
@click.option("--record", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Put the findings into this JSON file, too.")  # fmt: skip
@click.option("--readme", is_flag=True, help="Only write the recorded table into the README.")
@click.pass_context
def validate(ctx, device, notebooks, editions, readme, **options) -> None:
    """Run every notebook on a device, and compare what it prints."""
    from course_utils.editions import validation

    if readme:
        validation.write_readme()
        return
    names = [name.strip() for name in (notebooks or "").split(",") if name.strip()]
    passed = validation.validate(
        names, device, editions=editions or validation.EDITIONS, report=click.echo, **options
    )
    ctx.exit(0 if passed else 1)


@main.command("zoo")
@click.argument("name", required=False)
@click.option("--depth", metavar="N", type=int, help="A row for each block, N modules deep.")
@click.option("--draw", "svg", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
              help="Draw the network into an SVG file.")  # fmt: skip
@click.option("--markdown", is_flag=True, help="Write the table of the zoo's README anew.")
def zoo_command(name, depth, svg, markdown) -> None:
    """List the networks of the zoo, or show the layers of one."""
    from course_utils.anatomy import command

    if markdown and (name or svg or depth):
        raise click.UsageError("--markdown goes alone: it writes about all networks")
    if svg and not name:
        raise click.UsageError("--draw wants the name of a network")
    command.run(name, depth, svg, markdown, report=click.echo)


@main.command()
@click.argument("claims", nargs=-1, metavar="[CLAIM]…")
@click.option("--lecture", metavar="NNN", help="Only what stands in this lecture: 000, 002, …")
@click.option("--html", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
              help="Write one HTML page.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def audit(claims, lecture, html, as_json) -> None:
    """Compute the lectures' numbers again (all, or those of some claims)."""
    from course_utils.audit import command

    if html and as_json:
        raise click.UsageError("say --html or --json")
    command.run(claims, lecture, html, as_json, report=click.echo)


def _names(_, __, value: str | None) -> tuple[str, ...] | None:
    """`cat,dog` as names."""
    return tuple(name.strip() for name in value.split(",")) if value else None


network_option = click.option(
    "--network", metavar="NAME", help="Which network it is, if the checkpoint does not say."
)
classes_option = click.option(
    "--classes", "class_names", metavar="NAME,NAME…", callback=_names,
    help="What the classes are called, if it does not say.",
)  # fmt: skip


@main.command()
@click.argument("model")
@click.argument("dataset", required=False)
@click.option("--data", "folder", type=click.Path(path_type=Path), metavar="FOLDER",
              help="Train on your own pictures: FOLDER/CLASS/PICTURE.")  # fmt: skip
@click.option("--size", type=click.IntRange(min=1), default=64, show_default=True,
              help="Pixels on each side of pictures from --data.")  # fmt: skip
@click.option("--skip-broken", is_flag=True, help="Pass over pictures that cannot be read.")
@click.option("--epochs", type=click.IntRange(min=0), default=5, show_default=True)
@click.option("--batch-size", type=click.IntRange(min=1), default=64, show_default=True)
@click.option("--optimizer", type=click.Choice(["sgd", "adam", "adamw"]), default="sgd",
              show_default=True)  # fmt: skip
@click.option("--lr", type=float, default=0.05, show_default=True, help="Learning rate.")
@click.option("--momentum", type=float, default=0.9, show_default=True)
@click.option("--nesterov", is_flag=True, help="Momentum that looks ahead (sgd).")
@click.option("--weight-decay", type=float, default=0.0, show_default=True)
@click.option(
    "--schedule", type=click.Choice(["plateau", "step", "cosine", "one_cycle", "triangular"])
)
@click.option("--label-smoothing", type=float, default=0.0)
@click.option("--clip", type=float, help="Largest length of the gradient.")
@click.option("--patience", type=click.IntRange(min=1), help="Epochs to wait for a lower loss.")
@click.option("--amp", is_flag=True, help="Mixed precision (bfloat16).")
@click.option("--channels-last", is_flag=True, help="Memory order NHWC.")
@click.option("--compile", is_flag=True, help="A slow first minute, and faster steps (GPU).")
@click.option("--device", help="Such as cpu or cuda:1 [$COURSE_DEVICE, or a GPU if there is one].")
@click.option("--seed", type=int, help="The same seed gives the same curve.")
@click.option("--checkpoint", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Keep the whole state there, after each epoch.")  # fmt: skip
@click.option("--every", type=click.IntRange(min=1), help="And after so many batches.")
@click.option("--resume", is_flag=True, help="Go on from --checkpoint, if it is there.")
@click.option("--width", type=float, default=1.0, show_default=True,
              help="Multiplies the maps of every layer, such as 0.125.")  # fmt: skip
@click.option("--images", type=click.IntRange(min=1), help="Train on so many images only.")
@click.option("--augment", is_flag=True, help="Random crops and flips, as ResNet on CIFAR-10.")
@click.option("--flip", type=click.Choice(["random", "alternating"]),
              help="Mirror training images: at random, or in turns.")  # fmt: skip
@click.option("--shift", type=click.IntRange(min=0), default=0, metavar="PIXELS",
              help="Move training images by up to so many pixels.")  # fmt: skip
@click.option("--validate/--no-validate", default=True, show_default=True,
              help="Without: the validation images are for training, too.")  # fmt: skip
@click.option("--fast", is_flag=True, help="On a GPU, speed before repeatability.")
@click.option("--record", "record_file", type=click.Path(path_type=Path, dir_okay=False),
              metavar="FILE", help="Add settings, curve and speed to this JSON file.")  # fmt: skip
@click.option("--test", is_flag=True, help="At the end, look at the test images.")
@click.option("--mirror", is_flag=True, help="And at their mirror images: the mean of both counts.")
@click.option("--progress/--quiet", default=True, help="Show a bar while it trains.")
def train(model: str, dataset: str | None, **options) -> None:
    """Train a network of the zoo, such as lenet, on a data set, such as mnist_5k, or on --data."""
    try:
        with contextlib.ExitStack() as stack:
            stack.enter_context(_ending_at_once())
            from course_utils.training import command

            command.train(model, dataset, report=click.echo, begin=stack.close, **options)
    except KeyboardInterrupt:
        raise Interrupted("Interrupted before the first batch.") from None


@main.command()
@click.argument("name", type=click.Choice(["degradation", "scoreboard", "speed"]))
@click.option("--epochs", type=click.IntRange(min=1), help="Instead of the recipe's.")
@click.option("--images", type=click.IntRange(min=1), help="Train on so many images only.")
@click.option("--width", type=float, help="Multiplies the maps of every layer.")
@click.option("--seeds", type=click.IntRange(min=1), help="The whole series with so many seeds.")
@click.option("--no-validate", "validate", flag_value=False, default=None,
              help="No look at the validation images after each epoch.")  # fmt: skip
@click.option("--device", help="Such as cpu or cuda:1 [$COURSE_DEVICE, or a GPU if there is one].")
@click.option("--record", "file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="The file with the trainings [.course/experiments/NAME.json].")  # fmt: skip
@click.option("--progress/--quiet", default=True, help="Show a bar while it trains.")
def experiment(name, **options) -> None:
    """Do a series of trainings on CIFAR-10; a second call goes on where it stopped."""
    from course_utils.training import experiments

    experiments.run(name, report=click.echo, **options)


@main.command()
@click.argument("name")
@click.option("--most", type=click.IntRange(min=1), metavar="N",
              help="Only the first N trainings, to try it out.")  # fmt: skip
@click.option("--record", "file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="The file for the numbers [.course/experiments/NAME.json].")  # fmt: skip
def measure(name, **options) -> None:
    """Measure again what a notebook shows from data/runs, such as 13_depth."""
    from course_utils.editions import recordings

    recordings.measure(name, report=click.echo, **options)


@main.command()
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, required=True, metavar="PICTURE…",
                type=click.Path(path_type=Path))  # fmt: skip
@network_option
@classes_option
@click.option("--most", type=click.IntRange(min=1), default=3, show_default=True,
              help="Show so many classes of each.")  # fmt: skip
@click.option("--skip-broken", is_flag=True, help="Pass over pictures that cannot be read.")
@click.option("--device", help="Such as cpu or cuda:1 [$COURSE_DEVICE, or a GPU if there is one].")
@click.option("--json", "as_json", is_flag=True, help="Print all probabilities as JSON.")
def predict(checkpoint, files, most, as_json, **options) -> None:
    """Say what is in pictures, or in all pictures of a folder, with a trained network."""
    from course_utils.training import answers

    found = answers.answers(checkpoint, files, **options)
    if as_json:
        click.echo(answers.as_json(found))
        return
    for answer in found:
        click.echo(answer.line(most))


@main.command()
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.argument("out", metavar="OUT.onnx", type=click.Path(path_type=Path, dir_okay=False))
@network_option
@classes_option
def export(checkpoint, out, **options) -> None:
    """Write a trained network as ONNX; or its weights, in float16, as OUT.npz."""
    from course_utils.training import export

    export.export(checkpoint, out, report=click.echo, **options)
