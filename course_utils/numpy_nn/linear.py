"""The fully connected layer's arithmetic: a matrix product, forwards and backwards."""

from course_utils.numpy_nn.dtypes import as_numbers
from course_utils.shapes import require_shape


def linear(x, weight, bias=None):
    """Weighted sums of the inputs, one per output: x · weightᵀ + bias.

    x (N, in_features), weight (out_features, in_features), bias (out_features,) or None
    -> (N, out_features). Raises ShapeError when they do not fit.
    """
    out_features, in_features = require_shape("linear", "weight", weight, ("out", "in"))
    require_shape("linear", "x", x, ("N", in_features))
    if bias is not None:
        require_shape("linear", "bias", bias, (out_features,))
    x, weight, bias = as_numbers("linear", x=x, weight=weight, bias=bias)
    out = x @ weight.T  # (N, out_features)
    return out if bias is None else out + bias


def linear_backward(grad_out, x, weight, input_grad=True):
    """Gradients of the loss with respect to x, weight and bias; each has the shape of its array.

    grad_out (N, out_features) -> grad_x, grad_weight, grad_bias. Raises ShapeError when the arrays
    do not fit. With `input_grad=False` grad_x is None and costs nothing.
    """
    out_features, in_features = require_shape("linear_backward", "weight", weight, ("out", "in"))
    N, _ = require_shape("linear_backward", "x", x, ("N", in_features))
    require_shape("linear_backward", "grad_out", grad_out, (N, out_features))
    grad_out, x, weight = as_numbers("linear_backward", grad_out=grad_out, x=x, weight=weight)
    grad_x = grad_out @ weight if input_grad else None  # (N, in_features)
    grad_weight = grad_out.T @ x  # (out_features, in_features)
    grad_bias = grad_out.sum(axis=0)  # (out_features,)
    return grad_x, grad_weight, grad_bias
