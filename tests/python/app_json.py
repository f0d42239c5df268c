# An ordinary program: a JSON reader and writer.
class JSONError(ValueError):
    def __init__(self, message, pos): super().__init__(f"{message} at {pos}"); self.pos = pos
class Reader:
    escapes = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", '"': '"', "\\": "\\", "/": "/"}
    def __init__(self, text): self.text, self.pos = text, 0
    def peek(self): return self.text[self.pos] if self.pos < len(self.text) else ""
    def skip(self):
        while self.peek() in (" ", "\n", "\t", "\r") and self.peek(): self.pos += 1
    def expect(self, ch):
        if self.peek() != ch: raise JSONError(f"expected {ch!r}, found {self.peek()!r}", self.pos)
        self.pos += 1
    def value(self):
        self.skip()
        ch = self.peek()
        if ch == "{": return self.object()
        if ch == "[": return self.array()
        if ch == '"': return self.string()
        if ch == "-" or ch.isdigit(): return self.number()
        for word, v in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.pos):
                self.pos += len(word)
                return v
        raise JSONError("no value", self.pos)
    def object(self):
        self.expect("{"); out = {}
        self.skip()
        if self.peek() == "}": self.pos += 1; return out
        while True:
            self.skip(); k = self.string(); self.skip(); self.expect(":")
            out[k] = self.value()
            self.skip()
            if self.peek() != ",": self.expect("}"); return out
            self.pos += 1
    def array(self):
        self.expect("["); out = []
        self.skip()
        if self.peek() == "]": self.pos += 1; return out
        while True:
            out.append(self.value())
            self.skip()
            if self.peek() != ",": self.expect("]"); return out
            self.pos += 1
    def string(self):
        self.expect('"'); out = []
        while (ch := self.peek()) != '"':
            if not ch: raise JSONError("unterminated string", self.pos)
            self.pos += 1
            if ch == "\\":
                e = self.peek(); self.pos += 1
                if e == "u":
                    out.append(chr(int(self.text[self.pos:self.pos + 4], 16))); self.pos += 4
                else:
                    try: out.append(self.escapes[e])
                    except KeyError: raise JSONError("bad escape", self.pos) from None
            else: out.append(ch)
        self.pos += 1
        return "".join(out)
    def number(self):
        start = self.pos
        while self.peek() and self.peek() in "+-0123456789.eE": self.pos += 1
        s = self.text[start:self.pos]
        try: return float(s) if any(c in ".eE" for c in s) else int(s)
        except ValueError as e: raise JSONError("bad number", start) from e
def loads(text):
    r = Reader(text)
    v = r.value()
    r.skip()
    if r.pos != len(text): raise JSONError("extra data", r.pos)
    return v
def dumps(v, indent=None, level=0):
    nl, pad, end = ("", "", "") if indent is None else ("\n", " " * indent * (level + 1), "\n" + " " * indent * level)
    if v is None: return "null"
    if v is True: return "true"
    if v is False: return "false"
    if isinstance(v, str): return '"' + "".join({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}.get(c, c if " " <= c < "\x7f" else "\\u%04x" % ord(c)) for c in v) + '"'
    if isinstance(v, (int, float)): return repr(v)
    if isinstance(v, (list, tuple)): return "[" + nl + ("," + (nl or " ")).join(pad + dumps(x, indent, level + 1) for x in v) + end + "]" if v else "[]"
    if isinstance(v, dict): return "{" + nl + ("," + (nl or " ")).join(pad + dumps(str(k)) + ": " + dumps(x, indent, level + 1) for k, x in v.items()) + end + "}" if v else "{}"
    raise TypeError(f"{type(v).__name__} cannot be written")
text = '{"name": "caf\\u00e9 \\"x\\"", "list": [1, -2.5, 1e3, true, false, null, [], {}], "nested": {"a": {"b": [[1], [2, [3]]]}}, "big": 123456789012345678901234567890}'
v = loads(text)
print(v)
print(dumps(v))
print(dumps({"a": [1, {"b": None}], "c": "x\ny"}, indent=2))
print(loads(dumps(v)) == v, loads(" [1 , 2 ] "), loads('"\\n\\t"') == "\n\t")
for bad in ("", "{", "[1,]", '{"a" 1}', "[1 2]", '"abc', "tru", "1 2", "--1", '"\\x"', "{1: 2}"):
    try: print(loads(bad))
    except JSONError as e: print(repr(bad), e, e.pos, type(e.__cause__).__name__)
try: dumps({1, 2})
except TypeError as e: print(e)
data = [{"id": i, "tags": ["t%d" % (i % 3)] * (i % 4), "v": i / 4} for i in range(30)]
print(len(dumps(data)), loads(dumps(data)) == data, loads(dumps(data, 1)) == data)
