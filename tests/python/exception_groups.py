# except* and ExceptionGroup.
def run(eg):
    try:
        try:
            raise eg
        except* ValueError as g:
            print("value", g.exceptions)
        except* (KeyError, OSError) as g:
            print("key/os", repr(g))
    except BaseException as e:
        print("left", repr(e))
run(ExceptionGroup("g", [ValueError(1), KeyError(2), ValueError(3)]))
run(ExceptionGroup("g", [TypeError(1), ValueError(2)]))
run(ExceptionGroup("g", [ExceptionGroup("inner", [ValueError(1), TypeError(2)]), OSError(3)]))
run(ValueError("plain"))
run(TypeError("other"))
eg = ExceptionGroup("msg", [ValueError(1), TypeError(2)])
print(eg.message, eg.exceptions, str(eg), repr(eg), isinstance(eg, Exception))
print(eg.split(ValueError), eg.subgroup(lambda e: isinstance(e, TypeError)), eg.subgroup(KeyError))
