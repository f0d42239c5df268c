# What `gc.collect` tells: how many objects were in cycles, or hung on them.
import gc
import sys
import weakref

gc.disable()
gc.collect()


def collected(make):
    gc.collect()
    make()
    return gc.collect()


def a_list():
    found = []
    found.append(found)


def a_dict():
    found = {}
    found[1] = found


def a_tuple():
    found = []
    found.append((found,))


class Own:
    def __init__(self, other=None):
        self.me = self
        self.other = other


class Slotted:
    __slots__ = ("me",)

    def __init__(self):
        self.me = self


def a_function():
    namespace = {}
    exec("def f(): pass", namespace)


def a_closure():
    def recurse():
        return recurse


def a_frame():
    frame = sys._getframe()


def an_exception():
    try:
        raise ValueError
    except ValueError as error:
        kept = error


def a_method():
    own = Own.__new__(Own)
    own.method = own.__init__


def a_chain():
    # One cycle, and a chain that hangs on it.
    chain = None
    for _ in range(5):
        chain = [chain]
    cycle = [chain]
    cycle.append(cycle)


def a_tree():
    # No cycle: whoever counts references needs no collector.
    tree = [[[i] for i in range(3)] for _ in range(3)]
    tree = {1: tree, 2: (tree, Own.__new__(Own))}


def a_long_list():
    found = [[] for _ in range(2000)]
    found.append(found)


def two_in_a_ring():
    first, second = Own.__new__(Own), Own.__new__(Own)
    first.next, second.next = second, first


for make in [a_list, a_dict, a_tuple, Own, Slotted, a_function, a_closure, a_frame, an_exception, a_method, a_chain, a_tree, a_long_list, two_in_a_ring]:
    print(make.__name__, collected(make))
print(collected(lambda: Own(Own(Own()))), collected(lambda: [Own() for _ in range(100)]))

# What has a finalizer is freed with the rest; what comes alive again is not counted.
kept = []


class Finalized(Own):
    def __del__(self):
        pass


class Rising(Own):
    def __del__(self):
        kept.append(self)


print(collected(Finalized), collected(Rising), len(kept), [collected(lambda: (Own(), Rising())), len(kept)])
kept.clear()
print(gc.collect(), gc.collect())

# Weak references to what is collected are told first.
told = []
own = Own()
reference = weakref.ref(own, lambda reference: told.append(reference()))
del own
print(gc.collect(), told, reference())

# Counters and callbacks.
before = gc.get_stats()[2]["collected"]
seen = []
gc.callbacks.append(lambda phase, info: seen.append((phase, info["generation"], info["collected"], info["uncollectable"])))
print(collected(Own), collected(a_tree))
print(seen, gc.get_stats()[2]["collected"] - before)
gc.callbacks.clear()

# Kept for somebody to look at.
gc.set_debug(gc.DEBUG_SAVEALL)
first = []
first.append([first, "text"])
del first
print(gc.collect(), len(gc.garbage), sorted(map(len, gc.garbage)))
gc.set_debug(0)
print(any(found[-1] == "text" for found in gc.garbage))
gc.garbage.clear()
print(gc.collect(), gc.collect())

# Calls from elsewhere do not know it, and nobody else's zero is taken for the answer.
def nested():
    numbers = [0, 0]
    Own()
    return numbers[0], len(list(map(gc.collect, [0, 1, 2]))), numbers[1], 0


print(nested())
print(gc.is_tracked(object), gc.is_tracked(object()), gc.is_tracked(None), gc.is_tracked(Own), gc.is_tracked(Slotted()))
for arguments in [(3,), (-1,), ("0",)]:
    try:
        gc.collect(*arguments)
    except (ValueError, TypeError) as error:
        print(error)
