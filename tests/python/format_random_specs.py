# format() and % with specifications put together at random, most of them refused. The generator is our own: the same everywhere.
seed = 4242


def pick(choices):
    global seed
    seed = (seed * 1103515245 + 12345) % 2147483648
    return choices[(seed >> 8) % len(choices)]


def shown(f):
    try:
        return ascii(f())
    except Exception as error:
        return type(error).__name__ + ": " + str(error)


VALUES = [
    0, 1, -1, 42, -1234567, 10**20, -(10**25), True, False, 0.0, -0.0, 1.0, 1.5, -2.25, 3.14159, 1e10, 1e16, 1e-5, 123456789.123,
    1e100, 1e-300, float("inf"), float("-inf"), float("nan"), 0.1, 99999.5, 999999.5, 1 / 3, "abc", "", "h\u00e9llo", 1 + 2j,
    -1.5j, 0j, 2.5, 100.0, 1234.5,
]
FILL = ["", "", "", "<", ">", "^", "=", "*<", "x>", "0=", "\u20ac^", "{<", " ="]
GROUP = ["", "", "", "", ",", "_", ",_"]
PRECISION = ["", "", ".0", ".1", ".2", ".5", ".10", "."]
TYPE = ["", "", "d", "b", "o", "x", "X", "c", "e", "E", "f", "F", "g", "G", "n", "%", "s", "q", "dd"]
for _ in range(1500):
    spec = pick(FILL) + pick(["", "", "", "+", "-", " "]) + pick(["", "", "", "", "z"]) + pick(["", "", "#"]) + pick(["", "0"])
    spec += pick(["", "5", "12"]) + pick(GROUP) + pick(PRECISION) + pick(TYPE)
    value = pick(VALUES)
    print(ascii(value), ascii(spec), shown(lambda: format(value, spec)))

FLAGS = ["", "-", "+", " ", "#", "0", "-0", "+0", "#0", "- ", "+#"]
KINDS = ["d", "i", "u", "o", "x", "X", "e", "E", "f", "F", "g", "G", "s", "r", "a", "c", "%", "q", "ld", ""]
for _ in range(900):
    spec = "%" + pick(FLAGS) + pick(["", "1", "10", "*"]) + pick(["", "", ".", ".0", ".3", ".*"]) + pick(KINDS)
    values = tuple(pick([3, 12, -8, "x"]) for _ in range(spec.count("*"))) + (pick(VALUES + [65, 300, None, [1], (1,)]),)
    print(ascii(spec), ascii(values), shown(lambda: "<" + spec % values + ">"))
