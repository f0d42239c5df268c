//! Floats as digits, the way C's and Python's formats want them, and floats from text.

/// A finite float's decimal digits: `0.DIGITS * 10^point`, without trailing zeros in the shortest form.
struct Digits {
    negative: bool,
    digits: String,
    point: i32,
}

/// The digits of an exponent form (`1.25e-7`, `5e3`).
fn from_exponent_form(text: &str) -> Digits {
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let digits = mantissa.chars().filter(|c| *c != '.').collect();
    Digits { negative, digits, point: exponent.parse::<i32>().unwrap_or(0) + 1 }
}

/// The fewest digits that stand for this float and no other.
fn shortest(value: f64) -> Digits {
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(value);
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let leading = all.bytes().take_while(|b| *b == b'0').count();
    let digits = all[leading..].trim_end_matches('0');
    if digits.is_empty() {
        return Digits { negative, digits: "0".into(), point: 1 };
    }
    let point = exponent.parse::<i32>().unwrap_or(0) + whole.len() as i32 - leading as i32;
    Digits { negative, digits: digits.into(), point }
}

/// No float has more digits than this that are not zero; the library is not asked for more.
const MOST_DIGITS: usize = 1100;

/// `precision + 1` digits, correctly rounded, ties to even.
fn significant(value: f64, precision: usize) -> Digits {
    let asked = precision.min(MOST_DIGITS);
    let mut digits = from_exponent_form(&format!("{value:.asked$e}"));
    digits.digits.extend(std::iter::repeat_n('0', precision - asked));
    digits
}

/// The text of a float in the format `kind`: `e`, `f`, `g` as in C with this precision (6 when not given), or `r` for the
/// shortest text that stands for the float, as `repr` has it. `alternate` keeps the point and, for `g`, trailing zeros.
/// Infinities and NaN are `inf` and `nan`; a minus sign stands before everything negative, zero included, but NaN.
pub fn format_float(value: f64, kind: u8, precision: Option<usize>, alternate: bool) -> String {
    if value.is_nan() {
        return "nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let precision = precision.unwrap_or(6);
    match kind {
        b'e' => exponent_form(&significant(value, precision), alternate),
        b'f' => fixed(value, precision, alternate),
        b'g' => {
            let precision = precision.max(1);
            let mut digits = significant(value, precision - 1);
            if !alternate {
                let kept = digits.digits.trim_end_matches('0').len().max(1);
                digits.digits.truncate(kept);
            }
            if digits.point > -4 && digits.point <= precision.min(i32::MAX as usize) as i32 {
                positional(&digits, alternate)
            } else {
                exponent_form(&digits, alternate)
            }
        }
        _ => {
            let digits = shortest(value);
            if digits.point > -4 && digits.point <= 16 {
                let mut text = positional(&digits, true);
                if text.ends_with('.') {
                    text.push('0');
                }
                text
            } else {
                exponent_form(&digits, alternate)
            }
        }
    }
}

fn fixed(value: f64, precision: usize, alternate: bool) -> String {
    let mut text = fixed_by_integers(value, precision).unwrap_or_else(|| {
        let asked = precision.min(MOST_DIGITS);
        let mut text = format!("{value:.asked$}");
        text.extend(std::iter::repeat_n('0', precision - asked));
        text
    });
    if precision == 0 && alternate {
        text.push('.');
    }
    text
}

/// The fixed form where one multiplication and one shift of integers give it exactly, which is several times as fast as the library:
/// it has to fall back to big integers for numbers such as 2.5, whose digits end.
fn fixed_by_integers(value: f64, precision: usize) -> Option<String> {
    const MOST_PRECISION: usize = 17;
    let bits = value.to_bits();
    let biased = (bits >> 52 & 0x7FF) as u32;
    let fraction = bits & ((1 << 52) - 1);
    if precision > MOST_PRECISION || biased >= 1075 || biased == 0 && fraction != 0 {
        return None;
    }
    let power = 10u64.pow(precision as u32);
    // value = mantissa / 2^shift; the scaled mantissa has less than 53 + 57 bits.
    let (mantissa, shift) = if biased == 0 { (0, 1) } else { (fraction | 1 << 52, 1075 - biased) };
    let scaled = u128::from(mantissa) * u128::from(power);
    let rounded = if shift > 127 {
        0
    } else {
        let (quotient, rest, half) = (scaled >> shift, scaled & ((1 << shift) - 1), 1 << (shift - 1));
        quotient + u128::from(rest > half || rest == half && quotient & 1 == 1)
    };
    let rounded = u64::try_from(rounded).ok()?;
    let (whole, fraction) = (rounded / power, rounded % power);
    let sign = if value.is_sign_negative() { "-" } else { "" };
    Some(if precision == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction:0precision$}") })
}

/// `d.ddde±dd`.
fn exponent_form(digits: &Digits, alternate: bool) -> String {
    let (first, rest) = digits.digits.split_at(1);
    let point = if rest.is_empty() && !alternate { "" } else { "." };
    let exponent = digits.point - 1;
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}{first}{point}{rest}e{sign}{:02}", if digits.negative { "-" } else { "" }, exponent.unsigned_abs())
}

/// `ddd.ddd`, with the point only where digits follow it or `alternate` asks for it.
fn positional(digits: &Digits, alternate: bool) -> String {
    let mut text = String::with_capacity(digits.digits.len() + 8);
    if digits.negative {
        text.push('-');
    }
    let count = digits.digits.len();
    match usize::try_from(digits.point) {
        Ok(point) if point >= count => {
            text.push_str(&digits.digits);
            text.extend(std::iter::repeat_n('0', point - count));
            if alternate {
                text.push('.');
            }
        }
        Ok(point) if point > 0 => {
            text.push_str(&digits.digits[..point]);
            text.push('.');
            text.push_str(&digits.digits[point..]);
        }
        _ => {
            text.push_str("0.");
            text.extend(std::iter::repeat_n('0', digits.point.unsigned_abs() as usize));
            text.push_str(&digits.digits);
        }
    }
    text
}

/// The float that a text (in ASCII) stands for: surrounding white space, a sign, digits with single underscores between
/// them, a point, an exponent; or `inf`, `infinity`, `nan` in any case.
pub fn parse(text: &[u8]) -> Option<f64> {
    let text = text.trim_ascii();
    // `trim_ascii` leaves the vertical tab, which is white space to Python.
    let blank = |b: &u8| b.is_ascii_whitespace() || *b == 0x0b;
    let start = text.iter().position(|b| !blank(b))?;
    let end = text.iter().rposition(|b| !blank(b))? + 1;
    let text = &text[start..end];
    if text.contains(&b'_') {
        let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
        let between = |i: usize| i > 0 && digit(text.get(i - 1)) && digit(text.get(i + 1));
        if !(0..text.len()).all(|i| text[i] != b'_' || between(i)) {
            return None;
        }
        let plain: Vec<u8> = text.iter().copied().filter(|b| *b != b'_').collect();
        return parse_plain(&plain);
    }
    parse_plain(text)
}

fn parse_plain(text: &[u8]) -> Option<f64> {
    let unsigned = match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    };
    // The library knows the same texts as Python, but a point or an exponent alone.
    let named = ["inf", "infinity", "nan"].iter().any(|name| unsigned.eq_ignore_ascii_case(name.as_bytes()));
    let numeric = unsigned.iter().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
        && unsigned.iter().any(u8::is_ascii_digit);
    if !named && !numeric {
        return None;
    }
    let value = std::str::from_utf8(text).ok()?.parse::<f64>().ok()?;
    // A NaN's sign would show nowhere but in `math.copysign`, where CPython keeps it.
    Some(if value.is_nan() && text[0] == b'-' { -value.abs() } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: f64, kind: u8, precision: usize) -> String {
        format_float(value, kind, Some(precision), false)
    }

    #[test]
    fn shortest_digits() {
        for (value, expected) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (1e16, "1e+16"),
            (1e15, "1000000000000000.0"),
            (123456789012345680.0, "1.2345678901234568e+17"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (0.1 + 0.2, "0.30000000000000004"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (9007199254740993.0, "9007199254740992.0"),
            (2f64.powi(-44), "5.684341886080802e-14"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(format_float(value, b'r', None, false), expected);
        }
    }

    #[test]
    fn fixed_digits_round_ties_to_even() {
        assert_eq!(text(0.5, b'f', 0), "0");
        assert_eq!(text(1.5, b'f', 0), "2");
        assert_eq!(text(2.5, b'f', 0), "2");
        assert_eq!(text(0.125, b'f', 2), "0.12");
        assert_eq!(text(0.375, b'f', 2), "0.38");
        assert_eq!(text(2.5, b'e', 0), "2e+00");
        assert_eq!(text(1e23, b'f', 1), "99999999999999991611392.0");
        assert_eq!(text(-1234.5678, b'e', 3), "-1.235e+03");
    }

    #[test]
    fn fixed_digits_by_integers_are_the_librarys() {
        let mut seed = 1u64;
        for _ in 0..20_000 {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let magnitude = 10f64.powi((seed >> 33) as i32 % 30 - 15);
            let value = (seed >> 11) as f64 / (1u64 << 50) as f64 * magnitude;
            let value = if seed & 3 == 0 { (value * 64.0).round() / 64.0 } else { value };
            let precision = (seed >> 40) as usize % 18;
            if let Some(text) = fixed_by_integers(-value, precision) {
                assert_eq!(text, format!("{:.precision$}", -value), "{value:e} with {precision}");
            }
        }
        assert_eq!(fixed_by_integers(-0.0, 1).as_deref(), Some("-0.0"));
    }

    #[test]
    fn general_digits() {
        assert_eq!(text(100000.0, b'g', 6), "100000");
        assert_eq!(text(1000000.0, b'g', 6), "1e+06");
        assert_eq!(text(0.0001, b'g', 6), "0.0001");
        assert_eq!(text(0.00001, b'g', 6), "1e-05");
        assert_eq!(text(1.0, b'g', 0), "1");
        assert_eq!(format_float(1.0, b'g', Some(4), true), "1.000");
        assert_eq!(format_float(1e10, b'g', Some(1), true), "1.e+10");
        assert_eq!(text(0.0, b'g', 3), "0");
        assert_eq!(text(1.5, b'f', 2000).len(), 2002);
    }

    #[test]
    fn texts() {
        assert_eq!(parse(b" 1_0.5e1_0\n"), Some(1.05e11));
        assert_eq!(parse(b"-.5"), Some(-0.5));
        assert_eq!(parse(b"5."), Some(5.0));
        assert_eq!(parse(b"+Infinity"), Some(f64::INFINITY));
        assert!(parse(b"nan").is_some_and(f64::is_nan));
        for bad in ["", ".", "e5", "1_", "_1", "1__0", "1_.5", "1._5", "0x10", "1e", "1 2", "infi", "++1", "1e+_5"] {
            assert_eq!(parse(bad.as_bytes()), None, "{bad:?}");
        }
    }
}
