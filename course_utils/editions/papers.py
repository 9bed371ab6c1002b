"""Where the papers can be read that the notebooks name under "Read on".

Titles are as the notebooks print them, in italics. A paper whose identifier nobody has looked up
is not here, and stays without a link.
"""

# title -> "arXiv:…" or "doi:…"
PAPERS = {
    "A ConvNet for the 2020s": "arXiv:2201.03545",
    "A study of BFLOAT16 for deep learning training": "arXiv:1905.12322",
    "A guide to convolution arithmetic for deep learning": "arXiv:1603.07285",
    "A non-local algorithm for image denoising": "doi:10.1109/CVPR.2005.38",
    "A mean field theory of batch normalization": "arXiv:1902.08129",
    "Adam": "arXiv:1412.6980",
    "Aggregated residual transformations for deep neural networks": "arXiv:1611.05431",
    "An image is worth 16×16 words": "arXiv:2010.11929",
    "Applying convolutional neural networks concepts to hybrid NN-HMM model for speech recognition":
        "doi:10.1109/ICASSP.2012.6288864",
    "Approximation by superpositions of a sigmoidal function": "doi:10.1007/BF02551274",
    "Attention is all you need": "arXiv:1706.03762",
    "AutoAugment": "arXiv:1805.09501",
    "Automatic differentiation in machine learning: a survey": "arXiv:1502.05767",
    "Backpropagation applied to handwritten zip code recognition": "doi:10.1162/neco.1989.1.4.541",
    "Batch normalization": "arXiv:1502.03167",
    "Best practices for convolutional neural networks": "doi:10.1109/ICDAR.2003.1227801",
    "Checkerboard artifact free sub-pixel convolution": "arXiv:1707.02937",
    "CNN features off-the-shelf": "arXiv:1403.6382",
    "Control methods used in a study of the vowels": "doi:10.1121/1.1906875",
    "Convolutional neural networks for sentence classification": "arXiv:1408.5882",
    "Cutout": "arXiv:1708.04552",
    "DRAW": "arXiv:1502.04623",
    "DeCAF": "arXiv:1310.1531",
    "Decoupled weight decay regularization": "arXiv:1711.05101",
    "Deconvolution and Checkerboard Artifacts": "doi:10.23915/distill.00003",
    "Deconvolutional Networks": "doi:10.1109/CVPR.2010.5539957",
    "Deep inside convolutional networks": "arXiv:1312.6034",
    "Deep networks with stochastic depth": "arXiv:1603.09382",
    "Deep neural networks are easily fooled": "arXiv:1412.1897",
    "Deep residual learning": "arXiv:1512.03385",
    "DeepLab": "arXiv:1606.00915",
    "DeepPose": "arXiv:1312.4659",
    "Deformable Convolutional Networks": "arXiv:1703.06211",
    "Deep residual learning for image recognition": "arXiv:1512.03385",
    "Delving deep into rectifiers": "arXiv:1502.01852",
    "Densely connected convolutional networks": "arXiv:1608.06993",
    "Distribution-aware coordinate representation": "arXiv:1910.06278",
    "Efficient BackProp": "doi:10.1007/3-540-49430-8_2",
    "Emergence of simple-cell receptive field properties by learning a sparse code for natural "
    "images": "doi:10.1038/381607a0",
    "Evaluation of Pooling Operations in Convolutional Architectures for Object Recognition":
        "doi:10.1007/978-3-642-15825-4_10",
    "Fast R-CNN": "arXiv:1504.08083",
    "Feature visualization": "doi:10.23915/distill.00007",
    "FractalNet: ultra-deep neural networks without residuals": "arXiv:1605.07648",
    "Fully Convolutional Networks": "arXiv:1411.4038",
    "Fully convolutional networks for semantic segmentation": "arXiv:1411.4038",
    "Generalized Intersection over Union": "arXiv:1902.09630",
    "Going deeper with convolutions": "arXiv:1409.4842",
    "Gradient-based learning applied to document recognition": "doi:10.1109/5.726791",
    "Group Equivariant Convolutional Networks": "arXiv:1602.07576",
    "Group normalization": "arXiv:1803.08494",
    "Identity mappings in deep residual networks": "arXiv:1603.05027",
    "ImageNet classification with deep convolutional neural networks": "doi:10.1145/3065386",
    "Inception-v4": "arXiv:1602.07261",
    "Integral human pose regression": "arXiv:1711.08229",
    "Is the deconvolution layer the same as a convolutional layer?": "arXiv:1609.07009",
    "Joint training of a convolutional network and a graphical model": "arXiv:1406.2984",
    "Layer normalization": "arXiv:1607.06450",
    "Learned-norm pooling for deep feedforward and recurrent neural networks": "arXiv:1311.1780",
    "Learning deep features for discriminative localization": "arXiv:1512.04150",
    "Learning Invariant Representations with Local Transformations": "arXiv:1206.6418",
    "Learning representations by back-propagating errors": "doi:10.1038/323533a0",
    "Learning rotation invariant convolutional filters for texture classification":
        "arXiv:1604.06720",
    "Learning to Zoom": "arXiv:1809.03355",
    "Making Convolutional Networks Shift-Invariant Again": "arXiv:1904.11486",
    "Mask R-CNN": "arXiv:1703.06870",
    "Memory-efficient implementation of DenseNets": "arXiv:1707.06990",
    "Mixed precision training": "arXiv:1710.03740",
    "MobileNets: efficient convolutional neural networks for mobile vision applications":
        "arXiv:1704.04861",
    "MobileNetV2": "arXiv:1801.04381",
    "Multi-task learning using uncertainty to weigh losses": "arXiv:1705.07115",
    "Network in network": "arXiv:1312.4400",
    "Numerical coordinate regression": "arXiv:1801.07372",
    "On the relationship between self-attention and convolutional layers": "arXiv:1911.03584",
    "One weird trick for parallelizing convolutional neural networks": "arXiv:1404.5997",
    "OverFeat": "arXiv:1312.6229",
    "Phoneme recognition using time-delay neural networks": "doi:10.1109/29.21701",
    "Qualitatively characterizing neural network optimization problems": "arXiv:1412.6544",
    "RandAugment": "arXiv:1909.13719",
    "Real-time single image and video super-resolution using an efficient sub-pixel convolutional "
    "neural network": "arXiv:1609.05158",
    "Residual networks behave like ensembles of relatively shallow networks": "arXiv:1605.06431",
    "Resnet in Resnet": "arXiv:1603.08029",
    "Rethinking the Inception architecture": "arXiv:1512.00567",
    "Roofline: an insightful visual performance model": "doi:10.1145/1498765.1498785",
    "Sanity checks for saliency maps": "arXiv:1810.03292",
    "Spatial Transformer Networks": "arXiv:1506.02025",
    "Stacked hourglass networks": "arXiv:1603.06937",
    "Striving for Simplicity": "arXiv:1412.6806",
    "The perceptron": "doi:10.1037/h0042519",
    "The shattered gradients problem": "arXiv:1702.08591",
    "U-Net: Convolutional networks for biomedical image segmentation": "arXiv:1505.04597",
    "Understanding the effective receptive field": "arXiv:1701.04128",
    "V-Net": "arXiv:1606.04797",
    "Very deep convolutional networks for large-scale image recognition": "arXiv:1409.1556",
    "Visualizing and understanding convolutional networks": "arXiv:1311.2901",
    "What every computer scientist should know about floating-point arithmetic":
        "doi:10.1145/103162.103163",
    "Wide residual networks": "arXiv:1605.07146",
    "Xception": "arXiv:1610.02357",
    "mixup": "arXiv:1710.09412",
    "nnU-Net": "doi:10.1038/s41592-020-01008-z",
}  # fmt: skip
_RESOLVERS = {"arXiv": "https://arxiv.org/abs/", "doi": "https://doi.org/"}
_BY_TITLE = {title.lower(): identifier for title, identifier in PAPERS.items()}


def address_of(title: str) -> str | None:
    """The web page of a paper, by its title in any case, with any line breaks; or None."""
    identifier = _BY_TITLE.get(" ".join(title.split()).lower())
    if identifier is None:
        return None
    kind, number = identifier.split(":", 1)
    return _RESOLVERS[kind] + number
