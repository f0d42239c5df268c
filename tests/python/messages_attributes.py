# Messages of failed lookups of names and attributes.
class C:
    __slots__ = ("s",)
class D:
    def __init__(self):
        self.name = 1
tests = [
    lambda: undefined_name,
    lambda: [].missing,
    lambda: D().missing,
    lambda: D.missing,
    lambda: C().s,
    lambda: setattr(C(), "t", 1),
    lambda: None.x,
    lambda: (1).real_part,
]
for test in tests:
    try:
        print("no error", repr(test()))
    except Exception as e:
        print(type(e).__name__ + ":", e)
