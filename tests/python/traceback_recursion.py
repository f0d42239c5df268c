# exit: 1
# Endless recursion: RecursionError, and the repeated lines folded in the traceback.
import sys
sys.setrecursionlimit(60)

def endless(n):
    return endless(n + 1)

try:
    endless(0)
except RecursionError as e:
    print(e)
endless(0)
