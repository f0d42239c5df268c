# The module array: all kinds of items, the errors of those that do not fit, and arrays as sequences and buffers.
import array
from array import array as make


def attempt(function, *args, **keywords):
    try:
        return function(*args, **keywords)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


print(array.typecodes, array.array is array.ArrayType, make.__module__, make.__name__)
for code in array.typecodes:
    empty = make(code)
    print(code, empty.itemsize, empty.typecode, empty, len(empty), memoryview(empty).format, bool(empty))
EDGES = [0, 127, 128, -128, -129, 255, 256, -1, 2**15, -2**15, 2**16, 2**31, -2**31 - 1, 2**32, 2**63 - 1, 2**63, 2**64, -2**63 - 1]
for code in "bBhHiIlLqQ":
    print(code, [attempt(lambda: make(code, [edge])[0]) for edge in EDGES])
for code in array.typecodes:
    print(code, [attempt(lambda: make(code, [value])[0]) for value in [1.5, "a", "ab", None, b"a", True, 10**400]])
for args in [(), ("i", [], 1), (1,), ("ii",), ("x",), ("i", 5), ("i", "abc"), ("u", b"abc"), ("i", make("u", "x")), ("i", {3: 4}),
             ("b", b"\x01\xff"), ("h", b"abc"), ("f", make("i", [1, 2])), ("u", "añ\U0001f600"), ("d", (1, 2.5)), ("i", range(3))]:
    print(args, attempt(make, *args))
print(attempt(make, "i", initial=[1]))

numbers = make("i", range(10))
print(numbers[3], numbers[-1], numbers[2:5], numbers[::-3], attempt(lambda: numbers[10]), attempt(lambda: numbers["x"]))
numbers[1:3] = make("i", [7, 8, 9])
del numbers[5], numbers[::4]
numbers[::2] = make("i", [0, 0, 0, 0])
print(numbers, attempt(numbers.__setitem__, slice(0, 1), [1]), attempt(numbers.__setitem__, slice(0, 1), make("b", [1])))
print(attempt(numbers.__setitem__, slice(0, 4, 2), make("i", [1])), attempt(numbers.__setitem__, 99, 1), attempt(numbers.__delitem__, 99))
numbers.append(5)
numbers.extend([6, 7])
numbers.extend(make("i", [8]))
numbers.insert(0, -1)
numbers.insert(-1, -2)
numbers.insert(99, -3)
print(numbers, numbers.pop(), numbers.pop(0), numbers.index(6), numbers.count(0), 8 in numbers, numbers.index(0, 2), numbers.index(0, -6, 9))
numbers.remove(8)
numbers.reverse()
print(numbers, attempt(numbers.remove, 99), attempt(numbers.index, 99), attempt(make("b").pop), attempt(numbers.pop, 99))
print(attempt(numbers.extend, make("b")), attempt(numbers.extend, 5), attempt(numbers.append, "x"), attempt(numbers.fromlist, [1, "x"]), len(numbers))
numbers.fromlist([1, 2])
numbers.frombytes(b"\x01\x00\x00\x00")
print(numbers.tolist(), numbers.tobytes()[:8], attempt(numbers.frombytes, b"abc"), attempt(numbers.frombytes, numbers), attempt(numbers.fromlist, (1,)))
print(numbers + make("i", [1]), numbers * 2 == numbers + numbers, 0 * numbers, attempt(lambda: numbers + [1]), attempt(lambda: numbers + make("b")))
numbers += make("i", [3])
numbers *= 2
print(len(numbers), attempt(numbers.__iadd__, [1]), attempt(hash, numbers), numbers.__copy__() == numbers, numbers.__copy__() is numbers)
swapped = make("H", [1, 256])
swapped.byteswap()
print(swapped, swapped.buffer_info()[1], make("u", "xyz").tounicode(), attempt(numbers.tounicode), attempt(numbers.fromunicode, "x"))
print(attempt(make("u").fromunicode, 5), attempt(make("u", b"\xff\xff\xff\xff").tounicode), attempt(lambda: make("u", b"\xff\xff\xff\xff")[0]))

pairs = [(make("i", [1, 2]), make("i", [1, 2])), (make("i", [1, 2]), make("d", [1.0, 2.0])), (make("i", [1, 2]), make("i", [1, 3])),
         (make("i", [1]), make("i", [1, 0])), (make("b", [-1]), make("B", [255])), (make("d", [float("nan")]), make("d", [float("nan")]))]
for a, b in pairs:
    print(a == b, a != b, a < b, a <= b, a > b, a >= b)
print(make("i") == [], attempt(lambda: make("i") < []))

view = memoryview(numbers)
print(view.format, view.itemsize, view.shape, view[1], attempt(numbers.append, 1), attempt(numbers.pop), attempt(numbers.__delitem__, 0))
view[0] = 77
view.release()
numbers.append(1)
print(numbers[0], memoryview(make("u", "ab")) == memoryview(make("u", "ab")), attempt(memoryview(make("u", "ab")).tolist))
print(bytes(make("h", [1, 2])), b"".join([make("b", [97])]), bytearray(b"x") + make("b", [98]), int.from_bytes(make("B", [1, 2]), "big"))

for protocol in (2, 3):
    print(make("h", [1, -2]).__reduce_ex__(protocol)[1:], make("u", "é").__reduce_ex__(protocol)[1:])
rebuild = array._array_reconstructor
for args in [(make, "i", 8, b"\x01\0\0\0"), (make, "i", 9, b"\0\0\0\x01"), (make, "b", 1, b"\xff"), (make, "l", 12, b"\xff" * 8),
             (make, "d", 17, b"\x3f\xf0" + bytes(6)), (make, "f", 15, b"\x3f\x80\0\0"), (make, "u", 18, b"a\0b\0"), (make, "u", 21, b"\0\0\0a\0\0\0b"), (make, "u", 21, b"\0\0\0a"),
             (make, "i", 3, b"\1"), (make, "i", 99, b""), (make, "x", 0, b""), (int, "i", 8, b""), (5, "i", 8, b""), (make, "i", 8, "")]:
    print(attempt(rebuild, *args))
iterator = iter(make("i", [1, 2, 3]))
print(next(iterator), iterator.__reduce__()[1:], type(iterator).__name__)
iterator.__setstate__(2)
print(list(iterator), iterator.__reduce__()[1:], next(iterator, "end"))


class Named(make):
    def __init__(self, code, values, name):
        self.name = name

    def __new__(cls, code, values, name=""):
        return make.__new__(cls, code, values)


named = Named("b", [1, 2], name="it")
print(named, named.name, named[:1], type(named[:1]).__name__, type(named + named).__name__, isinstance(named, make))
match make("b", [1, 2, 3]):
    case [first, *rest]:
        print(first, rest)
