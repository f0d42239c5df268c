from __future__ import division, generators
import a
import a.b.c
import a as b
import a.b as c, d
import a.b.c.d as e
from a import b
from a import b as c, d
from a.b import (c,
                 d as e)
from . import a
from .. import b
from ...c import d
from .e import *
from f import *


def function():
    import a, b.c
    from d import e
    from . import f as g
    return a.x(), b.y(), e(), g()


a.method()
d.method()
e()
import_free.method()
