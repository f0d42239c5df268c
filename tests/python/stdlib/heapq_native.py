# _heapq: lists as heaps.
from _heapq import _heapify_max, _heappop_max, _heapreplace_max, heapify, heappop, heappush, heappushpop, heapreplace


def refused(function, *args, **kwargs):
    try:
        print("no error:", function(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__ + ":", error)


heap = []
for x in [5, 1, 8, 3, 2, 9, 7]:
    heappush(heap, x)
    print(heap)
print(heapreplace(heap, 4), heap, heappushpop(heap, 0), heappushpop(heap, 6), heap)
print([heappop(heap) for _ in range(len(heap))])
for size in range(12):
    data = [x * 7 % 11 for x in range(size)]
    heapify(data)
    print(data)
data = list(range(8))
_heapify_max(data)
print(data, _heappop_max(data), data, _heapreplace_max(data, -1), data)
print(heappushpop([], 3), heappushpop([1], 1))
refused(heappop, [])
refused(heapreplace, [], 1)
refused(heappop, (1,))
refused(heappush, 3, 1)
refused(heapify, "abc")
refused(heappush, [])
refused(heappush, ["a"], 1)
refused(_heappop_max, [])


class Shrinking:
    def __lt__(self, other):
        heap.clear()
        return True


heap = [Shrinking() for _ in range(4)]
refused(heappush, heap, Shrinking())
heap = [Shrinking() for _ in range(4)]
refused(heapify, heap)
large = []
for i in range(500):
    heappush(large, (i * 7919 % 503, str(i)))
last = None
while large:
    item = heappop(large)
    assert last is None or last <= item
    last = item
print(last)
