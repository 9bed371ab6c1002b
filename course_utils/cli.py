"""The `course` command. One function per command; heavy imports stay inside the functions.

To add a command: write a function under `@click.command()` in a module of `commands`, with a
one-line docstring for `--help`, and name it below. It raises CourseError for what the user can
mend, and `Commands` turns that into one sentence.
"""

import click

from course_utils import __version__
from course_utils.commands import learning, making, networks, teaching
from course_utils.commands.group import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="course %(version)s")
def main() -> None:
    """A course on convolutional networks: set-up, data, notebooks, progress."""


for command in (
    learning.doctor, learning.data, learning.progress, learning.update, learning.submit,
    teaching.grade, teaching.mistakes, teaching.release,
    making.build, making.validate, making.site, making.slides,
    networks.zoo_command, networks.audit, networks.train, networks.experiment, networks.measure,
    networks.predict, networks.export,
):  # fmt: skip
    main.add_command(command)
