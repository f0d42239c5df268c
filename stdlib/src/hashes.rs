//! The hash functions of `hashlib`: `_md5`, `_sha1`, `_sha256`, `_sha512`, `_sha3` and `_blake2`. The functions themselves are RustCrypto's.

use md5::Md5;
use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::bytes;
use quicken_vm::objects::module::Module;
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::objects::string::Str;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{FastKeywords, NoArgs, O};
use quicken_vm::spec::{GetSetSpec, MethodSpec, ModuleSpec, TypeSpec, getter, method};
use quicken_vm::{Args, PyResult, Value, Vm};
use sha1::Sha1;
use sha2::digest::{ExtendableOutput, Update, XofReader};
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512, Shake128, Shake256};
use std::any::Any;

use crate::data::{make, native_type, with};
use crate::set_attribute;

macro_rules! modules {
    ($($spec:ident, $name:literal: [$($function:ident),*], $($types:ident),*;)*) => {
        $(
            /// The module of this name.
            pub static $spec: ModuleSpec = ModuleSpec {
                name: $name,
                doc: None,
                functions: &[$(method(stringify!($function), $function, FastKeywords)),*],
                init: Some(|vm, module| add_types(vm, module, &[$(&$types),*])),
            };
        )*
    };
}

modules! {
    MD5_MODULE, "_md5": [md5], MD5;
    SHA1_MODULE, "_sha1": [sha1], SHA1;
    SHA256_MODULE, "_sha256": [sha224, sha256], SHA224, SHA256;
    SHA512_MODULE, "_sha512": [sha384, sha512], SHA384, SHA512;
    SHA3_MODULE, "_sha3": [], SHA3_224, SHA3_256, SHA3_384, SHA3_512, SHAKE_128, SHAKE_256;
    BLAKE2_MODULE, "_blake2": [], BLAKE2B, BLAKE2S;
}

/// Puts those types into the module that are called to make a hash.
fn add_types(vm: &mut Vm, module: Gc<Module>, types: &[&'static TypeSpec]) -> PyResult<()> {
    for spec in types {
        let ty = native_type(vm, spec);
        if spec.slots.new.is_some() {
            set_attribute(vm, module, spec.name, ty.into());
        }
        for (name, value) in constants(spec.name) {
            let name = vm.intern(name);
            ty.dict.get().set_str(vm, name, Value::small_int(value));
        }
    }
    Ok(())
}

/// What `blake2b` and `blake2s` have as constants.
fn constants(name: &str) -> impl Iterator<Item = (&'static str, i64)> {
    let sizes: &[i64] = match name {
        "blake2b" => &[16, 16, 64, 64],
        "blake2s" => &[8, 8, 32, 32],
        _ => &[],
    };
    ["SALT_SIZE", "PERSON_SIZE", "MAX_KEY_SIZE", "MAX_DIGEST_SIZE"].into_iter().zip(sizes.iter().copied())
}

/// A hash under way.
struct Hash {
    state: Box<dyn State>,
    /// What hashlib calls it.
    name: &'static str,
    digest_size: usize,
    block_size: usize,
}

impl OpaqueData for Hash {
    fn trace(&self, _: &mut Marker) {}

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// The functions, whether or not the length of their output is theirs to choose.
trait State {
    fn update(&mut self, data: &[u8]);
    /// The digest of what was hashed so far; `len` is for those that give any length.
    fn digest(&self, len: usize) -> Vec<u8>;
    fn copy(&self) -> Box<dyn State>;
}

struct Fixed<T>(T);

impl<T: Digest + Clone + 'static> State for Fixed<T> {
    fn update(&mut self, data: &[u8]) {
        Digest::update(&mut self.0, data);
    }

    fn digest(&self, _len: usize) -> Vec<u8> {
        self.0.clone().finalize().to_vec()
    }

    fn copy(&self) -> Box<dyn State> {
        Box::new(Fixed(self.0.clone()))
    }
}

struct Extendable<T>(T);

impl<T: Update + ExtendableOutput + Clone + 'static> State for Extendable<T> {
    fn update(&mut self, data: &[u8]) {
        Update::update(&mut self.0, data);
    }

    fn digest(&self, len: usize) -> Vec<u8> {
        let mut output = vec![0; len];
        self.0.clone().finalize_xof().read(&mut output);
        output
    }

    fn copy(&self) -> Box<dyn State> {
        Box::new(Extendable(self.0.clone()))
    }
}

// ---- making them ----

macro_rules! fixed {
    ($($function:ident, $spec:ident, $name:literal: $module:literal $class:literal, $algorithm:ident, $size:literal, $block:literal;)*) => {
        $(
            static $spec: TypeSpec =
                TypeSpec { module: $module, methods: METHODS, getset: GETSET, ..TypeSpec::new($class, LayoutKind::Opaque) };

            fn $function(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
                let ty = native_type(vm, &$spec);
                new_hash(vm, ty, args, $name, Box::new(Fixed($algorithm::default())), $size, $block)
            }
        )*
    };
}

fixed! {
    md5, MD5, "md5": "_md5" "md5", Md5, 16, 64;
    sha1, SHA1, "sha1": "_sha1" "sha1", Sha1, 20, 64;
    sha224, SHA224, "sha224": "_sha256" "sha224", Sha224, 28, 64;
    sha256, SHA256, "sha256": "_sha256" "sha256", Sha256, 32, 64;
    sha384, SHA384, "sha384": "_sha512" "sha384", Sha384, 48, 128;
    sha512, SHA512, "sha512": "_sha512" "sha512", Sha512, 64, 128;
}

macro_rules! classes {
    ($($spec:ident, $name:literal: $module:literal, $methods:ident, $new:expr;)*) => {
        $(
            static $spec: TypeSpec = TypeSpec {
                module: $module,
                slots: Slots { new: Some($new), ..Slots::NONE },
                methods: $methods,
                getset: GETSET,
                ..TypeSpec::new($name, LayoutKind::Opaque)
            };
        )*
    };
}

classes! {
    SHA3_224, "sha3_224": "_sha3", METHODS, |vm, ty, args| new_hash(vm, ty, args, "sha3_224", Box::new(Fixed(Sha3_224::default())), 28, 144);
    SHA3_256, "sha3_256": "_sha3", METHODS, |vm, ty, args| new_hash(vm, ty, args, "sha3_256", Box::new(Fixed(Sha3_256::default())), 32, 136);
    SHA3_384, "sha3_384": "_sha3", METHODS, |vm, ty, args| new_hash(vm, ty, args, "sha3_384", Box::new(Fixed(Sha3_384::default())), 48, 104);
    SHA3_512, "sha3_512": "_sha3", METHODS, |vm, ty, args| new_hash(vm, ty, args, "sha3_512", Box::new(Fixed(Sha3_512::default())), 64, 72);
    SHAKE_128, "shake_128": "_sha3", SHAKE_METHODS,
        |vm, ty, args| new_hash(vm, ty, args, "shake_128", Box::new(Extendable(Shake128::default())), 0, 168);
    SHAKE_256, "shake_256": "_sha3", SHAKE_METHODS,
        |vm, ty, args| new_hash(vm, ty, args, "shake_256", Box::new(Extendable(Shake256::default())), 0, 136);
    BLAKE2B, "blake2b": "_blake2", METHODS, new_blake2b;
    BLAKE2S, "blake2s": "_blake2", METHODS, new_blake2s;
}

fn new_hash(
    vm: &mut Vm,
    ty: Gc<Type>,
    args: Args<'_>,
    name: &'static str,
    mut state: Box<dyn State>,
    digest_size: usize,
    block_size: usize,
) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["string", "usedforsecurity"], positional_only: 0, max_positional: 1, required: 0 };
    let [data, _] = args.bind(vm, name, &PARAMETERS)?;
    if let Some(data) = data.non_null() {
        state.update(&content(vm, data)?);
    }
    make(vm, ty, Hash { state, name, digest_size, block_size })
}

/// The bytes that are to be hashed.
fn content(vm: &mut Vm, value: Value) -> PyResult<Vec<u8>> {
    if value.cast::<Str>().is_some() {
        return Err(vm.type_error("Strings must be encoded before hashing"));
    }
    match bytes::to_vec(value) {
        Some(bytes) => Ok(bytes),
        None => Err(vm.type_error("object supporting the buffer API required")),
    }
}

/// The sizes that a BLAKE2 function is limited to.
struct Limits {
    digest: i64,
    key: usize,
    /// Both salt and personalization.
    salt: usize,
    node_offset: i64,
}

const BLAKE2B_LIMITS: Limits = Limits { digest: 64, key: 64, salt: 16, node_offset: i64::MAX };
const BLAKE2S_LIMITS: Limits = Limits { digest: 32, key: 32, salt: 8, node_offset: (1 << 48) - 1 };

/// What `blake2b` and `blake2s` are called with.
struct Blake2 {
    data: Vec<u8>,
    digest_size: i64,
    key: Vec<u8>,
    salt: Vec<u8>,
    person: Vec<u8>,
    fanout: i64,
    depth: i64,
    leaf_size: i64,
    node_offset: i64,
    node_depth: i64,
    inner_size: i64,
    last_node: bool,
}

impl Blake2 {
    fn bind(vm: &mut Vm, args: Args<'_>, name: &str, limits: &Limits) -> PyResult<Blake2> {
        const PARAMETERS: Parameters<13> = Parameters {
            names: [
                "data",
                "digest_size",
                "key",
                "salt",
                "person",
                "fanout",
                "depth",
                "leaf_size",
                "node_offset",
                "node_depth",
                "inner_size",
                "last_node",
                "usedforsecurity",
            ],
            positional_only: 1,
            max_positional: 1,
            required: 0,
        };
        let [data, digest, key, salt, person, fanout, depth, leaf, offset, level, inner, last, _] =
            args.bind(vm, name, &PARAMETERS)?;
        let number = |vm: &mut Vm, value: Value, usual: i64, least: i64, most: i64, what: &str| {
            let value = if value.is_null() { usual } else { vm.index_i64(value)? };
            match (least..=most).contains(&value) {
                true => Ok(value),
                false if what.ends_with("too large") => Err(vm.overflow_error(what)),
                false => Err(vm.value_error(what)),
            }
        };
        let text = |vm: &mut Vm, value: Value, limit: usize, what: &str| {
            let bytes = if value.is_null() { Vec::new() } else { content(vm, value)? };
            if bytes.len() > limit {
                return Err(vm.value_error(format!("maximum {what} length is {limit} bytes")));
            }
            Ok(bytes)
        };
        let most = limits.digest;
        let sizes = format!("digest_size must be between 1 and {most} bytes");
        let digest_size = number(vm, digest, most, 1, most, &sizes)?;
        Ok(Blake2 {
            digest_size,
            salt: text(vm, salt, limits.salt, "salt")?,
            person: text(vm, person, limits.salt, "person")?,
            fanout: number(vm, fanout, 1, 0, 255, "fanout must be between 0 and 255")?,
            depth: number(vm, depth, 1, 1, 255, "depth must be between 1 and 255")?,
            leaf_size: number(vm, leaf, 0, 0, i64::from(u32::MAX), "leaf_size is too large")?,
            node_offset: number(vm, offset, 0, 0, limits.node_offset, "node_offset is too large")?,
            node_depth: number(vm, level, 0, 0, 255, "node_depth must be between 0 and 255")?,
            inner_size: number(vm, inner, 0, 0, most, &format!("inner_size must be between 0 and is {most}"))?,
            last_node: !last.is_null() && vm.is_true(last)?,
            key: text(vm, key, limits.key, "key")?,
            data: if data.is_null() { Vec::new() } else { content(vm, data)? },
        })
    }
}

macro_rules! blake2 {
    ($new:ident, $name:literal, $library:ident, $limits:ident, $block:literal) => {
        impl State for $library::State {
            fn update(&mut self, data: &[u8]) {
                self.update(data);
            }

            fn digest(&self, _len: usize) -> Vec<u8> {
                self.finalize().as_bytes().to_vec()
            }

            fn copy(&self) -> Box<dyn State> {
                Box::new(self.clone())
            }
        }

        fn $new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
            let given = Blake2::bind(vm, args, $name, &$limits)?;
            let mut state = $library::Params::new()
                .hash_length(given.digest_size as usize)
                .key(&given.key)
                .salt(&given.salt)
                .personal(&given.person)
                .fanout(given.fanout as u8)
                .max_depth(given.depth as u8)
                .max_leaf_length(given.leaf_size as u32)
                .node_offset(given.node_offset as u64)
                .node_depth(given.node_depth as u8)
                .inner_hash_length(given.inner_size as usize)
                .last_node(given.last_node)
                .to_state();
            state.update(&given.data);
            let digest_size = given.digest_size as usize;
            make(vm, ty, Hash { state: Box::new(state), name: $name, digest_size, block_size: $block })
        }
    };
}

blake2!(new_blake2b, "blake2b", blake2b_simd, BLAKE2B_LIMITS, 128);
blake2!(new_blake2s, "blake2s", blake2s_simd, BLAKE2S_LIMITS, 64);

// ---- using them ----

static METHODS: &[MethodSpec] = &[
    method("update", update, O),
    method("digest", digest, NoArgs),
    method("hexdigest", hexdigest, NoArgs),
    method("copy", copy, NoArgs),
];

static SHAKE_METHODS: &[MethodSpec] = &[
    method("update", update, O),
    method("digest", long_digest, O),
    method("hexdigest", long_hexdigest, O),
    method("copy", copy, NoArgs),
];

static GETSET: &[GetSetSpec] = &[
    getter("name", |vm, own| {
        let name = with(vm, own, |hash: &mut Hash| hash.name)?;
        Ok(vm.new_str(name).into())
    }),
    getter("digest_size", |vm, own| with(vm, own, |hash: &mut Hash| Value::small_int(hash.digest_size as i64))),
    getter("block_size", |vm, own| with(vm, own, |hash: &mut Hash| Value::small_int(hash.block_size as i64))),
];

fn update(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [data] = args.exactly(vm, "update")?;
    let data = content(vm, data)?;
    with(vm, own, |hash: &mut Hash| hash.state.update(&data))?;
    Ok(Value::NONE)
}

fn digest(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let digest = with(vm, own, |hash: &mut Hash| hash.state.digest(hash.digest_size))?;
    Ok(vm.new_bytes(&digest).into())
}

fn hexdigest(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let digest = with(vm, own, |hash: &mut Hash| hash.state.digest(hash.digest_size))?;
    Ok(hexadecimal(vm, &digest))
}

fn hexadecimal(vm: &mut Vm, bytes: &[u8]) -> Value {
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    vm.new_str(&text).into()
}

/// A digest of the length that is asked for.
fn long(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult<Vec<u8>> {
    let [len] = args.exactly(vm, "digest")?;
    let len = vm.index_i64(len)?;
    match usize::try_from(len) {
        Ok(len) if len < 1 << 29 => with(vm, own, |hash: &mut Hash| hash.state.digest(len)),
        Ok(_) => Err(vm.value_error("length is too large")),
        Err(_) => Err(vm.value_error("value must be positive")),
    }
}

fn long_digest(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let digest = long(vm, own, args)?;
    Ok(vm.new_bytes(&digest).into())
}

fn long_hexdigest(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let digest = long(vm, own, args)?;
    Ok(hexadecimal(vm, &digest))
}

fn copy(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let copy = with(vm, own, |hash: &mut Hash| Hash { state: hash.state.copy(), ..*hash })?;
    let ty = vm.type_of(own);
    make(vm, ty, copy)
}
