# exit: 1
# Traceback of an assertion and of an exception class of one's own whose str() fails.
class Bad(Exception):
    def __str__(self):
        raise ValueError("no text")

def check(x):
    assert x > 0, f"x is {x}"

try:
    check(-1)
except AssertionError as e:
    print(repr(e))
raise Bad("b")
