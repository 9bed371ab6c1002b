"""Answers to the questions at the end of notebook 24."""

ANSWERS = (
    """
The window lasts half as long. So the resolution in time doubles, and that in frequency is halved:
with $N$ samples at the rate $R$ the frequencies lie $R/N$ apart, and $R$ has doubled. What you
gain are the frequencies between the old limit of $R/2$ and the new one. To keep both resolutions,
double the window as well.
""",
    """
Each filter finds the same pattern twice, and the maximum over time keeps one of two equal
numbers. It says *whether* something was heard, not how often. To count, replace the maximum by a
sum over time, after a threshold that makes one narrow peak of each word, and train with numbers
as answers. A mean would do, too, if all recordings are of the same length.
""",
    """
With −1 the padding is a letter like any other: a filter that looks past the end of a word sees a
strong pattern, of the same kind after each word. With 0 it sees nothing, and its output there is
the bias alone. If the maximum ran over the padding, that number would take part: a word for which
a filter finds less than its bias gets the bias instead, but only if there is padding. So the
answer would depend on how long the *other* words of the batch are.
""",
)
