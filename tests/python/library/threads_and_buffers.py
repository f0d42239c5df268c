"""A buffer grows while threads wait, and the collector runs when they have ended."""
import gc
import threading

go = threading.Event()
results = []


def work(number):
    data = bytearray(b"abc")
    view = memoryview(data)
    del view
    go.wait()
    data.extend(b"def")
    results.append((number, bytes(data)))


shared = bytearray(b"xy")
threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
for thread in threads:
    thread.start()
for turn in range(3):
    memoryview(shared)
    shared.extend(b"z" * turn)
held = memoryview(shared)
try:
    shared.append(1)
except BufferError as error:
    print(type(error).__name__)
held.release()
shared.append(33)
go.set()
for thread in threads:
    thread.join()
del threads, thread
gc.collect()
print(sorted(results), shared)
