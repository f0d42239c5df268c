# repr and str of containers, functions, classes and of one's own classes; %r and nested quoting.
class R:
    def __repr__(self): return "<R>"
class S:
    def __str__(self): return "str of S"
    def __repr__(self): return "repr of S"
print(R(), [R()], (R(),), {R(): R()}, str(R()), f"{R()}", S(), [S()], {"k": S()}, "%s %r" % (S(), S()))
print([1, "a", None, True, 1.5, (), [], {}, set(), b"x", 1j, range(2), slice(1), ..., int, "it's", 'q"q', "\n"])
print({"a": [1, {"b": (2,)}], 3: "x"}, (1,), ((1, 2), [3]), [[]], {()}, frozenset({1}), {1: {2: {3: {}}}})
def f(): pass
class C:
    def m(self): pass
    class Inner: pass
print(f.__name__, f.__qualname__, C.m.__qualname__, C.Inner.__qualname__, C, C.Inner, [C, int], type(C), f.__module__)
print(repr(f)[:13], repr(C().m)[:19], repr(C())[:19], repr(lambda: 0)[:19], repr((x for x in []))[:27], repr(iter([]))[:22])
print(KeyError("k"), repr(KeyError("k")), str(KeyError("k", 2)), ValueError(), repr(ValueError()), repr(ValueError("a", 1)), str(ValueError("only")), OSError(2, "no file"), repr(OSError(2, "no file")), OSError(2, "no", "f.txt"), str(Exception(None)), repr(StopIteration(5)), SyntaxError("bad"), UnicodeError("u"))
class E(Exception):
    def __init__(self, a, b): self.a = a
print(repr(E(1, 2)), str(E(1, 2)), E(1, 2).args)
class BadStr:
    def __str__(self): return 5
class BadRepr:
    def __repr__(self): return None
for g in (lambda: str(BadStr()), lambda: repr(BadRepr()), lambda: print(BadStr()), lambda: f"{BadRepr()!r}", lambda: [BadRepr()].__repr__()):
    try:
        g()
    except TypeError as e:
        print(e)
print(str(1), str("a"), str([1]), str(b"a"), str(None), str(True), repr("\u00e9\u200b\ud800"), ascii("\u00e9"), repr("\x1b\x80"), repr(b"\x00\xff'"), repr("a'b\"c"))
print(*[1, [2]], sep="|", end="|\n")
print("a\tb\\n", r"a\tb", "\u20ac", "tab\there")
class Sub(list): pass
class SubD(dict): pass
print(Sub([1]), SubD(a=1), Sub.__name__, [Sub()], type("T", (tuple,), {})((1, 2)), type("I", (int,), {})(5), type("F", (frozenset,), {})([1]), type("St", (set,), {})([1]))
print(-0.0, 1e16, 1.0, 100000000000000000000, 1e-7, [0.1 + 0.2], (1e300 * 1e10,), {0.5: 1})
