a.b.c
a[b]
a[1:2], a[:], a[::2], a[1:2, ..., None:x]
a(b, *c, d=e, **f)
a(*b)
a(**b)
a(b=1, **c, d=2)
a(*b, c, *d)
a.b(c, d=e)
a.b(*c)
a.b.c(d)[e](f)
(a
 .b
 .c(1)
 .d(2,
    x=3))
a + b - c * d / e // f % g ** h @ i << j >> k & l | m ^ n
-a, +a, ~a, not a
a < b, a > b, a <= b, a >= b, a == b, a != b, a is b, a is not b, a in b, a not in b
a < b < c
[], (), {}, set()
[a, b], (a, b), {a, b}, {a: b, c: d}
[*a, b], (*a, b), {*a, b}, {**a, b: c, **d}
[1, 2, 3], {1, 2, 3}, {1: 2, 3: 4}
{"a": a, "b": b}
x = y = z
x, y = y, x
x, y, z = z, y, x
[x, *y] = z
(x, (y, z)), w = v
x += 1
x.y -= 2
x[y] *= 3
x @= y
x //= y; x **= y; x >>= y; x <<= y; x &= y; x ^= y; x |= y; x %= y; x /= y
del x
del x.y, x[y], (z, w), [v]
(n := 10)
print(n := 5, m := n)
lambda: 0
lambda x, y=1, *z, w, **v: x
x = yes if condition else no
"a" "b" 'c'
b"a" b"b"
1_000, 0xff, 0o17, 0b11, 1e10, 1j, 10 ** 20, 123456789012345678901234567890
...
print(x, file=y)
len(x)
x = [
    1,
    2,
    3,
]
big = [a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a]
big = f(a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a)
big = {a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8, i: 9, j: 10, k: 11, l: 12, m: 13, n: 14, o: 15, p: 16, q: 17}
big = f(a=1, b=2, c=3, d=4, e=5, f=6, g=7, h=8, i=9, j=10, k=11, l=12, m=13, n=14, o=15, p=16, q=17)
big = f(**z, a=1, b=2, c=3, d=4, e=5, f=6, g=7, h=8, i=9, j=10, k=11, l=12, m=13, n=14, o=15, p=16, q=17)
a[*b]
a[*b, c]
a["x"]["y"] = a.b["z"]
