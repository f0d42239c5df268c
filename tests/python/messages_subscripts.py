# Messages of failed subscripts.
number, nothing, text, ones, pair = 5, None, "text", [1], (1,)
tests = [
    lambda: [][0],
    lambda: (1, 2)[5],
    lambda: "abc"[10],
    lambda: {}["k"],
    lambda: {1: 2}[3],
    lambda: ones["a"],
    lambda: pair["a"],
    lambda: text["b"],
    lambda: number[0],
    lambda: nothing[0],
]
for test in tests:
    try:
        print("no error", repr(test()))
    except Exception as e:
        print(type(e).__name__ + ":", e)
