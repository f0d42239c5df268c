//! `select`: waiting for descriptors.

use std::any::Any;
use std::time::{Duration, Instant};

use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::list::List;
use quicken_vm::objects::module::Module;
use quicken_vm::objects::opaque::{Opaque, OpaqueData};
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{Fast, NoArgs, O};
use quicken_vm::spec::{MethodSpec, ModuleSpec, TypeSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};
use rustix::event::{PollFd, PollFlags, Timespec};

use crate::descriptor as fd;
use crate::posix::descriptor;
use crate::set_attribute;

/// `select`.
pub static SELECT: ModuleSpec = ModuleSpec {
    name: "select",
    doc: Some("This module supports asynchronous I/O on multiple file descriptors."),
    functions: &[method("select", select, Fast), method("poll", new_poll, NoArgs)],
    init: Some(init),
};

/// How many descriptors the system's `select` has a bit for (`FD_SETSIZE`). `poll`, which is asked here, knows no such limit.
const SET_SIZE: i32 = 1024;

const EVENTS: [(&str, PollFlags); 6] = [
    ("POLLIN", PollFlags::IN),
    ("POLLPRI", PollFlags::PRI),
    ("POLLOUT", PollFlags::OUT),
    ("POLLERR", PollFlags::ERR),
    ("POLLHUP", PollFlags::HUP),
    ("POLLNVAL", PollFlags::NVAL),
];

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    let error = vm.exc.OSError;
    set_attribute(vm, module, "error", error.into());
    for (name, flag) in EVENTS {
        set_attribute(vm, module, name, Value::small_int(i64::from(flag.bits())));
    }
    set_attribute(vm, module, "PIPE_BUF", Value::small_int(4096));
    Ok(())
}

/// Waits for events; signals that come meanwhile do not end it.
pub(crate) fn wait(vm: &mut Vm, wanted: &[(i32, PollFlags)], timeout: Option<Duration>) -> PyResult<Vec<PollFlags>> {
    let end = timeout.map(|timeout| Instant::now() + timeout);
    loop {
        let mut files = Vec::with_capacity(wanted.len());
        for (number, flags) in wanted {
            let file = fd::borrow(*number).map_err(|error| vm.io_error(&error.into(), None))?;
            files.push(PollFd::from_borrowed_fd(file, *flags));
        }
        let left = end.map(|end| end.saturating_duration_since(Instant::now()));
        // Other threads run meanwhile, and this one looks again.
        let step = Duration::from_millis(1);
        let (pause, left) = match vm.other_threads() {
            0 => (None, left),
            _ => (Some(left.map_or(step, |left| left.min(step))), Some(Duration::ZERO)),
        };
        let left = left.map(|left| Timespec { tv_sec: left.as_secs() as i64, tv_nsec: i64::from(left.subsec_nanos()) });
        match rustix::event::poll(&mut files, left.as_ref()) {
            Ok(0) if pause.is_some_and(|pause| !pause.is_zero()) => vm.sleep(pause.unwrap_or(step))?,
            Ok(_) => return Ok(files.iter().map(PollFd::revents).collect()),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(vm.io_error(&error.into(), None)),
        }
    }
}

fn select(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "select", 3, 4)?;
    let timeout = match values.get(3) {
        Some(timeout) if !timeout.is_none() => {
            let seconds = vm.to_f64(*timeout)?;
            if seconds < 0.0 {
                return Err(vm.value_error("timeout must be non-negative"));
            }
            Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
        }
        _ => None,
    };
    let kinds = [PollFlags::IN | PollFlags::HUP | PollFlags::ERR, PollFlags::OUT | PollFlags::ERR, PollFlags::PRI];
    let (mut wanted, mut objects) = (Vec::new(), vm.heap.temp_vec());
    let mut counts = [0; 3];
    for (kind, list) in values[..3].iter().enumerate() {
        // What asking for a number does to the list shows.
        let list = match list.cast::<List>().filter(|_| list.is_exact(vm.types.list)) {
            Some(list) => list,
            None => vm.list_from(*list)?,
        };
        let mut index = 0;
        while let Some(object) = list.get(index) {
            let number = descriptor(vm, object)?;
            if number < 0 {
                return Err(vm.value_error(format!("file descriptor cannot be a negative integer ({number})")));
            }
            if number >= SET_SIZE {
                return Err(vm.value_error("filedescriptor out of range in select()"));
            }
            if index >= SET_SIZE as usize {
                return Err(vm.value_error("too many file descriptors in select()"));
            }
            wanted.push((number, kinds[kind]));
            objects.push(object);
            index += 1;
        }
        counts[kind] = index;
    }
    let found = wait(vm, &wanted, timeout)?;
    if found.iter().any(|flags| flags.contains(PollFlags::NVAL)) {
        return Err(vm.io_error(&rustix::io::Errno::BADF.into(), None));
    }
    let mut answers = [Value::NULL; 3];
    let mut at = 0;
    for (kind, answer) in answers.iter_mut().enumerate() {
        let list = vm.new_list(&[]);
        for _ in 0..counts[kind] {
            if found[at].intersects(kinds[kind]) {
                list.push(vm, objects[at]);
            }
            at += 1;
        }
        *answer = list.into();
    }
    Ok(vm.new_tuple(&answers).into())
}

/// The descriptors of a poll object and what is asked of each, in the order of their numbers.
struct Poll(Vec<(i32, PollFlags)>);

impl OpaqueData for Poll {
    fn trace(&self, _: &mut Marker) {}

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

static POLL: TypeSpec = TypeSpec {
    module: "select",
    slots: Slots::NONE,
    methods: POLL_METHODS,
    ..TypeSpec::new("poll", LayoutKind::Opaque)
};

const POLL_METHODS: &[MethodSpec] = &[
    method("register", |vm, own, args| register(vm, own, args, "register"), Fast),
    method("modify", |vm, own, args| register(vm, own, args, "modify"), Fast),
    method("unregister", unregister, O),
    method("poll", poll, Fast),
];

fn new_poll(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    let object = vm.types.object;
    let ty = vm.native_type(&POLL, object);
    Ok(vm.new_opaque(ty, Poll(Vec::new())))
}

fn with<R>(vm: &mut Vm, own: Value, f: impl FnOnce(&mut Poll) -> R) -> PyResult<R> {
    match own.cast::<Opaque>().and_then(|object| object.with(f)) {
        Some(result) => Ok(result),
        None => Err(vm.type_error("a poll object was expected")),
    }
}

fn register(vm: &mut Vm, own: Value, args: Args<'_>, function: &str) -> PyResult {
    let values = args.between(vm, function, 1, 2)?;
    let number = descriptor(vm, values[0])?;
    let flags = match values.get(1) {
        Some(flags) => PollFlags::from_bits_retain(vm.index_c(*flags, "int")? as u16),
        None => PollFlags::IN | PollFlags::PRI | PollFlags::OUT,
    };
    let known = with(vm, own, |poll| match poll.0.iter_mut().find(|(known, _)| *known == number) {
        Some(entry) => {
            entry.1 = flags;
            true
        }
        None if function == "modify" => false,
        None => {
            poll.0.push((number, flags));
            poll.0.sort_by_key(|(number, _)| *number);
            true
        }
    })?;
    if known { Ok(Value::NONE) } else { Err(vm.io_error(&rustix::io::Errno::NOENT.into(), None)) }
}

fn unregister(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [file] = args.exactly(vm, "unregister")?;
    let number = descriptor(vm, file)?;
    let found = with(vm, own, |poll| {
        let before = poll.0.len();
        poll.0.retain(|(known, _)| *known != number);
        poll.0.len() < before
    })?;
    if found { Ok(Value::NONE) } else { Err(vm.key_error(Value::small_int(i64::from(number)))) }
}

fn poll(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "poll", 0, 1)?;
    let timeout = match values.first() {
        Some(timeout) if !timeout.is_none() => {
            let milliseconds = vm.to_f64(*timeout)?;
            (milliseconds >= 0.0).then(|| Duration::try_from_secs_f64(milliseconds / 1e3).unwrap_or(Duration::MAX))
        }
        _ => None,
    };
    let wanted = with(vm, own, |poll| poll.0.clone())?;
    let found = wait(vm, &wanted, timeout)?;
    let list = vm.new_list(&[]);
    for ((number, _), flags) in wanted.iter().zip(found).filter(|(_, flags)| !flags.is_empty()) {
        let pair = vm.new_pair(Value::small_int(i64::from(*number)), Value::small_int(i64::from(flags.bits())));
        list.push(vm, pair.into());
    }
    Ok(list.into())
}
