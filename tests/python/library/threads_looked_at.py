# What one thread sees of the others: where they are, and what they handle.
import sys
import threading


def leaf(arrived, leave):
    arrived.set()
    leave.wait()


def work(arrived, leave):
    leaf(arrived, leave)


arrived, leave = threading.Event(), threading.Event()
thread = threading.Thread(target=work, args=(arrived, leave))
thread.start()
arrived.wait()
frames = sys._current_frames()
print(len(frames), list(frames)[-1] == threading.get_ident(), frames[threading.get_ident()] is sys._getframe())
frame, own = frames[thread.ident], []
while frame:
    if frame.f_code.co_filename == __file__:
        own.append((frame.f_code.co_name, frame.f_lineno, sorted(frame.f_locals)))
    frame = frame.f_back
print(own)


def look():
    seen = sys._current_frames()
    outermost = seen[threading.main_thread().ident]
    while outermost.f_back:
        outermost = outermost.f_back
    print(outermost.f_code.co_name, outermost.f_lineno, seen[threading.get_ident()] is sys._getframe(), len(seen))


looker = threading.Thread(target=look)
looker.start()
looker.join()
try:
    1 / 0
except ZeroDivisionError:
    handled = sys._current_exceptions()
    print(handled[threading.get_ident()][0], handled[thread.ident])
leave.set()
thread.join()
print(len(sys._current_frames()))
