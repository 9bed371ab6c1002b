"""Every check is seen failing: each test breaks one thing and reads what the doctor says."""

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import types
import warnings
from pathlib import Path

import numpy as np
import pytest

from course_utils import doctor
from course_utils.doctor import OK, PROBLEM, WARNING, Result
from course_utils.doctor.pytorch import needs_torch
from course_utils.editions import compose


def status(result):
    assert isinstance(result, Result)
    assert result.message
    assert "\n" not in result.message + result.mend
    assert bool(result.mend) == (result.status != OK)
    return result.status


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "state"))


def test_nothing_is_created_by_an_examination(tmp_path):
    results = doctor.examine()
    assert {r.topic for r in results} >= {"python", "packages", "torch", "kernel", "data", "disk"}
    for result in results:
        assert status(result) in (OK, WARNING, PROBLEM)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("version", "expected"),
    [((3, 10, 9), PROBLEM), ((3, 11, 0), OK), ((3, 13, 7), OK), ((3, 14, 0), WARNING)],
)
def test_python_version(monkeypatch, version, expected):
    monkeypatch.setattr(sys, "version_info", version)
    result = doctor.check_python()
    assert status(result) == expected
    assert ".".join(map(str, version)) in result.message


def test_environment(monkeypatch):
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    monkeypatch.setattr(sys, "prefix", "/home/me/.venv")
    assert status(doctor.check_environment()) == OK
    monkeypatch.setattr(sys, "prefix", "/usr")
    assert status(doctor.check_environment()) == WARNING
    monkeypatch.setenv("CONDA_PREFIX", "/opt/conda")  # another one is activated
    assert status(doctor.check_environment()) == WARNING
    monkeypatch.setenv("CONDA_PREFIX", "/usr")
    assert status(doctor.check_environment()) == OK


@pytest.mark.parametrize(
    ("installed", "optional", "expected", "words"),
    [
        ("2.11.0", False, OK, "2.11.0"),
        ("2.11.0+cpu", False, OK, "2.11.0+cpu"),
        ("2.10.1", False, WARNING, "is 2.10.1, but 2.11.0 was tested"),
        ("2.11.0.post1", False, WARNING, "was tested"),
        (None, False, PROBLEM, "is not installed"),
        (None, True, WARNING, "only the tests need it"),
    ],
)
def test_package(monkeypatch, installed, optional, expected, words):
    def version(name):
        if installed is None:
            raise importlib.metadata.PackageNotFoundError(name)
        return installed

    monkeypatch.setattr(importlib.metadata, "version", version)
    result = doctor.check_package("torch", "2.11.0", optional)
    assert status(result) == expected
    assert words in result.message


def test_requirements_are_read_with_their_notes(tmp_path, monkeypatch):
    (tmp_path / "requirements.txt").write_text(
        "# numpy==0.1\n\nnumpy==2.4.6\nnbval[x] == 0.11  # why\nany>=3\na.b-c_d==1+cpu;os=='x'\n"
    )
    monkeypatch.setattr(doctor, "course_root", lambda: tmp_path)
    assert doctor.pins() == {"numpy": "2.4.6", "nbval": "0.11", "a.b-c_d": "1+cpu"}
    by_name = {r.message.split()[0]: r for r in doctor.check_packages()}
    assert list(by_name) == ["numpy", "nbval", "a.b-c_d"]
    assert by_name["a.b-c_d"].status == PROBLEM


def test_every_pin_of_the_course_is_understood():
    lines = (doctor.course_root() / "requirements.txt").read_text().splitlines()
    names = [re.match(r"[\w.-]+", line)[0] for line in lines if line and line[0] not in "#-"]
    assert [name for name in names if name not in doctor.pins()] == []
    assert "torch" in names


def test_only_what_an_extra_asks_for_is_optional(monkeypatch):
    requires = ["numpy>=2.2", 'nbval>=0.11; extra == "test"']
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: requires)
    assert doctor._optional_packages() == {"nbval"}


def test_no_requirements_file(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "course_root", lambda: tmp_path)
    (result,) = doctor.check_packages()
    assert status(result) == WARNING
    assert "no requirements.txt" in result.message


def test_computer(monkeypatch):
    monkeypatch.setattr(doctor, "_memory", lambda: 8.0)
    assert status(doctor.check_computer()) == OK
    monkeypatch.setattr(doctor, "_memory", lambda: 2.0)
    result = doctor.check_computer()
    assert status(result) == WARNING
    assert "2 GB of memory is little" in result.message
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)  # as on macOS
    monkeypatch.setattr(os, "cpu_count", lambda: 12)
    assert "12 processor core(s)" in doctor.check_computer().message


def fake_torch(cuda=False, mps=False, add=None):
    """A torch with these GPUs; `add` is what computing on them raises."""

    def ones(*size, device):
        if add:
            raise add
        return np.ones(())

    def cuda_available():
        if cuda == "old driver":
            warnings.warn("CUDA initialization: The NVIDIA driver\nis too old", stacklevel=1)
            return False
        return cuda

    return types.SimpleNamespace(
        __version__="2.11.0",
        ones=ones,
        cuda=types.SimpleNamespace(
            is_available=cuda_available, get_device_name=lambda index: "GeForce 9000"
        ),
        backends=types.SimpleNamespace(mps=types.SimpleNamespace(is_available=lambda: mps)),
    )


@pytest.mark.parametrize(
    ("torch", "expected", "words"),
    [
        (fake_torch(), OK, "no GPU: none is needed"),
        (fake_torch(cuda=True), OK, "on GeForce 9000"),
        (fake_torch(mps=True), OK, "on Apple's GPU"),
        (fake_torch(cuda="old driver"), WARNING, "The NVIDIA driver is too old"),
        (fake_torch(cuda=True, add=RuntimeError("no kernel image")), WARNING, "no kernel image"),
        (fake_torch(cuda=True, mps=True, add=RuntimeError("broken")), WARNING, "broken"),
        (None, PROBLEM, "PyTorch cannot be imported"),
    ],
)
def test_gpu(monkeypatch, torch, expected, words):
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.delenv("COURSE_DEVICE", raising=False)
    result = doctor.check_gpu()
    assert status(result) == expected
    assert words in result.message


@pytest.mark.parametrize(
    ("wanted", "expected", "words"),
    [("cpu", OK, "(COURSE_DEVICE=cpu)"), ("gpu", PROBLEM, "COURSE_DEVICE expects a device")],
)
def test_a_device_from_the_environment(monkeypatch, wanted, expected, words):
    monkeypatch.setenv("COURSE_DEVICE", wanted)
    result = doctor.check_gpu()
    assert status(result) == expected
    assert words in result.message


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """Makes Jupyter find a kernel `python3` with the given program in its argv."""

    def install(program):
        folder = tmp_path / "jupyter" / "kernels" / "python3"
        folder.mkdir(parents=True, exist_ok=True)
        argv = [program, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        (folder / "kernel.json").write_text(
            json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"})
        )
        monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
        return folder

    return install


def other_python(folder):
    """What a virtual environment holds: a link to the very same Python."""
    folder.mkdir(parents=True)
    (folder / "python").symlink_to(sys.executable)
    return str(folder / "python")


@pytest.mark.parametrize("program", ["python", "python3", sys.executable])
def test_kernel_of_this_python(kernel, program):
    kernel(program)
    assert status(doctor.check_kernel()) == OK


def test_kernel_by_another_name_of_this_python(kernel):
    sibling = Path(sys.executable).with_name("python")
    if not sibling.exists():
        pytest.skip("this Python has no second name")
    kernel(str(sibling))
    assert status(doctor.check_kernel()) == OK


def test_kernel_of_another_environment(kernel, tmp_path):
    program = other_python(tmp_path / "other" / "bin")
    folder = kernel(program)
    result = doctor.check_kernel()
    assert status(result) == PROBLEM
    assert f"runs another Python, {program}" in result.message
    assert str(folder) in result.mend
    assert f"{sys.executable} -m ipykernel install --sys-prefix" in result.mend


def test_kernel_of_a_python_that_is_gone(kernel, tmp_path):
    kernel(str(tmp_path / "gone" / "bin" / "python"))
    result = doctor.check_kernel()
    assert status(result) == PROBLEM
    assert "which is gone" in result.message


def test_no_kernel(monkeypatch):
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    def missing(self, name):
        raise NoSuchKernel(name)

    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", missing)
    result = doctor.check_kernel()
    assert status(result) == PROBLEM
    assert "no kernel named python3" in result.message


def test_no_jupyter(monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyter_client.kernelspec", None)
    result = doctor.check_kernel()
    assert status(result) == PROBLEM
    assert "Jupyter is not installed" in result.message


def test_data(tmp_path, monkeypatch):
    (result,) = doctor.check_data()
    assert status(result) == OK
    assert "mnist_5k" in result.message.split(";")[0]
    assert "cifar10" in result.message.split(";")[1]
    (tmp_path / "data" / "MNIST" / "raw").mkdir(parents=True)
    _, incomplete = doctor.check_data()
    assert status(incomplete) == WARNING
    assert incomplete.mend == "run `course data get mnist`"
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    problems = [r.message for r in doctor.check_data() if status(r) == PROBLEM]
    embedded = ("mnist_5k", "digits_8x8", "language_words", "photographs")
    assert problems == [f"{n} is missing" for n in embedded]


@pytest.mark.parametrize(
    ("check", "variable", "expected"),
    [
        (doctor.check_state_folder, "COURSE_STATE", PROBLEM),
        (doctor.check_data_folder, "COURSE_DATA", WARNING),
    ],
)
def test_folders_that_cannot_be_written(tmp_path, monkeypatch, check, variable, expected):
    assert status(check()) == OK
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(variable, str(tmp_path / "file" / "inside"))
    result = check()
    assert status(result) == expected
    assert variable in result.mend
    assert str(tmp_path / "file" / "inside") in result.message


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_folder_of_somebody_else(tmp_path, monkeypatch):
    (tmp_path / "theirs").mkdir(mode=0o555)
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "theirs" / "state"))
    assert status(doctor.check_state_folder()) == PROBLEM


@pytest.mark.parametrize(("free", "expected"), [(50e9, OK), (1e9, WARNING), (1e8, PROBLEM)])
def test_disk(monkeypatch, free, expected):
    monkeypatch.setattr(shutil, "disk_usage", lambda place: types.SimpleNamespace(free=free))
    assert status(doctor.check_disk()) == expected


@pytest.mark.parametrize("error", [RuntimeError("odd\nthing"), SyntaxError(), MemoryError()])
def test_a_check_that_crashes_does_not_stop_the_others(monkeypatch, error):
    def check_something_else():
        raise error

    monkeypatch.setattr(doctor, "CHECKS", (check_something_else, doctor.check_python))
    crashed, python = doctor.examine()
    assert status(crashed) == WARNING
    assert crashed.topic == "something else"
    assert type(error).__name__ in crashed.message
    assert python.status == OK


def test_every_check_of_the_module_is_run():
    written = [v for k, v in vars(doctor).items() if k.startswith("check_")]
    assert {c.__name__ for c in written} - {"check_package"} == {c.__name__ for c in doctor.CHECKS}


def test_report_is_short_and_says_what_to_do():
    fine = [Result("packages", OK, f"p{i} 1.0") for i in range(3)]
    old = Result("packages", WARNING, "q is 1, but 2 was tested", "run this")
    text = doctor.report([Result("python", OK, "fine"), fine[0], old, *fine[1:]])
    assert text.splitlines() == [
        "\x1b[32mok       \x1b[0mpython    fine",
        "\x1b[32mok       \x1b[0mpackages  3 packages are there in the tested version",
        "\x1b[33mwarning  \x1b[0mpackages  q is 1, but 2 was tested",
        "                   -> run this",
        "",
        "Ready to start. 1 warning(s).",
    ]


@pytest.mark.parametrize(
    ("statuses", "verdict"),
    [
        ([OK], "Everything works."),
        ([OK, WARNING], "Ready to start. 1 warning(s)."),
        ([PROBLEM, WARNING, PROBLEM], "2 problem(s) to mend before you start, 1 warning(s)."),
    ],
)
def test_the_last_line_is_the_verdict(statuses, verdict):
    results = [Result("x", status, "y", "" if status == OK else "z") for status in statuses]
    assert doctor.report(results).splitlines()[-1] == verdict


# ----------------------------------------------------------------- what does not work is not "fine"
def test_every_pin_is_needed_or_belongs_to_an_extra(monkeypatch):
    """Whoever installs the course without extras is not told that something has to be mended."""
    project = doctor._project()
    needed = {doctor._plain(re.match(r"[\w.-]+", line)[0]) for line in project["dependencies"]}
    monkeypatch.setattr(importlib.metadata, "requires", not_installed)
    optional = doctor._optional_packages()
    assert {doctor._plain(name) for name in doctor.pins()} <= needed | optional
    assert {"dask", "pytest-xdist", "nbval"} <= optional
    assert not needed & optional


def not_installed(name):
    raise importlib.metadata.PackageNotFoundError(name)


def test_a_package_that_cannot_be_imported_is_a_problem(monkeypatch):
    def check_something():
        raise ImportError("numpy: DLL load failed")

    monkeypatch.setattr(doctor, "CHECKS", (check_something,))
    (result,) = doctor.examine()
    assert status(result) == PROBLEM


def test_foreign_packages_on_the_python_path(tmp_path, monkeypatch):
    assert doctor.check_python_path() == []
    (tmp_path / "numpy").mkdir()
    (tmp_path / "numpy/__init__.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}")
    assert doctor.check_python_path() == []  # it is named, and nothing is taken from there
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "numpy")
    (result,) = doctor.check_python_path()
    assert status(result) == PROBLEM
    assert f"numpy is taken from {tmp_path}" in result.message


@pytest.mark.parametrize(
    ("before", "quotes"), [("", '"'), ("    export ", "'"), ("    export ", ""), ("", "")]
)
def test_an_environment_that_was_moved(tmp_path, monkeypatch, before, quotes):
    place = tmp_path / "new" / ".venv"
    (place / "bin").mkdir(parents=True)
    monkeypatch.setattr(sys, "prefix", str(place))
    script = place / "bin/activate"
    script.write_text(f"deactivate () {{\n}}\n{before}VIRTUAL_ENV={quotes}{place}{quotes}\n")
    assert status(doctor.check_environment()) == OK
    script.write_text(f"{before}VIRTUAL_ENV={quotes}{tmp_path / 'old' / '.venv'}{quotes}\n")
    result = doctor.check_environment()
    assert status(result) == PROBLEM
    assert "make clean lab" in result.mend


def test_a_progress_file_that_cannot_be_written(progress_file):
    assert status(doctor.check_state_folder()) == OK
    progress_file.mkdir()
    result = doctor.check_state_folder()
    assert status(result) == PROBLEM
    assert str(progress_file) in result.mend


def test_without_torch_the_notebooks_that_work_are_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    result = doctor.check_gpu()
    assert "notebooks 00, 01, 02, 03, 04, 05, 06, 07, 08 work" in result.message
    assert "`course zoo`" in result.message


def test_what_is_said_to_work_without_torch_can_be_imported(tmp_path):
    """The imports of each notebook that is said to work, in a Python without PyTorch."""
    (tmp_path / "torch.py").write_text('raise ModuleNotFoundError("No module", name="torch")')
    program = ""
    for source in compose.source_files():
        if not needs_torch(source.read_text(encoding="utf-8")):
            cells = compose.compose(source).cells
            lines = "\n".join(c.source for c in cells if c.cell_type == "code").splitlines()
            program += "\n".join(x for x in lines if re.match("(import|from) ", x)) + "\n"
    assert program.count("use_house_style") >= 7
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
