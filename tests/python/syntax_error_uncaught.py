# exit: 1
# A program that does not parse: nothing runs; the error with line and caret on stderr.
print("never printed")

def f(x):
    return x +

f(1)
