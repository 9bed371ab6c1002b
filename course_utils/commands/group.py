"""How `course` answers: every error is one sentence on stderr and an exit status."""

import difflib
import os
import sys
import traceback

import click

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
