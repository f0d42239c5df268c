# The format mini-language: alignment, sign, width, grouping, precision and type for int, float and str.
ints = (0, 5, -5, 42, 1234567, -1234567, 10 ** 20)
for spec in ("", "d", "5", "<8", ">8", "^8", "=8", "08", "+", "-", " ", "+08", "*^12", ",", "_", "015,", "x", "X", "#x", "#b", "o", "#o", "b", "_x", "_b", "e", ".2e", "f", ".1f", "%", "g", "n", "#10x", "#010x", "<+8d", "x>8", "0<8", "=+12,"):
    print(repr(spec), [format(i, spec) for i in ints])
floats = (0.0, -0.0, 1.0, -1.5, 3.14159265, 1234567.891, 1e-7, 1e22, 1.5e300, float("inf"), float("-inf"), float("nan"))
for spec in ("", "f", ".0f", ".2f", "e", ".3e", "g", ".3g", "G", "%", ".1%", "10.2f", "<10.2f", "^10.2f", "+.1f", " .1f", "010.2f", ",.2f", "_.1f", "015,.2f", ".10g", "#.3g", "#.0f", "n", ".5", "10", "=+10.1f", "z.1f", "+z.0f", ".0e", "E", "F"):
    print(repr(spec), [format(f, spec) for f in floats])
for spec in ("", "s", "5", "<5", ">5", "^5", "*^9", ".2", "5.1", ">5.1s", "-<6", "05", "é>5"):
    print(repr(spec), [format(s, spec) + "|" for s in ("", "a", "abc", "abcdefgh", "é")])
for v, spec in ((1, ".2"), (1, "s"), ("a", "+"), ("a", ","), ("a", "=5"), (1.0, "x"), (1, ",x"), (1, "_,"), (1.5, "c"), (1, "5.5d"), (1, "q"), ("a", "#"), (1, "1" * 30), (1114112, "c"), (1, ",c"), ("a", "0=5"), ("a", " ")):
    try:
        print(v, spec, format(v, spec))
    except (ValueError, OverflowError) as e:
        print(v, spec, type(e).__name__, e)
print(format(True), format(True, "d"), format(True, "5"), format(None), format([1]), format(65, "c"), format(8364, "c"), format(True, ""))
print("{:>{w}}|{!r:^{w}}|{a[0]}{a[1]}{b.real}".format("x", "y", w=6, a=[1, 2], b=3))
print("{0}{1}{0}".format("a", "b"), "{}{}".format(1, 2), "{{}}".format(), "{a}{b}".format(a=1, **{"b": 2}), "{[k]}".format({"k": "v"}), "{0[1][0]}".format([0, ["in"]]))
print("{:,}".format(1e6), "{:.3}".format("abcdef"), "{!s}".format(1), "{0!r}".format("q"), "{:d}".format(True), "{0.__class__.__name__}".format(1))
class C:
    x = 3
    def __getitem__(self, k): return ("item", k)
print("{0.x} {0[a b]} {0[-1]} {0[3]}".format(C()), "{}".format("{}"), "{:{}}".format("x", ">3"), "{:{}{}}".format("x", "^", 5))
for f, a, k in (("{", (), {}), ("}", (), {}), ("{0", (1,), {}), ("{!x}", (1,), {}), ("{!}", (1,), {}), ("{a.b}", (), {"a": 1}), ("{0[k]}", ([],), {}), ("{:{:{}}}", (1, 2, 3), {}), ("{2}", (1,), {}), ("{.}", (1,), {}), ("{[}", (1,), {}), ("{}{0}", (1,), {})):
    try:
        print(f.format(*a, **k))
    except Exception as e:
        print(f, type(e).__name__, e)
print("{x} {y}".format_map({"x": 1, "y": 2}))
