"""What makes the course: notebooks from their sources, pages, slides, a run on a device."""

from pathlib import Path

import click

from course_utils.errors import CourseError


@click.command()
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


@click.command()
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


jobs_option = click.option("--jobs", type=click.IntRange(1), default=1, show_default=True,
                           help="Notebooks that run at a time.")  # fmt: skip


@click.command()
@click.argument("notebooks", nargs=-1)
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False),
              default="build/site", show_default=True,
              help="The pages are in its folder html.")  # fmt: skip
@jobs_option
@click.option("--pdf/--no-pdf", default=True, help="A PDF of each notebook, too.")
def site(notebooks: tuple[str, ...], output: Path, jobs: int, pdf: bool) -> None:
    """Make web pages of the course, with figures that move."""
    from course_utils.editions.site import make_site

    make_site(output, names=notebooks, jobs=jobs, pdf=pdf, report=click.echo)


@click.command()
@click.argument("notebooks", nargs=-1)
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False),
              default="build/slides", show_default=True,
              help="Folder for the decks; its index.html lists them.")  # fmt: skip
@jobs_option
@click.option("--pdf/--no-pdf", default=True, help="A PDF of each deck, too.")
def slides(notebooks: tuple[str, ...], output: Path, jobs: int, pdf: bool) -> None:
    """Make slides of the notebooks (all, or those named: 04), with figures that move."""
    from course_utils.editions.decks import make_slides

    click.echo(make_slides(output, names=notebooks, jobs=jobs, pdf=pdf, report=click.echo))
