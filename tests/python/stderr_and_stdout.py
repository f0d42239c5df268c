# print to sys.stderr, sys.stdout.write, flush, end and sep.
import sys
print("out", 1, 2.5, None, True, sep="|")
print("err", "or", file=sys.stderr)
print(sys.stdout.write("written\n"))
sys.stderr.write("to stderr\n")
print("no newline", end="")
print(" - then one")
print()
print("a", "b", sep="", end="!\n")
print(*range(5), sep=", ")
print("x", end="\n\n", flush=True)
print(sep="x")
class W:
    def __init__(self):
        self.parts = []
    def write(self, text):
        self.parts.append(text)
w = W()
print("a", 1, sep="-", end=".", file=w)
print("b", file=w)
print(w.parts)
saved = sys.stdout
sys.stdout = w
print("captured")
sys.stdout = saved
print(w.parts[-2:])
