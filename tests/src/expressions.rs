//! Expressions over the built-in types, made at random from a seed: values at the edges of their types, every operator and method, and now
//! and then an argument of a type that does not belong there.

/// A source of expressions.
pub struct Expressions {
    state: u64,
}

/// A type whose values the expressions are about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Int,
    Float,
    Str,
    Bytes,
    List,
    Tuple,
    Dict,
    Set,
    Other,
}

const KINDS: [Kind; 9] =
    [Kind::Int, Kind::Float, Kind::Str, Kind::Bytes, Kind::List, Kind::Tuple, Kind::Dict, Kind::Set, Kind::Other];

/// Methods with their arguments, a letter each: `i` a small integer, `I` any integer, `s` text, `c` one character, `b` bytes, `l` a list,
/// `t` a tuple of texts, `T` one of bytes, `h` something that can be hashed, `v` any value, `d` a dict, `e` a set, `k` the name of an error
/// handler (`K` one for decoding), `n` the name of an encoding, `q` optional from here on.
type Methods = &'static [(&'static str, &'static str)];

const INT_METHODS: Methods = &[
    ("bit_length", ""),
    ("bit_count", ""),
    ("as_integer_ratio", ""),
    ("conjugate", ""),
    ("__trunc__", ""),
    ("__round__", "qi"),
    ("__index__", ""),
    ("__divmod__", "I"),
    ("__pow__", "iqI"),
    ("__rsub__", "I"),
    ("__eq__", "v"),
    ("__format__", "s"),
];

const FLOAT_METHODS: Methods = &[
    ("is_integer", ""),
    ("hex", ""),
    ("as_integer_ratio", ""),
    ("conjugate", ""),
    ("__trunc__", ""),
    ("__floor__", ""),
    ("__ceil__", ""),
    ("__round__", "qi"),
    ("__divmod__", "I"),
    ("__eq__", "v"),
    ("__lt__", "I"),
];

const STR_METHODS: Methods = &[
    ("capitalize", ""),
    ("casefold", ""),
    ("center", "iqc"),
    ("count", "sqii"),
    ("encode", ""),
    ("endswith", "sqii"),
    ("endswith", "t"),
    ("expandtabs", "qi"),
    ("find", "sqii"),
    ("format", "v"),
    ("index", "sqii"),
    ("isalnum", ""),
    ("isalpha", ""),
    ("isascii", ""),
    ("isdecimal", ""),
    ("isdigit", ""),
    ("isidentifier", ""),
    ("islower", ""),
    ("isnumeric", ""),
    ("isprintable", ""),
    ("isspace", ""),
    ("istitle", ""),
    ("isupper", ""),
    ("join", "t"),
    ("join", "s"),
    ("join", "l"),
    ("ljust", "iqc"),
    ("lower", ""),
    ("lstrip", "qs"),
    ("partition", "s"),
    ("removeprefix", "s"),
    ("removesuffix", "s"),
    ("replace", "ssqi"),
    ("rfind", "sqii"),
    ("rindex", "sqii"),
    ("rjust", "iqc"),
    ("rpartition", "s"),
    ("rsplit", "qsi"),
    ("rstrip", "qs"),
    ("split", "qsi"),
    ("splitlines", "qi"),
    ("startswith", "sqii"),
    ("startswith", "t"),
    ("strip", "qs"),
    ("swapcase", ""),
    ("title", ""),
    ("translate", "d"),
    ("upper", ""),
    ("zfill", "i"),
    ("__contains__", "s"),
    ("__getitem__", "i"),
    ("__mul__", "i"),
    ("__mod__", "v"),
];

const BYTES_METHODS: Methods = &[
    ("capitalize", ""),
    ("center", "iqb"),
    ("count", "bqii"),
    ("count", "i"),
    ("decode", "qnK"),
    ("endswith", "bqii"),
    ("endswith", "T"),
    ("expandtabs", "qi"),
    ("find", "bqii"),
    ("find", "i"),
    ("hex", "qci"),
    ("index", "bqii"),
    ("isalnum", ""),
    ("isalpha", ""),
    ("isascii", ""),
    ("isdigit", ""),
    ("islower", ""),
    ("isspace", ""),
    ("istitle", ""),
    ("isupper", ""),
    ("join", "T"),
    ("join", "l"),
    ("ljust", "iqb"),
    ("lower", ""),
    ("lstrip", "qb"),
    ("partition", "b"),
    ("removeprefix", "b"),
    ("removesuffix", "b"),
    ("replace", "bbqi"),
    ("rfind", "bqii"),
    ("rindex", "bqii"),
    ("rjust", "iqb"),
    ("rpartition", "b"),
    ("rsplit", "qbi"),
    ("rstrip", "qb"),
    ("split", "qbi"),
    ("splitlines", "qi"),
    ("startswith", "bqii"),
    ("strip", "qb"),
    ("swapcase", ""),
    ("title", ""),
    ("translate", "bqb"),
    ("upper", ""),
    ("zfill", "i"),
    ("__contains__", "b"),
    ("__contains__", "i"),
    ("__getitem__", "i"),
    ("__mod__", "v"),
];

/// What changes a `bytearray`.
const ARRAY_METHODS: Methods = &[
    ("append", "i"),
    ("extend", "b"),
    ("extend", "l"),
    ("insert", "ii"),
    ("pop", "qi"),
    ("remove", "i"),
    ("reverse", ""),
    ("clear", ""),
    ("__iadd__", "b"),
    ("__imul__", "i"),
    ("__delitem__", "i"),
    ("__setitem__", "ii"),
];

const LIST_METHODS: Methods = &[
    ("append", "v"),
    ("clear", ""),
    ("copy", ""),
    ("count", "v"),
    ("extend", "v"),
    ("index", "vqii"),
    ("insert", "iv"),
    ("pop", "qi"),
    ("remove", "v"),
    ("reverse", ""),
    ("sort", ""),
    ("__iadd__", "v"),
    ("__imul__", "i"),
    ("__delitem__", "i"),
    ("__setitem__", "iv"),
    ("__contains__", "v"),
];

const TUPLE_METHODS: Methods = &[
    ("count", "v"),
    ("index", "vqii"),
    ("__contains__", "v"),
    ("__getitem__", "i"),
    ("__mul__", "i"),
    ("__add__", "v"),
];

const DICT_METHODS: Methods = &[
    ("clear", ""),
    ("copy", ""),
    ("get", "hqv"),
    ("pop", "hqv"),
    ("popitem", ""),
    ("setdefault", "hqv"),
    ("update", "v"),
    ("update", "d"),
    ("__or__", "d"),
    ("__ior__", "v"),
    ("__contains__", "v"),
    ("__getitem__", "v"),
    ("__delitem__", "h"),
    ("__setitem__", "hv"),
    ("keys", ""),
    ("values", ""),
    ("items", ""),
    ("fromkeys", "lqv"),
    ("__eq__", "v"),
];

const SET_METHODS: Methods = &[
    ("add", "e"),
    ("clear", ""),
    ("copy", ""),
    ("difference", "e"),
    ("difference", "ee"),
    ("difference_update", "e"),
    ("discard", "e"),
    ("intersection", "e"),
    ("intersection", "ee"),
    ("intersection_update", "e"),
    ("isdisjoint", "e"),
    ("issubset", "e"),
    ("issuperset", "e"),
    ("pop", ""),
    ("remove", "e"),
    ("symmetric_difference", "e"),
    ("symmetric_difference_update", "e"),
    ("union", "e"),
    ("union", "ee"),
    ("update", "e"),
    ("__ior__", "e"),
    ("__isub__", "e"),
];

/// Functions of one argument.
const FUNCTIONS: [&str; 30] = [
    "abs",
    "all",
    "any",
    "ascii",
    "bin",
    "bool",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "complex",
    "dict",
    "enumerate",
    "float",
    "frozenset",
    "hash",
    "hex",
    "int",
    "len",
    "list",
    "max",
    "min",
    "oct",
    "ord",
    "repr",
    "reversed",
    "set",
    "sorted",
    "str",
    "sum",
];

const BINARY: [&str; 22] = [
    "+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^", "@", "<", "<=", "==", "!=", ">", ">=", "in", "is",
    "not in",
];

const CHARACTERS: [&str; 40] = [
    "a",
    "b",
    "A",
    "Z",
    "x",
    "e",
    "n",
    "_",
    "0",
    "1",
    "9",
    " ",
    "-",
    "+",
    ".",
    ",",
    "%",
    "{",
    "}",
    ":",
    "\\n",
    "\\t",
    "\\r",
    "\\x00",
    "\\x7f",
    "\\x85",
    "\\xa0",
    "\\xdf",
    "\\xe9",
    "\\u0130",
    "\\u01c4",
    "\\u03a3",
    "\\u0300",
    "\\u0660",
    "\\u2028",
    "\\u4e2d",
    "\\ufb01",
    "\\ud800",
    "\\U0001f600",
    "\\U00010400",
];

const ENCODINGS: [&str; 9] =
    ["utf-8", "ascii", "latin-1", "utf-16", "utf-32-be", "utf-8-sig", "utf-16-le", "nothing", "UTF8"];
const HANDLERS: [&str; 8] = [
    "strict",
    "ignore",
    "replace",
    "backslashreplace",
    "xmlcharrefreplace",
    "namereplace",
    "surrogateescape",
    "surrogatepass",
];

/// Those that know what to do where bytes are decoded.
const DECODING_HANDLERS: [&str; 6] =
    ["strict", "ignore", "replace", "backslashreplace", "surrogateescape", "surrogatepass"];

impl Expressions {
    /// The expressions of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Expressions {
        Expressions { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D }
    }

    /// The next random word (splitmix64).
    fn word(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.word() % limit
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    // ---- values ----

    fn int(&mut self) -> String {
        match self.below(6) {
            0 => self.small_int(),
            1 => {
                let edge = self.pick(&[0u32, 7, 8, 15, 16, 30, 31, 32, 52, 53, 60, 61, 62, 63, 64, 65, 100, 127, 128]);
                let by = self.pick(&["-1", "+0", "+1"]);
                let sign = self.pick(&["", "-"]);
                format!("({sign}2**{edge}{by})")
            }
            2 => self.pick(&["True", "False", "0", "1", "-1", "10**20", "-10**20", "10**100"]).to_owned(),
            3 => format!("{}", self.word() as i64 >> self.below(64)),
            4 => format!("{}", self.word() as i64),
            _ => format!("{}{}{}", self.word() as i64, self.word(), self.word()),
        }
    }

    fn small_int(&mut self) -> String {
        let number = match self.below(8) {
            0 => self.below(300) as i64 - 50,
            _ => self.below(14) as i64 - 4,
        };
        number.to_string()
    }

    fn float(&mut self) -> String {
        match self.below(6) {
            0 => self
                .pick(&[
                    "0.0",
                    "-0.0",
                    "float('inf')",
                    "-float('inf')",
                    "float('nan')",
                    "5e-324",
                    "1.7976931348623157e+308",
                    "2.2250738585072014e-308",
                    "1e16",
                    "9007199254740993.0",
                    "1e22",
                    "1e23",
                    "0.1",
                    "0.5",
                    "1.5",
                    "2.5",
                    "-2.5",
                    "123456789.125",
                    "1e-5",
                    "0.0001",
                ])
                .to_owned(),
            1 => format!("{}.{}", self.below(1000) as i64 - 500, self.below(1000)),
            2 => format!("{}e{}", self.word() % 100_000, self.below(60) as i64 - 30),
            3 => format!("{:e}", f64::from_bits(self.word() & !(0x7FF << 52) | (self.below(2046) + 1) << 52)),
            4 => format!("{}.5", self.below(20)),
            _ => format!("{:?}", self.word() as f64 / 1e9),
        }
    }

    fn text(&mut self) -> String {
        let length = match self.below(10) {
            0 => 0,
            1..=6 => self.below(6),
            _ => self.below(20),
        };
        // Half of all texts are of few letters, so that something is found in them.
        let few = self.below(2) == 0;
        let characters: Vec<&str> = (0..length)
            .map(|_| if few { self.pick(&["a", "b", "ab", " ", "1"]) } else { self.pick(&CHARACTERS) })
            .collect();
        format!("'{}'", characters.concat())
    }

    fn bytes(&mut self) -> String {
        let length = if self.one_in(8) { 0 } else { self.below(8) };
        let few = self.below(2) == 0;
        let content: String = (0..length)
            .map(|_| match () {
                () if few => self.pick(&["a", "b", "ab", " ", "1"]).to_owned(),
                () => format!("\\x{:02x}", self.word() as u8),
            })
            .collect();
        match self.below(6) {
            0 => format!("bytearray(b'{content}')"),
            1 if self.one_in(4) => format!("memoryview(b'{content}')"),
            _ => format!("b'{content}'"),
        }
    }

    fn items(&mut self, depth: u32, hashable: bool) -> Vec<String> {
        let count = if self.one_in(6) { 0 } else { self.below(5) };
        // Items of one type can be sorted.
        let kind = self.pick(&[Kind::Int, Kind::Int, Kind::Str, Kind::Float]);
        let same = self.below(2) == 0;
        let items = (0..count).map(|_| match () {
            () if same => self.of_kind(kind, 0),
            () if hashable => self.hashable(depth),
            () => self.value(depth),
        });
        let mut items: Vec<String> = items.collect();
        if hashable {
            // The hash of a NaN is an address, which has no place in the order of a set.
            items.retain(|item| !item.contains("nan"));
        }
        items
    }

    fn hashable(&mut self, depth: u32) -> String {
        match self.below(7) {
            0 | 1 => self.small_int(),
            2 => self.int(),
            3 => self.float(),
            4 if depth > 0 => {
                let items = self.items(depth - 1, true);
                format!("({})", items.iter().map(|item| format!("{item},")).collect::<String>())
            }
            // (The hash of `None` is an address: sets with it have no order.)
            _ => self.text(),
        }
    }

    fn of_kind(&mut self, kind: Kind, depth: u32) -> String {
        let below = depth.saturating_sub(1);
        match kind {
            Kind::Int => self.int(),
            Kind::Float => self.float(),
            Kind::Str => self.text(),
            Kind::Bytes => self.bytes(),
            Kind::List => format!("[{}]", self.items(below, false).join(", ")),
            Kind::Tuple => {
                let items = self.items(below, false);
                format!("({})", items.iter().map(|item| format!("{item},")).collect::<String>())
            }
            Kind::Dict => {
                let keys = self.items(below, true);
                let pairs: Vec<String> = keys.into_iter().map(|key| format!("{key}: {}", self.value(below))).collect();
                format!("{{{}}}", pairs.join(", "))
            }
            Kind::Set => {
                let items = self.items(below, true).join(", ");
                let name = self.pick(&["set", "set", "frozenset"]);
                format!("{name}([{items}])")
            }
            Kind::Other => match self.below(8) {
                0 => format!("range({})", self.small_int()),
                1 => {
                    // Short, as many an operation goes through all of it.
                    let (start, length) = (self.int(), self.below(30));
                    format!("range({start}, {start}+{length}, {})", self.pick(&["1", "-1", "3", "2**70"]))
                }
                2 => format!("slice({}, {}, {})", self.bound(), self.bound(), self.bound()),
                3 => format!("complex({}, {})", self.float(), self.float()),
                4 => "Ellipsis".to_owned(),
                5 => self.pick(&["int", "str", "len", "type", "object()", "NotImplemented"]).to_owned(),
                _ => "None".to_owned(),
            },
        }
    }

    fn value(&mut self, depth: u32) -> String {
        let kind = if depth == 0 { self.pick(&KINDS[..4]) } else { self.pick(&KINDS) };
        self.of_kind(kind, depth)
    }

    fn bound(&mut self) -> String {
        match self.below(4) {
            0 => "None".to_owned(),
            1 => self.int(),
            _ => self.small_int(),
        }
    }

    // ---- expressions ----

    /// The next expression.
    pub fn next_expression(&mut self) -> String {
        match self.below(12) {
            0 | 1 => self.binary(),
            2 => self.function(),
            3 | 4 => self.formatting(),
            5 => self.conversion(),
            6 => self.subscript(),
            _ => self.method(),
        }
    }

    fn binary(&mut self) -> String {
        let operator = self.pick(&BINARY);
        let kind = self.pick(&KINDS);
        let left = self.of_kind(kind, 2);
        let right = match operator {
            // Nothing larger than a test can wait for.
            "**" | "<<" => return format!("({left}) {operator} ({})", self.small_power()),
            "*" if self.below(2) == 0 => return format!("({left}) * ({})", self.small_int()),
            "*" if !matches!(kind, Kind::Int | Kind::Float) => return format!("({left}) * ({})", self.float()),
            "*" => self.pick(&[Kind::Int, Kind::Float]),
            _ if self.one_in(3) => self.pick(&KINDS),
            _ => kind,
        };
        let right = self.of_kind(right, 2);
        format!("({left}) {operator} ({right})")
    }

    fn small_power(&mut self) -> String {
        match self.below(5) {
            0 => self.float(),
            1 => "None".to_owned(),
            _ => self.below(40).to_string(),
        }
    }

    fn function(&mut self) -> String {
        let function = self.pick(&FUNCTIONS);
        let argument = match function {
            "bytes" | "bytearray" if self.below(2) == 0 => self.small_int(),
            "bytes" | "bytearray" => {
                let kind = self.pick(&[Kind::Str, Kind::Bytes, Kind::List, Kind::Tuple, Kind::Set]);
                self.of_kind(kind, 2)
            }
            // What hashes by its address has no place in the order of a set.
            "set" | "frozenset" => {
                let kind = self.pick(&[Kind::Str, Kind::Set, Kind::Dict]);
                self.of_kind(kind, 2)
            }
            // A range may be too long to go through.
            "all" | "any" | "dict" | "enumerate" | "list" | "max" | "min" | "sorted" | "sum" => {
                let kind = self.pick(&KINDS[..8]);
                self.of_kind(kind, 2)
            }
            // The hash of what has none of its own is its address.
            "hash" => self.hashable(2),
            _ => self.value(2),
        };
        match self.below(10) {
            0 => format!("{function}({argument}, {})", self.value(1)),
            1 if function == "sorted" => format!("sorted({argument}, key=repr, reverse=True)"),
            2 if function == "round" => format!("round({argument}, {})", self.small_int()),
            3 => format!("divmod({}, {})", self.int(), self.int()),
            4 => format!("pow({}, {}, {})", self.int(), self.int(), self.int()),
            5 => format!("round({}, {})", self.float(), self.small_int()),
            6 => format!("round({}, {})", self.int(), self.small_int()),
            _ if function == "enumerate" || function == "reversed" => format!("[*{function}({argument})]"),
            _ => format!("{function}({argument})"),
        }
    }

    fn spec(&mut self) -> String {
        let mut spec = String::new();
        if self.one_in(3) {
            if self.one_in(2) {
                spec.push_str(self.pick(&["*", "0", " ", "é", "x", "<"]));
            }
            spec.push_str(self.pick(&["<", ">", "^", "="]));
        }
        if self.one_in(3) {
            spec.push_str(self.pick(&["+", "-", " "]));
        }
        for (part, chance) in [("z", 10), ("#", 4), ("0", 5)] {
            if self.one_in(chance) {
                spec.push_str(part);
            }
        }
        if self.one_in(2) {
            spec.push_str(&self.below(30).to_string());
        }
        if self.one_in(5) {
            spec.push_str(self.pick(&[",", "_"]));
        }
        if self.one_in(3) {
            spec.push_str(&format!(".{}", self.below(25)));
        }
        if !self.one_in(4) {
            spec.push_str(self.pick(&["b", "c", "d", "e", "E", "f", "F", "g", "G", "n", "o", "s", "x", "X", "%", "y"]));
        }
        spec
    }

    fn formatting(&mut self) -> String {
        let kind = self.pick(&[Kind::Int, Kind::Float, Kind::Float, Kind::Str, Kind::Other, Kind::List]);
        let value = self.of_kind(kind, 1);
        match self.below(6) {
            0 | 1 => format!("format({value}, '{}')", self.spec()),
            2 => {
                format!("f'{{({value})!r:{}}}'", self.spec().replace('<', "^")).replace('\\', "").replace("''", "\"\"")
            }
            3 => {
                let prefix = self.pick(&["", "b"]);
                let conversion = self.conversion_spec();
                format!("{prefix}'<{conversion}>' % ({value},)")
            }
            4 => {
                let conversion = self.conversion_spec();
                format!("'{conversion} {conversion}' % {}", self.value(1))
            }
            _ => {
                let field =
                    self.pick(&["", "0", "1", "a", "0.real", "0[0]", "0!r", "0!s", "0!a", "0!x", "a.b", "{", "}"]);
                let (spec, other) = (self.spec(), self.value(1));
                format!("'[{{{field}:{spec}}}]'.format({value}, {other}, a={value})")
            }
        }
    }

    fn conversion_spec(&mut self) -> String {
        let mut spec = "%".to_owned();
        for flag in ["#", "0", "-", " ", "+"] {
            if self.one_in(5) {
                spec.push_str(flag);
            }
        }
        if self.one_in(2) {
            spec.push_str(&self.below(24).to_string());
        }
        if self.one_in(3) {
            spec.push_str(&format!(".{}", self.below(20)));
        }
        spec.push_str(
            self.pick(&["d", "i", "u", "o", "x", "X", "e", "E", "f", "F", "g", "G", "c", "r", "s", "a", "%", "y"]),
        );
        spec
    }

    fn conversion(&mut self) -> String {
        match self.below(10) {
            0 => {
                let digits = self.digits();
                format!("int('{digits}', {})", self.pick(&["0", "2", "8", "10", "16", "36", "1", "37", "7"]))
            }
            1 => format!("int('{}')", self.digits()),
            2 => format!("float('{}')", self.number_text()),
            3 => format!("complex('{}')", self.number_text()),
            4 => {
                let (number, length) = (self.int(), self.below(20));
                let order = self.pick(&["little", "big", "big", "middle"]);
                format!("({number}).to_bytes({length}, '{order}', signed={})", self.pick(&["True", "False"]))
            }
            5 => {
                let bytes = self.bytes();
                let order = self.pick(&["little", "big"]);
                format!("int.from_bytes({bytes}, '{order}', signed={})", self.pick(&["True", "False"]))
            }
            6 => format!("float.fromhex(({}).hex())", self.float()),
            7 => format!("bytes.fromhex('{}')", self.pick(&["00ff", "0 0", "aB cD", "zz", "abc", "", " 12 "])),
            8 => {
                let (text, encoding, handler) = (self.text(), self.pick(&ENCODINGS), self.pick(&HANDLERS));
                format!("{text}.encode('{encoding}', '{handler}')")
            }
            _ => {
                let (bytes, encoding, handler) = (self.bytes(), self.pick(&ENCODINGS), self.pick(&DECODING_HANDLERS));
                format!("bytes({bytes}).decode('{encoding}', '{handler}')")
            }
        }
    }

    fn digits(&mut self) -> String {
        let count = self.below(12);
        let mut text = self.pick(&["", "", "-", "+", " ", "0x", "0b", "0o"]).to_owned();
        for _ in 0..count {
            text.push_str(self.pick(&["0", "1", "1", "2", "7", "9", "a", "f", "_", "z"]));
        }
        text
    }

    fn number_text(&mut self) -> String {
        let mut text = self.pick(&["", "-", "+", " ", "(", "1_0"]).to_owned();
        text.push_str(
            self.pick(&[
                "1", "0", "12.5", ".5", "5.", "1e5", "1e400", "1e-400", "inf", "nan", "Infinity", "1_0.2_5", "x",
            ]),
        );
        text.push_str(self.pick(&["", "", "", " ", "j", "+2j", "-nanj", "e5", "_", ")"]));
        text
    }

    fn subscript(&mut self) -> String {
        let kind = self.pick(&[Kind::Str, Kind::Bytes, Kind::List, Kind::Tuple, Kind::Other]);
        let value = match kind {
            Kind::Other => {
                format!("range({}, {}, {})", self.int(), self.int(), self.pick(&["1", "-1", "3", "-7", "2**70"]))
            }
            kind => self.of_kind(kind, 2),
        };
        match self.below(6) {
            0 => format!("({value})[{}]", self.int()),
            1 => format!("({value})[{}]", self.value(1)),
            2 if kind == Kind::List => {
                let (start, stop, step, source) = (self.bound(), self.bound(), self.bound(), self.value(2));
                format!("(lambda l: (l.__setitem__(slice({start}, {stop}, {step}), {source}), l))({value})")
            }
            3 if kind == Kind::List => {
                let (start, stop, step) = (self.bound(), self.bound(), self.bound());
                format!("(lambda l: (l.__delitem__(slice({start}, {stop}, {step})), l))({value})")
            }
            4 if kind == Kind::Bytes => {
                let (start, stop, step, source) = (self.bound(), self.bound(), self.bound(), self.value(2));
                format!("(lambda l: (l.__setitem__(slice({start}, {stop}, {step}), {source}), l))(bytearray({value}))")
            }
            _ => {
                let (start, stop, step) = (self.bound(), self.bound(), self.bound());
                format!("({value})[{start}:{stop}:{step}]")
            }
        }
    }

    fn method(&mut self) -> String {
        let (kind, methods) = match self.below(16) {
            0 => (Kind::Int, INT_METHODS),
            1 => (Kind::Float, FLOAT_METHODS),
            2..=6 => (Kind::Str, STR_METHODS),
            7..=9 => (Kind::Bytes, BYTES_METHODS),
            10 => (Kind::Bytes, ARRAY_METHODS),
            11 | 12 => (Kind::List, LIST_METHODS),
            13 => (Kind::Tuple, TUPLE_METHODS),
            14 => (Kind::Dict, DICT_METHODS),
            _ => (Kind::Set, SET_METHODS),
        };
        let (name, parameters) = self.pick(methods);
        let mut arguments = Vec::new();
        for parameter in parameters.bytes() {
            match parameter {
                b'q' if self.below(2) == 0 => break,
                b'q' => continue,
                // (Into a set goes nothing that hashes by its address.)
                _ if kind == Kind::Set && self.one_in(12) => arguments.push(self.hashable(1)),
                // A wrong type now and then: what it is called in the message.
                _ if self.one_in(12) && !name.contains("mul") => arguments.push(self.value(1)),
                _ => arguments.push(self.argument(parameter)),
            }
        }
        if self.one_in(40) && kind != Kind::Set {
            arguments.push(self.value(0));
        }
        if self.one_in(60) {
            arguments.pop();
        }
        let (receiver, arguments) = (self.of_kind(kind, 2), arguments.join(", "));
        let receiver = match methods {
            _ if std::ptr::eq(methods, ARRAY_METHODS) => format!("bytearray({receiver})"),
            _ => format!("({receiver})"),
        };
        match kind {
            Kind::List | Kind::Dict | Kind::Set => format!("(lambda own: (own.{name}({arguments}), own))({receiver})"),
            Kind::Bytes if std::ptr::eq(methods, ARRAY_METHODS) => {
                format!("(lambda own: (own.{name}({arguments}), own))({receiver})")
            }
            _ => format!("{receiver}.{name}({arguments})"),
        }
    }

    fn argument(&mut self, parameter: u8) -> String {
        match parameter {
            b'i' => self.small_int(),
            b'I' => self.int(),
            b's' => self.text(),
            b'c' => format!("'{}'", self.pick(&CHARACTERS)),
            b'b' => self.bytes(),
            b'l' => self.of_kind(Kind::List, 2),
            b't' => format!("({}, {})", self.text(), self.text()),
            b'T' => format!("({}, {})", self.bytes(), self.bytes()),
            b'h' => self.hashable(1),
            b'd' => self.of_kind(Kind::Dict, 2),
            b'e' => self.of_kind(Kind::Set, 1),
            b'k' => format!("'{}'", self.pick(&HANDLERS)),
            b'K' => format!("'{}'", self.pick(&DECODING_HANDLERS)),
            b'n' => format!("'{}'", self.pick(&ENCODINGS)),
            _ => self.value(2),
        }
    }
}
