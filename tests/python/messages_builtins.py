# Messages of built-in functions: wrong kinds and numbers of arguments.
tests = [
    lambda: len(5),
    lambda: len(),
    lambda: len([], []),
    lambda: iter(5),
    lambda: next(5),
    lambda: next(iter([])),
    lambda: list(5),
    lambda: sum(["a"]),
    lambda: max([]),
    lambda: min(),
    lambda: ord("ab"),
    lambda: ord(5),
    lambda: chr(-1),
    lambda: chr(1114112),
    lambda: range(1, 2, 0),
    lambda: range("a"),
]
for test in tests:
    try:
        print("no error", repr(test()))
    except Exception as e:
        print(type(e).__name__ + ":", e)
