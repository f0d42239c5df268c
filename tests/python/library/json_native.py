# The encoder and decoder of json, at their edges.
import collections
import enum
import json
import json.decoder
import json.encoder


def attempt(function, *args, **kwargs):
    try:
        print(repr(function(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)


class Number(enum.IntEnum):
    ONE = 1


class Real(float):
    def __repr__(self):
        return "real"


class Words(str):
    pass


class Pairs(dict):
    def items(self):
        return [("own", 1)]


values = [
    None, True, 1, -(2**70), Number.ONE, 1.5, 1e100, -0.0, Real(2.5), "a\"\\\b\f\n\r\t\x00\x1f\x7f/", "é€😀\ud800", Words("w"), [], (), {},
    [1, [2, (3,)]], {"a": {"b": [None]}}, {1: 2, 1.5: 3, True: 4, None: 5, "k": 6, Number.ONE: 7}, Pairs(x=2),
    collections.OrderedDict(b=1, a=2), float("nan"), [float("inf"), -float("inf")], {float("inf"): 1},
]
for value in values:
    attempt(json.dumps, value)
    attempt(json.dumps, value, ensure_ascii=False, separators=(",", ":"), check_circular=False)
    attempt(json.dumps, value, allow_nan=False)
attempt(json.dumps, {"b": 1, "a": [2]}, sort_keys=True)
attempt(json.dumps, {"b": 1, 2: 3}, sort_keys=True)
attempt(json.dumps, {(1, 2): 3})
attempt(json.dumps, {(1, 2): 3, "k": 4, b"": 5}, skipkeys=True)
attempt(json.dumps, {1, 2})
attempt(json.dumps, [{1, 2}, 3j], default=lambda value: sorted(value) if isinstance(value, set) else str(value))
attempt(json.dumps, "é€", indent=1)
circle = [1]
circle.append({"again": circle})
attempt(json.dumps, circle)
attempt(json.dumps, object(), default=lambda value: value)
attempt(json.dumps, circle, check_circular=False)
deep = []
for _ in range(100_000):
    deep = [deep]
attempt(json.dumps, deep)

texts = [
    "null", " true ", "false", "0", "-0", "01", "-", "1.5", "1.", "1e5", "1E+5", "1e", "-1.5e-3", "123456789012345678901234567890", "NaN",
    "Infinity", "-Infinity", '""', '"a\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\u00e9\\u20ac"', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\ud83dx"',
    '"\\ud83d\\u0041"', '"\\u12"', '"\\u12g4"', '"\\x"', '"abc', '"a\nb"', '"\\', "[]", "[ ]", "[1, 2 ,3]", "[1,]", "[1 2]", "[", "[1", "{}",
    '{"a": 1}', '{"a" 1}', '{"a": 1,}', '{"a": 1 "b"}', "{a}", '{"a":}', "{1: 2}", '{"a": {"b": [1, {"c": null}]}}', '{"a": 1, "a": 2}', "",
    "  ", "x", "nul", "[nul]", "1 2", "tru", '"é€😀"', "\ufeff1",
]
for text in texts:
    attempt(json.loads, text)
attempt(json.loads, '{"a": [1.5, 2]}', parse_float=str, parse_int=lambda text: "int " + text, object_hook=sorted)
attempt(json.loads, '{"b": 1, "a": {"c": NaN}}', object_pairs_hook=list, parse_constant=str.lower)
attempt(json.loads, '"a\tb"', strict=False)
attempt(json.loads, "[" * 100_000)
keys = json.loads('[{"key": 1}, {"key": 2}]')
print(list(keys[0])[0] is list(keys[1])[0])
attempt(json.decoder.scanstring, 'x"y', 1)
attempt(json.decoder.scanstring, "x", 3)
attempt(json.encoder.encode_basestring_ascii, 1)
attempt(json.encoder.encode_basestring, "é\n")
attempt(json.JSONDecoder().raw_decode, "[1] rest")
attempt(json.JSONDecoder().raw_decode, " 1", 0)
