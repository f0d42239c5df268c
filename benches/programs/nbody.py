"""The Jovian planets under Newtonian gravity: float arithmetic on list elements, unpacking of nested sequences.

usage: nbody.py [SCALE]   (hundreds of steps)
"""
import math
import sys

SOLAR_MASS = 4 * math.pi * math.pi
DAYS_PER_YEAR = 365.24

# name: position (astronomical units), velocity (units per day), mass (solar masses)
ELEMENTS = [
    ("sun", (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 1.0),
    ("jupiter",
     (4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01),
     (1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05),
     9.54791938424326609e-04),
    ("saturn",
     (8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01),
     (-2.76742510726411402e-03, 4.99852801234917238e-03, 2.30417297573763929e-05),
     2.85885980666130812e-04),
    ("uranus",
     (1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01),
     (2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05),
     4.36624404335156298e-05),
    ("neptune",
     (1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01),
     (2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05),
     5.15138902046611451e-05),
]


def make_bodies():
    bodies = {}
    for name, position, velocity, mass in ELEMENTS:
        bodies[name] = (list(position), [v * DAYS_PER_YEAR for v in velocity], mass * SOLAR_MASS)
    return bodies


def all_pairs(items):
    pairs = []
    for i in range(len(items) - 1):
        for other in items[i + 1:]:
            pairs.append((items[i], other))
    return pairs


def rest_centre_of_mass(bodies, centre):
    px = py = pz = 0.0
    for position, (vx, vy, vz), mass in bodies.values():
        px += vx * mass
        py += vy * mass
        pz += vz * mass
    velocity, mass = bodies[centre][1], bodies[centre][2]
    velocity[0] = -px / mass
    velocity[1] = -py / mass
    velocity[2] = -pz / mass


def energy(system, pairs):
    total = 0.0
    for ((x1, y1, z1), v1, m1), ((x2, y2, z2), v2, m2) in pairs:
        dx = x1 - x2
        dy = y1 - y2
        dz = z1 - z2
        total -= (m1 * m2) / ((dx * dx + dy * dy + dz * dz) ** 0.5)
    for position, (vx, vy, vz), mass in system:
        total += mass * (vx * vx + vy * vy + vz * vz) / 2.0
    return total


def advance(dt, steps, system, pairs):
    for step in range(steps):
        for ([x1, y1, z1], v1, m1), ([x2, y2, z2], v2, m2) in pairs:
            dx = x1 - x2
            dy = y1 - y2
            dz = z1 - z2
            magnitude = dt * ((dx * dx + dy * dy + dz * dz) ** -1.5)
            pull1 = m1 * magnitude
            pull2 = m2 * magnitude
            v1[0] -= dx * pull2
            v1[1] -= dy * pull2
            v1[2] -= dz * pull2
            v2[0] += dx * pull1
            v2[1] += dy * pull1
            v2[2] += dz * pull1
        for position, (vx, vy, vz), mass in system:
            position[0] += dt * vx
            position[1] += dt * vy
            position[2] += dt * vz


def main():
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 1400
    bodies = make_bodies()
    rest_centre_of_mass(bodies, "sun")
    system = list(bodies.values())
    pairs = all_pairs(system)
    print("%.9f" % energy(system, pairs))
    for part in range(4):
        advance(0.01, scale * 25, system, pairs)
        print("%.9f" % energy(system, pairs))


if __name__ == "__main__":
    main()
