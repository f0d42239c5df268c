# Messages of operators that do not apply.
class D:
    pass
text = "text"
tests = [
    lambda: 1 + text,
    lambda: text + 1,
    lambda: [] + (),
    lambda: {} + {},
    lambda: None + 1,
    lambda: 1 - "a",
    lambda: "a" * "b",
    lambda: "a" - "b",
    lambda: -"a",
    lambda: ~1.5,
    lambda: +[],
    lambda: 1 < "a",
    lambda: [] < (),
    lambda: None < None,
    lambda: D() < D(),
    lambda: 1 / 0,
    lambda: 1 // 0,
    lambda: 1 % 0,
    lambda: 1.0 / 0,
    lambda: 1.0 // 0,
    lambda: 1.0 % 0,
    lambda: divmod(1, 0),
    lambda: 0 ** -1,
    lambda: 0.0 ** -1,
    lambda: 1 << -1,
]
for test in tests:
    try:
        print("no error", repr(test()))
    except Exception as e:
        print(type(e).__name__ + ":", e)
