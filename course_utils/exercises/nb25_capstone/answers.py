"""Answers to the questions at the end of notebook 25."""

ANSWERS = (
    """
The ten pictures in a row show the same bird in the same light on the same branch, and the random
split put some of them on each side. The test asks, then, whether the network knows pictures
again, not birds. Ask for a split by series, and best for a second morning at another place. Ask
for a picture of the empty branch as well, and what the network says to it. And for the number of
test pictures: with 30 of them, 97 % is one mistake.
""",
    """
All weights $W$ go to 0, since only they are charged for. What remains is the bias, and the best
one is the mean of the targets: the share of each class. So it says the same for every picture,
the most frequent class, and its accuracy is 70 %. A baseline that any real answer must beat.
""",
    """
It says 10 % for whatever it answers, and is right in 10 %: it knows how little it knows. For
deciding it is of no use, since guessing does as well. But it is honest, and a calibration error
of 0 alone says no more than that. Look at both numbers, and at how far the confidences are
spread.
""",
)
