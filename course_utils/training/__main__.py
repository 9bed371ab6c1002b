"""`course train` as a module, which is how torchrun starts it:

torchrun --nproc-per-node=2 -m course_utils.training lenet mnist_5k --epochs 3
"""

import sys

from course_utils.cli import main

if __name__ == "__main__":
    main(["train", *sys.argv[1:]], prog_name="course")
