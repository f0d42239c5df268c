# Warnings of the compiler on stderr: comparison with a literal, a tuple that is always true, an invalid escape in a string.
x = 5
if x is 5: print("is")
assert (x, "always true")
print([1, 2]
      .count(1))
try:
    [(1, 2) (3, 4)]
except TypeError as e:
    print(e)
