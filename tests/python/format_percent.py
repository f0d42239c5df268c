# The % operator on strings.
print("%s %r %a" % ("a", "a", "é"), "%d %i %u" % (1, 2.9, True), "%5d|%-5d|%05d|%+d|% d" % (42, 42, 42, 42, 42))
print("%x %X %o %#x %#o %#X" % (255, 255, 8, 255, 8, 255), "%c%c" % (65, "b"))
print("%f %.2f %10.3f|%-10.1f|%+.1f %010.2f" % (3.14159, 3.14159, 3.14159, 3.14159, 3.14159, -3.14159))
print("%e %.2E %g %g %G %g" % (12345.678, 0.00012, 1e10, 0.0001, 1e-10, 123456789.0))
print("%(a)s %(b)05.1f %(a)r" % {"a": "x", "b": 2.25}, "%%", "%d%%" % 50)
print("%*d|%-*d|%.*f" % (5, 42, 5, 42, 2, 3.14159), "%.3s|%5.2s|" % ("abcdef", "xyz"))
print("%s" % None, "%s %s" % (1, [2]), "%s" % [1, 2], "%s" % ((1, 2),), "%r" % (("t",),), "no args" % (), "x" % {})
print("%s" % 1.0, "%d" % (10 ** 20), "%d" % -7.9, "%x" % -255, "%5s|%-5s|" % ("ab", "ab"))
print("%g %g %g %g" % (1.0, 100000.0, 1000000.0, 1e-5), "%.0f %.0f %.0f" % (0.5, 1.5, 2.5), "%.10g" % 0.1, "%.17g" % 0.1, "%#.3g" % 1.0)
print("%f %F" % (float("inf"), float("nan")), "%e" % 0.0, "%5.1f" % float("-inf"))
class A:
    def __str__(self): return "A-str"
    def __repr__(self): return "A-repr"
    def __int__(self): return 3
    def __float__(self): return 2.5
    def __index__(self): return 4
print("%s %r" % (A(), A()), "%.1f" % A(), "%d" % A(), "%x" % A())
for f, a in (("%d", "x"), ("%d %d", (1,)), ("%d", (1, 2)), ("%q", 1), ("%", 1), ("%(a)s", {"b": 1}), ("%(a)s", 1), ("%c", "ab"), ("%c", -1), ("%x", 1.5), ("%f", "1"), ("%*d", ("a", 1)), ("%d", None), ("%(a", {})):
    try:
        print(f % a)
    except Exception as e:
        print(f, type(e).__name__, e)
class D(dict):
    def __missing__(self, k): return "?" + k
print("%(x)s-%(y)s" % D(x=1))
print(b"%d %s" % (1, b"x") if True else "", "%s" "%s" % ("a", "b"))
