# Threads: turns, locks, queues, timers, locals, what a thread does not catch. All of it is as sure as in CPython, where it is.
import _thread
import contextvars
import os
import queue
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

# Who sleeps less wakes first.
order = []


def sleeper(number):
    time.sleep(number / 50)
    order.append(number)


threads = [threading.Thread(target=sleeper, args=(number,)) for number in (4, 1, 3, 2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(order, threading.active_count(), threads[0].is_alive())

# Locks keep what they guard in one piece.
count = 0
lock = threading.Lock()


def step():
    global count
    value = count
    count = value + 1


def counted():
    for _ in range(3000):
        with lock:
            step()


threads = [threading.Thread(target=counted) for _ in range(5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(count, lock.locked(), lock.acquire(False), lock.acquire(False), lock.acquire(timeout=0.01))
lock.release()
try:
    lock.release()
except RuntimeError as error:
    print(error)
again = threading.RLock()
with again, again:
    print(again._is_owned(), again.acquire(), again._release_save()[0], again._is_owned())
    again._acquire_restore((3, threading.get_ident()))
    again.release()
try:
    again.release()
except RuntimeError as error:
    print(error)

# A queue between two, and a pool.
tasks, results = queue.Queue(maxsize=2), []


def consumer():
    while (item := tasks.get()) is not None:
        results.append(item * item)
        tasks.task_done()
    tasks.task_done()


thread = threading.Thread(target=consumer)
thread.start()
for item in [*range(10), None]:
    tasks.put(item)
tasks.join()
thread.join()
print(results)
with ThreadPoolExecutor(4) as pool:
    print(list(pool.map(lambda number: number ** 2, range(8))), pool.submit(divmod, 7, 2).result())

# Conditions, events, barriers, timers, semaphores.
event, barrier, met = threading.Event(), threading.Barrier(3), []
threading.Timer(0.01, event.set).start()
print(event.wait(0.001), event.wait(10), event.is_set())
threads = [threading.Thread(target=lambda: met.append(barrier.wait())) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(met))
condition, turn, said = threading.Condition(), 0, []


def speaker(number):
    global turn
    for _ in range(3):
        with condition:
            condition.wait_for(lambda: turn % 3 == number)
            said.append(number)
            turn += 1
            condition.notify_all()


threads = [threading.Thread(target=speaker, args=(number,)) for number in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(said)
gate = threading.BoundedSemaphore(2)
print(gate.acquire(), gate.acquire(), gate.acquire(timeout=0.01), gate.release(2))

# What belongs to a thread.
var = contextvars.ContextVar("var", default=0)
var.set(1)


class Local(threading.local):
    made = 0

    def __init__(self, start):
        self.value = start
        Local.made += 1


local = Local(5)
local.value = 6
seen = []


def look():
    seen.append((local.value, var.get(), sys.exc_info()))
    local.value = 7
    local.other = 1
    seen.append(sorted(vars(local)))


try:
    raise KeyError
except KeyError:
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
print(seen, local.value, Local.made, sorted(vars(local)))

# Deep in a thread, and generators that go from one to another.
sys.setrecursionlimit(30_000)


def depth(left):
    return 0 if left == 0 else 1 + depth(left - 1)


deep = []
thread = threading.Thread(target=lambda: deep.append(depth(25_000)))
thread.start()
thread.join()
sys.setrecursionlimit(1000)
thread = threading.Thread(target=lambda: deep.append(depth(900)))
thread.start()
thread.join()
shared = (number for number in range(5))
threads = [threading.Thread(target=lambda: deep.append(next(shared))) for _ in range(3)]
for thread in threads:
    thread.start()
    thread.join()
print(deep, list(shared))

# A pipe that one thread writes and another reads.
reading, writing = os.pipe()
got = []
thread = threading.Thread(target=lambda: got.append(os.read(reading, 10)))
thread.start()
time.sleep(0.01)
os.write(writing, b"through")
thread.join()
print(got)
os.close(reading)
os.close(writing)

# What a thread raises.
def fails():
    raise ValueError("in a thread")


threading.excepthook = lambda args: print("hook:", args.exc_type.__name__, args.exc_value, args.thread.name)
thread = threading.Thread(target=fails, name="failing")
thread.start()
thread.join()
threading.excepthook = threading.__excepthook__
thread = threading.Thread(target=sys.exit, name="leaving")
thread.start()
thread.join()
done = _thread.allocate_lock()
done.acquire()
sys.unraisablehook = lambda args: (print(args.err_msg, args.exc_value, args.object.__name__), done.release())
_thread.start_new_thread(fails, ())
done.acquire()
for arguments in [(), (1, ()), (print, 1), (print, (), 1)]:
    try:
        _thread.start_new_thread(*arguments)
    except TypeError as error:
        print(error)
try:
    threading.Thread(target=print).join()
except RuntimeError as error:
    print(error)
print(threading.main_thread() is threading.current_thread(), _thread._count(), threading.stack_size(1 << 20), threading.stack_size())

# The end waits for threads that are no daemons.
threading.Thread(target=lambda: (time.sleep(0.02), print("later"))).start()
threading.Thread(target=lambda: time.sleep(60), daemon=True).start()
print("end")
