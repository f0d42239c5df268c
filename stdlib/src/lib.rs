//! Native modules that the VM can do without: those of the standard library that CPython has in C. What belongs to the VM itself (`sys`, `builtins`, `gc`) is in
//! `quicken-vm`.
//!
//! The modules that talk to the operating system are there on Linux only: `rustix` names its calls differently elsewhere.
//!
//! A module is a [`ModuleSpec`] constant in a file of its own and an entry in [`MODULES`].

#[cfg(target_os = "linux")]
pub mod accounts;
pub mod arrays;
pub mod binascii;
pub mod bisect;
#[cfg(unix)]
mod civil;
mod clock;
mod cmath;
pub mod collections;
pub mod complex;
pub mod csv;
mod data;
#[cfg(unix)]
mod descriptor;
pub mod errno;
pub mod functools;
pub mod future;
pub mod hashes;
pub mod heapq;
#[cfg(unix)]
pub mod io;
pub mod itertools;
pub mod json;
pub mod math;
pub mod operator;
pub mod packing;
#[cfg(unix)]
mod paths;
#[cfg(target_os = "linux")]
pub mod posix;
#[cfg(target_os = "linux")]
pub mod posixsubprocess;
pub mod random;
#[cfg(target_os = "linux")]
pub mod resource;
#[cfg(target_os = "linux")]
pub mod select;
#[cfg(target_os = "linux")]
pub mod socket;
pub mod sre;
pub mod stat;
pub mod testcapi;
pub mod time;
pub mod unicodedata;
pub mod zlib;

use quicken_vm::object::Gc;
use quicken_vm::objects::module::Module;
use quicken_vm::spec::ModuleSpec;
use quicken_vm::{Value, Vm};

/// All modules of this crate.
pub static MODULES: &[&ModuleSpec] = &[
    &arrays::ARRAY_MODULE,
    &binascii::BINASCII,
    &bisect::BISECT,
    &collections::COLLECTIONS,
    &complex::CMATH,
    &csv::CSV,
    &errno::ERRNO,
    &functools::FUNCTOOLS,
    &future::FUTURE,
    &hashes::MD5_MODULE,
    &hashes::SHA1_MODULE,
    &hashes::SHA256_MODULE,
    &hashes::SHA512_MODULE,
    &hashes::SHA3_MODULE,
    &hashes::BLAKE2_MODULE,
    &heapq::HEAPQ,
    #[cfg(unix)]
    &io::IO,
    &itertools::ITERTOOLS,
    &json::JSON,
    &math::MATH,
    &operator::OPERATOR,
    #[cfg(target_os = "linux")]
    &posix::POSIX,
    #[cfg(target_os = "linux")]
    &posixsubprocess::POSIX_SUBPROCESS,
    #[cfg(target_os = "linux")]
    &accounts::PWD,
    #[cfg(target_os = "linux")]
    &accounts::GRP,
    &random::RANDOM,
    #[cfg(target_os = "linux")]
    &resource::RESOURCE,
    #[cfg(target_os = "linux")]
    &select::SELECT,
    #[cfg(target_os = "linux")]
    &socket::SOCKET,
    &sre::SRE,
    &stat::STAT,
    &packing::STRUCT,
    &testcapi::TESTCAPI,
    &time::TIME,
    &unicodedata::UNICODE_DATA,
    &zlib::ZLIB,
];

/// Sets an attribute of a module that is being made.
fn set_attribute(vm: &mut Vm, module: Gc<Module>, name: &str, value: Value) {
    let name = vm.intern(name);
    module.dict().set_str(vm, name, value);
}
