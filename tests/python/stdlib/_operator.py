# _operator: the operators as functions, and functions that fetch.
import _operator as operator


def refused(function, *args, **kwargs):
    try:
        print("no error:", function(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__ + ":", error)


print(sorted(name for name in dir(operator) if not name.startswith("__")))
for name in ["add", "sub", "mul", "floordiv", "truediv", "mod", "lshift", "rshift", "and_", "xor", "or_", "pow"]:
    print(name, getattr(operator, name)(13, 3), getattr(operator, "i" + name.rstrip("_"))(13, 3))
for name in ["lt", "le", "eq", "ne", "gt", "ge", "is_", "is_not"]:
    print(name, getattr(operator, name)(1, 2), getattr(operator, name)("a", "a"))
print(operator.neg(3), operator.pos(-3), operator.inv(3), operator.invert(3), operator.abs(-2.5), operator.not_([]), operator.truth("a"))
print(operator.index(True), operator.contains([1, 2], 2), operator.getitem({"a": 1}, "a"), operator.countOf("abca", "a"), operator.indexOf("abc", "c"))
items = [1, 2, 3]
operator.setitem(items, 0, "x")
operator.delitem(items, 1)
print(items, operator.concat([1], [2]), operator.concat("a", "b"), operator.iconcat(items, (4, 5)), items)
before = items
print(operator.iadd(items, [6]) is before, operator.imul(items, 2) is before, len(items))
print(operator.length_hint([1, 2]), operator.length_hint(iter("abc")), operator.length_hint(3, 7), operator.length_hint(3), operator.length_hint([1], -1))
print(operator.call(int, "12", base=3), operator.call(list))
print(operator._compare_digest("a", "a"), operator._compare_digest(b"a", b"b"), operator._compare_digest(b"ab", bytearray(b"ab")))


class Matrix:
    def __matmul__(self, other):
        return "matmul", other

    def __imatmul__(self, other):
        return "imatmul", other


print(operator.matmul(Matrix(), 1), operator.imatmul(Matrix(), 2))

get = operator.itemgetter
print(get(1)("abc"), get(1, 0)("abc"), get("a")({"a": 5}), get(slice(1, None))("abc"), get(-1)([1, 2]), get(1, "x"))
attr = operator.attrgetter
print(attr("real")(3), attr("real", "imag")(3), attr("__class__.__name__")("a"), attr("a.b", "c"))
call = operator.methodcaller
print(call("upper")("abc"), call("split", ",", maxsplit=1)("a,b,c"), call("x", 1, a=2), call("x"))
print(get(1, 2).__reduce__(), attr("a.b").__reduce__(), call("x", 1).__reduce__())
print(sorted([(2, "a"), (1, "b")], key=get(0)), list(map(attr("imag"), [1j, 2])), type(get(0)))

for function, *args in [
    (operator.add, 1), (operator.add, 1, 2, 3), (operator.truth, 1, 2), (operator.not_,), (operator.length_hint, 1, "a"), (operator.concat, 1, [2]),
    (operator.concat, [1], 2), (operator.iconcat, 1, 2), (operator.countOf, 1, 2), (operator.indexOf, [1], 2), (operator.is_, 1), (get,), (attr,), (attr, 1),
    (call,), (call, 1), (operator.call,), (operator._compare_digest, "é", "a"), (operator._compare_digest, "a", b"a"), (operator._compare_digest, 1, 2),
    (get(1),), (get(1), 2, 3), (attr("a"), 1, 2), (call("a"),), (operator.index, "a"), (operator.setitem, [], 1), (operator.contains, 1, 2),
    (operator.indexOf, 5, 3), (get(5), "abc"), (attr("nothing"), 3), (attr("real.nothing"), 3), (call("nothing"), 3), (operator.lt, 1, "a"), (operator.add, 1, "a"),
    (operator.iadd, 1, "a"), (operator.concat, {}, {}), (operator.neg, "a"), (operator.pow, 2), (operator.mod, 1, 0),
]:
    refused(function, *args)
refused(get(1), a=2)
refused(get, 1, x=2)
refused(attr, "a", x=2)
