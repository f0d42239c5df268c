# One site, many classes: attribute loads and stores over instances, slots, properties, class attributes, __getattr__, modules.
import math
class Inst:
    def __init__(self): self.v = 1
class Inst2:
    def __init__(self): self.w = 0; self.v = 2
class Slot:
    __slots__ = ("v",)
    def __init__(self): self.v = 3
class Prop:
    @property
    def v(self): return 4
    @v.setter
    def v(self, x): self.__dict__["set"] = x
class ClassAttr: v = 5
class GetAttr:
    def __getattr__(self, n): return 6
class GetAttribute:
    def __getattribute__(self, n): return 7 if n == "v" else object.__getattribute__(self, n)
class Meta(type):
    @property
    def v(cls): return 8
class WithMeta(metaclass=Meta): pass
class WithDict:
    def __init__(self): self.__dict__["v"] = 9
class Many:
    def __init__(self):
        for i in range(40): setattr(self, "a%d" % i, i)
        self.v = 10
class Sub(Inst): pass
class Shadow(Inst): v = "class value hidden by the instance"
def func(): pass
func.v = 11
objs = [Inst(), Inst2(), Slot(), Prop(), ClassAttr(), ClassAttr, GetAttr(), GetAttribute(), WithMeta, WithDict(), Many(), Sub(), Shadow(), func]
def load(o): return o.v
def store(o, x): o.v = x
# In turn, then each for long.
t = 0
for i in range(300): t += load(objs[i % len(objs)])
print(t)
for o in objs:
    s = 0
    for i in range(60): s += load(o)
    print(s, end=" ")
print()
for o in objs:
    try:
        for i in range(60): store(o, i)
        print(load(o), end=" ")
    except AttributeError as e:
        print(e, end="; ")
print()
print(Prop().v, objs[3].__dict__, objs[4].__dict__, ClassAttr.v, objs[6].v)
def consts():
    t = 0.0
    for i in range(100): t += math.pi + math.e
    return t
print(consts())
math.pi = 3
print(consts())
del math.pi
try:
    consts()
except AttributeError as e:
    print(e)
math.pi = 3.141592653589793
print(consts())
