# `yield from`: exceptions, close and values through several levels; recursion.
def leaf(name):
    try:
        while True:
            x = yield name
            print(name, "got", x)
            if x == "stop":
                return name + " returned"
    except KeyError as e:
        print(name, "caught", repr(e))
        yield "recovered"
        return "after"
    finally:
        print(name, "finally")

def middle(name):
    try:
        r = yield from leaf(name)
        print("middle has", r)
        return r
    finally:
        print("middle finally")

def top():
    a = yield from middle("a")
    b = yield from middle("b")
    return a, b

g = top()
print(next(g))
print(g.send("one"))
print(g.send("stop"))
print(g.throw(KeyError("k")))
try:
    next(g)
except StopIteration as e:
    print(e.value)

g = top()
next(g)
g.close()

g = top()
next(g)
try:
    g.throw(ZeroDivisionError)
except ZeroDivisionError as e:
    print("out", repr(e))

def flatten(tree):
    for item in tree:
        if isinstance(item, list):
            yield from flatten(item)
        else:
            yield item
print(list(flatten([1, [2, [3, [4, [5]]], []], [[6]], 7])))

class Node:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right
    def __iter__(self):
        if self.left is not None:
            yield from self.left
        yield self.value
        if self.right is not None:
            yield from self.right
tree = Node(4, Node(2, Node(1), Node(3)), Node(6, Node(5), Node(7)))
print(list(tree), sum(tree), max(tree), sorted(tree, reverse=True))

class Iterator:
    def __init__(self, n):
        self.n = n
    def __iter__(self):
        return self
    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise StopIteration("value of the iterator")
        return self.n
def over():
    r = yield from Iterator(3)
    print("r", r)
print(list(over()))

def not_iterable():
    yield from 5
try:
    list(not_iterable())
except TypeError as e:
    print(e)

def depth(n):
    if n:
        yield from depth(n - 1)
    yield n
print(sum(depth(100)))

def permutations(items):
    if len(items) <= 1:
        yield items
    else:
        for i in range(len(items)):
            for rest in permutations(items[:i] + items[i + 1:]):
                yield items[i:i + 1] + rest
print(["".join(p) for p in permutations("abc")])
