"""What a learner types: is all well here, data, progress, a new edition, handing in."""

from pathlib import Path

import click

from course_utils.commands.group import Commands


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Say what works here, and how to mend what does not."""
    from course_utils import doctor

    results = doctor.examine()
    click.echo(doctor.as_json(results) if as_json else doctor.report(results))
    ctx.exit(1 if any(result.status == doctor.PROBLEM for result in results) else 0)


@click.group(cls=Commands)
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


@click.command()
@click.argument("notebook", required=False)
def progress(notebook: str | None) -> None:
    """Show which exercises are solved, of all notebooks or of one (04)."""
    from course_utils.checking.board import standings
    from course_utils.checking.report import Board

    click.echo(Board(tuple(standings(notebook))).text())


@click.command()
@click.option("--answers-from", "folder", metavar="FOLDER", type=click.Path(path_type=Path),
              help="Carry over what you did in another copy of the course.")  # fmt: skip
def update(folder: Path | None) -> None:
    """Get the new edition of the course and keep your answers."""
    from course_utils.editions import update

    if folder is None:
        update.update_from_git(click.echo)
    else:
        update.update_from_folder(folder, click.echo)


@click.command()
@click.argument("notebooks", nargs=-1)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
              default="submission.zip", show_default=True, help="The file to hand in.")  # fmt: skip
def submit(notebooks: tuple[str, ...], output: Path) -> None:
    """Pack your notebooks (all with answers, or those named: 04) and say what is missing."""
    from course_utils.grading.submit import submit

    submit(notebooks, output, click.echo)
