# exit: 1
# Position markers under subexpressions: attribute, subscript, call, operator.
class Box:
    def __init__(self):
        self.items = {"a": [1, 2, 3]}
        self.total = None

def attempt(f):
    try:
        f(Box())
    except Exception as e:
        return e
    return None

def all_of_them():
    errors = []
    errors.append(attempt(lambda b: b.items["a"][1] + b.items["b"][0]))
    errors.append(attempt(lambda b: b.total.width.height))
    errors.append(attempt(lambda b: len(b.items["a"][0:2]) + b.total * 2 + 1))
    errors.append(attempt(lambda b: b.items["a"].missing(1, 2)))
    return errors

errors = all_of_them()
print([type(e).__name__ for e in errors])
previous = None
for e in errors:
    e.__cause__ = previous
    previous = e
raise previous
