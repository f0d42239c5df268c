# Aliases and unions with type variables, what the collector tells, the hook of the prompt, relative imports by hand.
import copy
import gc
import pickle
import sys
import types
import typing
import warnings

T, U = typing.TypeVar("T"), typing.TypeVar("U")
print(list[T][int], dict[T, U][str, int], dict[T, list[T]][int], tuple[T, ...][str], (list[T] | U)[int, str], (T | int)[str])
for alias, item in [(list[int], str), (dict[T, U], int), (list[T], (int, str)), (float | int, str)]:
    try:
        print(alias[item])
    except TypeError as error:
        print(error)
print(hash(int | str) == hash(str | int), hash(int | str) == hash(typing.Union[int, str]), (int | list[T]).__parameters__)
for value in [list[int], dict[str, list[int]], int | str, types.SimpleNamespace(a=1, b=[2])]:
    print(copy.deepcopy(value) == value, [pickle.loads(pickle.dumps(value, protocol)) == value for protocol in (0, 2, 4)])

# What refers to what.
inner = ["inner"]
outer = {"key": inner}
holder = types.SimpleNamespace(part=inner)


def closure():
    return inner


print(sorted(map(str, gc.get_referents(["a", 1], ("b",), {"c": 2}))), gc.get_referents(), gc.get_referents(1, "x"))
print(any(found is outer for found in gc.get_referrers(inner)), any(found is holder.__dict__ for found in gc.get_referrers(inner)))
print(any(found is outer for found in gc.get_objects()), any(found is inner for found in gc.get_objects(generation=None)))
for generation in (-2, 3):
    try:
        gc.get_objects(generation)
    except ValueError as error:
        print(error)
print([gc.is_tracked(value) for value in (1, 1.5, "a", b"b", None, [], [1], closure, gc, holder)])
gc.disable()
gc.set_threshold(100, 5)
print(gc.get_threshold(), gc.get_debug(), gc.set_debug(gc.DEBUG_SAVEALL), gc.get_debug(), [sorted(stats) for stats in gc.get_stats()])
gc.set_debug(0)
gc.set_threshold(700, 10, 10)
gc.enable()
phases = []
gc.callbacks.append(lambda phase, info: phases.append((phase, info["generation"], sorted(info))))
gc.collect()
gc.callbacks.clear()
print(phases)

# The hook of the prompt.
shown = []
sys.displayhook = shown.append
exec(compile("1 + 1\nNone", "typed", "exec"))
for statement in ("2 + 2", "None", "x = 3", "'text'"):
    exec(compile(statement, "typed", "single"))
print(shown)
sys.displayhook = sys.__displayhook__
exec(compile("5", "typed", "single"))
del sys.displayhook
try:
    exec(compile("6", "typed", "single"))
except RuntimeError as error:
    print(error)

# The package that a relative import starts from.
for names in [{}, {"__package__": 3}, {"__name__": 3}, {"__name__": "email.charset"}, {"__name__": "email", "__path__": []},
              {"__package__": "email", "__spec__": types.SimpleNamespace(parent="other")}, {"__spec__": types.SimpleNamespace(parent="email")},
              {"__spec__": types.SimpleNamespace(parent=None)}, {"__package__": ""}]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            print(__import__("utils", names, None, ["name"], 1).__name__, end=" ")
        except (ImportError, TypeError, KeyError) as error:
            print(type(error).__name__, error, end=" ")
        print([str(warning.message) for warning in caught])
