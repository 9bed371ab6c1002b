"""Answers to the questions at the end of notebook 13."""

ANSWERS = (
    """
Memory: the first stage, where the maps are largest; 47 % more numbers for each image. Parameters:
the fifth, 86 % more, since fc6 reads twice as many numbers (119 of 138 million are new). Time:
the third, 84 % more multiply–adds, just ahead of the fourth with 81 %: doubling one stage doubles
what goes in at one end and comes out at the other, and quadruples what is in between.
""",
    """
A window with an even side has no pixel in the middle. With padding on one side only, each layer
moves the maps by half a pixel; with padding on both sides they grow by one. And there is little
to save: two layers of 2 × 2 have 8 weights for each pair of maps where one of 3 × 3 has 9, and
they keep twice as many maps for the way back.
""",
    """
Four: an image of twice the side has four times the pixels, and all maps with it. The convolutions
and the poolings do not mind. The first fully connected layer does: it expects 7 × 7 × 512 =
25,088 numbers and would get 14 × 14 × 512. Write it as a convolution of 7 × 7 and the network
slides over the larger image, with 8 × 8 answers to be averaged.
""",
)
