# exit: 1
# Notes under an exception, messages of several lines, an exception without message, `from None`.
try:
    try:
        raise ValueError("hidden")
    except ValueError:
        error = TypeError("first line\nsecond line")
        error.add_note("a note")
        error.add_note("another\nof two lines")
        raise error from None
except TypeError as e:
    try:
        raise KeyError from e
    finally:
        print("finally")
