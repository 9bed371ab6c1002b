"""Answers to the questions at the end of notebook 14."""

ANSWERS = (
    r"""
Without it, a pixel costs $9CF$; with it, $rC + 9rF$. They are equal at $r = 9CF/(C + 9F)$. For
$C = F$ that is $0.9\,C$: a bottleneck pays even if it hardly squeezes. GoogLeNet squeezes to a
half or less: with $C = 192$, $F = 128$ and $r = 96$ it costs 58 %.
""",
    """
The maps stay, and so does the class map, the weighted sum of the maps at each place. But the
score is no longer its mean. Only the largest value of each map counts, and the gradient goes to
that one place; so training makes the class maps spotty, with peaks on the part that tells most.
The mean is better at counting, since two dogs make the sum over all places about twice as large;
a maximum cannot tell one dog from two.
""",
    """
Guess first: perhaps the 5 × 5, since two layers of 3 × 3 see as far, or the pooling, which makes
nothing new. To find out, train the network without it, several seeds each, and give the freed
multiply–adds to the other branches, or you compare a large network with a small one. Switching a
branch off in a trained network is quicker, but answers another question: how much *this* network
has come to rely on it.
""",
)
