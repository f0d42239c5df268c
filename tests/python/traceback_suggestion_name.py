# exit: 1
# A NameError suggests a name that is nearly the same.
def area(width, height):
    return width * heigth

area(2, 3)
