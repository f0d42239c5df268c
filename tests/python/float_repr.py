# repr of floats: shortest digits, exponents, special values; parsing; rounding; conversions.
values = [0.1, 0.2, 0.1 + 0.2, 1 / 3, 2 / 3, 1.0, 10.0, 1e15, 1e16, 1e17, 123456789012345680.0, 1e22, 1e23, 1.5e300, 5e-324, 2.2250738585072014e-308,
          1.7976931348623157e308, 0.0001, 0.00001, 1e-5, 123e-7, 9007199254740993.0, 4.35, 2.675, 100.0, 1e100, 0.5, 0.3, 1.1, 2.2, 3.3, 1e-10, 9.999999999999999e22,
          5e-320, 1.2345678901234567, 12345678.9, 0.1 * 3, 1e16 + 2, 4503599627370497.5, -0.0, -1.5, float("inf"), float("-inf"), float("nan")]
for v in values:
    print(repr(v), end=" ")
print()
print([float(s) for s in ("1", "1.5", " 2.5 ", "1e3", "-1E-3", ".5", "5.", "+7", "1_000.5", "inf", "-Infinity", "nAn", "1e400", "-1e400", "1e-400", "16", "\t3\n", "٣.٥")])
for bad in ("", "1.5.2", "e5", "1__0", "_1", "1e", "abc", "--1", "0x10", "1 2"):
    try:
        print(float(bad))
    except ValueError as e:
        print(e)
print(int(2.9), int(-2.9), int(1e20), round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1234.5678, -2), round(0.5), round(1.5), round(1e20), round(5, -1), round(15, -1), round(25, -1), round(-15, -1))
print(round(2.5, 0), round(0.15, 1), round(1e300, 2), type(round(2.5)), type(round(2.5, 0)), round(1.005, 2), round(7), round(True), round(123, 5))
print(1e308 * 10, -1e308 * 10, 1e308 * 10 - 1e308 * 10, 0.0 == -0.0, 1 / float("inf"), 5 % 3.0, -5 % 3.0, 5 % -3.0, -5.5 // 2, 5.5 // -2, divmod(-7.5, 2), 1e17 % 3, -0.0 % 5, 0.0 % -5)
print((0.5).as_integer_ratio(), (0.1).hex(), float.fromhex("0x1.8p1"), (3.0).is_integer(), (3.5).is_integer(), (2.5).real, (2.5).imag, (1.5).conjugate())
print(2.0 ** 0.5, 2 ** -1, 2 ** 0.5, 4 ** 0.5, 0.0 ** 0, float("nan") ** 0, 1 ** float("nan"), 10.0 ** 15, 10.0 ** -5, 2.0 ** 10, (-2.0) ** 3, (-2) ** -3)
print(hash(1.0) == hash(1), hash(0.5), hash(float("inf")), hash(-0.0), hash(1e300), hash(0.1), float(10 ** 15), float(2 ** 63), 3.0 == 3, 1e3 == 1000)
print(sum([0.1] * 10), sum([0.1] * 10) == 1.0, sum([1, 2.5, 3]), max(0.1, 0.2), min(-0.0, 0.0), abs(-2.5), abs(-0.0), -(0.0), +(-0.0))
print(str(1e5), str(123456.789), "%r" % 0.1, 1_000.5, 1e1_0, 0x10, 0b11, 0o17, 1_000_000)
for big in (10 ** 400,):
    for f in (lambda: float(big), lambda: big * 1.0, lambda: big / 2.0, lambda: 1.5 ** 10000, lambda: (-1.5) ** 0.5, lambda: int(float("nan"))):
        try:
            print(f())
        except (OverflowError, ValueError) as e:
            print(type(e).__name__, e)
print(10 ** 400 / 10 ** 399, 10 ** 30 / 3, 7 / 2, 6 / 2, -7 / 2, 1 / 3, 2 ** 1000 / 2 ** 999, (2 ** 53 + 1) / 1, 3 * 10 ** 22 / 10 ** 22)
