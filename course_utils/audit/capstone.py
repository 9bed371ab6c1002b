"""Claims about scoreboards, transfer and ensembles (notebook 25)."""

# A claim reads best in two or three lines.
# fmt: off

from course_utils.audit.claim import cited, claim, found

cited("fc7-features", "FC7 features generalize well to other tasks", True,
      source="Simonyan and Zisserman 2015, appendix B",
      remark="There with a linear classifier on frozen features, on four other sets of pictures. "
      "Measured in notebook 25 for a small network.",
      notebook="25", lecture="002", where="- FC7 features generalize well")


cited("ensembles-best", "Use ensembles for best results", True,
      looked_up=True, source="Simonyan and Zisserman 2015, table 6",
      remark="Two networks together were better than each of them; the winners of 2012 to 2015 "
      "were ensembles as well.", notebook="25", lecture="002",
      where="- Use ensembles for best results")


cited("ilsvrc-by-year", "{28.2} %, {25.8} %, {16.4} %, {11.7} %, {6.7} % from 2010 to 2014",
      28.2, 25.8, 16.4, 11.7, 6.7,
      source="Russakovsky et al. 2015, table of the winners",
      remark="Without other images to train on; with them 15.3 % in 2012.",
      notebook="25", lecture="papers", where="Russakovsky et al. 2015")


@claim("resnet50-recipes", "the same ResNet-50 has {76.130} % and {80.858} % top-1 accuracy",
       notebook="25", lecture="papers", where="torchvision, weights of ResNet-50")
def _():
    from torchvision.models import get_model_weights

    old, new = (weights.meta["_metrics"]["ImageNet-1K"]["acc@1"]
                for weights in get_model_weights("resnet50"))
    return found(old, new, why=f"Two recipes, {new - old:.2f} points apart, of one architecture.")
