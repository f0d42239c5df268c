# stdin: first\nsecond
# `input` and what prints the value of an expression look `sys` up, which this program never imports.
print(input("name? "))
print(input())
try:
    input("more? ")
except EOFError as error:
    print(error)
for source in ["6 * 7", "'text'", "None", "_"]:
    exec(compile(source, "<typed>", "single"))
