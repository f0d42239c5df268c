"""A balanced binary tree walked in order by generators that delegate to generators.

usage: generators.py [SCALE]   (thousands of nodes)
"""
import sys


class Tree:
    def __init__(self, left, value, right):
        self.left = left
        self.value = value
        self.right = right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def tree(values):
    count = len(values)
    if count == 0:
        return None
    middle = count // 2
    return Tree(tree(values[:middle]), values[middle], tree(values[middle + 1:]))


def evens(iterable):
    for value in iterable:
        if value % 2 == 0:
            yield value


def walk(root, rounds):
    total = 0
    for i in range(rounds):
        last = -1
        for value in root:
            assert value > last
            last = value
        total += last
        total += sum(evens(root)) % 1009
    return total


def main():
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    root = tree(range(1000 * scale))
    print(walk(root, 7 if scale > 1 else 1))


if __name__ == "__main__":
    main()
