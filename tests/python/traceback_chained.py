# exit: 1
# Chained exceptions on stderr: an explicit cause and an implicit context.
class Failure(Exception):
    pass

def low():
    return {}["missing"]

def middle():
    try:
        low()
    except KeyError as e:
        raise Failure("no value", 3) from e

def high():
    try:
        middle()
    except Failure:
        return int("not a number")

high()
