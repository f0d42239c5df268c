"""The N queens by brute force over all permutations: nested generators, sets of generator expressions, slices.

usage: nqueens.py [SCALE]   (4 + SCALE queens)
"""
import sys


def permutations(values, length=None):
    """All permutations in lexicographic order of the positions, as tuples."""
    pool = tuple(values)
    size = len(pool)
    if length is None:
        length = size
    indices = list(range(size))
    turns = list(range(size - length + 1, size + 1))[::-1]
    yield tuple(pool[i] for i in indices[:length])
    while size:
        for i in reversed(range(length)):
            turns[i] -= 1
            if turns[i] == 0:
                indices[i:] = indices[i + 1:] + indices[i:i + 1]
                turns[i] = size - i
            else:
                j = turns[i]
                indices[i], indices[-j] = indices[-j], indices[i]
                yield tuple(pool[i] for i in indices[:length])
                break
        else:
            return


def queens(count):
    columns = range(count)
    for rows in permutations(columns):
        if (count == len(set(rows[i] + i for i in columns))
                == len(set(rows[i] - i for i in columns))):
            yield rows


def main():
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    n = 4 + scale
    boards = list(queens(n))
    if n == 8:
        # More rounds, so that the default size takes a second or so.
        for again in range(5):
            assert list(queens(n)) == boards
    print(len(boards), "boards")
    for rows in boards[:3]:
        print(rows)
    checksum = 0
    for rows in boards:
        for row in rows:
            checksum = (checksum * 31 + row) % 1000000007
    print("checksum", checksum)


if __name__ == "__main__":
    main()
