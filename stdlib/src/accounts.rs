//! `pwd` and `grp`: the accounts that the system knows, as the C library finds them.

#![expect(unsafe_code, reason = "asks the C library and reads its structures")]

use std::ffi::{CStr, CString, c_char, c_int};

use quicken_vm::objects::string::Str;
use quicken_vm::objects::string_methods::encode::encode;
use quicken_vm::spec::Convention::{NoArgs, O};
use quicken_vm::spec::{ModuleSpec, TypeSpec, method};
use quicken_vm::{Args, PyResult, Raise, Value, Vm, struct_sequence};

use crate::set_attribute;

/// `pwd`.
pub static PWD: ModuleSpec = ModuleSpec {
    name: "pwd",
    doc: Some("The entries of the system's password database."),
    functions: &[
        method("getpwuid", getpwuid, O),
        method("getpwnam", getpwnam, O),
        method("getpwall", |vm, _, _| list(vm, all_users()), NoArgs),
    ],
    init: Some(|vm, module| {
        let tuple = vm.types.tuple;
        let ty = vm.native_type(&PASSWD, tuple);
        set_attribute(vm, module, "struct_passwd", ty.into());
        Ok(())
    }),
};

/// `grp`.
pub static GRP: ModuleSpec = ModuleSpec {
    name: "grp",
    doc: Some("The entries of the system's group database."),
    functions: &[
        method("getgrgid", getgrgid, O),
        method("getgrnam", getgrnam, O),
        method("getgrall", |vm, _, _| list(vm, all_groups()), NoArgs),
    ],
    init: Some(|vm, module| {
        let tuple = vm.types.tuple;
        let ty = vm.native_type(&GROUP, tuple);
        set_attribute(vm, module, "struct_group", ty.into());
        Ok(())
    }),
};

struct_sequence! {
    PASSWD = "pwd" "struct_passwd" [
        0 pw_name, 1 pw_passwd, 2 pw_uid, 3 pw_gid, 4 pw_gecos, 5 pw_dir, 6 pw_shell,
    ]
}
struct_sequence! {
    GROUP = "grp" "struct_group" [0 gr_name, 1 gr_passwd, 2 gr_gid, 3 gr_mem]
}

/// A field of an entry. Text may be missing.
enum Field {
    Text(Option<Vec<u8>>),
    Number(u32),
    Texts(Vec<Vec<u8>>),
}

/// An entry, and the type of its tuple.
struct Entry {
    spec: &'static TypeSpec,
    fields: Vec<Field>,
}

/// # Safety
/// The text is null or ends with a zero.
unsafe fn text(text: *const c_char) -> Option<Vec<u8>> {
    // SAFETY: as the caller promises.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_bytes().to_vec())
}

/// # Safety
/// The texts of the entry are null or end with zeros.
unsafe fn user(entry: &libc::passwd) -> Entry {
    // SAFETY: as the caller promises.
    let text = |field| Field::Text(unsafe { text(field) });
    let fields = vec![
        text(entry.pw_name),
        text(entry.pw_passwd),
        Field::Number(entry.pw_uid),
        Field::Number(entry.pw_gid),
        text(entry.pw_gecos),
        text(entry.pw_dir),
        text(entry.pw_shell),
    ];
    Entry { spec: &PASSWD, fields }
}

/// # Safety
/// The texts of the entry are null or end with zeros; its list of members is null or ends with null.
unsafe fn group(entry: &libc::group) -> Entry {
    let mut members = Vec::new();
    let mut place = entry.gr_mem;
    // SAFETY: as the caller promises; the place is not moved beyond the null.
    while let Some(member) = (!place.is_null()).then(|| unsafe { text(*place) }).flatten() {
        members.push(member);
        // SAFETY: what was there was not the null at the end.
        place = unsafe { place.add(1) };
    }
    // SAFETY: as the caller promises.
    let text = |field| Field::Text(unsafe { text(field) });
    let fields = vec![text(entry.gr_name), text(entry.gr_passwd), Field::Number(entry.gr_gid), Field::Texts(members)];
    Entry { spec: &GROUP, fields }
}

/// Calls a function of the C library with more and more memory, until that is enough.
fn with_memory(mut call: impl FnMut(&mut [c_char]) -> c_int) {
    let mut memory = vec![0; 1024];
    while call(&mut memory) == libc::ERANGE && memory.len() < 1 << 24 {
        memory.resize(2 * memory.len(), 0);
    }
}

/// What a lookup is by.
enum Key {
    Number(u32),
    Name(CString),
}

fn find_user(key: &Key) -> Option<Entry> {
    let mut found = None;
    with_memory(|memory| {
        // SAFETY: a structure of numbers and pointers that may be null.
        let mut entry: libc::passwd = unsafe { std::mem::zeroed() };
        let mut result = std::ptr::null_mut();
        let (buffer, len) = (memory.as_mut_ptr(), memory.len());
        // SAFETY: all point to memory of this function or its caller, with the length that it has.
        let code = unsafe {
            match key {
                Key::Number(uid) => libc::getpwuid_r(*uid, &mut entry, buffer, len, &mut result),
                Key::Name(name) => libc::getpwnam_r(name.as_ptr(), &mut entry, buffer, len, &mut result),
            }
        };
        if code == 0 && !result.is_null() {
            // SAFETY: an entry was found, and its texts lie in the memory.
            found = Some(unsafe { user(&entry) });
        }
        code
    });
    found
}

fn find_group(key: &Key) -> Option<Entry> {
    let mut found = None;
    with_memory(|memory| {
        // SAFETY: a structure of numbers and pointers that may be null.
        let mut entry: libc::group = unsafe { std::mem::zeroed() };
        let mut result = std::ptr::null_mut();
        let (buffer, len) = (memory.as_mut_ptr(), memory.len());
        // SAFETY: all point to memory of this function or its caller, with the length that it has.
        let code = unsafe {
            match key {
                Key::Number(gid) => libc::getgrgid_r(*gid, &mut entry, buffer, len, &mut result),
                Key::Name(name) => libc::getgrnam_r(name.as_ptr(), &mut entry, buffer, len, &mut result),
            }
        };
        if code == 0 && !result.is_null() {
            // SAFETY: an entry was found, and its texts lie in the memory.
            found = Some(unsafe { group(&entry) });
        }
        code
    });
    found
}

/// The database is read by one thread at a time.
static READING: std::sync::Mutex<()> = std::sync::Mutex::new(());

fn all_users() -> Vec<Entry> {
    let _reading = READING.lock();
    let mut entries = Vec::new();
    // SAFETY: nobody else in this process reads the database meanwhile; an entry is copied before the next one is asked for.
    unsafe {
        libc::setpwent();
        while let Some(entry) = libc::getpwent().as_ref() {
            entries.push(user(entry));
        }
        libc::endpwent();
    }
    entries
}

fn all_groups() -> Vec<Entry> {
    let _reading = READING.lock();
    let mut entries = Vec::new();
    // SAFETY: nobody else in this process reads the database meanwhile; an entry is copied before the next one is asked for.
    unsafe {
        libc::setgrent();
        while let Some(entry) = libc::getgrent().as_ref() {
            entries.push(group(entry));
        }
        libc::endgrent();
    }
    entries
}

/// An entry's tuple.
fn tuple(vm: &mut Vm, entry: &Entry) -> PyResult {
    let mut items = vm.heap.temp_vec();
    for field in &entry.fields {
        let item = match field {
            Field::Text(None) => Value::NONE,
            Field::Text(Some(text)) => crate::paths::result(vm, text, false)?,
            // What is no number in the C library is −1 here.
            Field::Number(u32::MAX) => Value::small_int(-1),
            Field::Number(number) => Value::small_int(i64::from(*number)),
            Field::Texts(texts) => {
                let list = vm.new_list(&[]);
                for text in texts {
                    let text = crate::paths::result(vm, text, false)?;
                    list.push(vm, text);
                }
                list.into()
            }
        };
        items.push(item);
    }
    let base = vm.types.tuple;
    let ty = vm.native_type(entry.spec, base);
    Ok(vm.new_tuple_of(ty, &items).into())
}

fn list(vm: &mut Vm, entries: Vec<Entry>) -> PyResult {
    let list = vm.new_list(&[]);
    for entry in entries {
        let tuple = tuple(vm, &entry)?;
        list.push(vm, tuple);
    }
    Ok(list.into())
}

fn not_found(vm: &mut Vm, message: &str) -> Raise {
    let message = vm.new_str(message);
    vm.key_error(message.into())
}

/// The number of a user or group; −1 stands for the largest (`_Py_Uid_Converter`).
fn number(vm: &mut Vm, value: Value, name: &str) -> PyResult<u32> {
    if !quicken_vm::objects::slice::is_index(vm, value) {
        let given = vm.type_name(value);
        return Err(vm.type_error(format!("{name} should be integer, not {given}")));
    }
    match vm.index_clamped(value)? {
        -1 => Ok(u32::MAX),
        i64::MAX => Err(vm.overflow_error(format!("{name} is greater than maximum"))),
        number => match u32::try_from(number) {
            Ok(number) => Ok(number),
            Err(_) => Err(vm.overflow_error(format!("{name} is less than minimum"))),
        },
    }
}

fn shown(number: u32) -> i64 {
    if number == u32::MAX { -1 } else { i64::from(number) }
}

fn name_argument(vm: &mut Vm, value: Value, argument: &str) -> PyResult<CString> {
    let Some(text) = value.cast::<Str>() else {
        let given = if value.is_none() { "None".to_owned() } else { vm.type_name(value).to_string() };
        return Err(vm.type_error(format!("{argument} must be str, not {given}")));
    };
    let bytes = encode(vm, text, "utf-8", "surrogateescape")?;
    CString::new(bytes).map_err(|_| vm.value_error("embedded null byte"))
}

fn getpwuid(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [uid] = args.exactly(vm, "getpwuid")?;
    let uid = match number(vm, uid, "uid") {
        Ok(uid) => uid,
        Err(raise) if vm.is_raised(raise, vm.exc.OverflowError) => {
            return Err(not_found(vm, "getpwuid(): uid not found"));
        }
        Err(raise) => return Err(raise),
    };
    match find_user(&Key::Number(uid)) {
        Some(entry) => tuple(vm, &entry),
        None => Err(not_found(vm, &format!("getpwuid(): uid not found: {}", shown(uid)))),
    }
}

fn getgrgid(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [gid] = args.exactly(vm, "getgrgid")?;
    let gid = number(vm, gid, "gid")?;
    match find_group(&Key::Number(gid)) {
        Some(entry) => tuple(vm, &entry),
        None => Err(not_found(vm, &format!("getgrgid(): gid not found: {}", shown(gid)))),
    }
}

fn getpwnam(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name] = args.exactly(vm, "getpwnam")?;
    let key = name_argument(vm, name, "getpwnam() argument")?;
    match find_user(&Key::Name(key)) {
        Some(entry) => tuple(vm, &entry),
        None => {
            let name = vm.repr_text(name)?;
            Err(not_found(vm, &format!("getpwnam(): name not found: {name}")))
        }
    }
}

fn getgrnam(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name] = args.exactly(vm, "getgrnam")?;
    let key = name_argument(vm, name, "getgrnam() argument 'name'")?;
    match find_group(&Key::Name(key)) {
        Some(entry) => tuple(vm, &entry),
        None => {
            let name = vm.repr_text(name)?;
            Err(not_found(vm, &format!("getgrnam(): name not found: {name}")))
        }
    }
}
