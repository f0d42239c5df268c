# exit: 44
# `raise SystemExit(n)` from a generator within a function; output before it is flushed.
def g():
    yield 1
    raise SystemExit(44)

print("start", end="")
for x in g():
    print(" ", x, end="")
