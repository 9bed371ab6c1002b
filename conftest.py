"""What every test and every notebook under test runs with.

The kernels that nbval starts inherit these settings: stills in place of live widgets, and progress
kept in memory, so that no test ever touches a learner's own progress.
"""

import os

from course_utils.editions.build import KERNEL_ENVIRONMENT

os.environ.update(KERNEL_ENVIRONMENT)
