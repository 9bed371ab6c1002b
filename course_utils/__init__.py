"""Support package of the course on convolutional networks.

Importing it costs nothing: the parts are imported by name (`course_utils.numpy_nn`,
`course_utils.exercises` …) and only the parts that need PyTorch import it.
"""

__version__ = "0.1.0"
