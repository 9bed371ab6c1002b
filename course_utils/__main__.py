"""`python -m course_utils` is the command `course`, also where the package is not installed."""

from course_utils.cli import main

main(prog_name="course")
