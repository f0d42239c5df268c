"""A small ray tracer with reflection and shadows: vectors and points, surfaces and shapes that share method names.

usage: raytrace.py [SCALE]   (10 * SCALE pixels across and down)
"""
import math
import sys

EPSILON = 0.00001


class Vector:
    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __str__(self):
        return "(%s,%s,%s)" % (self.x, self.y, self.z)

    def __repr__(self):
        return "Vector(%s,%s,%s)" % (self.x, self.y, self.z)

    def magnitude(self):
        return math.sqrt(self.dot(self))

    def __add__(self, other):
        if other.is_point():
            return Point(self.x + other.x, self.y + other.y, self.z + other.z)
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        other.must_be_vector()
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def scale(self, factor):
        return Vector(factor * self.x, factor * self.y, factor * self.z)

    def dot(self, other):
        other.must_be_vector()
        return (self.x * other.x) + (self.y * other.y) + (self.z * other.z)

    def cross(self, other):
        other.must_be_vector()
        return Vector(self.y * other.z - self.z * other.y,
                      self.z * other.x - self.x * other.z,
                      self.x * other.y - self.y * other.x)

    def normalized(self):
        return self.scale(1.0 / self.magnitude())

    def negated(self):
        return self.scale(-1)

    def __eq__(self, other):
        return (self.x == other.x) and (self.y == other.y) and (self.z == other.z)

    def is_vector(self):
        return True

    def is_point(self):
        return False

    def must_be_vector(self):
        return self

    def must_be_point(self):
        raise TypeError("a vector where a point is needed")

    def reflect_through(self, normal):
        along = normal.scale(self.dot(normal))
        return self - along.scale(2)


class Point:
    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __str__(self):
        return "(%s,%s,%s)" % (self.x, self.y, self.z)

    def __repr__(self):
        return "Point(%s,%s,%s)" % (self.x, self.y, self.z)

    def __add__(self, other):
        other.must_be_vector()
        return Point(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        if other.is_point():
            return Vector(self.x - other.x, self.y - other.y, self.z - other.z)
        return Point(self.x - other.x, self.y - other.y, self.z - other.z)

    def is_vector(self):
        return False

    def is_point(self):
        return True

    def must_be_vector(self):
        raise TypeError("a point where a vector is needed")

    def must_be_point(self):
        return self


Vector.ZERO = Vector(0, 0, 0)
Vector.RIGHT = Vector(1, 0, 0)
Vector.UP = Vector(0, 1, 0)
Vector.OUT = Vector(0, 0, 1)
Point.ZERO = Point(0, 0, 0)


class Ray:
    def __init__(self, point, vector):
        self.point = point
        self.vector = vector.normalized()

    def __repr__(self):
        return "Ray(%s,%s)" % (repr(self.point), repr(self.vector))

    def point_at(self, time):
        return self.point + self.vector.scale(time)


class Sphere:
    def __init__(self, centre, radius):
        centre.must_be_point()
        self.centre = centre
        self.radius = radius

    def __repr__(self):
        return "Sphere(%s,%s)" % (repr(self.centre), self.radius)

    def intersection_time(self, ray):
        to_centre = self.centre - ray.point
        along = to_centre.dot(ray.vector)
        discriminant = (self.radius * self.radius) - (to_centre.dot(to_centre) - along * along)
        if discriminant < 0:
            return None
        return along - math.sqrt(discriminant)

    def normal_at(self, point):
        return (point - self.centre).normalized()


class Plane:
    def __init__(self, base, normal):
        self.base = base
        self.normal = normal.normalized()

    def __repr__(self):
        return "Plane(%s,%s)" % (repr(self.base), repr(self.normal))

    def intersection_time(self, ray):
        slope = ray.vector.dot(self.normal)
        if slope:
            return (self.base - ray.point).dot(self.normal) / slope
        return None

    def normal_at(self, point):
        return self.normal


class Canvas:
    def __init__(self, width, height):
        self.width = width
        self.height = height
        self.pixels = [0] * (width * height * 3)

    def plot(self, x, y, r, g, b):
        i = ((self.height - y - 1) * self.width + x) * 3
        self.pixels[i] = max(0, min(255, int(r * 255)))
        self.pixels[i + 1] = max(0, min(255, int(g * 255)))
        self.pixels[i + 2] = max(0, min(255, int(b * 255)))

    def checksum(self):
        total = 0
        for value in self.pixels:
            total = (total * 263 + value) % 16777213
        return total


def first_intersection(intersections):
    best = None
    for candidate in intersections:
        time = candidate[1]
        if time is not None and time > -EPSILON:
            if best is None or time < best[1]:
                best = candidate
    return best


def add_colours(a, share, b):
    return (a[0] + share * b[0], a[1] + share * b[1], a[2] + share * b[2])


class Scene:
    def __init__(self):
        self.objects = []
        self.lights = []
        self.position = Point(0, 1.8, 10)
        self.looking_at = Point.ZERO
        self.field_of_view = 45
        self.depth = 0

    def move_to(self, point):
        self.position = point

    def look_at(self, point):
        self.looking_at = point

    def add_object(self, shape, surface):
        self.objects.append((shape, surface))

    def add_light(self, point):
        self.lights.append(point)

    def render(self, canvas):
        angle = math.pi * (self.field_of_view / 2.0) / 180.0
        half_width = math.tan(angle)
        half_height = canvas.height / canvas.width * half_width
        width = half_width * 2
        height = half_height * 2
        pixel_width = width / (canvas.width - 1)
        pixel_height = height / (canvas.height - 1)

        eye = Ray(self.position, self.looking_at - self.position)
        right = eye.vector.cross(Vector.UP).normalized()
        up = right.cross(eye.vector).normalized()
        for y in range(canvas.height):
            for x in range(canvas.width):
                across = right.scale(x * pixel_width - half_width)
                down = up.scale(y * pixel_height - half_height)
                ray = Ray(eye.point, eye.vector + across + down)
                canvas.plot(x, y, *self.colour_of(ray))

    def colour_of(self, ray):
        if self.depth > 3:
            return (0, 0, 0)
        try:
            self.depth = self.depth + 1
            hits = [(shape, shape.intersection_time(ray), surface) for shape, surface in self.objects]
            hit = first_intersection(hits)
            if hit is None:
                return (0, 0, 0)
            shape, time, surface = hit
            point = ray.point_at(time)
            return surface.colour_at(self, ray, point, shape.normal_at(point))
        finally:
            self.depth = self.depth - 1

    def light_is_visible(self, light, point):
        for shape, surface in self.objects:
            time = shape.intersection_time(Ray(point, light - point))
            if time is not None and time > EPSILON:
                return False
        return True

    def visible_lights(self, point):
        result = []
        for light in self.lights:
            if self.light_is_visible(light, point):
                result.append(light)
        return result


class SimpleSurface:
    def __init__(self, **options):
        self.base_colour = options.get("base_colour", (1, 1, 1))
        self.specular = options.get("specular", 0.2)
        self.lambert = options.get("lambert", 0.6)
        self.ambient = 1.0 - self.specular - self.lambert

    def base_colour_at(self, point):
        return self.base_colour

    def colour_at(self, scene, ray, point, normal):
        base = self.base_colour_at(point)
        colour = (0, 0, 0)
        if self.specular > 0:
            reflected = Ray(point, ray.vector.reflect_through(normal))
            colour = add_colours(colour, self.specular, scene.colour_of(reflected))
        if self.lambert > 0:
            amount = 0
            for light in scene.visible_lights(point):
                contribution = (light - point).normalized().dot(normal)
                if contribution > 0:
                    amount = amount + contribution
            amount = min(1, amount)
            colour = add_colours(colour, self.lambert * amount, base)
        if self.ambient > 0:
            colour = add_colours(colour, self.ambient, base)
        return colour


class CheckerboardSurface(SimpleSurface):
    def __init__(self, **options):
        SimpleSurface.__init__(self, **options)
        self.other_colour = options.get("other_colour", (0, 0, 0))
        self.check_size = options.get("check_size", 1)

    def base_colour_at(self, point):
        v = point - Point.ZERO
        v.must_be_vector()
        # The offset keeps the sign of the coordinates from showing as a seam at zero.
        if (int(abs(v.x) + 0.5) + int(abs(v.y) + 0.5) + int(abs(v.z) + 0.5)) // self.check_size % 2:
            return self.other_colour
        return self.base_colour


def make_scene():
    scene = Scene()
    scene.add_light(Point(30, 30, 10))
    scene.add_light(Point(-10, 100, 30))
    scene.look_at(Point(0, 3, 0))
    scene.add_object(Sphere(Point(1, 3, -10), 2), SimpleSurface(base_colour=(1, 1, 0)))
    for y in range(6):
        scene.add_object(Sphere(Point(-3 - y * 0.4, 2.3, -5), 0.4),
                         SimpleSurface(base_colour=(y / 6.0, 1 - y / 6.0, 0.5)))
    scene.add_object(Plane(Point(0, 0, 0), Vector.UP), CheckerboardSurface())
    return scene


def main():
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    size = 10 * scale
    canvas = Canvas(size, size)
    make_scene().render(canvas)
    middle = (canvas.height // 2 * canvas.width + canvas.width // 2) * 3
    print("size", size, "checksum", canvas.checksum())
    print("sum", sum(canvas.pixels), "middle", canvas.pixels[middle:middle + 3])


if __name__ == "__main__":
    main()
