"""Seeing inside a network: filters, maps, what a unit reacts to, what a decision rests on.

All of it needs PyTorch. Images are (C, H, W); results are tensors without gradients; networks run
as at test time and are as before afterwards. Pictures: `course_utils.figures.seeing_inside`.
"""

from course_utils.anatomy import MeasuredField, receptive_field_by_backprop
from course_utils.inside.deconvnet import deconvnet
from course_utils.inside.gradients import guided_backprop, saliency
from course_utils.inside.maps import feature_maps, filters
from course_utils.inside.maximise import Maximised, activation_maximisation
from course_utils.inside.occlusion import occlusion_map

__all__ = [
    "Maximised",
    "MeasuredField",
    "activation_maximisation",
    "deconvnet",
    "feature_maps",
    "filters",
    "guided_backprop",
    "occlusion_map",
    "receptive_field_by_backprop",
    "saliency",
]
