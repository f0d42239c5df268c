# _bisect: places in sorted sequences.
from _bisect import bisect_left, bisect_right, insort_left, insort_right

bisect, insort = bisect_right, insort_right


def refused(function, *args, **kwargs):
    try:
        print("no error:", function(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__ + ":", error)


data = [1, 2, 2, 2, 3, 5]
print([(bisect_left(data, x), bisect_right(data, x), bisect(data, x)) for x in range(7)])
print(bisect_left(data, 2, 2), bisect_left(data, 2, 0, 2), bisect_right(data, 2, lo=1, hi=3), bisect([], 1), bisect(data, 2, hi=None))
print(bisect_left(["a", "bb", "ccc"], 2, key=len), bisect(a="abc", x="b"), bisect_left((1, 2), 1.5))
items = []
for x in [3, 1, 2, 3, 0, 2]:
    insort(items, x)
print(items)
pairs = [(1, "a"), (3, "b")]
insort_left(pairs, (3, "c"), key=lambda pair: pair[0])
insort_right(pairs, (1, "d"), key=lambda pair: pair[0])
insort(pairs, (2, "e"), lo=1)
print(pairs)


class Sequence:
    def __len__(self):
        return 10

    def __getitem__(self, index):
        return index * index

    def insert(self, index, value):
        print("insert", index, value)


print(bisect(Sequence(), 30))
insort(Sequence(), 50)
refused(bisect, data, 1, -1)
refused(bisect, data, "a")
refused(bisect, 3, 1)
refused(bisect, data)
refused(bisect, data, 1, 2, 3, 4)
refused(bisect, data, 1, "a")
refused(bisect, data, 5, 0, 100)
refused(insort, (1, 2), 1)
refused(bisect, data, 1, key=3)
