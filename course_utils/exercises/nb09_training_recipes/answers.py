"""Answers to the questions at the end of notebook 09."""

ANSWERS = (
    r"""
Twice the batch makes the gradient half as noisy (in variance) and leaves half as many steps for
each epoch. The usual rule is to double the rate, with a few epochs of a smaller one at the
beginning. The half-life is $\ln 2\,(1 - \mu)/(\text{lr}\,\lambda)$ *steps*. If you change nothing
else, it takes as many steps as before, and that is twice as many epochs: the decay has become
half as strong. If you double the rate, it is as many epochs as before.
""",
    """
A gap of six points between training and validation is overfitting. More images help most, so
begin with augmentation (notebook 10), as far as it leaves the labels true. Then weight decay,
stronger than now; then dropout before the linear layers; and stop at the best validation loss.
Last comes a smaller network. Change one thing at a time, tune the rate each time, and use several
seeds: with 500 validation digits one point is noise.
""",
    """
The validation loss says how well the network will read new digits, and for that the size of its
weights does not matter. The training loss without that price is not what the optimizer makes
smaller; it makes the sum smaller. The sum can fall while the training loss stands still or rises
a little, because the weights shrink: then the schedule would lower the rate too early. And the
other way round: a network that memorises goes on improving on its training digits, and the rate
would never fall.
""",
)
