"""Answers to the questions at the end of the appendix on floating point."""

ANSWERS = (
    """
At $2^{24} = 16{,}777{,}216$. From there the next float32 is 2 away, so adding 1 gives the same
number again. Nothing complains; the count simply stays where it is, and every mean that is
divided by it comes out too large. A whole number (`int`) does not have this problem, and a float64
reaches $2^{53}$, which is more images than anyone has.
""",
    """
Not the trained networks: they differ by two digits of 500, and another seed makes as large a
difference. Give both computers the *same weights* and one batch, and compare the scores and the
gradients. They should agree to about six digits; two or three digits mean TF32 or bfloat16. If
they agree, train with several seeds on both. If one of them is worse by more than the seeds
differ, something is wrong.
""",
    """
A product in bfloat16 is wrong by up to some tenths of a per cent. The gradient of one batch is an
estimate from 50 digits and is off by far more than that, and the errors of the single products
cancel in part when they are added up in float32. A weight gets very many steps that are small
compared with it. At 1 the next bfloat16 is $1/128$ away, so a step of less than half of that
rounds to nothing, however often it is repeated.
""",
)
