# match: literals, captures, sequences, mappings, classes, guards, alternatives, star patterns, dotted names.
class Color:
    RED = 1
    BLUE = "b"
class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
class Point3(Point):
    __match_args__ = ("x", "y", "z")
    def __init__(self, x, y, z):
        super().__init__(x, y)
        self.z = z
def m(v):
    match v:
        case 0: return "zero"
        case 1.5: return "1.5"
        case -3: return "minus three"
        case "a" | "b": return "a or b"
        case None: return "none"
        case True: return "true"
        case Color.BLUE: return "blue"
        case []: return "empty sequence"
        case [x]: return f"one {x}"
        case [0, y]: return f"zero and {y}"
        case (x, y) if x == y: return f"equal pair {x}"
        case [x, y]: return f"pair {x} {y}"
        case [first, *_, 99]: return f"from {first} to 99"
        case [first, *rest]: return f"{first} then {rest}"
        case {"kind": "circle", "r": r}: return f"circle {r}"
        case {"kind": str(k), **rest}: return f"kind {k} {rest}"
        case {}: return "mapping"
        case Point3(1, y, z=3): return f"p3 {y}"
        case Point(0, 0): return "origin"
        case Point(x=0, y=yy): return f"on axis {yy}"
        case Point(x, Point(a, b)): return f"nested {x} {a} {b}"
        case Point(): return "some point"
        case int(n) if n > 100: return f"large {n}"
        case int() | float(): return "number"
        case str() as s: return f"str {s!r}"
        case bytes(b): return f"bytes {b}"
        case _: return "other " + type(v).__name__
for v in (0, 0.0, False, 1, True, 1.5, -3, "a", "b", "c", None, [], (), [5], (0, 7), (4, 4), [1, 2], [1, 2, 99], (1, 2, 3), "ab", b"ab", {"kind": "circle", "r": 2, "x": 1}, {"kind": "sq", "w": 1}, {"other": 1}, {}, Point3(1, 2, 3), Point(0, 0), Point(0, 5), Point(1, Point(2, 3)), Point(7, 8), 101, 50, 2.5, {1, 2}, range(2), range(5), object, iter([])):
    print(m(v), end="; ")
print()
def binds(v):
    match v:
        case (a, b) | [a, b, _]: return a, b
        case {"x": [p, {"y": q}]}: return p, q
        case (1 | 2 | 3) as n: return "small", n
        case [(1 | 2) as a, [*b], *c]: return a, b, c
        case [Point(x=xx) as p, *_]: return xx, p.y
    return "nothing"
print(binds((1, 2)), binds([1, 2, 3]), binds({"x": [1, {"y": 2, "z": 3}]}), binds(2), binds([2, "no"]) , binds([2, [5, 6], 7, 8]), binds([Point(1, 2), 0, 0, 0]), binds(99))
def no_match(v):
    match v:
        case 1: r = "one"
    try:
        return r
    except UnboundLocalError: return "unbound"
print(no_match(1), no_match(2))
class Log:
    def __eq__(self, o):
        print("eq", o, end=" ")
        return o == 3
match Log():
    case 1: print("one")
    case 2: print("two")
    case 3: print("three")
match [1, [2, [3, [4]]]]:
    case [a, [b, [c, [d]]]]: print(a, b, c, d)
match {"a": 1, "b": 2}:
    case {"a": 1, **rest}: print(rest)
x = 5
match x:
    case y: print("captured", y)
try:
    match Point(1, 2):
        case Point(1, 2, 3): pass
except TypeError as e:
    print(e)
match 1, 2:
    case 1, z: print(z)
match = 3
case = match + 1
print(match, case)
class D(dict):
    def __missing__(self, k): return "made"
def dm(v):
    match v:
        case {"k": x}: return x
        case _: return "no key"
print(dm(D()), dm({"k": 0}))
match (lambda: (1, 2))():
    case int(), int(): print("two ints")
def cmd(line):
    match line.split():
        case ["go", ("north" | "south") as where]: return "go " + where
        case ["go", other]: return "cannot go " + other
        case ["get", *things] if things: return things
        case []: return "silence"
        case [verb, *_]: return "what is " + verb
print([cmd(c) for c in ("go north", "go up", "get a b", "get", "", "dance now")])
