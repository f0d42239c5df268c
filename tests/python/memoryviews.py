# Views of several dimensions, their formats, what they compare equal to, and that what they show keeps its size.

def attempt(function, *args, **keywords):
    try:
        return function(*args, **keywords)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


data = bytearray(range(24))
view = memoryview(data)
cube = view.cast("B", [2, 3, 4])
print(cube.ndim, cube.shape, cube.strides, cube.suboffsets, cube.itemsize, cube.nbytes, len(cube))
print(cube.tolist())
print(cube[1, 2, 3], cube[-1, -1, -1], cube.c_contiguous, cube.f_contiguous, cube.contiguous)
cube[0, 1, 2] = 200
print(data[6], view[6], cube.tobytes() == bytes(data), cube.tobytes("F")[:6], cube.tobytes("A") == cube.tobytes())
for key in [0, (0, 0), (0, 0, 0, 0), (2, 0, 0), (slice(1), slice(1)), slice(1), "x", (0, "x", 0), ()]:
    found = attempt(cube.__getitem__, key)
    print(key, found.tolist() if isinstance(found, memoryview) else found, attempt(cube.__setitem__, key, 1))
print(attempt(iter, cube), attempt(lambda: cube.cast("H").tolist()[:2]), attempt(cube.cast, "B", [2, 12]), cube.cast("B")[5])

for form in ["b", "B", "c", "h", "H", "i", "I", "l", "L", "q", "Q", "n", "N", "f", "d", "?", "P", "@i"]:
    part = memoryview(bytes(range(1, 17))).cast(form)
    print(form, part.format, part.itemsize, len(part), part.tolist(), part == part[::1], part == memoryview(bytes(range(1, 17))))
for form in ["x", "w", "<i", "ii", "", "@", 3, None]:
    print(form, attempt(view.cast, form))
for shape in [[], [24], (4, 6), [5, 5], [0, 24], [-1, 24], ["a"], "24", [2**40, 2**40], [1] * 65, [[24]]]:
    print(str(shape)[:20], attempt(lambda: view.cast("B", shape).shape))
scalar = memoryview(b"\x05\x00\x00\x00").cast("i", [])
print(scalar.ndim, scalar.shape, scalar[()], scalar[...] is scalar, scalar.tolist(), len(scalar), attempt(scalar.__getitem__, 0))

numbers = memoryview(bytearray(8)).cast("h")
for value in [0, 32767, -32768, 32768, -32769, 1.5, "1", None, True]:
    print(repr(value), attempt(numbers.__setitem__, 1, value), numbers.tolist())
reals = memoryview(bytearray(16)).cast("d")
for value in [1, 2.5, 10**400, "x"]:
    print(str(value)[:9], attempt(reals.__setitem__, 0, value), reals.tolist())
reals[1] = float("nan")
print(reals == reals, memoryview(b"abc") == memoryview(b"abc").cast("c"), memoryview(b"ab") == b"ab", view[:3] == bytearray(3))

backwards = view[::-2]
print(backwards.tolist()[:4], backwards.strides, backwards.contiguous, bytes(backwards[:3]), attempt(backwards.cast, "B"))
print(attempt(b"".join, [backwards]), bytes(backwards) == bytes(data)[::-2], bytearray(backwards[:2]))
view[0:4] = b"wxyz"
print(attempt(view.__setitem__, slice(0, 2), b"abc"), attempt(view.__setitem__, slice(0, 2), 5), attempt(view.__delitem__, 0))
print(attempt(memoryview(b"ab").__setitem__, 0, 1), attempt(view.toreadonly().__setitem__, 0, 1), view.toreadonly().readonly)
view[2:6] = view[0:4]
print(bytes(view[:8]))

print(hash(memoryview(b"abc")) == hash(b"abc"), attempt(hash, view), attempt(hash, memoryview(b"abcd").cast("h")))
print(hash(memoryview(b"abcabc")[::2]) == hash(b"aca"), view.hex("-", 8)[:20], attempt(memoryview, "x"), attempt(view.tobytes, "X"))

# What is shown keeps its size until the views are released or forgotten.
array = bytearray(b"abc")
first, second = memoryview(array), memoryview(array)
for change in [lambda: array.append(1), lambda: array.pop(), lambda: array.clear(), lambda: array.extend(b"xy"),
               lambda: array.__delitem__(0), lambda: array.__setitem__(slice(0, 1), b""), lambda: array.__iadd__(b"z"),
               lambda: array.__imul__(2), lambda: array.insert(0, 1), lambda: array.remove(97)]:
    print(attempt(change))
array[0:2] = b"XY"
array.reverse()
first.release()
print(array, attempt(array.append, 1), attempt(first.tolist), attempt(lambda: first.nbytes), attempt(memoryview, first))
del second
array.append(33)
print(array, repr(first).split(" at ")[0])
with memoryview(array) as inner:
    part = inner[1:]
    print(attempt(array.pop), inner.obj is array, part.obj is array)
print(attempt(array.pop), part.tolist(), attempt(inner.__enter__))
part.release()
print(array.pop(), attempt(part.__getitem__, 0), part == part, part == inner)
kept = {"view": [memoryview(array)]}
print(attempt(array.pop))
kept.clear()
print(array.pop())

class Releases:
    def __init__(self, view, result):
        self.view, self.result = view, result
    def __index__(self):
        self.view.release()
        return self.result
    __float__ = __index__

for form in "BhIq":
    target = memoryview(bytearray(b"\xff" * 8)).cast(form)
    print(attempt(target.__setitem__, 0, Releases(target, 4)))
target = memoryview(bytearray(b"\xff" * 8))
print(attempt(target.__getitem__, Releases(target, 4)))
target = memoryview(bytearray(b"\xff" * 8))
print(target[:Releases(target, 4)].tolist(), attempt(target.tolist))
print(list(iter(memoryview(b"xyz"))), type(iter(memoryview(b""))).__name__, 120 in memoryview(b"xyz"), list(reversed(memoryview(b"xyz"))))
