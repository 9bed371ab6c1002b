"""A time limit for code that may never end."""

import contextlib
import ctypes
import signal
import threading
from collections.abc import Iterator

_AGAIN = 0.5  # seconds after which it is tried once more where `except:` has swallowed the limit


class TimeLimit(BaseException):
    """The time is up. No Exception, so that an `except Exception` in the code does not catch it."""


@contextlib.contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Raise TimeLimit in the block when it has taken that long.

    In the main thread a signal does it, which also wakes a sleeping call; elsewhere (and on
    Windows) another thread asks Python to raise it. Either comes between two steps of Python: a
    single long call of NumPy is waited for.
    """
    main = threading.current_thread() is threading.main_thread()
    with _by_signal(seconds) if main and hasattr(signal, "setitimer") else _by_thread(seconds):
        yield


@contextlib.contextmanager
def _by_signal(seconds: float) -> Iterator[None]:
    def ring(number, frame):
        raise TimeLimit

    before = signal.signal(signal.SIGALRM, ring)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if timer[0]:
            signal.setitimer(signal.ITIMER_REAL, *timer)


@contextlib.contextmanager
def _by_thread(seconds: float) -> Iterator[None]:
    target, done = ctypes.c_ulong(threading.get_ident()), threading.Event()
    guard = threading.Lock()

    def ring() -> None:
        wait = seconds
        while not done.wait(wait):
            with guard:  # never after the block has ended
                if not done.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(target, ctypes.py_object(TimeLimit))
            wait = _AGAIN

    threading.Thread(target=ring, daemon=True).start()
    try:
        yield
    finally:
        with guard:
            done.set()
            ctypes.pythonapi.PyThreadState_SetAsyncExc(target, None)  # one that is on its way
