# itertools: what each iterator gives, and what it refuses.
import itertools
from itertools import *


def first(n, iterable):
    return list(islice(iterable, n))


def refused(function, *args, **kwargs):
    try:
        print("no error:", function(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__ + ":", error)


print(sorted(name for name in dir(itertools) if not name.startswith("__")))

# count, cycle, repeat
print(first(4, count()), first(3, count(10)), first(4, count(5, -2)), first(3, count(0.5, 0.25)), first(3, count(step=3)))
print(count(), count(7), count(1, 2), count(1.5), count(True), first(2, count(True)), count(2**70, 3), first(2, count(2**62 - 1)))
refused(count, "a")
refused(count, 1, None)
refused(count, 1, 2, 3)
print(count(3).__reduce__(), count(3, 4).__reduce__())
print(first(7, cycle("abc")), first(3, cycle([])))
refused(cycle)
refused(cycle, 3)
print(list(repeat("x", 3)), first(2, repeat(1)), repeat("x"), repeat("x", 2), list(repeat(1, -3)), repeat(object=1, times=2))
print(repeat(1, 5).__length_hint__(), repeat(1, 2).__reduce__(), repeat(1).__reduce__())
refused(repeat(1).__length_hint__)
refused(repeat)
refused(repeat, 1, "2")

# those over one iterable
print(list(accumulate([1, 2, 3, 4])), list(accumulate("abc")), list(accumulate([3, 1, 2], max)), list(accumulate([], initial=5)))
print(list(accumulate([1, 2], initial=10)), list(accumulate([2, 3], lambda a, b: a * b, initial=4)), list(accumulate([])))
refused(accumulate)
refused(accumulate, [1], None, 3)
refused(list, accumulate([1, "a"]))
print(list(compress("ABCDEF", [1, 0, 1, 0, 1, 1])), list(compress("AB", [])), list(compress(data="AB", selectors=[0, 1, 1])))
refused(compress, "A")
print(list(dropwhile(lambda x: x < 3, [1, 2, 3, 1, 2])), list(takewhile(lambda x: x < 3, [1, 2, 3, 1, 2])))
taken = takewhile(bool, iter([1, 0, 1]))
print(list(taken), list(taken))
print(list(filterfalse(None, [0, 1, "", "a"])), list(filterfalse(lambda x: x % 2, range(6))), list(filterfalse(bool, [0, 2])))
print(list(starmap(pow, [(2, 5), (3, 2), [10, 3]])), list(starmap(lambda *a: a, ["ab", ()])))
refused(takewhile, 1)
refused(takewhile, 1, 2)
refused(takewhile, predicate=1, iterable=2)
refused(list, starmap(pow, [1]))
refused(list, dropwhile(1, [1]))
print(list(pairwise("abcd")), list(pairwise("a")), list(pairwise([])))
print(list(islice("ABCDEFG", 2)), list(islice("ABCDEFG", 2, 4)), list(islice("ABCDEFG", 2, None)), list(islice("ABCDEFG", 0, None, 2)))
print(list(islice("ABC", 0)), list(islice("ABC", None)), list(islice("ABC", 5, 9)), list(islice("ABCDEF", 1, 5, 3)))
source = iter(range(10))
print(list(islice(source, 2, 5, 10)), list(source))
for bad in [(-1,), ("a",), (1, -2), (-1, 2), (1, 2, 0), (1, 2, -1), (2**70,), (None, -1), (1.5,), (1, 2, "x")]:
    refused(islice, "abc", *bad)
refused(islice, "abc")
refused(islice, 3, 1)

# chain, zip_longest, product
print(list(chain("ab", [1], ())), list(chain()), list(chain.from_iterable(["ab", "c"])))
refused(list, chain([1], 2))
refused(list, chain.from_iterable(3) if False else chain(3))
refused(chain, x=1)
print(chain[int])
print(list(zip_longest("abc", "x", fillvalue="-")), list(zip_longest("ab", [1, 2, 3])), list(zip_longest()))
refused(zip_longest, "a", filler=1)
print(list(product("ab", [1, 2])), list(product("ab", repeat=2)), list(product()), list(product("ab", [])), list(product("ab", repeat=0)))
refused(product, "a", repeat=-1)
refused(product, "a", repeat="b")
refused(product, "a", other=1)

# arrangements
print(list(combinations("ABCD", 2)), list(combinations("AB", 3)), list(combinations("AB", 0)), list(combinations(range(4), 3)))
print(list(combinations_with_replacement("ABC", 2)), list(combinations_with_replacement("", 1)), list(combinations_with_replacement("", 0)))
print(list(permutations("ABC", 2)), list(permutations(range(3))), list(permutations("A", 2)), list(permutations("AB", 0)))
print(len(list(permutations(range(6)))), len(list(combinations(range(10), 4))), len(set(permutations("AAB"))))
refused(combinations, "A")
refused(combinations, "A", -1)
refused(combinations, "A", "b")
refused(permutations, "A", "b")
refused(permutations, "A", -1)
refused(combinations_with_replacement, "A", -1)

# groupby, tee
print([(k, list(g)) for k, g in groupby("AAAABBBCCDAABBB")])
print([(k, list(g)) for k, g in groupby(range(10), key=lambda x: x // 3)])
print([k for k, g in groupby("AAB")])
groups = groupby("AAB")
key, early = next(groups)
next(groups)
print(key, list(early))
groups = groupby("AABB")
_, group = next(groups)
print(next(group), next(groups)[0], list(group))
refused(groupby)
refused(list, groupby([1], 3))
a, b = tee([1, 2, 3])
print(next(a), list(b), list(a), list(b))
a, b, c = tee(iter(range(150)), 3)
print(sum(a), next(b), sum(b), sum(islice(c, 100)), len(list(c)))
again, = tee(c, 1)
print(again is c, list(again))
print(tee("abc", 0), [list(t) for t in tee(tee("ab")[0], 3)])
refused(tee, "a", -1)
refused(tee, 3)


class Reenter:
    count = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.count += 1
        if self.count == 3:
            return next(self.other)
        return self.count


source = Reenter()
source.other, other = tee(source)
refused(lambda: [next(other) for _ in range(5)])


# classes derived from them
class MyChain(chain):
    def __init__(self, *args, note=None):
        self.note = note


mine = MyChain("ab", "c")
print(list(mine), mine.note, type(mine).__mro__[1] is chain)
print(type(count()).__module__, type(count()), isinstance(iter(cycle("a")), cycle))


# errors on the way
def failing():
    yield 1
    raise ValueError("on the way")


for make in [cycle, pairwise, lambda g: islice(g, 5), lambda g: zip_longest(g, [1, 2, 3]), chain, lambda g: tee(g)[0], groupby, accumulate]:
    iterator = make(failing())
    refused(lambda: [x for x in iterator])
    print(list(islice(iterator, 2)) if make is not groupby else next(iterator, "end"))


# taken apart and put together again, at each step
def again(iterator):
    made, *rest = iterator.__reduce__()
    new = made(*rest[0])
    if len(rest) > 1 and rest[1] is not None:
        new.__setstate__(rest[1])
    return new


for make in [
    lambda: count(3, 2), lambda: repeat("x", 4), lambda: cycle("abc"), lambda: accumulate([1, 2, 3, 4]), lambda: accumulate([1, 2], initial=5),
    lambda: compress("ABCD", [1, 0, 1, 1]), lambda: dropwhile(bool, [1, 0, 1, 2]),
    lambda: takewhile(bool, [1, 1, 0, 2]), lambda: filterfalse(bool, [0, 1, 0, 0]), lambda: starmap(pow, [(2, 3), (3, 2), (1, 1)]),
    lambda: islice("ABCDEFGH", 1, 7, 2), lambda: chain("ab", "", "cd"), lambda: zip_longest("abc", "x", fillvalue=0), lambda: product("ab", [1, 2, 3]),
    lambda: combinations("abcd", 2), lambda: combinations_with_replacement("abc", 2), lambda: permutations("abc", 2), lambda: permutations("abc"),
    lambda: product("ab", []), lambda: tee("abcd")[0],
]:
    for done in range(8):
        iterator = make()
        first(done, iterator)
        print(first(6, again(iterator)), end=" ")
    print(type(make()).__name__)
groups = groupby("AABBC")
next(groups)
print([(k, list(g)) for k, g in again(groups)])
key, group = next(groupby("AAB"))
print(key, list(again(group)))
for made, state in [
    (combinations("abcd", 2), (0, 99)), (combinations("abcd", 2), (-1, -1)), (combinations("ab", 2), (1,)), (permutations("abc", 2), ((2, 1, 0), (9, -9))),
    (permutations("ab"), ((0,), (1,))), (product("ab", "cd"), (9, -9)), (product("ab", ""), (0, 0)), (product("ab"), "x"), (chain(), ()), (chain(), ([1],)),
    (chain(), (iter([iter("ab"), iter("c")]),)), (cycle("a"), ([1, 2], 1)), (cycle("a"), (1, 2)), (cycle("a"), [1]), (islice("abc", 2), "a"),
    (groupby("a"), (1, 2)), (tee("ab")[0], (1, 2)), (combinations_with_replacement("ab", 2), (5, 5)), (zip_longest("ab", "c"), "filler"),
]:
    try:
        made.__setstate__(state)
        print(first(5, made))
    except Exception as error:
        print(type(error).__name__, error)
