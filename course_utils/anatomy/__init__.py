"""The anatomy of a network: layer tables, receptive fields, drawings, comparisons.

All of it needs PyTorch. Sizes of one image are (C, H, W), without the batch.
"""

from course_utils.anatomy.backprop import MeasuredField, receptive_field_by_backprop
from course_utils.anatomy.compare import compare
from course_utils.anatomy.describe import describe
from course_utils.anatomy.draw import Drawing, draw
from course_utils.anatomy.fields import ReceptiveField
from course_utils.anatomy.table import LayerTable, Row

__all__ = [
    "Drawing",
    "LayerTable",
    "MeasuredField",
    "ReceptiveField",
    "Row",
    "compare",
    "describe",
    "draw",
    "receptive_field_by_backprop",
]
