"""The commands of `course`, by who types them; `course_utils.cli` puts them together."""
