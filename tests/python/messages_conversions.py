# Messages of int and float.
tests = [
    lambda: int("abc"),
    lambda: int("12", 50),
    lambda: int(""),
    lambda: int([]),
    lambda: int(None),
    lambda: float("abc"),
    lambda: float([]),
    lambda: float("1.2.3"),
    lambda: int(float("nan")),
    lambda: int(float("inf")),
]
for test in tests:
    try:
        print("no error", repr(test()))
    except Exception as e:
        print(type(e).__name__ + ":", e)
