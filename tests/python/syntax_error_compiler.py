# exit: 1
# A program that parses but does not compile.
print("never printed")
for i in range(3):
    pass
break
