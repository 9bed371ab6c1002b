"""Networks: the zoo, the lectures' numbers, and training from the command line."""

import contextlib
import os
import signal
import sys
import threading
from pathlib import Path

import click

from course_utils.commands.group import INTERRUPTED
from course_utils.errors import Interrupted


@click.command("zoo")
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


@click.command()
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


@click.command()
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


@click.command()
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


@click.command()
@click.argument("name")
@click.option("--most", type=click.IntRange(min=1), metavar="N",
              help="Only the first N trainings, to try it out.")  # fmt: skip
@click.option("--record", "file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="The file for the numbers [.course/experiments/NAME.json].")  # fmt: skip
def measure(name, **options) -> None:
    """Measure again what a notebook shows from data/runs, such as 13_depth."""
    from course_utils.editions import recordings

    recordings.measure(name, report=click.echo, **options)


@click.command()
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


@click.command()
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.argument("out", metavar="OUT.onnx", type=click.Path(path_type=Path, dir_okay=False))
@network_option
@classes_option
def export(checkpoint, out, **options) -> None:
    """Write a trained network as ONNX; or its weights, in float16, as OUT.npz."""
    from course_utils.training import export

    export.export(checkpoint, out, report=click.echo, **options)
