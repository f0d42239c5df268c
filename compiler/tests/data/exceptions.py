def handlers():
    try:
        work()
    except ValueError:
        a = 1
    except (TypeError, KeyError) as error:
        print(error)
    except:
        raise
    else:
        b = 2
    finally:
        clean()


def unwinding(xs):
    for x in xs:
        try:
            if x:
                continue
            elif x > 1:
                break
            return x
        except E as e:
            return e
        except F as f:
            continue
        finally:
            done(x)
    while xs:
        try:
            return 1
        finally:
            if xs:
                break
    try:
        try:
            return f()
        finally:
            g()
    finally:
        h()


def raising(x):
    raise
    raise x
    raise x from None


def nested():
    try:
        try:
            a()
        except A:
            b()
        finally:
            c()
    except B as e:
        try:
            d(e)
        except C as e:
            pass
        del e
    return 5


def only_finally():
    try:
        pass
    finally:
        pass
    try: x
    finally: y


def groups():
    try:
        a()
    except* ValueError:
        b()
    except* (TypeError, KeyError) as e:
        c(e)
    else:
        d()
    finally:
        e()


try:
    import a
except ImportError:
    a = None
try: pass
except: pass

try:
    a
except b: c; raise; d
