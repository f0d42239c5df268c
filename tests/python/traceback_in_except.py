# exit: 1
# An exception inside `except` and `finally`.
def clean_up(log):
    log.append("clean")
    raise RuntimeError("while cleaning up")

def work():
    log = []
    try:
        assert log, "the log is empty"
    except AssertionError:
        try:
            clean_up(log)
        finally:
            print(log)

work()
