# Messages of methods of the built-in containers and strings.
tests = [
    lambda: [1, 2].index(3),
    lambda: [1].remove(2),
    lambda: [].pop(),
    lambda: [1].pop(5),
    lambda: {}.pop("k"),
    lambda: {}.popitem(),
    lambda: set().pop(),
    lambda: {1}.remove(2),
    lambda: "a".index("b"),
    lambda: "a,b".split(""),
    lambda: "a".join([1]),
    lambda: ",".join(5),
    lambda: {[]: 1},
    lambda: {{}},
    lambda: hash([]),
    lambda: {}[[]],
]
for test in tests:
    try:
        print("no error", repr(test()))
    except Exception as e:
        print(type(e).__name__ + ":", e)
