# Indexing and slicing of str, list, tuple, bytes, range: negative, steps, out of range, slice objects.
s = "abcdefghij"
l = list(range(10))
for sl in ("[:]", "[2:]", "[:3]", "[2:5]", "[-3:]", "[:-3]", "[::2]", "[1::3]", "[::-1]", "[5:2:-1]", "[2:5:-1]", "[-1:-4:-1]", "[100:]", "[:100]",
           "[-100:3]", "[3:3]", "[8:2]", "[::-3]", "[-2::-2]", "[None:None:None]", "[True:4]"):
    parts = [None if p in ("", "None") else 1 if p == "True" else int(p) for p in sl[1:-1].split(":")]
    index = slice(*parts) if len(parts) > 1 else slice(None, *parts)
    print(sl, s[index], l[index], tuple(l)[index] == tuple(l[index]), bytes(l)[index] == bytes(l[index]), list(range(10)[index]) == l[index])
print(s[2:5], s[-3:], s[::-1], l[1:8:3], (1, 2, 3)[1:], range(10)[2:8:2], range(10)[::-1], range(10)[-1], range(0, 20, 5)[2])
sl = slice(1, 10, 2)
print(sl, sl.start, sl.stop, sl.step, sl.indices(5), slice(None, None, -1).indices(4), slice(-3, None).indices(10), slice(3) == slice(None, 3, None))
class G:
    def __getitem__(self, k): return k
    def __setitem__(self, k, v): print("set", k, v)
    def __delitem__(self, k): print("del", k)
g = G()
print(g[1], g[1:2], g[::], g[1, 2], g[1:2, ::3], g[...], g["k"], g[-1], g[()], g[*range(2), 5])
g[1:2] = 3
g[0, 1] = 4
del g[5:], g["x"]
l = list(range(8))
l[2:4] = ["a", "b", "c"]
print(l)
l[1:1] = [100, 200]
print(l)
l[::3] = "WXYZ"
print(l)
del l[::2]
print(l)
l[:] = []
print(l)
l[5:] = (1, 2)
print(l)
l[0:0] = l
print(l)
try:
    l[::2] = [1]
except ValueError as e:
    print(e)
try:
    l[0:1] = 5
except TypeError as e:
    print(e)
del l[1:3]
print(l)
x = [1, 2, 3]
y = x[:]
y.append(4)
print(x, y, x[:] is x, (1, 2)[:] == (1, 2))
for bad in (10, -11):
    try:
        s[bad]
    except IndexError as e:
        print(e)
try:
    range(5)[5]
except IndexError as e:
    print(e)
try:
    l[10] = 1
except IndexError as e:
    print(e)
try:
    del l[10]
except IndexError as e:
    print(e)
