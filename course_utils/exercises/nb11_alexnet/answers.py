"""Answers to the questions at the end of notebook 11."""

ANSWERS = (
    """
The multiply–adds: from 724 to 1,135 million, 57 % more, and the convolutions' share goes from 92
to 95 %. The parameters grow by 2 %, from 60.97 to 62.38 million, since conv2, conv4 and conv5
have so few. The neurons stay exactly as they are: a filter puts out one map, whether it reads
half of the maps or all of them.
""",
    """
Averaging cannot help where the errors are the same. So look at the image first: perhaps the label
is wrong. If it is not, the networks share a cause: the same training images, the same crops, the
same shape of network. Collect images like this one, or make them by augmentation, and train with
those. Or take a model that errs in another way, with other features or another resolution.
""",
    """
Hardly. On ImageNet colour often helps: a lemon and an orange, a red and a grey fox have nearly
the same shape. On our shapes the class does not depend on the colour, so ignoring it costs
nothing. Make it matter: let a red square and a blue square be two classes, or let most squares be
red. Then the colour lowers the loss, and fc7 will keep it.
""",
)
