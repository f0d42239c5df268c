# exit: 1
# A program with a missing block.
print("never printed")
if True:
print("not indented")
