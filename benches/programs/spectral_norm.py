"""The spectral norm of an infinite matrix, cut off at N: small function calls, generator expressions, zip, int to float.

usage: spectral_norm.py [SCALE]   (N is 10 * SCALE)
"""
import sys


def element(i, j):
    diagonal = i + j
    return 1.0 / ((diagonal * (diagonal + 1) >> 1) + i + 1)


def times(row_sum, vector):
    return [row_sum(i, vector) for i in range(len(vector))]


def row_of_a(i, vector):
    total = 0.0
    for j, x in enumerate(vector):
        total += element(i, j) * x
    return total


def row_of_transpose(i, vector):
    total = 0.0
    for j, x in enumerate(vector):
        total += element(j, i) * x
    return total


def transpose_times_a(vector):
    return times(row_of_transpose, times(row_of_a, vector))


def spectral_norm(n):
    u = [1.0] * n
    v = u
    for step in range(10):
        v = transpose_times_a(u)
        u = transpose_times_a(v)
    return (sum(x * y for x, y in zip(u, v)) / sum(y * y for y in v)) ** 0.5


def main():
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    n = 10 * scale
    print("%.9f" % spectral_norm(n))


if __name__ == "__main__":
    main()
