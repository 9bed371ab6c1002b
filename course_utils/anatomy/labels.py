"""What a layer is called in a drawing: "conv 3×3, 64 / 2", "max pool 2×2", "linear 4096"."""

from torch import nn

from course_utils.anatomy.fields import pair

WORDS = {
    "BatchNorm2d": "BN", "batch_norm": "BN", "LocalResponseNorm": "LRN",
    "local_response_norm": "LRN", "relu": "ReLU", "tanh": "tanh", "Tanh": "tanh",
    "Dropout": "dropout", "Dropout2d": "dropout", "dropout": "dropout", "Identity": "",
    "Softmax": "softmax", "softmax": "softmax", "log_softmax": "log softmax",
    "mul": "scale", "truediv": "scale", "add": "+", "cat": "concat", "max_pool2d": "max pool",
    "avg_pool2d": "mean pool", "adaptive_avg_pool2d": "mean pool", "mean": "mean",
    "pad": "zeros around", "Flatten": "", "ZeroPadded": "zero-padded",
}  # fmt: skip


def words(kind: str, module: nn.Module | None, shape: tuple[int, ...]) -> str:
    """The words for one layer (or function, then `module` is None) with that output shape."""
    if isinstance(module, nn.Conv2d):
        return _convolution(module)
    if isinstance(module, nn.ConvTranspose2d):
        return f"transposed {by(module.kernel_size)}, {module.out_channels}{_over(module.stride)}"
    if isinstance(module, nn.Linear):
        return f"linear {module.out_features}"
    if isinstance(module, nn.MaxPool2d | nn.AvgPool2d):
        name = "max pool" if isinstance(module, nn.MaxPool2d) else "mean pool"
        return f"{name} {by(module.kernel_size)}{_over(module.stride)}"
    if isinstance(module, nn.AdaptiveAvgPool2d):
        return "global mean" if shape[1:] == (1, 1) else f"mean pool to {by(shape[1:])}"
    return WORDS.get(kind, kind.replace("_", " ") if module is None else kind)


def _convolution(module: nn.Conv2d) -> str:
    kernel, stride, groups = by(module.kernel_size), _over(module.stride), module.groups
    if groups == module.in_channels > 1:
        return f"depthwise {kernel}, {module.out_channels}{stride}"
    more = f", {groups} groups" if groups > 1 else ""
    return f"conv {kernel}, {module.out_channels}{stride}{more}"


def by(kernel) -> str:
    """A kernel's size: "3×3"."""
    return "{}×{}".format(*pair(kernel))


def _over(stride) -> str:
    rows, columns = pair(stride)
    return (
        "" if rows == columns == 1 else f" / {rows}" if rows == columns else f" / {rows}×{columns}"
    )
