//! File descriptors that Python programs hold as numbers.

#![expect(unsafe_code, reason = "a number is taken for a descriptor, as the system calls themselves do")]

use std::os::fd::{BorrowedFd, IntoRawFd, OwnedFd, RawFd};

use rustix::io::Errno;

/// The descriptor of this number. Whether it is open the system call will say.
pub fn borrow(number: i32) -> rustix::io::Result<BorrowedFd<'static>> {
    if number < 0 {
        return Err(Errno::BADF);
    }
    // SAFETY: not −1. The descriptor may be closed, or another one by now: programs that close descriptors by number must live
    // with that, and no Rust object's own descriptor is ever shown to them.
    Ok(unsafe { BorrowedFd::borrow_raw(number) })
}

/// The number of a descriptor that the program now has to close.
pub fn number(descriptor: OwnedFd) -> RawFd {
    descriptor.into_raw_fd()
}

/// Closes a descriptor.
pub fn close(number: i32) -> rustix::io::Result<()> {
    borrow(number)?;
    // Whether it is open: `close` of rustix says nothing about failures.
    rustix::io::fcntl_getfd(borrow(number)?)?;
    // SAFETY: the program owns what it has the number of; see `borrow`.
    unsafe { rustix::io::close(number) };
    Ok(())
}

/// Makes one descriptor refer to what another does.
pub fn duplicate_to(from: i32, to: i32) -> rustix::io::Result<()> {
    use std::os::fd::FromRawFd;
    if to < 0 {
        return Err(Errno::BADF);
    }
    // SAFETY: as in `close`; the owner is forgotten again, so that nothing is closed here.
    let mut target = std::mem::ManuallyDrop::new(unsafe { OwnedFd::from_raw_fd(to) });
    rustix::io::dup2(borrow(from)?, &mut target)
}
