"""Claims about the family of ResNet (notebook 16)."""

# A claim reads best in two or three lines.
# fmt: off

from course_utils.audit.claim import cited, claim, found
from course_utils.audit.networks import modules

# --------------------------------------------------------------------------------------- the family
cited("preact-year", "Improving ResNets: [{2016}]", 2016,
      source="He et al. 2016, Identity mappings, ECCV 2016", looked_up=True, notebook="16",
      lecture="002", where="Improving ResNets: [2016]")


cited("wrn-year", "Wide Residual Networks ({2016})", 2016,
      source="arXiv:1605.07146, Zagoruyko and Komodakis, BMVC 2016", looked_up=True, notebook="16",
      lecture="002", where="Wide Residual Networks (2016)")


cited("wrn-50", "{50}-layer wide ResNet outperforms {152}-Layer original ResNet", 50, 152,
      source="Zagoruyko and Komodakis 2016, section 3 and table 8", looked_up=True, notebook="16",
      lecture="002", where="50-layer wide ResNet outperforms")


@claim("wrn-filters", "F x k filters instead of F filters in each ResNet Layer", notebook="16",
       lecture="002", where="Uses wider residual blocks")
def _():
    plain, wide = (modules(n, "Conv2d") for n in ("resnet50", "wide_resnet50_2"))
    ratios = {w.out_channels / p.out_channels for p, w in zip(plain, wide, strict=True)
              if p.kernel_size == (3, 3)}
    return found(ratios == {2.0}, why="The 3 × 3 layers of Wide ResNet-50-2, with k = 2.")


cited("rir-number", "ResNet inside ResNet [https://arxiv.org/pdf/{1608.02908}.pdf]", 1603.08029,
      source="arXiv:1603.08029, Targ, Almeida and Lyman 2016, Resnet in Resnet", looked_up=True,
      remark="1608.02908 is Residual Networks of Residual Networks (Zhang et al.), another design.",
      notebook="16", lecture="002", where="ResNet inside ResNet")


@claim("resnext-cardinality", 'multiple parallel pathways ("cardinality")', notebook="16",
       lecture="002", where="Aggregated Residual Transformations")
def _():
    middle = [c for c in modules("resnext50_32x4d", "Conv2d") if c.kernel_size == (3, 3)]
    groups = {c.groups for c in middle}
    return found(min(groups) > 1, why=f"""{", ".join(map(str, groups))} pathways in each of the
                 {len(middle)} blocks of ResNeXt-50, written as the groups of one convolution.""")
