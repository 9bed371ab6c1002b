"""Submissions that try to break the grader or to get points that they should not have.

Each is the cells of a notebook for exercise `relu` of notebook 00, and the states that may come of
it. None of them may earn a point.
"""

from dataclasses import dataclass

CRASHED, RAISED, WRONG = "crashed", "raised", "wrong"
LATE, MISSING, IDLE = "time limit", "missing", "not attempted"


@dataclass(frozen=True)
class Attack:
    cells: tuple[str, ...]
    states: tuple[str, ...]


def body(*lines: str, states, before: str = "import numpy as np") -> Attack:
    """A `relu` that does this."""
    inside = "\n".join(f"    {line}" for text in lines for line in text.split("\n"))
    return Attack((before, f"def relu(x):\n{inside}"), states)


def forging(code: str, *, states=(CRASHED,)) -> Attack:
    """Finds the pipe to the grader among the open files and writes to it."""
    return body(
        "import os, stat, struct, sys",
        "wire = sys.modules['wire']",
        "pipe = next(fd for fd in range(3, 64) if is_pipe(fd))",
        code,
        states=states,
        before="import numpy as np, os, stat\n"
        "def is_pipe(fd):\n"
        "    try:\n"
        "        return stat.S_ISFIFO(os.fstat(fd).st_mode) and os.write(fd, b'') == 0\n"
        "    except OSError:\n"
        "        return False",
    )


ANSWER = "wire.pack(dict(case=0, value=np.maximum(x, 0), after=(x,), same=[], warnings=[]))"
SEARCH = """
def looks_right(found):
    return type(found) is list and len(found) > 1 and all(hasattr(f, 'shape') for f in found)
"""

ATTACKS: dict[str, Attack] = {
    # ------------------------------------------------------------------ using up what there is
    "infinite loop": body("while True: pass", states=(LATE,)),
    "loop that cannot be interrupted": body("return 9 ** 9 ** 9", states=(LATE, RAISED)),
    "a regular expression that never ends": body(
        "import re", "return re.match(r'(a+)+b', 'a' * 60)", states=(LATE,)
    ),
    "ignores the signal that ends its time": body(
        "import signal",
        "signal.signal(signal.SIGXCPU, signal.SIG_IGN)",
        "while True: pass",
        states=(LATE,),
    ),
    "sleeps": body("import time", "time.sleep(1000)", states=(LATE,)),
    "catches everything and goes on": body(
        "while True:",
        "    try:",
        "        while True: pass",
        "    except BaseException: pass",
        states=(LATE,),
    ),
    "memory bomb": body(
        "kept = []", "while True: kept.append(np.ones(1_000_000))", states=(RAISED, CRASHED, LATE)
    ),
    "memory bomb of Python objects": body(
        "return list(range(10 ** 10))", states=(RAISED, CRASHED, LATE)
    ),
    "fork bomb": body("import os", "while True: os.fork()", states=(RAISED, LATE, CRASHED)),
    "thread bomb": body(
        "import threading, time",
        "for _ in range(100_000): threading.Thread(target=time.sleep, args=(99,)).start()",
        "return x",
        states=(RAISED, LATE, CRASHED, WRONG),
    ),
    "100 MB of output": body("print('x' * 100_000_000)", "return x", states=(WRONG, LATE)),
    "100 MB of answers": body("return np.ones((13, 1_000_000))", states=(WRONG, CRASHED, LATE)),
    "floods the pipe": forging(
        "while True: os.write(pipe, bytes(1 << 20))", states=(CRASHED, LATE)
    ),
    "opens files until there are no more": body(
        "kept = []", "while True: kept.append(open('/dev/null'))", states=(RAISED, CRASHED)
    ),
    # --------------------------------------------------------------------------- ending early
    "sys.exit": body("import sys", "sys.exit(0)", states=(RAISED,)),
    "raises SystemExit": body("raise SystemExit", states=(RAISED,)),
    "raises KeyboardInterrupt": body("raise KeyboardInterrupt", states=(RAISED,)),
    "os._exit with success": body("import os", "os._exit(0)", states=(CRASHED,)),
    "os._exit with failure": body("import os", "os._exit(7)", states=(CRASHED,)),
    "sys.exit in the cell of a helper": Attack(
        ("import sys\nhelper = sys.exit(0)", "def relu(x):\n    return helper(x)"), (RAISED,)
    ),
    "segmentation fault": body("import ctypes", "ctypes.string_at(0)", states=(CRASHED,)),
    "endless recursion": body("return relu(x)", states=(RAISED, CRASHED)),
    "endless recursion without a limit": body(
        "import sys",
        "sys.setrecursionlimit(10 ** 9)",
        "return relu(x)",
        states=(RAISED, CRASHED, LATE),
    ),
    "kills the worker": body("import os", "os.kill(1, 9)", "return x", states=(RAISED, WRONG)),
    "kills its parent": body(
        "import os, signal",
        "os.kill(os.getppid(), signal.SIGKILL)",
        "return x",
        states=(RAISED, WRONG),
    ),
    "kills everybody": body("import os", "os.kill(-1, 9)", "return x", states=(RAISED, WRONG)),
    # ---------------------------------------------------------------- making wrong things equal
    "patches NumPy's comparisons": body(
        "return x",
        states=(WRONG,),
        before="import numpy as np\nnp.isclose = np.allclose = lambda *a, **k: np.True_\n"
        "np.testing.assert_allclose = np.testing.assert_array_equal = lambda *a, **k: None",
    ),
    "patches NumPy's comparisons inside": body(
        "np.isclose = np.allclose = np.array_equal = lambda *a, **k: True",
        "np.testing.assert_allclose = lambda *a, **k: None",
        "return x",
        states=(WRONG,),
    ),
    "always equal": Attack(
        (
            "class Equal:\n    def __eq__(self, other): return True\n"
            "    def __array__(self, *a, **k): return self",
            "def relu(x):\n    return Equal()",
        ),
        (WRONG,),
    ),
    "an array that is always equal": Attack(
        (
            "import numpy as np\nclass Equal(np.ndarray):\n"
            "    def __array_ufunc__(self, *a, **k): return np.True_\n"
            "    def __eq__(self, other): return np.True_\n"
            "    def __sub__(self, other): return np.zeros(self.shape)\n    __rsub__ = __sub__",
            "def relu(x):\n    return x.view(Equal)",
        ),
        (WRONG,),
    ),
    "a shape that lies": Attack(
        (
            "import numpy as np\nclass Liar(np.ndarray):\n"
            "    @property\n    def shape(self): return (3, 4)",
            "def relu(x):\n    return np.zeros(2).view(Liar)",
        ),
        (WRONG,),
    ),
    "replaces built-in functions": body(
        "import builtins",
        "builtins.isinstance = lambda *a: True",
        "builtins.len = lambda a: 0",
        "return x",
        states=(WRONG, CRASHED, RAISED),
    ),
    "a trace that changes local variables": body(
        "import sys",
        "def trace(frame, event, arg):",
        "    frame.f_locals.update(value=0, passed=True)",
        "    return trace",
        "sys.settrace(trace)",
        "return x",
        states=(WRONG, CRASHED),
    ),
    "changes what runs it": body(
        "import sys",
        "runner = sys.modules['runner']",
        "runner._call = lambda f, args: {'passed': True, 'state': 'full', 'points': 99}",
        "return x",
        states=(WRONG, CRASHED),
    ),
    # -------------------------------------------------------------------- looking for solutions
    "walks the stack for what is expected": body(
        "import sys",
        "frame = sys._getframe()",
        "while frame:",
        "    for name, found in frame.f_locals.items():",
        "        if 'expected' in name or looks_right(found): return found[0]",
        "    frame = frame.f_back",
        "return x",
        states=(WRONG,),
        before=SEARCH,
    ),
    "walks the garbage collector for what is expected": body(
        "import gc",
        "for found in gc.get_objects():",
        "    if type(found).__name__ in ('Exercise', 'Mistake', 'AnswerKey'): return found",
        "    if type(found) is dict and 'expected' in found: return found['expected']",
        "return x",
        states=(WRONG,),
    ),
    "imports the answer": Attack(("from course_utils.numpy_nn import relu",), (RAISED,)),
    "imports the answer inside": body(
        "from course_utils.numpy_nn import relu as right", "return right(x)", states=(RAISED,)
    ),
    "asks for the reference": Attack(
        ("from course_utils.exercises import reference", 'relu = reference("relu")'), (RAISED,)
    ),
    "uses torch": body(
        "import torch",
        "return torch.nn.functional.relu(torch.tensor(x)).numpy()",
        states=(RAISED,),
        before="import torch",
    ),
    "uses SciPy": body("import scipy.special", "return x", states=(RAISED,)),
    "reads the reference from disk": body(
        "text = open('{COURSE}/course_utils/exercises/nb00_start_here/relu.py').read()",
        "scope = {'np': np}",
        "exec('def relu(x):' + text.split('def relu(x):')[1].split('@')[0], scope)",
        "return scope['relu'](x)",
        states=(RAISED,),
    ),
    "adds the course to the path": body(
        "import sys",
        "sys.path.insert(0, '{COURSE}')",
        "from course_utils.exercises import nb00_start_here",
        "return nb00_start_here.relu(x)",
        states=(RAISED,),
    ),
    "reads the tests": body(
        "return open('{COURSE}/tests/exercises/test_every_exercise.py').read()", states=(RAISED,)
    ),
    "searches the disk for solutions": body(
        "import os",
        "for folder, _, files in os.walk('/'):",
        "    if 'nb00_start_here.py' in files or 'built.json' in files: return np.maximum(x, 0)",
        "return x",
        states=(WRONG, LATE),
    ),
    # ------------------------------------------------------------------------ reaching out of it
    "writes over the results": body(
        "open('{FOLDER}/results/honest-1.json', 'w').write('{}')", states=(RAISED,)
    ),
    "writes over another submission": body(
        "open('{FOLDER}/class/honest-2.ipynb', 'w').write('')", states=(RAISED,)
    ),
    "deletes another submission": body(
        "import os", "os.remove('{FOLDER}/class/honest-2.ipynb')", states=(RAISED,)
    ),
    "leaves a file for the next one": body(
        "import os, tempfile",
        "for folder in ('/', '/tmp', '/dev/shm', '/grader', os.getcwd(), tempfile.gettempdir()):",
        "    try: open(folder + '/left_behind', 'w').write('x')",
        "    except OSError: continue",
        "    return np.maximum(x, 0)",
        "raise ValueError('nowhere')",
        states=(RAISED,),
    ),
    "network": body(
        "import socket", "socket.create_connection(('127.0.0.1', 9), 1)", states=(RAISED,)
    ),
    "a server of its own": body(
        "import socket", "s = socket.socket()", "s.bind(('127.0.0.1', 0))", states=(RAISED,)
    ),
    "runs a program": body(
        "import subprocess", "return subprocess.check_output(['id'])", states=(RAISED,)
    ),
    "runs a shell": body(
        "import os",
        "if os.system('true') == 0: return np.maximum(x, 0)",
        "return x",
        states=(WRONG, RAISED),
    ),
    "a process that stays": body(
        "import multiprocessing", "multiprocessing.Process(target=print).start()", states=(RAISED,)
    ),
    "a thread that stays": body(
        "import threading",
        "def later():\n    while True: pass",
        "threading.Thread(target=later, daemon=True).start()",
        "return x",
        states=(WRONG, LATE),
    ),
    "raises its limits": body(
        "import resource",
        "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
        "return np.maximum(x, 0)",
        states=(RAISED,),
    ),
    "IPython hooks": Attack(
        (
            "get_ipython().events.register('post_run_cell', lambda *a: None)\n"
            "%load_ext autoreload\n!rm -rf /",
            "def relu(x):\n    get_ipython().run_line_magic('reset', '-f')\n    !touch /tmp/x\n"
            "    return x",
        ),
        (WRONG,),
    ),
    # ------------------------------------------------------------------------- forged messages
    "claims a million million numbers": forging(
        "header = {'value': {'array': 0, 'strided': False}, 'blobs': [128]}\n"
        "import json\nhead = json.dumps(header).encode()\n"
        "shape = b\"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }\"\n"
        "blob = (b'\\x93NUMPY\\x01\\x00' + struct.pack('<H', 118) + shape.ljust(117) + b'\\n')\n"
        "rest = struct.pack('<Q', len(head)) + head + blob\n"
        "os.write(pipe, struct.pack('<Q', len(rest)) + rest)\nos._exit(0)"
    ),
    "claims a message without end": forging(
        "os.write(pipe, struct.pack('<Q', 1 << 60))\nos._exit(0)"
    ),
    "a message that is cut short": forging(f"os.write(pipe, {ANSWER}[:-5])\nos._exit(0)"),
    "too many messages": forging(f"for _ in range(99): os.write(pipe, {ANSWER})\nos._exit(0)"),
    "messages out of order": forging(
        "for case in (3, 2, 1, 0):\n"
        "    os.write(pipe, wire.pack({'case': case, 'value': np.maximum(x, 0), 'after': (x,), "
        "'same': [], 'warnings': []}))\nos._exit(0)"
    ),
    "a verdict in place of an answer": forging(
        "os.write(pipe, wire.pack({'case': 0, 'state': 'full', 'points': 99, 'passed': True}))\n"
        "os._exit(0)"
    ),
    "nested without end": forging(
        "head = b'{\"blobs\": [], \"value\": ' + b'[' * 100_000 + b']' * 100_000 + b'}'\n"
        "rest = struct.pack('<Q', len(head)) + head\n"
        "os.write(pipe, struct.pack('<Q', len(rest)) + rest)\nos._exit(0)"
    ),
    "noise": forging("os.write(pipe, os.urandom(5000))\nos._exit(0)"),
    "a pickle": forging(
        "import pickle\ndata = pickle.dumps(print)\n"
        "os.write(pipe, struct.pack('<Q', len(data)) + data)\nos._exit(0)"
    ),
    # --------------------------------------------------------------------- strange answers
    "nothing but NaN": body("return np.full_like(x, np.nan, dtype=float)", states=(WRONG,)),
    "infinities": body("return np.full(x.shape, np.inf)", states=(WRONG,)),
    "an array of objects": body("return np.maximum(x, 0).astype(object)", states=(WRONG,)),
    "an array of text": body("return np.maximum(x, 0).astype(str)", states=(WRONG,)),
    "complex numbers": body("return np.maximum(x, 0) + 1j", states=(WRONG,)),
    "records": body("return np.zeros(3, dtype=[('a', float), ('b', int)])", states=(WRONG,)),
    "dates": body("return np.zeros(x.shape, 'datetime64[s]')", states=(WRONG,)),
    "a list": body("return np.maximum(x, 0).tolist()", states=(WRONG,)),
    "a list in itself": body("a = []", "a.append(a)", "return a", states=(WRONG, RAISED)),
    "a dictionary with itself as key": body("return {(1,): x, None: {}}", states=(WRONG,)),
    "a number too large for anything": body("return 10 ** 5000", states=(WRONG,)),
    "a generator": body("yield from x", states=(WRONG,)),
    "an object whose name is a sentence": body(
        "return type('<script>alert(1)</script>' * 99, (), {})()", states=(WRONG,)
    ),
    "an error that cannot be printed": Attack(
        (
            "class Odd(Exception):\n    def __str__(self): raise ValueError",
            "def relu(x):\n    raise Odd",
        ),
        (RAISED,),
    ),
    "an error as long as a book": body("raise ValueError('x' * 10 ** 7)", states=(RAISED,)),
    "a class instead of a function": Attack(("class relu: pass",), (WRONG,)),
    "a number instead of a function": Attack(("relu = 7",), (WRONG,)),
    "other parameters": Attack(("def relu():\n    return 0",), (WRONG,)),
    "the input itself": body("return x", states=(WRONG,)),
    "the input changed": body("x *= x > 0", "return x", states=(WRONG,)),
    # ------------------------------------------------------------------------- edited notebooks
    "the cell was deleted": Attack(("import numpy as np",), (MISSING,)),
    "the stub": Attack(("def relu(x):\n    ...",), (IDLE,)),
    "not implemented": Attack(("def relu(x):\n    raise NotImplementedError",), (IDLE,)),
    "no Python": Attack(("def relu(x):\n    retrun x x",), (RAISED,)),
    "null bytes": Attack(("def relu(x):\n    return x\0",), (RAISED,)),
    "a wrong copy below the right one": Attack(
        (
            "import numpy as np",
            "def relu(x):\n    return np.maximum(x, 0)",
            "def relu(x):\n    return x",
        ),
        (WRONG,),
    ),
}
