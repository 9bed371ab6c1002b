"""What an instructor types: grading a class, and exercises for other platforms."""

from pathlib import Path

import click

from course_utils.errors import CourseError


@click.command()
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


@click.command()
@click.argument("folder", metavar="RESULTS", type=click.Path(path_type=Path, file_okay=False))
@click.option("--most", type=click.IntRange(min=1), default=10, show_default=True,
              help="Show so many groups.")  # fmt: skip
def mistakes(folder: Path, most: int) -> None:
    """Show the wrong answers of a class that no known mistake explains."""
    from course_utils.grading import unnamed

    click.echo(unnamed.text(unnamed.groups(unnamed.read(folder)), most))


@click.command()
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
