numbers = 1 + 2, 3 * 4, 10 / 4, 7 // 2, -7 // 2, 7 % -3, 2 ** 10, 2 ** -1, 1 << 5, 100 >> 3, 5 & 3, 5 | 3, 5 ^ 3
floats = 1.5 + 2, 1e308 * 10, 7.5 // 2, -7.5 % 2, 2.0 ** 0.5, (-8) ** (1 / 3), 1 / 3, 0.1 + 0.2, -0.0, 0.0 * -1
unary = -1, +1, ~1, not 1, not "", -1.5, -2j, ~True, -True
complexes = 1 + 2j, 1 - 2j, (1 + 2j) * (3 - 4j), (1 + 2j) / (3 - 4j), (1 + 2j) ** 2, 2j ** 0.5
booleans = True + True, True & False, True | 1, True ^ True
not_folded = 1 / 0, 1 // 0, 1 % 0, 0 ** -1, "a" + 1, 2 ** 1000, 1 << 200, "a" * 5000, (1,) * 300, "%s" % 1, 1 @ 2, 1 << -1
strings = "a" + "b", "ab" * 3, 3 * "ab", "a" * 0, b"a" + b"b", b"ab" * 2, "abc"[1], "abc"[-1], "abc"[5], b"abc"[0]
tuples = (1, 2) + (3,), (1, 2) * 2, (1, 2)[0], (1, (2, 3))[1], ()[0], ((1, 2) * 3)[4]
big = 2 ** 64, 2 ** 64 - 2 ** 64, -2 ** 63, 2 ** 63, 10 ** 30 // 7, 10 ** 30 % 7, -(10 ** 30) // 7, 2 ** 64 >> 3, 10 ** 25 / 3, 2 ** 100 / 2 ** 99
membership = x in [1, 2, 3], x in {1, 2, 3}, x in [y, z], x not in {1, "a", 2.5}, x in {}, x in [], x in [*y], x in {True, 1, 1.0}
debug = __debug__
if __debug__:
    on = 1
else:
    off = 1
if not __debug__:
    off = 2
chain = 1 + 2 + x + 3 + 4
nested = (1 + 2) * (3 - 4) - (5, 6)[0]
inverted = not x in y, not x is y, not x not in y, not x == y, not (x < y < z)
for i in [1, 2, 3]: pass
for i in [x, y]: pass
for i in {1, 2}: pass
formats = "%s" % (x,), "%s %r %a" % (x, y, z), "%5s|%-5s|%.3s|%5.2r" % (a, b, c, d), "100%% %s" % (x,), "%d" % (x,), "%s" % (x, y), "%s %s" % (x,), "%(a)s" % x, "abc" % (), "%123s" % (x,), "%" % (x,), "%s" % (*x,)
"folded " + "docstring"


def docstring():
    "a" + "b"
    return (1, 2, (3, 4)), [1, 2, 3], {1, 2, 3}, frozenset({1, 2}), -1 ** 2, 5 if 1 else 6


def constant_conditions(a):
    if 1 and a:
        b = 1
    if 0 or a:
        b = 2
    if a and 0:
        b = 3
    while 1:
        if a: break
    c = a or 1 or 2
    d = 0 and a
    e = 1 if 0 else a
    return "" or a
