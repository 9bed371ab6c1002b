"""The training loop."""

import torch

from course_utils.device import device_for, on_device
from course_utils.training import distributed
from course_utils.training.data import Batch
from course_utils.training.errors import compiling, enough_memory, fitting, require_model
from course_utils.training.history import History
from course_utils.training.rng import deterministic_algorithms
from course_utils.training.run import Run
from course_utils.waiting import progress_bar


def fit(model, train, validation=None, *, epochs, lr, batch_size=64, optimizer="sgd", momentum=0.9,
        nesterov=False, weight_decay=0.0, schedule=None, loss=None, label_smoothing=0.0,
        metrics=None, flip=None, transform=None, normalise=None, clip=None, patience=None,
        amp=False, channels_last=False, compile=False, device=None, seed=None, deterministic=False,
        progress=True, checkpoint=None, resume=False, workers=0) -> History:  # fmt: skip
    """Train the model for some epochs -> History. The model is left in eval mode.

    train, validation  a Split, Scenes, a pair (x, targets) of arrays or tensors (targets may be a
                       dict of them), a torch Dataset of pairs, or a DataLoader
    optimizer          "sgd", "adam", "adamw", or called as optimizer(parameters, lr=lr)
    nesterov           sgd takes the gradient where its momentum leads (Sutskever et al. 2013)
    schedule           "plateau", "step", "cosine", "one_cycle", "triangular", a recipe from
                       `schedules`, or a function from the epoch (from 0) to the learning rate
    loss               loss(outputs, targets) -> one number, a mean over the batch; cross-entropy
                       with `label_smoothing` if not given
    metrics            {name: function(outputs, targets) -> number}, means over the batch
    flip               mirror training images, left to right: "random", a coin for each image in
                       each epoch; "alternating", a coin in the first epoch, and then in turns
    transform          transform(x) or transform(x, targets) -> the same changed: for each training
                       batch, on the device, after it was normalised
    normalise          (mean, std) of the pixels on a scale of 0 to 1; for uint8 images the training
                       images' own if not given. `model.normalisation` keeps it for `evaluate`.
    clip               largest length of the gradient of all parameters together
    patience           stop after so many epochs without a lower loss (validation's, if there is
                       one) and take the weights of the best epoch back
    amp                mixed precision: forward and loss in bfloat16 where that is safe
    compile            let torch.compile make one program of forward and backward: the first batches
                       take a minute, the others less time than without, above all on a GPU
    seed               decides order, dropout and transforms; the same seed gives the same curve
    deterministic      let torch refuse operations that vary from run to run (a matter of GPUs)
    checkpoint, resume a file, or Checkpoint(file, every=batches); with resume=True training goes
                       on from there if it exists, on a CPU bit for bit as if it had never stopped
    device             where to compute: where the model is if that is a GPU, else `$COURSE_DEVICE`,
                       else a GPU if there is one. The model is back where it was afterwards.
    workers            processes that load a Dataset

    Ctrl-C ends training and returns what was reached (`history.interrupted`). Raises CourseError
    for a setting, data or shapes that do not fit, labels without an output, a loss that is NaN
    (`NotFinite`, with `.batch` and `.history`), and too little memory.
    """
    require_model(model)
    device = device_for(model, device)
    with on_device(model, device), deterministic_algorithms(deterministic):
        run = Run(model, train, validation, epochs=epochs, batch_size=batch_size,
                  optimizer=optimizer, lr=lr, momentum=momentum, nesterov=nesterov,
                  weight_decay=weight_decay, schedule=schedule, loss=loss,
                  label_smoothing=label_smoothing, metrics=metrics, flip=flip, transform=transform,
                  normalise=normalise, clip=clip, patience=patience, amp=amp,
                  channels_last=channels_last, compile=compile, device=device, seed=seed,
                  checkpoint=checkpoint, resume=resume, workers=workers)  # fmt: skip
        with _progress_bar(run, progress) as bar:
            _train(run, bar)
        run.stop.restore_best(model)
    return run.history


def _train(run: Run, bar) -> None:
    try:
        while run.epoch < run.epochs and not run.stop.reached:
            for batch in run.batches():
                with enough_memory(batch), compiling():
                    train_step(run, batch)
                run.after_step()
                _show(bar, run, batch)
            run.end_epoch()
    except KeyboardInterrupt:
        run.interrupted()
    finally:
        run.close()


def train_step(run: Run, batch: Batch) -> None:
    """Forward, loss, backward, step."""
    x, targets = run.prepare(batch.x, batch.targets)
    with run.autocast():
        with fitting(run.model, x):
            outputs = run.net(x)
        loss = run.criterion(outputs, targets, run.source.label_range)
    run.record(loss, outputs, targets, batch, x)
    run.optimizer.zero_grad()
    (loss if batch.factor == 1 else batch.factor * loss).backward()
    if run.clip is not None:
        torch.nn.utils.clip_grad_norm_(run.model.parameters(), run.clip)
    run.optimizer.step()


def _progress_bar(run: Run, wanted: bool):
    examples = run.source.examples
    done = run.epoch * examples + min(run.position * run.source.batch_size, examples)
    return progress_bar(run.epochs * examples, initial=done, unit=" images", unit_scale=True,
                        shown=wanted and distributed.rank() == 0)  # fmt: skip


def _show(bar, run: Run, batch: Batch) -> None:
    """Advance the bar; it draws itself a few times per second, and counts images per second."""
    if bar.disable:
        return
    now = {name: f"{value:.3f}" for name, value in run.meter.running().items()}
    if run.history.validation_loss:
        now["validation loss"] = f"{run.history.validation_loss[-1]:.3f}"
    if run.history.validation_accuracy:
        now["validation accuracy"] = f"{run.history.validation_accuracy[-1]:.3f}"
    bar.set_postfix_str(", ".join(f"{n} {v}" for n, v in now.items()), refresh=False)
    bar.update(round(distributed.world() * batch.size / batch.factor))
