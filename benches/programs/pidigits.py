"""Digits of pi by a streaming algorithm: arithmetic on integers that keep growing.

The spigot of Gibbons ("Unbounded Spigot Algorithms for the Digits of Pi", 2006): a stream of linear fractional
transformations, composed until the next digit is certain.

usage: pidigits.py [SCALE]   (hundreds of digits)
"""
import sys


def compose(a, b):
    aq, ar, as_, at = a
    bq, br, bs, bt = b
    return (aq * bq, aq * br + ar * bt, as_ * bq + at * bs, as_ * br + at * bt)


def extract(z, j):
    q, r, s, t = z
    return (q * j + r) // (s * j + t)


def terms():
    k = 1
    while True:
        yield (k, 4 * k + 2, 0, 2 * k + 1)
        k += 1


def pi_digits():
    z = (1, 0, 0, 1)
    supply = terms()
    while True:
        digit = extract(z, 3)
        while digit != extract(z, 4):
            z = compose(z, next(supply))
            digit = extract(z, 3)
        z = compose((10, -10 * digit, 0, 1), z)
        yield digit


def main():
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 35
    count = 100 * scale
    digits = pi_digits()
    line = ""
    checksum = 0
    for i in range(count):
        digit = next(digits)
        checksum = (checksum * 10 + digit) % 998244353
        line += str(digit)
        if len(line) == 50:
            if i < 200 or i > count - 100:
                print(line, i + 1)
            line = ""
    if line:
        print(line)
    print("checksum", checksum)


if __name__ == "__main__":
    main()
