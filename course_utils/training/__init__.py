"""Training PyTorch networks: one loop for every notebook and for `course train`.

    history = fit(model, data.train, data.validation, epochs=5, lr=0.05)
    history.plot()
    evaluate(model, data.test)      -> Scores(loss, accuracy)
    predict(model, data.test)       -> outputs (N, classes)

The loop itself is short and worth reading: `course_utils/training/fit.py`.
"""

from course_utils.training import schedules
from course_utils.training.checkpoint import Checkpoint, load_weights
from course_utils.training.errors import NotFinite
from course_utils.training.evaluation import Scores, evaluate, predict
from course_utils.training.fit import fit
from course_utils.training.history import History
from course_utils.training.models import count, model

__all__ = [
    "Checkpoint",
    "History",
    "NotFinite",
    "Scores",
    "count",
    "evaluate",
    "fit",
    "load_weights",
    "model",
    "predict",
    "schedules",
]
