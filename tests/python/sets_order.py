# The order of sets of small integers: it follows from the table's size and probing, and CPython's programs come to rely on it.
print(list({1, 2, 3}), list({5, 3, 1}), {8, 0, 16, 1}, {i for i in range(10)}, {33, 1, 65, 2}, {-1, -2, 5}, {7, 15, 23, 31})
s = set(range(20, 0, -1))
print(s)
s -= {3, 4, 5}
s.add(100)
s.add(3)
print(s, s.pop(), s.pop(), s)
print({40, 8, 16, 24, 32}, {True, 0, 2.0}, frozenset([9, 1, 5]), {1, 2} | {9, 8}, {10, 20, 30} & {30, 10}, {64, 0, 128} - {0}, {1, 9} ^ {9, 17})
print([x for x in {i * 7 % 64 for i in range(30)}])
