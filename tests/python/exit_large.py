# exit: 1
# sys.exit with an object: its str() on stderr.
import sys
class Reason:
    def __str__(self):
        return "a reason"
sys.exit(Reason())
