# Messages of failed unpacking.
def unpack():
    for value in ((1,), (1, 2, 3), [1], iter([1]), iter([1, 2, 3]), 5, {1}, "a", None):
        try:
            a, b = value
        except Exception as e:
            print(type(e).__name__ + ":", e)
    for value in ((), [1], iter([1])):
        try:
            a, b, *c = value
        except Exception as e:
            print(type(e).__name__ + ":", e)
unpack()
