"""Stand-ins for packages that only show something: plots, bars, pages. Nothing happens, quietly.

An answer that draws its loss or counts its steps is right or wrong without that.
"""

import importlib.abc
import importlib.machinery
import sys
import types


class _Silent:
    """Accepts everything. A call hands back its first argument: `for x in tqdm(xs)` works."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args, **kwargs):
        return args[0] if args else self

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def __iter__(self):
        return iter((self, self))  # figure, axes = plt.subplots()

    def __getitem__(self, key):
        return self

    def __setitem__(self, key, value):
        return None


class _Module(types.ModuleType):
    """A package without contents, or with any."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return {"trange": range, "tnrange": range}.get(name, _Silent())


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Asked last: what is really there comes first."""

    def __init__(self, packages):
        self._packages = frozenset(packages)

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self._packages:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return _Module(spec.name)

    def exec_module(self, module):
        return None


def install(packages) -> None:
    """Let these packages be imported, whether they are there or not."""
    sys.meta_path.append(_Finder(packages))
