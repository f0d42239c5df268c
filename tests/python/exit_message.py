# exit: 1
# sys.exit with a message: stderr, exit code 1.
import sys
print("out")
sys.exit("the message")
