# Messages of membership, slices, constructors and more built-in functions.
tests = [
    lambda: 1 in 5,
    lambda: "a" in 5,
    lambda: 1 in "abc",
    lambda: [1, 2, 3][1:2:0],
    lambda: [1, 2]["a":],
    lambda: dict([1]),
    lambda: dict([(1, 2, 3)]),
    lambda: print(sep=1),
    lambda: print(foo=1),
    lambda: sorted(5),
    lambda: sorted([1, "a"]),
    lambda: [1].sort(1),
    lambda: zip(1),
    lambda: map(1),
    lambda: list(map(1, [1])),
    lambda: round("a"),
    lambda: abs("a"),
    lambda: pow("a", 1),
    lambda: bytes([256]),
    lambda: bytes(-1),
    lambda: b"a" + "a",
]
for test in tests:
    try:
        print("no error", repr(test()))
    except Exception as e:
        print(type(e).__name__ + ":", e)
