"""Claims about ZFNet (notebook 12)."""

# A claim reads best in two or three lines.
# fmt: off

from course_utils.audit.claim import cited, claim, found
from course_utils.audit.networks import modules

# ------------------------------------------------------------------------------------------ ZFNet
cited("zfnet-year", "Zeiler and Fergus {2013}", 2013, source="arXiv:1311.2901", looked_up=True,
      remark="Published at ECCV 2014.", notebook="12", lecture="004",
      where="Zeiler and Fergus 2013",
      also_002="ZF Net [2013]")


cited("first-layer-papers",
      "Zeiler et al. arXiv {2013}, ECCV {2014} … Nguyen et al. arXiv {2014}", 2013, 2014, 2014,
      source="arXiv:1311.2901; ECCV 2014; arXiv:1412.1897", looked_up=True, notebook="12",
      lecture="000", where="Layer 1 Filter (Gabor and color blobs)")


@claim("zfnet-first-layer", "{7}x{7} input-layer filters with stride {2}", notebook="12",
       lecture="004", where="7x7 input-layer filters",
       also_002="ZF Net used 7x7 filter with small Stride")
def _():
    conv = modules("zfnet", "Conv2d")[0]
    return found(*conv.kernel_size, conv.stride[0],
                 why=f"Its second layer has stride {modules('zfnet', 'Conv2d')[1].stride[0]}, too.")


cited("zfnet-wide", "{3} conv layers are {512}, {1024}, {512}", 3, 512, 1024, 512,
      source="Zeiler and Fergus 2014, table 2, variant (b)", looked_up=True,
      remark="A row of the paper's table of variants. ZFNet itself (figure 3) has 384, 384, 256.",
      notebook="12", lecture="004", where="3 conv layers are 512, 1024, 512")


cited("zfnet-error", "Error went down from {15.4%} \\rightarrow {14.8%}", 15.3, 14.8,
      source="Zeiler and Fergus 2014, table 2", looked_up=True,
      remark="On the same test images AlexNet has 15.3; 15.4 is its error on validation images.",
      notebook="12", lecture="004", where="Error went down from 15.4%")


cited("zfnet-ilsvrc13", "ZFNet: {11.7%} top 5 error in ILSVRC’ 13", 14.8,
      source="Zeiler and Fergus 2014, table 2; Simonyan and Zisserman 2015, table 7",
      looked_up=True,
      remark="11.7 is the entry of Clarifai, Zeiler's company; the paper's ZFNet has 14.8.",
      notebook="12", lecture="000", where="ZFNet: 11. 7% top 5 error")
