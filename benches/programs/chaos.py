"""A fractal drawn by the chaos game over B-splines: small vector objects, properties of splines, seeded random numbers.

usage: chaos.py [SCALE]   (thousands of points)
"""
import math
import random
import sys


class GVector:
    def __init__(self, x=0.0, y=0.0, z=0.0):
        self.x = x
        self.y = y
        self.z = z

    def magnitude(self):
        return math.sqrt(self.x ** 2 + self.y ** 2 + self.z ** 2)

    def distance(self, other):
        return math.sqrt((self.x - other.x) ** 2 + (self.y - other.y) ** 2 + (self.z - other.z) ** 2)

    def __add__(self, other):
        if not isinstance(other, GVector):
            raise ValueError("cannot add a " + type(other).__name__ + " to a GVector")
        return GVector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return self + other * -1

    def __mul__(self, factor):
        return GVector(self.x * factor, self.y * factor, self.z * factor)

    __rmul__ = __mul__

    def between(self, other, amount):
        """The point that divides the way to the other one; amount 1 is here."""
        return GVector(self.x + amount * (other.x - self.x),
                       self.y + amount * (other.y - self.y),
                       self.z + amount * (other.z - self.z))

    def __str__(self):
        return "<%.6f, %.6f, %.6f>" % (self.x, self.y, self.z)

    def __repr__(self):
        return "GVector(%r, %r, %r)" % (self.x, self.y, self.z)


class Spline:
    """A B-spline, evaluated by de Boor's algorithm."""

    def __init__(self, points, degree, knots):
        if len(points) > len(knots) - degree + 1:
            raise ValueError("too many control points")
        if len(points) < len(knots) - degree + 1:
            raise ValueError("not enough control points")
        last = knots[0]
        for knot in knots[1:]:
            if knot < last:
                raise ValueError("knots must not descend")
            last = knot
        self.points = points
        self.degree = degree
        self.knots = knots

    def domain(self):
        return self.knots[self.degree - 1], self.knots[len(self.knots) - self.degree]

    def interval(self, u):
        low, high = self.domain()
        if u < low or u > high:
            raise ValueError("outside of the domain")
        for i in range(self.degree - 1, len(self.knots) - self.degree):
            if self.knots[i] <= u < self.knots[i + 1]:
                return i
        return len(self.knots) - self.degree - 1

    def __call__(self, u):
        low, high = self.domain()
        assert low <= u <= high
        if u == low:
            return self.points[0]
        if u == high:
            return self.points[-1]
        i = self.interval(u)
        work = [self.points[i - self.degree + 1 + j] for j in range(self.degree + 1)]
        knots = self.knots
        for level in range(1, self.degree + 1):
            for j in range(self.degree - level):
                a = knots[i + j + 1]
                b = knots[i + j - self.degree + level + 1]
                if a == b:
                    share = 0.0
                else:
                    share = (a - u) / (a - b)
                work[j] = work[j + 1].between(work[j], share)
        return work[0]

    def __len__(self):
        return len(self.points)

    def __repr__(self):
        return "Spline(%r, %r, %r)" % (self.points, self.degree, self.knots)


class ChaosGame:
    def __init__(self, splines, thickness=0.1, steps=1000):
        self.splines = splines
        self.thickness = thickness
        points = []
        for spline in splines:
            low, high = spline.domain()
            for step in range(steps):
                points.append(spline(low + (high - low) / (steps - 1) * step))
        self.min_x = min([p.x for p in points])
        self.max_x = max([p.x for p in points])
        self.min_y = min([p.y for p in points])
        self.max_y = max([p.y for p in points])
        self.width = self.max_x - self.min_x
        self.height = self.max_y - self.min_y
        # A spline is chosen with a probability that grows with its length.
        self.shares = []
        for spline in splines:
            length = 0.0
            low, high = spline.domain()
            last = spline(low)
            for i in range(1, steps + 1):
                u = low + (high - low) / steps * i
                here = spline(u if u < high else high)
                length += last.distance(here)
                last = here
            self.shares.append(max(1, int(length * 10)))
        self.total = sum(self.shares)

    def choose(self):
        r = random.randrange(self.total)
        for i, share in enumerate(self.shares):
            if r < share:
                return i
            r -= share
        return len(self.shares) - 1

    def transform(self, point):
        x = (point.x - self.min_x) / self.width
        y = (point.y - self.min_y) / self.height
        spline = self.splines[self.choose()]
        low, high = spline.domain()
        length = high - low
        u = low + length * x
        u = high if u > high else low if u < low else u
        base = spline(u)
        step = 1 / 50000
        if u + step < high:
            ahead = spline(u + step)
            tangent = GVector(ahead.x - base.x, ahead.y - base.y, 0.0)
        else:
            behind = spline(u - step)
            tangent = GVector(base.x - behind.x, base.y - behind.y, 0.0)
        size = tangent.magnitude()
        if size != 0:
            offset = (y - 0.5) * self.thickness
            base = base + GVector(tangent.y / size * offset, -tangent.x / size * offset, 0.0)
        return self.truncate(base)

    def truncate(self, point):
        if point.x >= self.max_x:
            point.x = self.max_x
        if point.y >= self.max_y:
            point.y = self.max_y
        if point.x < self.min_x:
            point.x = self.min_x
        if point.y < self.min_y:
            point.y = self.min_y
        return point

    def draw(self, width, height, count, seed):
        random.seed(seed)
        image = [[1] * height for i in range(width)]
        point = GVector((self.max_x + self.min_x) / 2, (self.max_y + self.min_y) / 2, 0.0)
        for i in range(count):
            point = self.transform(point)
            column = int((point.x - self.min_x) / self.width * width)
            row = int((point.y - self.min_y) / self.height * height)
            if column == width:
                column -= 1
            if row == height:
                row -= 1
            image[column][height - row - 1] = 0
        return image, point


def make_splines():
    return [
        Spline([GVector(1.6, 0.3, 0.0), GVector(1.7, 1.4, 0.0), GVector(0.5, 1.9, 0.0),
                GVector(0.1, 1.5, 0.0), GVector(2.1, 0.9, 0.0), GVector(2.0, 0.2, 0.0)],
               3, [0, 0, 0, 1, 1, 1, 2, 2]),
        Spline([GVector(2.8, 0.1, 0.0), GVector(3.1, 0.9, 0.0), GVector(2.4, 1.6, 0.0), GVector(2.9, 2.0, 0.0)],
               3, [0, 0, 0, 1, 1, 1]),
        Spline([GVector(0.7, 0.6, 0.0), GVector(1.0, 0.2, 0.0), GVector(1.3, 0.8, 0.0), GVector(0.9, 1.2, 0.0)],
               3, [0, 0, 0, 1, 1, 1]),
    ]


def main():
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    game = ChaosGame(make_splines(), 0.25, min(1000, 50 * scale))
    image, point = game.draw(256, 256, scale * 1000, 1234)
    lit = 0
    checksum = 0
    for x, column in enumerate(image):
        for y, cell in enumerate(column):
            if not cell:
                lit += 1
                checksum = (checksum * 257 + x * 256 + y) % 1000003
    print("lit", lit, "checksum", checksum)
    print("last", point, "shares", game.shares)


if __name__ == "__main__":
    main()
