//! `_socket`: sockets of the internet and of this machine.

use std::any::Any;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::time::Duration;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::bytes;
use quicken_vm::objects::module::Module;
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::objects::string::Str;
use quicken_vm::objects::tuple::Tuple;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{Fast, FastKeywords, NoArgs, O, Varargs};
use quicken_vm::spec::{MethodSpec, ModuleSpec, TypeSpec, getter, method};
use quicken_vm::{Args, PyResult, Raise, Value, Vm};
use rustix::event::PollFlags;
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, Protocol, RecvFlags, SendFlags, Shutdown, SocketAddrAny, SocketAddrUnix, SocketFlags, SocketType,
};

use crate::data::{make, native_type, with};
use crate::descriptor as fd;
use crate::set_attribute;

/// `_socket`.
pub static SOCKET: ModuleSpec = ModuleSpec {
    name: "_socket",
    doc: Some("Implementation module for socket operations."),
    functions: FUNCTIONS,
    init: Some(init),
};

const FUNCTIONS: &[MethodSpec] = &[
    method("socketpair", socketpair, Fast),
    method(
        "gethostname",
        |vm, _, _| {
            let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
            Ok(vm.new_str(&name).into())
        },
        NoArgs,
    ),
    method("getaddrinfo", getaddrinfo, FastKeywords),
    method("getdefaulttimeout", |_, _, _| Ok(Value::NONE), NoArgs),
    method(
        "close",
        |vm, _, args| {
            let [number] = args.exactly(vm, "close")?;
            let number = vm.index_c(number, "int")?;
            fd::close(number as i32).map_err(|error| failed(vm, error))?;
            Ok(Value::NONE)
        },
        O,
    ),
    method(
        "dup",
        |vm, _, args| {
            let [number] = args.exactly(vm, "dup")?;
            let number = vm.index_c(number, "int")?;
            let copy = fd::borrow(number as i32).and_then(|file| rustix::io::fcntl_dupfd_cloexec(file, 0));
            let copy = copy.map_err(|error| failed(vm, error))?;
            Ok(Value::small_int(i64::from(fd::number(copy))))
        },
        O,
    ),
    method("htons", |vm, _, args| swapped(vm, args, |number| i64::from((number as u16).to_be())), O),
    method("ntohs", |vm, _, args| swapped(vm, args, |number| i64::from((number as u16).to_be())), O),
    method("htonl", |vm, _, args| swapped(vm, args, |number| i64::from((number as u32).to_be())), O),
    method("ntohl", |vm, _, args| swapped(vm, args, |number| i64::from((number as u32).to_be())), O),
    method("inet_pton", inet_pton, Fast),
    method("inet_ntop", inet_ntop, Fast),
    method(
        "inet_aton",
        |vm, _, args| {
            let [text] = args.exactly(vm, "inet_aton")?;
            let address = text.cast::<Str>().and_then(|text| text.to_string_lossy().parse::<Ipv4Addr>().ok());
            match address {
                Some(address) => Ok(vm.new_bytes(&address.octets()).into()),
                None => Err(illegal(vm, "illegal IP address string passed to inet_aton")),
            }
        },
        O,
    ),
];

const CONSTANTS: &[(&str, i64)] = &[
    ("AF_UNSPEC", 0),
    ("AF_UNIX", libc::AF_UNIX as i64),
    ("AF_INET", libc::AF_INET as i64),
    ("AF_INET6", libc::AF_INET6 as i64),
    ("SOCK_STREAM", libc::SOCK_STREAM as i64),
    ("SOCK_DGRAM", libc::SOCK_DGRAM as i64),
    ("SOCK_RAW", libc::SOCK_RAW as i64),
    ("SOCK_NONBLOCK", libc::O_NONBLOCK as i64),
    ("SOCK_CLOEXEC", libc::O_CLOEXEC as i64),
    ("SOL_SOCKET", libc::SOL_SOCKET as i64),
    ("SO_REUSEADDR", libc::SO_REUSEADDR as i64),
    ("SO_KEEPALIVE", libc::SO_KEEPALIVE as i64),
    ("SO_BROADCAST", libc::SO_BROADCAST as i64),
    ("SO_ERROR", libc::SO_ERROR as i64),
    ("SO_TYPE", libc::SO_TYPE as i64),
    ("SO_SNDBUF", libc::SO_SNDBUF as i64),
    ("SO_RCVBUF", libc::SO_RCVBUF as i64),
    ("SO_REUSEPORT", libc::SO_REUSEPORT as i64),
    ("SOMAXCONN", 4096),
    ("IPPROTO_IP", 0),
    ("IPPROTO_TCP", libc::IPPROTO_TCP as i64),
    ("IPPROTO_UDP", libc::IPPROTO_UDP as i64),
    ("IPPROTO_IPV6", libc::IPPROTO_IPV6 as i64),
    ("IPV6_V6ONLY", libc::IPV6_V6ONLY as i64),
    ("TCP_NODELAY", libc::TCP_NODELAY as i64),
    ("SHUT_RD", 0),
    ("SHUT_WR", 1),
    ("SHUT_RDWR", 2),
    ("MSG_PEEK", libc::MSG_PEEK as i64),
    ("MSG_DONTWAIT", libc::MSG_DONTWAIT as i64),
    ("AI_PASSIVE", libc::AI_PASSIVE as i64),
    ("AI_ADDRCONFIG", libc::AI_ADDRCONFIG as i64),
    ("AI_NUMERICHOST", libc::AI_NUMERICHOST as i64),
    ("EAI_NONAME", libc::EAI_NONAME as i64),
    ("EAI_FAMILY", libc::EAI_FAMILY as i64),
    ("NI_NUMERICHOST", libc::NI_NUMERICHOST as i64),
    ("NI_NUMERICSERV", libc::NI_NUMERICSERV as i64),
    ("INADDR_ANY", 0),
    ("INADDR_LOOPBACK", 0x7f00_0001),
];

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    for (name, number) in CONSTANTS {
        set_attribute(vm, module, name, Value::small_int(*number));
    }
    let (error, timeout, own_type) = (vm.exc.OSError, vm.exc.TimeoutError, native_type(vm, &SOCKET_TYPE));
    set_attribute(vm, module, "error", error.into());
    set_attribute(vm, module, "timeout", timeout.into());
    set_attribute(vm, module, "socket", own_type.into());
    set_attribute(vm, module, "SocketType", own_type.into());
    set_attribute(vm, module, "has_ipv6", Value::TRUE);
    for name in ["herror", "gaierror"] {
        let (text, bases, namespace) = (vm.new_str(name), vm.new_tuple(&[error.into()]), vm.new_dict());
        let (key, value) = (vm.intern("__module__"), vm.intern("socket"));
        namespace.set_str(vm, key, value.into());
        let metatype = vm.types.type_;
        let class = vm.call_values(metatype.into(), &[text.into(), bases.into(), namespace.into()])?;
        set_attribute(vm, module, name, class);
    }
    Ok(())
}

/// A socket: its descriptor (−1 when closed), what it is, and how long its operations wait.
struct Socket {
    descriptor: i32,
    family: i64,
    kind: i64,
    protocol: i64,
    timeout: Option<Duration>,
}

impl OpaqueData for Socket {
    fn trace(&self, _: &mut Marker) {}

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

static SOCKET_TYPE: TypeSpec = TypeSpec {
    module: "_socket",
    subclassable: true,
    slots: Slots { new: Some(new), init: Some(initialize), repr: Some(repr), ..Slots::NONE },
    methods: METHODS,
    getset: &[
        getter("family", |vm, own| with(vm, own, |socket: &mut Socket| Value::small_int(socket.family))),
        getter("type", |vm, own| with(vm, own, |socket: &mut Socket| Value::small_int(socket.kind))),
        getter("proto", |vm, own| with(vm, own, |socket: &mut Socket| Value::small_int(socket.protocol))),
        getter("timeout", gettimeout),
    ],
    ..TypeSpec::new("socket", LayoutKind::Opaque)
};

const METHODS: &[MethodSpec] = &[
    method("fileno", |vm, own, _| with(vm, own, |s: &mut Socket| Value::small_int(i64::from(s.descriptor))), NoArgs),
    method("close", close, NoArgs),
    method("detach", detach, NoArgs),
    method("setblocking", setblocking, O),
    method(
        "getblocking",
        |vm, own, _| with(vm, own, |s: &mut Socket| Value::bool(s.timeout != Some(Duration::ZERO))),
        NoArgs,
    ),
    method("settimeout", settimeout, O),
    method("gettimeout", |vm, own, _| gettimeout(vm, own), NoArgs),
    method("bind", bind, O),
    method("listen", listen, Fast),
    method("_accept", accept, NoArgs),
    method(
        "connect",
        |vm, own, args| connect(vm, own, args)?.map_or(Ok(Value::NONE), |error| Err(failed(vm, error))),
        O,
    ),
    method(
        "connect_ex",
        |vm, own, args| {
            let error = connect(vm, own, args)?.map_or(0, |error| i64::from(error.raw_os_error()));
            Ok(Value::small_int(error))
        },
        O,
    ),
    method("getsockname", getsockname, NoArgs),
    method("getpeername", getpeername, NoArgs),
    method("shutdown", shutdown, O),
    method("recv", recv, Fast),
    method("recv_into", recv_into, Fast),
    method("recvfrom", recvfrom, Fast),
    method("send", send, Fast),
    method("sendall", sendall, Fast),
    method("sendto", sendto, Fast),
    method("setsockopt", setsockopt, Varargs),
    method("getsockopt", getsockopt, Varargs),
];

fn failed(vm: &mut Vm, error: Errno) -> Raise {
    vm.io_error(&error.into(), None)
}

fn illegal(vm: &mut Vm, message: &str) -> Raise {
    let ty = vm.exc.OSError;
    vm.raise(ty, message)
}

fn swapped(vm: &mut Vm, args: Args<'_>, swap: fn(i64) -> i64) -> PyResult {
    let number = args.get(0).unwrap_or(Value::NONE);
    let number = vm.index_i64(number)?;
    Ok(Value::small_int(swap(number)))
}

fn new(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    make(vm, ty, Socket { descriptor: -1, family: 0, kind: 0, protocol: 0, timeout: None })
}

fn initialize(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult<()> {
    const PARAMETERS: Parameters<4> =
        Parameters { names: ["family", "type", "proto", "fileno"], positional_only: 0, max_positional: 4, required: 0 };
    let [family, kind, protocol, number] = args.bind(vm, "socket", &PARAMETERS)?;
    let number_of = |vm: &mut Vm, value: Value, default: i64| {
        if value.is_null() { Ok(-1) } else { vm.index_c(value, "int") }
            .map(|number| if number == -1 { default } else { number })
    };
    let given = number.or_none();
    if !given.is_none() {
        let descriptor = vm.index_c(given, "int")? as i32;
        let file = fd::borrow(descriptor).map_err(|error| failed(vm, error))?;
        let found = rustix::net::sockopt::socket_domain(file).and_then(|family| {
            Ok((i64::from(family.as_raw()), i64::from(rustix::net::sockopt::socket_type(file)?.as_raw())))
        });
        let (family, kind) = found.map_err(|error| failed(vm, error))?;
        let protocol = number_of(vm, protocol, 0)?;
        return with(vm, own, |socket: &mut Socket| {
            *socket = Socket { descriptor, family, kind, protocol, timeout: None };
        });
    }
    let family = number_of(vm, family, i64::from(libc::AF_INET))?;
    let kind = number_of(vm, kind, i64::from(libc::SOCK_STREAM))?;
    let protocol = number_of(vm, protocol, 0)?;
    let opened = rustix::net::socket_with(
        AddressFamily::from_raw(family as u16),
        SocketType::from_raw(kind as u32),
        SocketFlags::CLOEXEC,
        raw_protocol(protocol),
    );
    let descriptor = fd::number(opened.map_err(|error| failed(vm, error))?);
    with(vm, own, |socket: &mut Socket| *socket = Socket { descriptor, family, kind, protocol, timeout: None })
}

fn raw_protocol(number: i64) -> Option<Protocol> {
    u32::try_from(number).ok().and_then(std::num::NonZeroU32::new).map(Protocol::from_raw)
}

fn descriptor(vm: &mut Vm, own: Value) -> PyResult<i32> {
    with(vm, own, |socket: &mut Socket| socket.descriptor)
}

fn close(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let number = with(vm, own, |socket: &mut Socket| std::mem::replace(&mut socket.descriptor, -1))?;
    if number >= 0 {
        fd::close(number).map_err(|error| failed(vm, error))?;
    }
    Ok(Value::NONE)
}

fn detach(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let number = with(vm, own, |socket: &mut Socket| std::mem::replace(&mut socket.descriptor, -1))?;
    Ok(Value::small_int(i64::from(number)))
}

fn set_timeout(vm: &mut Vm, own: Value, timeout: Option<Duration>) -> PyResult {
    let number = descriptor(vm, own)?;
    let done = fd::borrow(number).and_then(|file| {
        let mut flags = rustix::fs::fcntl_getfl(file)?;
        flags.set(OFlags::NONBLOCK, timeout.is_some());
        rustix::fs::fcntl_setfl(file, flags)
    });
    done.map_err(|error| failed(vm, error))?;
    with(vm, own, |socket: &mut Socket| socket.timeout = timeout)?;
    Ok(Value::NONE)
}

fn setblocking(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [blocking] = args.exactly(vm, "setblocking")?;
    let blocking = vm.is_true(blocking)?;
    set_timeout(vm, own, if blocking { None } else { Some(Duration::ZERO) })
}

fn settimeout(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [timeout] = args.exactly(vm, "settimeout")?;
    if timeout.is_none() {
        return set_timeout(vm, own, None);
    }
    let seconds = vm.to_f64(timeout)?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(timeout) => set_timeout(vm, own, Some(timeout)),
        Err(_) => Err(vm.value_error("Timeout value out of range")),
    }
}

fn gettimeout(vm: &mut Vm, own: Value) -> PyResult {
    let timeout = with(vm, own, |socket: &mut Socket| socket.timeout)?;
    Ok(timeout.map_or(Value::NONE, |timeout| vm.float(timeout.as_secs_f64())))
}

/// Does an operation, waiting as long as the timeout says for the socket to be ready for it. Without `events` the operation never waits.
fn operate<R>(
    vm: &mut Vm,
    own: Value,
    events: PollFlags,
    mut operation: impl FnMut(std::os::fd::BorrowedFd<'static>) -> rustix::io::Result<R>,
) -> PyResult<R> {
    let (number, timeout) = with(vm, own, |socket: &mut Socket| (socket.descriptor, socket.timeout))?;
    let file = fd::borrow(number).map_err(|error| failed(vm, error))?;
    loop {
        if timeout.is_none() && !events.is_empty() {
            vm.wait_for_file(number, events == PollFlags::OUT)?;
        }
        match operation(file) {
            Ok(result) => return Ok(result),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) if timeout.is_some_and(|timeout| timeout > Duration::ZERO) => {
                let found = crate::select::wait(vm, &[(number, events)], timeout)?;
                if found.iter().all(|flags| flags.is_empty()) {
                    let ty = vm.exc.TimeoutError;
                    return Err(vm.raise(ty, "timed out"));
                }
            }
            Err(error) => return Err(failed(vm, error)),
        }
    }
}

/// An address as a program gives it.
fn parse_address(vm: &mut Vm, family: i64, value: Value) -> PyResult<SocketAddrAny> {
    if family == i64::from(libc::AF_UNIX) {
        let path = crate::paths::path(vm, value, "bind", "address")?;
        let address = match path.bytes() {
            [0, name @ ..] => SocketAddrUnix::new_abstract_name(name),
            _ => SocketAddrUnix::new(path.path()),
        };
        return address.map(SocketAddrAny::from).map_err(|_| illegal(vm, "AF_UNIX path too long"));
    }
    let given = value.cast::<Tuple>().filter(|tuple| tuple.len() >= 2);
    let Some(tuple) = given else {
        let (name, given) = (if family == 10 { "AF_INET6" } else { "AF_INET" }, vm.type_name(value));
        return Err(vm.type_error(format!("{name} address must be tuple, not {given}")));
    };
    let Some(host) = tuple.items()[0].cast::<Str>() else { return Err(vm.type_error("host must be a str")) };
    let port = vm.index_c(tuple.items()[1], "int")?;
    let Ok(port) = u16::try_from(port) else { return Err(vm.overflow_error("port must be 0-65535.")) };
    let host = host.to_string_lossy().into_owned();
    let wanted = |address: &SocketAddr| address.is_ipv6() == (family == i64::from(libc::AF_INET6));
    let address = match host.as_str() {
        "" if family == i64::from(libc::AF_INET6) => Some(SocketAddr::from((Ipv6Addr::UNSPECIFIED, port))),
        "" => Some(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))),
        "<broadcast>" => Some(SocketAddr::from((Ipv4Addr::BROADCAST, port))),
        host => (host, port).to_socket_addrs().ok().and_then(|mut found| found.find(wanted)),
    };
    match address {
        Some(address) => Ok(SocketAddrAny::from(address)),
        None => Err(no_such_host(vm)),
    }
}

fn no_such_host(vm: &mut Vm) -> Raise {
    let class = vm.import_absolute("_socket").and_then(|module| {
        let name = vm.intern("gaierror");
        vm.get_attr(module, name)
    });
    let message = vm.new_str("Name or service not known");
    let number = Value::small_int(i64::from(libc::EAI_NONAME));
    match class.and_then(|class| vm.call_values(class, &[number, message.into()])) {
        Ok(exception) => vm.raise_exception(exception),
        Err(raise) => raise,
    }
}

/// An address as programs see it.
fn show_address(vm: &mut Vm, address: Option<SocketAddrAny>) -> PyResult {
    let Some(address) = address else { return Ok(Value::NONE) };
    if let Ok(address) = SocketAddr::try_from(address.clone()) {
        return Ok(show_internet(vm, &address));
    }
    match SocketAddrUnix::try_from(address) {
        Ok(address) => match address.path() {
            Some(path) => crate::paths::result(vm, path.to_bytes(), false),
            None => Ok(vm.empty_str().into()),
        },
        Err(_) => Ok(Value::NONE),
    }
}

fn show_internet(vm: &mut Vm, address: &SocketAddr) -> Value {
    let host: Value = vm.new_str(&address.ip().to_string()).into();
    let port = Value::small_int(i64::from(address.port()));
    match address {
        SocketAddr::V4(_) => vm.new_pair(host, port).into(),
        SocketAddr::V6(address) => {
            let rest = [address.flowinfo(), address.scope_id()].map(|number| Value::small_int(i64::from(number)));
            vm.new_tuple(&[host, port, rest[0], rest[1]]).into()
        }
    }
}

fn address_argument(vm: &mut Vm, own: Value, address: Value) -> PyResult<SocketAddrAny> {
    let family = with(vm, own, |socket: &mut Socket| socket.family)?;
    parse_address(vm, family, address)
}

fn bind(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [address] = args.exactly(vm, "bind")?;
    let address = address_argument(vm, own, address)?;
    operate(vm, own, PollFlags::empty(), |file| rustix::net::bind(file, &address))?;
    Ok(Value::NONE)
}

fn listen(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "listen", 0, 1)?;
    let backlog = match values.first() {
        Some(backlog) => vm.index_c(*backlog, "int")?.max(0) as i32,
        None => 128,
    };
    operate(vm, own, PollFlags::empty(), |file| rustix::net::listen(file, backlog))?;
    Ok(Value::NONE)
}

fn accept(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (file, address) =
        operate(vm, own, PollFlags::IN, |file| rustix::net::acceptfrom_with(file, SocketFlags::CLOEXEC))?;
    let number = Value::small_int(i64::from(fd::number(file)));
    let address = show_address(vm, address)?;
    Ok(vm.new_pair(number, address).into())
}

/// Connects; what goes wrong in the system is the answer.
fn connect(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult<Option<Errno>> {
    let [address] = args.exactly(vm, "connect")?;
    let address = address_argument(vm, own, address)?;
    let (number, timeout) = with(vm, own, |socket: &mut Socket| (socket.descriptor, socket.timeout))?;
    let file = fd::borrow(number).map_err(|error| failed(vm, error))?;
    match rustix::net::connect(file, &address) {
        Ok(()) => Ok(None),
        Err(Errno::INPROGRESS | Errno::INTR) if timeout != Some(Duration::ZERO) => {
            let found = crate::select::wait(vm, &[(number, PollFlags::OUT)], timeout)?;
            if found.iter().all(|flags| flags.is_empty()) {
                let ty = vm.exc.TimeoutError;
                return Err(vm.raise(ty, "timed out"));
            }
            let state = rustix::net::sockopt::socket_error(file).map_err(|error| failed(vm, error))?;
            Ok(state.err())
        }
        Err(error) => Ok(Some(error)),
    }
}

fn getsockname(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let address = operate(vm, own, PollFlags::empty(), rustix::net::getsockname)?;
    show_address(vm, Some(address))
}

fn getpeername(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let address = operate(vm, own, PollFlags::empty(), rustix::net::getpeername)?;
    show_address(vm, address)
}

fn shutdown(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [how] = args.exactly(vm, "shutdown")?;
    let how = match vm.index_c(how, "int")? {
        0 => Shutdown::Read,
        1 => Shutdown::Write,
        _ => Shutdown::Both,
    };
    operate(vm, own, PollFlags::empty(), |file| rustix::net::shutdown(file, how))?;
    Ok(Value::NONE)
}

fn flags(vm: &mut Vm, value: Option<&Value>) -> PyResult<u32> {
    value.map_or(Ok(0), |value| vm.index_c(*value, "int").map(|flags| flags as u32))
}

fn receive(vm: &mut Vm, own: Value, size: usize, flags: u32) -> PyResult<Vec<u8>> {
    let mut buffer = vec![0; size];
    let (count, _) = operate(vm, own, PollFlags::IN, |file| {
        rustix::net::recv(file, &mut buffer[..], RecvFlags::from_bits_retain(flags))
    })?;
    buffer.truncate(count);
    Ok(buffer)
}

fn size_argument(vm: &mut Vm, value: Value) -> PyResult<usize> {
    let size = vm.index_position(value)?;
    usize::try_from(size).map_err(|_| vm.value_error("negative buffersize in recv"))
}

fn recv(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "recv", 1, 2)?;
    let (size, flags) = (size_argument(vm, values[0])?, flags(vm, values.get(1))?);
    let data = receive(vm, own, size, flags)?;
    Ok(vm.new_bytes(&data).into())
}

fn recv_into(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "recv_into", 1, 3)?;
    let room = crate::io::writable_len(vm, values[0])?;
    let size = match values.get(1) {
        Some(size) => size_argument(vm, *size)?.min(room),
        None => 0,
    };
    let flags = flags(vm, values.get(2))?;
    let data = receive(vm, own, if size == 0 { room } else { size }, flags)?;
    crate::io::fill(values[0], &data);
    Ok(Value::small_int(data.len() as i64))
}

fn recvfrom(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "recvfrom", 1, 2)?;
    let (size, flags) = (size_argument(vm, values[0])?, flags(vm, values.get(1))?);
    let mut buffer = vec![0; size];
    let (count, _, address) = operate(vm, own, PollFlags::IN, |file| {
        rustix::net::recvfrom(file, &mut buffer[..], RecvFlags::from_bits_retain(flags))
    })?;
    let data = vm.new_bytes(&buffer[..count]);
    let address = show_address(vm, address)?;
    Ok(vm.new_pair(data.into(), address).into())
}

fn send(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "send", 1, 2)?;
    let (data, flags) = (bytes::required(vm, values[0])?, flags(vm, values.get(1))?);
    let count = transmit(vm, own, &data, flags)?;
    Ok(Value::small_int(count as i64))
}

fn transmit(vm: &mut Vm, own: Value, data: &[u8], flags: u32) -> PyResult<usize> {
    let flags = SendFlags::from_bits_retain(flags) | SendFlags::NOSIGNAL;
    operate(vm, own, PollFlags::OUT, |file| rustix::net::send(file, data, flags))
}

fn sendall(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "sendall", 1, 2)?;
    let (data, flags) = (bytes::required(vm, values[0])?, flags(vm, values.get(1))?);
    let mut at = 0;
    while at < data.len() {
        at += transmit(vm, own, &data[at..], flags)?;
    }
    Ok(Value::NONE)
}

fn sendto(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "sendto", 2, 3)?;
    let data = bytes::required(vm, values[0])?;
    let flags = if values.len() == 3 { flags(vm, values.get(1))? } else { 0 };
    let address = address_argument(vm, own, values[values.len() - 1])?;
    let flags = SendFlags::from_bits_retain(flags) | SendFlags::NOSIGNAL;
    let count = operate(vm, own, PollFlags::OUT, |file| rustix::net::sendto(file, &data, flags, &address))?;
    Ok(Value::small_int(count as i64))
}

fn setsockopt(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    use rustix::net::sockopt;
    let values = args.between(vm, "setsockopt", 3, 4)?;
    let (level, option, value) =
        (vm.index_c(values[0], "int")?, vm.index_c(values[1], "int")?, vm.index_c(values[2], "int")?);
    let (on, size) = (value != 0, usize::try_from(value).unwrap_or(0));
    operate(vm, own, PollFlags::empty(), |file| match (level as i32, option as i32) {
        (libc::SOL_SOCKET, libc::SO_REUSEADDR) => sockopt::set_socket_reuseaddr(file, on),
        (libc::SOL_SOCKET, libc::SO_REUSEPORT) => sockopt::set_socket_reuseport(file, on),
        (libc::SOL_SOCKET, libc::SO_KEEPALIVE) => sockopt::set_socket_keepalive(file, on),
        (libc::SOL_SOCKET, libc::SO_BROADCAST) => sockopt::set_socket_broadcast(file, on),
        (libc::SOL_SOCKET, libc::SO_SNDBUF) => sockopt::set_socket_send_buffer_size(file, size),
        (libc::SOL_SOCKET, libc::SO_RCVBUF) => sockopt::set_socket_recv_buffer_size(file, size),
        (libc::IPPROTO_TCP, libc::TCP_NODELAY) => sockopt::set_tcp_nodelay(file, on),
        (libc::IPPROTO_IPV6, libc::IPV6_V6ONLY) => sockopt::set_ipv6_v6only(file, on),
        _ => Err(Errno::NOPROTOOPT),
    })?;
    Ok(Value::NONE)
}

fn getsockopt(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    use rustix::net::sockopt;
    let values = args.between(vm, "getsockopt", 2, 3)?;
    let (level, option) = (vm.index_c(values[0], "int")?, vm.index_c(values[1], "int")?);
    let answer = operate(vm, own, PollFlags::empty(), |file| match (level as i32, option as i32) {
        (libc::SOL_SOCKET, libc::SO_ERROR) => {
            sockopt::socket_error(file).map(|state| state.err().map_or(0, |error| i64::from(error.raw_os_error())))
        }
        (libc::SOL_SOCKET, libc::SO_TYPE) => sockopt::socket_type(file).map(|kind| i64::from(kind.as_raw())),
        (libc::SOL_SOCKET, libc::SO_REUSEADDR) => sockopt::socket_reuseaddr(file).map(i64::from),
        (libc::SOL_SOCKET, libc::SO_KEEPALIVE) => sockopt::socket_keepalive(file).map(i64::from),
        (libc::SOL_SOCKET, libc::SO_SNDBUF) => sockopt::socket_send_buffer_size(file).map(|size| size as i64),
        (libc::SOL_SOCKET, libc::SO_RCVBUF) => sockopt::socket_recv_buffer_size(file).map(|size| size as i64),
        (libc::IPPROTO_TCP, libc::TCP_NODELAY) => sockopt::tcp_nodelay(file).map(i64::from),
        _ => Err(Errno::NOPROTOOPT),
    })?;
    Ok(Value::small_int(answer))
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let (number, family, kind, protocol) =
        with(vm, own, |s: &mut Socket| (s.descriptor, s.family, s.kind, s.protocol))?;
    Ok(vm.new_str(&format!("<socket object, fd={number}, family={family}, type={kind}, proto={protocol}>")).into())
}

// ---- functions ----

fn socketpair(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "socketpair", 0, 3)?;
    let mut numbers = [i64::from(libc::AF_UNIX), i64::from(libc::SOCK_STREAM), 0];
    for (number, value) in numbers.iter_mut().zip(values) {
        *number = vm.index_c(*value, "int")?;
    }
    let [family, kind, protocol] = numbers;
    let ends = rustix::net::socketpair(
        AddressFamily::from_raw(family as u16),
        SocketType::from_raw(kind as u32),
        SocketFlags::CLOEXEC,
        raw_protocol(protocol),
    );
    let ends = ends.map_err(|error| failed(vm, error))?;
    let ty = native_type(vm, &SOCKET_TYPE);
    let mut pair = vm.heap.temp_vec();
    for end in [ends.0, ends.1] {
        let descriptor = fd::number(end);
        let socket = make(vm, ty, Socket { descriptor, family, kind, protocol, timeout: None })?;
        pair.push(socket);
    }
    Ok(vm.new_tuple(&pair).into())
}

fn getaddrinfo(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<6> = Parameters {
        names: ["host", "port", "family", "type", "proto", "flags"],
        positional_only: 0,
        max_positional: 6,
        required: 2,
    };
    let [host, port, family, kind, protocol, wanted] = args.bind(vm, "getaddrinfo", &PARAMETERS)?;
    let number = |vm: &mut Vm, value: Value| if value.is_null() { Ok(0) } else { vm.index_c(value, "int") };
    let (family, kind, protocol, wanted) =
        (number(vm, family)?, number(vm, kind)?, number(vm, protocol)?, number(vm, wanted)?);
    let port = match port.cast::<Str>() {
        Some(text) => text.to_string_lossy().parse().unwrap_or(0),
        None if port.is_none() => 0,
        None => vm.index_c(port, "int")? as u16,
    };
    let passive = wanted & i64::from(libc::AI_PASSIVE) != 0;
    let text = match host.cast::<Str>() {
        Some(text) => Some(text.to_string_lossy().into_owned()),
        None => bytes::to_vec(host).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    };
    let found: Vec<SocketAddr> = match text.filter(|text| !text.is_empty()) {
        None if passive => vec![(Ipv4Addr::UNSPECIFIED, port).into(), (Ipv6Addr::UNSPECIFIED, port).into()],
        None => vec![(Ipv6Addr::LOCALHOST, port).into(), (Ipv4Addr::LOCALHOST, port).into()],
        Some(text) => (text.as_str(), port).to_socket_addrs().map(Iterator::collect).unwrap_or_default(),
    };
    let list = vm.new_list(&[]);
    const KINDS: [(i64, i64); 3] = [(1, 6), (2, 17), (3, 0)];
    for address in found {
        let own_family = i64::from(if address.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 });
        if family != 0 && family != own_family {
            continue;
        }
        for (own_kind, own_protocol) in KINDS {
            if kind != 0 && kind != own_kind || protocol != 0 && protocol != own_protocol {
                continue;
            }
            let shown = show_internet(vm, &address);
            let name = vm.empty_str();
            let items = [
                Value::small_int(own_family),
                Value::small_int(own_kind),
                Value::small_int(own_protocol),
                name.into(),
                shown,
            ];
            let tuple = vm.new_tuple(&items);
            list.push(vm, tuple.into());
        }
    }
    if list.is_empty() {
        return Err(no_such_host(vm));
    }
    Ok(list.into())
}

fn inet_pton(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [family, text] = args.exactly(vm, "inet_pton")?;
    let family = vm.index_c(family, "int")? as i32;
    let text = text.cast::<Str>().map(|text| text.to_string_lossy().into_owned()).unwrap_or_default();
    let octets = match family {
        libc::AF_INET => text.parse::<Ipv4Addr>().ok().map(|address| address.octets().to_vec()),
        libc::AF_INET6 => text.parse::<Ipv6Addr>().ok().map(|address| address.octets().to_vec()),
        _ => return Err(failed(vm, Errno::AFNOSUPPORT)),
    };
    match octets {
        Some(octets) => Ok(vm.new_bytes(&octets).into()),
        None => Err(illegal(vm, "illegal IP address string passed to inet_pton")),
    }
}

fn inet_ntop(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [family, packed] = args.exactly(vm, "inet_ntop")?;
    let family = vm.index_c(family, "int")? as i32;
    let packed = bytes::required(vm, packed)?;
    let address: Option<IpAddr> = match family {
        libc::AF_INET => <[u8; 4]>::try_from(packed.as_slice()).ok().map(|octets| Ipv4Addr::from(octets).into()),
        libc::AF_INET6 => <[u8; 16]>::try_from(packed.as_slice()).ok().map(|octets| Ipv6Addr::from(octets).into()),
        _ => return Err(vm.value_error(format!("unknown address family {family}"))),
    };
    match address {
        Some(address) => Ok(vm.new_str(&address.to_string()).into()),
        None => Err(vm.value_error("invalid length of packed IP address string")),
    }
}
