"""Claims about DenseNet (notebook 17)."""

# A claim reads best in two or three lines.
# fmt: off

from course_utils.audit.claim import cited, claim, found
from course_utils.audit.networks import modules

cited("densenet-year", "Densely connected Convolutional Networks [{2017}]", 2017,
      source="arXiv:1608.06993, Huang et al., CVPR 2017", looked_up=True, notebook="17",
      lecture="002", where="Densely connected Convolutional Networks")


@claim("densenet-union", "Each layer looks at the union of maps from all previous layers",
       notebook="17", lecture="004", where="Each layer looks at the")
def _():
    before = [c.in_channels for c in modules("densenet121", "Conv2d")[1:13]]  # the first block
    seen = before[::2]  # each of its six layers: 1 × 1, then 3 × 3
    growth = modules("densenet121", "Conv2d")[2].out_channels
    return found(seen == [64 + growth * k for k in range(6)],
                 why=f"The six layers of the first block see {', '.join(map(str, seen))} maps.")


@claim("densenet-all-convolutional", "All convolutional", notebook="17", lecture="004",
       where="Densenet")
def _():
    linear = modules("densenet121", "Linear")
    return found(not linear, why=f"""{len(modules("densenet121", "Conv2d"))} convolutions, and
                 {len(linear)} linear layer for the {linear[0].out_features:,} classes.""")


cited("densenet-vanishing", "Vanishing gradient problems are solved", False,
      source="Huang et al. 2017, abstract", looked_up=True,
      remark="The paper claims less: DenseNets “alleviate the vanishing-gradient problem”.",
      notebook="17", lecture="002",
      where="Densely connected Convolutional Networks [2017]")
