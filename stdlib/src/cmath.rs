//! Functions of the C library that Rust's standard library does not offer, or computes in another way: CPython uses the C
//! library's, and the last digits show.

#![expect(unsafe_code, reason = "declares functions of the C library")]

unsafe extern "C" {
    /// Inverse hyperbolic cosine.
    pub safe fn acosh(x: f64) -> f64;
    /// Inverse hyperbolic sine.
    pub safe fn asinh(x: f64) -> f64;
    /// Inverse hyperbolic tangent.
    pub safe fn atanh(x: f64) -> f64;
    /// Error function.
    pub safe fn erf(x: f64) -> f64;
    /// Complementary error function.
    pub safe fn erfc(x: f64) -> f64;
}

/// Cube root.
///
/// Rust brings a function of this name along (a correctly rounded one, which glibc's is not), and the linker would take it
/// for the C library's. So that one is looked up while the program runs.
#[cfg(unix)]
pub fn cbrt(x: f64) -> f64 {
    type Function = extern "C" fn(f64) -> f64;
    static FUNCTION: std::sync::OnceLock<Option<Function>> = std::sync::OnceLock::new();
    let function = FUNCTION.get_or_init(|| {
        // SAFETY: the name is terminated.
        let address = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"cbrt".as_ptr()) };
        // SAFETY: the C library's `cbrt` is such a function; a null pointer becomes `None`.
        unsafe { std::mem::transmute::<*mut libc::c_void, Option<Function>>(address) }
    });
    function.map_or_else(|| x.cbrt(), |function| function(x))
}

/// Cube root.
#[cfg(not(unix))]
pub fn cbrt(x: f64) -> f64 {
    x.cbrt()
}
