"""The grader: submitted notebooks, graded safely, fairly and fast.

`collect` finds the answers in a notebook, `sandbox` starts workers that run them, `session` talks
to a worker, `judge` decides in this process, by value, and `run` does it for a whole class.
The code that runs in the sandbox, next to the learner's, is in `inside`; it holds no secrets.
"""
