# exit: 1
# Statements over several lines: which line is named, and markers for the part of a line.
def total(first,
          second,
          third):
    return (first
            + second
            + third)

value = total(
    1,
    2,
    "three",
)
