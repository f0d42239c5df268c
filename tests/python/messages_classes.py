# Messages of isinstance, issubclass and getattr.
tests = [
    lambda: isinstance(1, 1),
    lambda: issubclass(1, int),
    lambda: getattr(1, "missing"),
    lambda: getattr(1, 1),
]
for test in tests:
    try:
        print("no error", repr(test()))
    except Exception as e:
        print(type(e).__name__ + ":", e)
