# exit: 3
# sys.exit with a number, with finally blocks on the way.
import sys

def leave():
    try:
        sys.exit(3)
    finally:
        print("finally")

try:
    leave()
except Exception:
    print("SystemExit is no Exception")
