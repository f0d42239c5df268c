# exit: 1
# BaseException subclasses pass `except Exception`.
class Stop(BaseException):
    pass
try:
    try:
        raise Stop("now")
    except Exception:
        print("not here")
    finally:
        print("finally")
except Stop as e:
    print("caught", e)
raise Stop("for good")
