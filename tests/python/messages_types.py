# Messages of codecs, types, super and starred arguments.
def one(a): pass
tests = [
    lambda: "a".encode("ascii").decode("nope"),
    lambda: "\u00e9".encode("ascii"),
    lambda: b"\xff".decode("utf-8"),
    lambda: str(b"a", "utf-8", "x", "y"),
    lambda: type("X", (1,), {}),
    lambda: type(1, 2),
    lambda: object(1),
    lambda: super().x,
    lambda: int.__add__(1),
    lambda: one(*5),
    lambda: one(**5),
    lambda: one(*[1], **{"a": 2}),
    lambda: one(**{1: 2}),
    lambda: [*5],
    lambda: {**5},
    lambda: (lambda a: a)(),
]
for test in tests:
    try:
        print("no error", repr(test()))
    except Exception as e:
        print(type(e).__name__ + ":", e)
