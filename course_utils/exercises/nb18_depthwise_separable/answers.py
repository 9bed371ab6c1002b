"""Answers to the questions at the end of notebook 18."""

ANSWERS = (
    """
The depth-wise scans are only 3 % of MobileNet's multiply–adds, 17.4 of 569 million. With 25
numbers to a window instead of 9 they become 48.3 million, and the whole grows by 5 %. (With the
first layer, which is no depth-wise one, by 9 %.) A layer that waits for the memory moves the same
maps as before, and hardly more weights: its time should stay nearly the same.
""",
    """
149 and 148 million multiply–adds, so that is a draw. Parameters do not depend on the image: α = 1
has 4.2 million, α = ½ has 1.3. The maps are twice as large in each direction with 224, with half
as many of them. For small things take α = ½ with 224: what is gone after making the image
smaller, no number of maps brings back.
""",
    """
Two filters for each map, so that the scan puts out $2C$ maps. With $m$ filters the scan has
$mCK^2$ weights and the mix $mCF$: both grow with $m$. With $m = K^2 = 9$ it can do everything,
since any filter of 3 × 3 is a sum of nine patterns with a single 1 each, and the mix chooses the
weights. Fewer are enough if the filters of a map are all sums of fewer patterns; with $F < 9$
maps out, $m = F$ will do.
""",
)
