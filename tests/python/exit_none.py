# sys.exit without argument, and with None: exit code 0. The code of SystemExit.
import sys
for args in ((), (None,), (0,), (7,), ("text",), ((1, 2),), (True,)):
    try:
        sys.exit(*args)
    except SystemExit as e:
        print(repr(e), repr(e.code), e.args)
try:
    raise SystemExit
except BaseException as e:
    print(repr(e), e.code)
sys.exit()
