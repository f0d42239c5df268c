# Type variables in aliases: what stands for several, and what is unpacked.
import collections.abc
import copy
import pickle
import types
from typing import ParamSpec, TypeVar, TypeVarTuple, Unpack

T = TypeVar("T")
U = TypeVar("U")
Ts = TypeVarTuple("Ts")
P = ParamSpec("P")


def show(text):
    try:
        print(text, "→", eval(text))
    except TypeError as error:
        print(text, "→", type(error).__name__, error)


show("list[T][*tuple[int]]")
show("dict[T, U][*tuple[int, str]]")
show("dict[T, U][*tuple[int], *tuple[str]]")
show("dict[T, U][*tuple[int, ...]]")
show("tuple[*Ts][*tuple[int, ...]]")
show("tuple[*Ts][()]")
show("tuple[T, *Ts][int, str, bool]")
show("tuple[T, *Ts][()]")
show("tuple[*Ts, T][*tuple[int, ...], str]")
show("tuple[T, *tuple[U, ...]][str, int]")
show("tuple[T, *tuple[T, ...]][str]")
show("tuple[T, *tuple[tuple[*Ts], ...]][int, str, bool]")
show("list[int][str]")
show("collections.abc.Callable[[int, T], str][bytes]")
show("collections.abc.Callable[P, T][[int, str], bool]")
show("collections.abc.Callable[[], bool].__args__")
show("collections.abc.Callable[P, int][[str]].__args__")
show("next(iter(list[int])).__unpacked__, [*tuple[int, str]]")
show("(*tuple[int, str],)[0].__typing_unpacked_tuple_args__")

starred = [*tuple[int, ...]][0]
print(copy.deepcopy(starred) == starred, pickle.loads(pickle.dumps(starred)) == starred, starred == tuple[int, ...])


class Alias(types.GenericAlias):
    __slots__ = ()

    def __repr__(self):
        return "Alias!"


alias = Alias(list, (int,))
print(alias, type(alias) is Alias, alias == list[int], alias | None, isinstance(alias, types.GenericAlias))
print(copy.copy(alias), type(copy.copy(alias)).__name__, alias([1, 2]))
