"""A small neural-network library in plain NumPy, written to be read.

Functions do the arithmetic and come in pairs (`linear`, `linear_backward`), layers keep parameters
and what the backward pass needs, `Sequential` puts layers in a row, `fit` trains them.

The fast functions keep some memory for their next call, 64 MB per array at most; `free_scratch`
gives it back.
"""

from course_utils.numpy_nn.activations import (
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    tanh,
    tanh_backward,
)
from course_utils.numpy_nn.batch_norm import batch_norm, batch_norm_backward, batch_statistics
from course_utils.numpy_nn.conv import (
    conv2d,
    conv2d_backward,
    conv2d_input_grad,
    conv2d_weight_grad,
)
from course_utils.numpy_nn.conv_layers import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    GlobalAvgPool2d,
    MaxPool2d,
)
from course_utils.numpy_nn.conv_plain import (
    conv2d_im2col,
    conv2d_im2col_backward,
    conv2d_loops,
    conv2d_loops_backward,
    conv2d_rotated_backward,
    full_convolution,
)
from course_utils.numpy_nn.conv_transpose import (
    conv_transpose2d,
    conv_transpose2d_backward,
    conv_transpose2d_loops,
)
from course_utils.numpy_nn.dropout import dropout, dropout_backward
from course_utils.numpy_nn.geometry import col2im, im2col, insert_zeros, pad2d, rotate180
from course_utils.numpy_nn.gradcheck import GradientCheck, gradient_check, numerical_gradient
from course_utils.numpy_nn.init import fans, he_normal, he_uniform, xavier_normal, xavier_uniform
from course_utils.numpy_nn.layers import Flatten, Layer, Linear, ReLU, Sigmoid, Tanh
from course_utils.numpy_nn.linear import linear, linear_backward
from course_utils.numpy_nn.losses import log_softmax, mse, softmax, softmax_cross_entropy
from course_utils.numpy_nn.model import Sequential, count, load, save
from course_utils.numpy_nn.optim import SGD, Adam, Optimizer
from course_utils.numpy_nn.pooling import (
    averaging_matrix,
    avg_pool2d,
    avg_pool2d_backward,
    avg_pool2d_matrix,
    global_avg_pool2d,
    global_avg_pool2d_backward,
    max_pool2d,
    max_pool2d_backward,
    max_pool2d_plain,
)
from course_utils.numpy_nn.schedules import (
    PlateauSchedule,
    constant_schedule,
    cosine_schedule,
    step_schedule,
    warmup_schedule,
)
from course_utils.numpy_nn.scratch import free_scratch
from course_utils.numpy_nn.spatial import (
    affine_grid,
    affine_grid_backward,
    affine_inverse,
    crop_points,
    grid_sample,
    grid_sample_backward,
    to_pixels,
)
from course_utils.numpy_nn.sub_pixel import pixel_shuffle
from course_utils.numpy_nn.training import History, accuracy, batches, evaluate, fit, predict
from course_utils.numpy_nn.winograd import conv2d_winograd, conv2d_winograd_backward

__all__ = [
    "SGD",
    "Adam",
    "AvgPool2d",
    "BatchNorm2d",
    "Conv2d",
    "ConvTranspose2d",
    "Dropout",
    "Flatten",
    "GlobalAvgPool2d",
    "GradientCheck",
    "History",
    "Layer",
    "Linear",
    "MaxPool2d",
    "Optimizer",
    "PlateauSchedule",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "accuracy",
    "affine_grid",
    "affine_grid_backward",
    "affine_inverse",
    "averaging_matrix",
    "avg_pool2d",
    "avg_pool2d_backward",
    "avg_pool2d_matrix",
    "batch_norm",
    "batch_norm_backward",
    "batch_statistics",
    "batches",
    "col2im",
    "constant_schedule",
    "conv2d",
    "conv2d_backward",
    "conv2d_im2col",
    "conv2d_im2col_backward",
    "conv2d_input_grad",
    "conv2d_loops",
    "conv2d_loops_backward",
    "conv2d_rotated_backward",
    "conv2d_weight_grad",
    "conv2d_winograd",
    "conv2d_winograd_backward",
    "conv_transpose2d",
    "conv_transpose2d_backward",
    "conv_transpose2d_loops",
    "cosine_schedule",
    "count",
    "crop_points",
    "dropout",
    "dropout_backward",
    "evaluate",
    "fans",
    "fit",
    "free_scratch",
    "full_convolution",
    "global_avg_pool2d",
    "global_avg_pool2d_backward",
    "gradient_check",
    "grid_sample",
    "grid_sample_backward",
    "he_normal",
    "he_uniform",
    "im2col",
    "insert_zeros",
    "linear",
    "linear_backward",
    "load",
    "log_softmax",
    "max_pool2d",
    "max_pool2d_backward",
    "max_pool2d_plain",
    "mse",
    "numerical_gradient",
    "pad2d",
    "pixel_shuffle",
    "predict",
    "relu",
    "relu_backward",
    "rotate180",
    "save",
    "sigmoid",
    "sigmoid_backward",
    "softmax",
    "softmax_cross_entropy",
    "step_schedule",
    "tanh",
    "tanh_backward",
    "to_pixels",
    "warmup_schedule",
    "xavier_normal",
    "xavier_uniform",
]
