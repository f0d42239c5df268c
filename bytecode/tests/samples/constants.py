"""Constants of all types, in the spellings of `repr`."""

INTS = (0, 1, -1, 255, 2**31, -(2**31), 2**62, 2**63 - 1, -(2**63), 2**63, 10**30, -(10**40), True, False)
FLOATS = (0.0, -0.0, 1.0, 0.1, 1e15, 1e16, 1.5e16, 123456789012345680.0, 1e22, 1e-4, 1e-5, 1.5e-10, 1e100, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e999, -1e999, 9007199254740993.0, 0.30000000000000004, 100.0, 1234.5678)
COMPLEX = (1j, 0j, -0j, 1.5 + 2j, -1 - 1e20j, 1e999j)
STRINGS = ("", "plain", "it's", 'say "hi"', "both ' and \"", "tab\tnew\nreturn\r", "back\\slash", "\0\x1f\x7f", "é", "\xa0\xad", "日本", "\u2028", "😀", "\U000e0001", "\ud800", "\udfff x", "\ud83d\ude00")
BYTES = (b"", b"plain", b"it's", b'"', b"'\"", b"\0\xff\t\n\\")
NESTED = ((), (1,), (1, (2, (3, ()))), (None, ..., b"x"))


def membership(x):
    return (
        x in {1, 2, 3},
        x in {100, 7, 64, 8, 16, 1000000, 3},
        x in {"a", "bb", "ccc", "é", "日本", "😀", "name"},
        x in {b"a", b"bb"},
        x in {1.5, 2.0, -3, 10**30, 1j},
        x in {(1, 2), ("a", "b"), ()},
        x in {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"},
    )


def keywords(f):
    return f(1, *[2], key=3), f(a=1, b=2), f.method(1, b=2), f(**{"x": 1})
