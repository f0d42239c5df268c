# Packages, namespace packages, what modules know of themselves, and finders of the program's own: CPython's own importlib.
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
import tempfile


def write(root, name, text):
    path = os.path.join(root, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def attempt(source, names=None):
    try:
        exec(source, names if names is not None else {})
    except BaseException as error:
        print(type(error).__name__, str(error).replace(root, "ROOT"), getattr(error, "name", None))


with tempfile.TemporaryDirectory() as root:
    root = os.path.realpath(root)
    sys.path.insert(0, root)
    write(root, "package/__init__.py", "from . import first\n")
    write(root, "package/first.py", "from .second import value\n")
    write(root, "package/second.py", "value = 2\nfrom . import first\n")
    write(root, "space/one.py", "name = __name__\n")
    write(root, "circle_a.py", "import circle_b\nhere = 1\n")
    write(root, "circle_b.py", "from circle_a import here\n")
    write(root, "broken.py", "1 / 0\n")
    write(root, "changes.py", "value = 1\n")

    import package.second

    for module in (package, package.first, package.second):
        spec = module.__spec__
        print(module.__name__, module.__package__, spec.name, spec.parent, spec.has_location, type(spec).__name__)
        print(type(module.__loader__).__name__, module.__file__.replace(root, "ROOT"), spec._initializing)
    print([entry.replace(root, "ROOT") for entry in package.__path__], package.__spec__.submodule_search_locations == package.__path__)
    import space.one

    print(space.one.name, type(space.__path__).__name__, space.__file__ if hasattr(space, "__file__") else None, space.__spec__.origin)
    print(repr(space).split(" object")[0], repr(package.first).replace(root, "ROOT"), repr(sys))
    attempt("import circle_a")
    print("circle_a" in sys.modules, "circle_b" in sys.modules)
    attempt("import broken")
    attempt("import nothing_here")
    attempt("import package.nothing")
    attempt("from package import nothing")
    attempt("import package.first.deeper")
    attempt("from ... import x", {"__package__": "package", "__name__": "package.first"})
    sys.modules["halted"] = None
    attempt("import halted")

    import changes

    write(root, "changes.py", "value = 22\nmore = 3\n")
    importlib.invalidate_caches()
    print(importlib.reload(changes) is changes, changes.value, changes.more)
    print(importlib.util.find_spec("package.second").name, importlib.util.find_spec("nothing_here"))

    class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
        def find_spec(self, name, path, target=None):
            if name.startswith("made_up"):
                return importlib.machinery.ModuleSpec(name, self, is_package=name == "made_up")

        def create_module(self, spec):
            return None

        def exec_module(self, module):
            module.answer = len(module.__name__)

    sys.meta_path.insert(0, Finder())
    import made_up.inner

    print(made_up.answer, made_up.inner.answer, made_up.__path__)
    spec = importlib.util.spec_from_file_location("by_hand", os.path.join(root, "package", "second.py"))
    module = importlib.util.module_from_spec(spec)
    print(module.__name__, hasattr(module, "value"))
    print(importlib.import_module("space.one") is space.one, importlib.import_module(".second", "package").value)
    sys.path_importer_cache.clear()
    print([finder.__name__ for finder in sys.meta_path if isinstance(finder, type)])

try:
    import importlib._bootstrap as bootstrap

    bootstrap._gcd_import("not_there_at_all")
except ModuleNotFoundError as error:
    frame = error.__traceback__
    while frame:
        print(os.path.basename(frame.tb_frame.f_code.co_filename), frame.tb_frame.f_code.co_name)
        frame = frame.tb_next
try:
    import not_there_either
except ModuleNotFoundError as error:
    print(error.__traceback__.tb_next)
