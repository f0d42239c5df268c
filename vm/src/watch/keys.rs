//! Keys: two words for what an instruction finds, made without describing it.
//!
//! Two executions of a site with equal keys have equal shapes. The converse need not hold (a list that grows may get new keys with
//! the same shape); the recorder finds the shape and goes on with its number. A key that cannot be made, because versions
//! have run out, is `None`; such an execution is described each time.

#![expect(unsafe_code, reason = "the dict word is read where the type says that it is")]

use quicken_bytecode::{Family, Opcode, cache};

use super::facts::{binds_plainly, inline_is_set, is_single_digit, slot_is_set, small_index};
use crate::Vm;
use crate::handlers::{CallShape, call_shape};
use crate::object::Gc;
use crate::objects::dictkeys::DictKeys;
use crate::objects::function::Function;
use crate::objects::instance;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::native::{MethodDescriptor, NativeFunction};
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::{DICT_AT_END, NO_DICT, Type, TypeFlags};
use crate::protocol::DescriptorKind;
use crate::state::State;
use crate::value::Value;

/// A key.
pub(super) type Key = (u64, u64);

/// What a key says of something that is seen for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fresh {
    /// Nothing is.
    No,
    /// A function, which got this version now.
    Function(u32),
    /// The keys of an instance's dict, which got this version now.
    Keys(u32),
}

/// What a site remembers of the attribute it looks up, by the version of the owner's type: those that alternate there have memos
/// of their own.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Memos([Memo; MEMOS]);

/// A power of two.
const MEMOS: usize = 4;

/// What a site remembers for one version.
#[derive(Clone, Copy, Debug, Default)]
struct Memo {
    version: u32,
    /// How many shared keys there were.
    shared: u32,
    place: Place,
    /// Where the name was in the last materialized dict.
    hint: u32,
}

/// Where a value would be that guards look at.
#[derive(Clone, Copy, Debug, Default)]
enum Place {
    #[default]
    Nowhere,
    Slot(u32),
    Inline(u32),
}

/// Kinds of keys that must not be taken for one another.
mod tag {
    pub const TYPE: u64 = 0;
    pub const MODULE: u64 = 1 << 56;
    pub const CLASS: u64 = 2 << 56;
    pub const FUNCTION: u64 = 3 << 56;
    pub const FRESH_FUNCTION: u64 = 4 << 56;
    pub const NATIVE: u64 = 5 << 56;
    pub const METHOD: u64 = 6 << 56;
    pub const FRESH_KEYS: u64 = 7 << 56;
    pub const BOUND: u64 = 8 << 56;
}

impl Vm {
    /// The key of what an instruction of a family finds. The registers are behind the instruction's first unit.
    #[inline(always)]
    pub(super) fn key(&mut self, family: Family, s: &State, oparg: usize, memos: &mut Memos) -> Option<(Key, Fresh)> {
        let key = match family {
            Family::BinaryOp => self.binary_op_key(s),
            Family::BinarySubscr => self.binary_subscr_key(s),
            Family::CompareOp => self.compare_op_key(s),
            Family::LoadAttr => {
                let name = self.running_code().name_at(oparg);
                self.attribute_key(s.peek(1), name, false, memos)
            }
            Family::StoreAttr => {
                let name = self.running_code().name_at(oparg);
                self.attribute_key(s.peek(1), name, true, memos)
            }
            Family::LoadGlobal => self.global_key(),
            Family::LoadMethod => return self.method_key(s.peek(1)),
            Family::Precall => self.precall_key(s, oparg),
            Family::Call => return self.call_key(s, oparg),
            Family::StoreSubscr => self.store_subscr_key(s),
            Family::UnpackSequence => self.unpack_key(s),
        };
        Some((key?, Fresh::No))
    }

    /// The version of a type, which it gets now if it has none.
    #[inline(always)]
    fn version(&mut self, ty: Gc<Type>) -> Option<u64> {
        let version = ty.version.get();
        if version != 0 {
            return Some(u64::from(version));
        }
        self.new_version(ty)
    }

    #[cold]
    fn new_version(&mut self, ty: Gc<Type>) -> Option<u64> {
        if self.assign_type_version(ty) { Some(u64::from(ty.version.get())) } else { None }
    }

    #[inline(always)]
    fn version_of(&mut self, value: Value) -> Option<u64> {
        self.version(self.type_of(value))
    }

    /// The version of keys, which they get now if they have none.
    #[inline(always)]
    fn token_of_keys(&mut self, keys: Gc<DictKeys>) -> Option<u64> {
        let version = keys.version.get();
        if version != 0 {
            return Some(u64::from(version));
        }
        Some(u64::from(self.keys_version(keys))).filter(|&version| version != 0)
    }

    #[inline]
    fn binary_op_key(&mut self, s: &State) -> Option<Key> {
        let (left, right) = (s.peek(2), s.peek(1));
        let types = self.version_of(left)? << 32 | self.version_of(right)?;
        let next = s.unit(cache::binary_op::UNITS);
        let stored = next & 0xff == Opcode::STORE_FAST as u16
            && left.is_exact(self.types.str)
            && s.local(usize::from(next >> 8)).is(left);
        Some((types, u64::from(stored)))
    }

    #[inline(always)]
    fn compare_op_key(&mut self, s: &State) -> Option<Key> {
        let (left, right) = (s.peek(2), s.peek(1));
        let types = self.version_of(left)? << 32 | self.version_of(right)?;
        let digits = u64::from(is_single_digit(left)) | u64::from(is_single_digit(right)) << 1;
        let nan = self.is_nan_value(left) || self.is_nan_value(right);
        Some((types, digits | u64::from(nan) << 2))
    }

    #[inline]
    fn binary_subscr_key(&mut self, s: &State) -> Option<Key> {
        let (container, subscript) = (s.peek(2), s.peek(1));
        let ty = self.type_of(container);
        if ty == self.types.dict {
            return Some((self.version(ty)?, 0));
        }
        let types = self.version(ty)? << 32 | self.version_of(subscript)?;
        if ty == self.types.list || ty == self.types.tuple {
            return Some((types, u64::from(self.is_within(container, subscript))));
        }
        if !ty.is(TypeFlags::HEAP) {
            return Some((types, 0));
        }
        // The type's version vouches for its `__getitem__`, but that function may change.
        let name = self.names.__getitem__;
        let function =
            self.lookup(ty, name).filter(|f| f.is_exact(self.types.function)).and_then(Value::cast::<Function>);
        let version = match function {
            Some(function) => u64::from(self.function_version(function)),
            None => 0,
        };
        Some((types, version << 1))
    }

    #[inline(always)]
    fn store_subscr_key(&mut self, s: &State) -> Option<Key> {
        let (container, subscript) = (s.peek(2), s.peek(1));
        if container.is_exact(self.types.dict) {
            return Some((self.version_of(container)?, 0));
        }
        let types = self.version_of(container)? << 32 | self.version_of(subscript)?;
        let index = u64::from(is_single_digit(subscript)) | u64::from(small_index(subscript).is_some()) << 1;
        Some((types, index | u64::from(self.is_within(container, subscript)) << 2))
    }

    #[inline(always)]
    fn unpack_key(&mut self, s: &State) -> Option<Key> {
        let sequence = s.peek(1);
        let ty = self.type_of(sequence);
        let len = if ty == self.types.tuple {
            sequence.cast::<Tuple>().map(|tuple| tuple.len())
        } else if ty == self.types.list {
            sequence.cast::<List>().map(|list| list.len())
        } else {
            None
        };
        Some((self.version(ty)?, len.map_or(0, |len| 1 + len as u64)))
    }

    #[inline(always)]
    fn global_key(&mut self) -> Option<Key> {
        let (globals, builtins) = (self.running_globals(), self.running_function().builtins.get());
        let exact = |dict| u64::from(Value::from(dict).is_exact(self.types.dict));
        let exact = exact(globals) | exact(builtins) << 1;
        let (globals, builtins) = (globals.keys(), builtins.keys());
        Some((self.token_of_keys(globals)? << 32 | self.token_of_keys(builtins)?, exact))
    }

    #[inline(always)]
    fn attribute_key(&mut self, owner: Value, name: Gc<Str>, store: bool, memos: &mut Memos) -> Option<Key> {
        let ty = self.type_of(owner);
        if ty == self.types.module
            && let Some(module) = owner.cast::<Module>()
        {
            return Some((tag::MODULE | self.token_of_keys(module.dict().keys())?, 0));
        }
        let version = self.version(ty)?;
        let shared = ty.cached_keys.get().map_or(0, |keys| keys.len() as u32);
        let memo = &mut memos.0[version as usize % MEMOS];
        if u64::from(memo.version) != version || memo.shared != shared {
            let place = self.place(ty, name, store);
            *memo = Memo { version: version as u32, shared, place, hint: memo.hint };
        }
        let key = tag::TYPE | version;
        let Some(header) = owner.header() else { return Some((key, 0)) };
        let slot = |place| match place {
            Place::Slot(offset) => u64::from(slot_is_set(header, offset)),
            Place::Nowhere | Place::Inline(_) => 0,
        };
        if !ty.is(TypeFlags::MANAGED_DICT) {
            return Some((key, slot(memo.place)));
        }
        // SAFETY: a type with a managed dict says where its instances have the dict word.
        let word = unsafe { header.value_at(ty.dict_offset.get() as usize) };
        if word.is_null() {
            let set = match memo.place {
                Place::Inline(index) => u64::from(inline_is_set(header, index)),
                other => slot(other),
            };
            return Some((key, set | 1 << 1 | u64::from(shared) << 8));
        }
        if !word.is_exact(self.types.dict) {
            return Some((key, slot(memo.place) | 2 << 1));
        }
        let Some(dict) = instance::existing_dict(header) else { return Some((key, 0)) };
        let keys = dict.keys();
        let hinted = keys.entry_key(memo.hint as usize).is_some_and(|key| key.is(name.into()));
        let index = if hinted { Some(memo.hint as usize) } else { keys.find_index(name) };
        let Some(index) = index else {
            return Some((key, slot(memo.place) | 3 << 1 | (keys.kind() as u64) << 4));
        };
        memo.hint = index as u32;
        let set = match memo.place {
            Place::Slot(_) => slot(memo.place),
            _ => u64::from(!keys.is_split() && !keys.entry_value(index).is_null()),
        };
        Some((key, set | 4 << 1 | (keys.kind() as u64) << 4 | (index as u64) << 8))
    }

    /// Where guards would look for the value.
    #[cold]
    fn place(&mut self, ty: Gc<Type>, name: Gc<Str>, store: bool) -> Place {
        let generic = if store {
            ty.slots().setattro.map(|f| f as usize) == self.types.object.slots().setattro.map(|f| f as usize)
        } else {
            ty.slots().getattro.map(|f| f as usize) == self.types.object.slots().getattro.map(|f| f as usize)
        };
        if generic
            && let Some(found) = self.lookup(ty, name)
            && let DescriptorKind::ObjectSlot { offset } = self.descriptor_kind(found)
        {
            let belongs = self.slot_owner(found).is_some_and(|declaring| ty.is_subtype(declaring));
            return if belongs { Place::Slot(offset) } else { Place::Nowhere };
        }
        match ty.cached_keys.get().and_then(|keys| keys.find_index(name)) {
            Some(index) => Place::Inline(index as u32),
            None => Place::Nowhere,
        }
    }

    #[inline(always)]
    fn method_key(&mut self, owner: Value) -> Option<(Key, Fresh)> {
        let ty = self.type_of(owner);
        if ty == self.types.module
            && let Some(module) = owner.cast::<Module>()
        {
            return Some(((tag::MODULE | self.token_of_keys(module.dict().keys())?, 0), Fresh::No));
        }
        let version = self.version(ty)?;
        if let Some(class) = owner.cast::<Type>() {
            return Some(((tag::CLASS | self.version(class)?, version), Fresh::No));
        }
        let key = tag::TYPE | version;
        let offset = ty.dict_offset.get();
        if offset == NO_DICT || offset == DICT_AT_END {
            return Some(((key, 0), Fresh::No));
        }
        let dict = owner.header().and_then(instance::existing_dict);
        if ty.is(TypeFlags::MANAGED_DICT) {
            let Some(shared) = ty.cached_keys.get() else { return Some(((key, 1), Fresh::No)) };
            let version = self.token_of_keys(shared)?;
            let state = match dict {
                None if self.has_dict_word(owner, offset) => 4,
                None => 1,
                Some(dict) if dict.keys() == shared => 2,
                Some(_) => 3,
            };
            return Some(((key, state | version << 8), Fresh::No));
        }
        let Some(dict) = dict else { return Some(((key, 5), Fresh::No)) };
        let keys = dict.keys();
        if keys.version.get() == 0 {
            let version = self.token_of_keys(keys)?;
            return Some(((tag::FRESH_KEYS | key, keys.kind() as u64), Fresh::Keys(version as u32)));
        }
        Some(((key, 6 | u64::from(keys.version.get()) << 8), Fresh::No))
    }

    /// Whether a managed dict is there, of whatever class.
    fn has_dict_word(&self, owner: Value, offset: u32) -> bool {
        // SAFETY: a type with a managed dict says where its instances have the dict word.
        owner.header().is_some_and(|header| unsafe { !header.value_at(offset as usize).is_null() })
    }

    #[inline(always)]
    fn precall_key(&mut self, s: &State, oparg: usize) -> Option<Key> {
        let shape = call_shape(s, oparg);
        let (callable, call) = (shape.callable, self.call_bits(shape));
        let ty = self.type_of(callable);
        if ty == self.types.function {
            return Some((tag::FUNCTION, u64::from(!self.keyword_names.is_null())));
        }
        if ty == self.types.method {
            return Some((tag::BOUND, call));
        }
        if ty == self.types.builtin_function
            && let Some(function) = callable.cast::<NativeFunction>()
        {
            // The two builtins with forms of their own have specs of their own.
            let spec = std::ptr::from_ref(function.spec) as u64;
            return Some((tag::NATIVE | spec, call | u64::from(binds_plainly(callable)) << 33));
        }
        if let Some(class) = callable.cast::<Type>() {
            return Some((tag::CLASS | self.version(class)?, call));
        }
        if let Some(descriptor) = callable.cast::<MethodDescriptor>() {
            let receiver = (shape.total > 0).then(|| s.peek(shape.total));
            let (fits, list) = self.receiver(callable, receiver);
            let facts = u64::from(fits) << 33 | u64::from(list) << 34;
            return Some((tag::METHOD | descriptor.address() as u64, call | facts));
        }
        Some((tag::TYPE | self.version(ty)?, call))
    }

    #[inline(always)]
    fn call_key(&mut self, s: &State, oparg: usize) -> Option<(Key, Fresh)> {
        let shape = call_shape(s, oparg);
        let (callable, call) = (shape.callable, self.call_bits(shape));
        let ty = self.type_of(callable);
        if ty == self.types.function
            && let Some(function) = callable.cast::<Function>()
        {
            let version = function.version.get();
            if version != 0 {
                return Some(((tag::FUNCTION | u64::from(version), call), Fresh::No));
            }
            let version = Some(self.function_version(function)).filter(|&version| version != 0)?;
            let code = u64::from(function.code.get().serial);
            let defaults = (function.default_count() as u64) << 34;
            return Some(((tag::FRESH_FUNCTION | code, call | defaults), Fresh::Function(version)));
        }
        // Calls of anything else have no form here; what they are is told apart as for `PRECALL`.
        Some((self.precall_key(s, oparg)?, Fresh::No))
    }

    /// How many arguments there are, and whether some have names.
    #[inline(always)]
    fn call_bits(&self, shape: CallShape) -> u64 {
        shape.total as u64 | u64::from(!self.keyword_names.is_null()) << 32
    }
}
