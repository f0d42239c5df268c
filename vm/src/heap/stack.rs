//! The native stack: where it ends, and what its words and the registers may point to.

use super::Heap;

/// Whether the native stack can be scanned on this target.
pub(super) const SCANNABLE: bool = cfg!(all(
    any(target_arch = "x86_64", target_arch = "aarch64"),
    any(target_os = "linux", target_os = "macos", windows),
    not(miri)
));

impl Heap {
    /// Marks every cell that a word of this thread's stack, or a register that survives calls, may point into.
    pub(super) fn mark_native_stack(&mut self) {
        if !SCANNABLE {
            return;
        }
        let end = self.native_stack_end();
        let mut scan = Scan { heap: self, end };
        let context = std::ptr::from_mut(&mut scan).cast::<()>();
        // SAFETY: `scan_from` gets the context that belongs to it and the stack pointer.
        #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
        unsafe {
            with_spilled_registers(context, scan_from);
        }
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        let _ = context;
    }

    /// The end of the native stack that is run on.
    pub(crate) fn native_stack_end(&self) -> usize {
        match self.native_stack_end.get() {
            0 => stack_end(),
            end => end,
        }
    }

    /// Says that another native stack, with this end, is run on from here. Answers what was said before.
    pub(crate) fn set_native_stack_end(&self, end: usize) -> usize {
        self.native_stack_end.replace(end)
    }

    pub(super) fn mark_words(&mut self, from: usize, to: usize) {
        let mut marker = std::mem::take(&mut self.marker);
        let mut address = from & !7;
        while address + 8 <= to {
            // SAFETY: between the stack pointer and the stack's end.
            let word = unsafe { foreign_word(address as *const usize) };
            if let Some(cell) = self.space.find(word) {
                marker.address(cell);
            }
            address += 8;
        }
        self.marker = marker;
    }
}

/// Reads a word that belongs to somebody else's frame. In assembly, because AddressSanitizer would report what lies between two of a
/// frame's variables, and an attribute against that is not on stable Rust; the compiler has no view of such words either way.
///
/// # Safety
/// `address` must be that of a word on a stack of this process.
#[inline(always)]
unsafe fn foreign_word(address: *const usize) -> usize {
    let word: usize;
    // SAFETY: as the caller promises; nothing is written.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        std::arch::asm!("mov {}, [{}]", out(reg) word, in(reg) address, options(nostack, readonly, preserves_flags));
    }
    // SAFETY: as above.
    #[cfg(target_arch = "aarch64")]
    unsafe {
        std::arch::asm!("ldr {}, [{}]", out(reg) word, in(reg) address, options(nostack, readonly, preserves_flags));
    }
    // SAFETY: as above; volatile because others may write there.
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    unsafe {
        word = std::ptr::read_volatile(address);
    }
    word
}

struct Scan<'a> {
    heap: &'a mut Heap,
    end: usize,
}

#[cfg(target_arch = "x86_64")]
type ScanFn = unsafe extern "sysv64" fn(*mut (), usize);
#[cfg(target_arch = "aarch64")]
type ScanFn = unsafe extern "C" fn(*mut (), usize);

macro_rules! scan_function {
    ($abi:literal) => {
        /// # Safety
        /// `context` must be a [`Scan`], `from` an address on this thread's stack.
        unsafe extern $abi fn scan_from(context: *mut (), from: usize) {
            // SAFETY: as the caller promises.
            let scan = unsafe { &mut *context.cast::<Scan<'_>>() };
            scan.heap.mark_words(from, scan.end);
        }
    };
}

#[cfg(target_arch = "x86_64")]
scan_function!("sysv64");
#[cfg(target_arch = "aarch64")]
scan_function!("C");

/// Puts the registers that calls preserve on the stack and calls `scan(context, stack pointer)`.
///
/// The calling convention is the same on every system: where the system's own preserves more registers than this one (on
/// Windows), the compiler has saved those already, because a call of this function may change them.
///
/// # Safety
/// `scan` must be sound for `context`.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
unsafe extern "sysv64" fn with_spilled_registers(context: *mut (), scan: ScanFn) {
    std::arch::naked_asm!(
        "push rbp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "sub rsp, 8",
        "mov rax, rsi",
        "mov rsi, rsp",
        "call rax",
        // The scan preserves the registers; only the copies go.
        "add rsp, 56",
        "ret",
    )
}

/// Puts the registers that calls preserve on the stack and calls `scan(context, stack pointer)`.
///
/// # Safety
/// `scan` must be sound for `context`.
#[cfg(target_arch = "aarch64")]
#[unsafe(naked)]
unsafe extern "C" fn with_spilled_registers(context: *mut (), scan: ScanFn) {
    std::arch::naked_asm!(
        "stp x29, x30, [sp, #-160]!",
        "mov x29, sp",
        "stp x19, x20, [sp, #16]",
        "stp x21, x22, [sp, #32]",
        "stp x23, x24, [sp, #48]",
        "stp x25, x26, [sp, #64]",
        "stp x27, x28, [sp, #80]",
        "stp d8, d9, [sp, #96]",
        "stp d10, d11, [sp, #112]",
        "stp d12, d13, [sp, #128]",
        "stp d14, d15, [sp, #144]",
        "mov x9, x1",
        "mov x1, sp",
        "blr x9",
        "ldp x29, x30, [sp], #160",
        "ret",
    )
}

/// The end (highest address) of this thread's stack.
fn stack_end() -> usize {
    thread_local! {
        // Asking costs a read of /proc/self/maps on Linux's main thread.
        static END: usize = ask_stack_end();
    }
    END.with(|end| *end)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn ask_stack_end() -> usize {
    // SAFETY: the attributes are initialized by the first call and destroyed by the last.
    unsafe {
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            return 0;
        }
        let mut low = std::ptr::null_mut();
        let mut size = 0;
        let failed = libc::pthread_attr_getstack(&attributes, &mut low, &mut size) != 0;
        libc::pthread_attr_destroy(&mut attributes);
        if failed { 0 } else { low as usize + size }
    }
}

#[cfg(target_os = "macos")]
fn ask_stack_end() -> usize {
    // SAFETY: a question about the current thread.
    unsafe { libc::pthread_get_stackaddr_np(libc::pthread_self()) as usize }
}

#[cfg(windows)]
fn ask_stack_end() -> usize {
    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetCurrentThreadStackLimits(low: *mut usize, high: *mut usize);
    }
    let (mut low, mut high) = (0, 0);
    // SAFETY: both pointers are valid.
    unsafe { GetCurrentThreadStackLimits(&mut low, &mut high) };
    high
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos", windows)))]
fn ask_stack_end() -> usize {
    0
}
