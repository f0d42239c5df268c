"""Points on the unit sphere: objects with float attributes, method calls, math functions.

usage: float.py [SCALE]   (thousands of points)
"""
from math import cos, sin, sqrt
import sys


class Point:
    __slots__ = ("x", "y", "z")

    def __init__(self, i):
        self.x = x = sin(i)
        self.y = cos(i) * 3
        self.z = (x * x) / 2

    def __repr__(self):
        return "<Point: x=%s, y=%s, z=%s>" % (self.x, self.y, self.z)

    def normalize(self):
        x = self.x
        y = self.y
        z = self.z
        norm = sqrt(x * x + y * y + z * z)
        self.x /= norm
        self.y /= norm
        self.z /= norm

    def maximize(self, other):
        self.x = self.x if self.x > other.x else other.x
        self.y = self.y if self.y > other.y else other.y
        self.z = self.z if self.z > other.z else other.z
        return self


def largest(points):
    best = points[0]
    for point in points[1:]:
        best = best.maximize(point)
    return best


def round_of_work(count):
    points = [None] * count
    for i in range(count):
        points[i] = Point(i)
    for point in points:
        point.normalize()
    return largest(points)


def main():
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 800
    # As many points at once as fit comfortably; the work is what the argument says.
    count = min(scale * 1000, 100000)
    for part in range(scale * 1000 // count):
        best = round_of_work(count)
    print("x %.9f y %.9f z %.9f" % (best.x, best.y, best.z))


if __name__ == "__main__":
    main()
