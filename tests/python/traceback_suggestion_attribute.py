# exit: 1
# An AttributeError suggests an attribute that is nearly the same.
class Circle:
    def __init__(self, radius):
        self.radius = radius

    def circumference(self):
        return 2 * 3.14 * self.raduis

Circle(1).circumference()
