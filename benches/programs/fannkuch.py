"""Pancake flipping over all permutations: list indexing, slicing and slice assignment, insert and pop.

usage: fannkuch.py [SCALE]   (5 + SCALE pancakes)
"""
import sys


def fannkuch(n):
    count = list(range(1, n + 1))
    permutation = list(range(n))
    most_flips = 0
    checksum = 0
    parity = 0
    r = n
    while True:
        while r != 1:
            count[r - 1] = r
            r -= 1

        if permutation[0] != 0:
            work = permutation[:]
            flips = 0
            first = work[0]
            while first:
                work[:first + 1] = work[first::-1]
                flips += 1
                first = work[0]
            if flips > most_flips:
                most_flips = flips
            if parity:
                checksum -= flips
            else:
                checksum += flips

        # The next permutation: rotate ever longer prefixes by one until a length has a turn left.
        parity ^= 1
        while r != n:
            permutation.insert(r, permutation.pop(0))
            count[r] -= 1
            if count[r] > 0:
                break
            r += 1
        else:
            return checksum, most_flips


def main():
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    n = 5 + scale
    checksum, flips = fannkuch(n)
    print("checksum", checksum)
    print("pfannkuchen(%d) = %d" % (n, flips))


if __name__ == "__main__":
    main()
