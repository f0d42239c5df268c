# exit: 1
# An uncaught exception: traceback on stderr with position markers, exit code 1.
def divide(a, b):
    return a / b

def outer(values):
    return [divide(10, v) for v in values]

print("before")
outer([1, 2, 0])
print("never")
