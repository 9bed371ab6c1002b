"""Claims about DenseNet (notebook 17)."""

# A claim reads best in two or three lines.
# fmt: off

from course_utils.audit.claim import cited, claim, found
from course_utils.audit.networks import modules

cited("densenet-year", "Densely connected Convolutional Networks [{2017}]", 2017,
      source="Huang et al., CVPR 2017", notebook="17", lecture="002",
      where="Densely connected Convolutional Networks")


@claim("densenet-union", "Each layer looks at the union of maps from all previous layers",
       notebook="17", lecture="004", where="Each layer looks at the")
def _():
    before = [c.in_channels for c in modules("densenet121", "Conv2d")[1:13]]  # the first block
    seen = before[::2]  # each of its six layers: 1 × 1, then 3 × 3
    growth = modules("densenet121", "Conv2d")[2].out_channels
    return found(seen == [64 + growth * k for k in range(6)],
                 why=f"The six layers of the first block see {', '.join(map(str, seen))} maps.")
