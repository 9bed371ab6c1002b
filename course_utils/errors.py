"""The one error that is meant for the person at the keyboard."""


class CourseError(Exception):
    """Something the user can mend: one sentence that names what was expected and what came.

    The command line prints it without a traceback and exits with status 1.
    """
