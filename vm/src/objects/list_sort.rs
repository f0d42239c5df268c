//! `list.sort` and `sorted`.
//!
//! Keys that are all small integers, all strings, or all floats but NaN are sorted by the standard library's stable sort: no
//! program can watch it. Otherwise comparisons may run Python code, which may count them, so their sequence is CPython
//! 3.11's: Tim Peters' merge sort with galloping, runs merged by Munro and Wild's powersort policy. Such code may also
//! behave inconsistently or raise; whatever it does, the list ends as a permutation of what it was.

use std::cmp::Ordering;

use crate::Vm;
use crate::error::PyResult;
use crate::heap::TempVec;
use crate::object::Gc;
use crate::objects::list::List;
use crate::objects::string::Str;
use crate::value::Value;

/// Wins in a row after which merging starts to gallop.
const MIN_GALLOP: usize = 7;
/// Arrays shorter than this are sorted by binary insertion alone.
const MIN_MERGE: usize = 64;

/// Sorts a list in place. `key` is a function, `None` or `NULL`. The list appears empty while it is sorted.
///
/// # Errors
/// What comparisons and the key function raise; `ValueError` if they changed the list.
pub fn sort(vm: &mut Vm, list: Gc<List>, key: Value, reverse: bool) -> PyResult<()> {
    let hidden = vm.new_list(&[]);
    hidden.swap_contents(&list);
    let result = sort_hidden(vm, hidden, key, reverse);
    // Whatever was put into the list meanwhile is lost.
    let modified = !list.is_empty() || list.capacity() > 0;
    list.swap_contents(&hidden);
    result?;
    if modified { Err(vm.value_error("list modified during sort")) } else { Ok(()) }
}

fn sort_hidden(vm: &mut Vm, list: Gc<List>, key: Value, reverse: bool) -> PyResult<()> {
    let mut items = vm.heap.temp_vec();
    items.extend(list.as_cells().iter().map(std::cell::Cell::get));
    let keys = if key.is_null() || key.is_none() {
        None
    } else {
        let mut keys = vm.heap.temp_vec();
        for index in 0..items.len() {
            let key = vm.call_values(key, &[items[index]])?;
            keys.push(key);
        }
        Some(keys)
    };
    if items.len() < 2 {
        return Ok(());
    }
    let (keys, values) = match keys {
        Some(keys) => (keys, Some(items)),
        None => (items, None),
    };
    let mut sorter = Sorter::new(vm, keys, values);
    let result = match Uniform::of(sorter.vm, &sorter.keys) {
        Some(kind) => {
            sorter.sort_uniform(kind, reverse);
            Ok(())
        }
        None => {
            // Reversing before and after keeps equal items in their order.
            if reverse {
                sorter.reverse(0, sorter.keys.len());
            }
            let result = sorter.sort();
            if reverse {
                sorter.reverse(0, sorter.keys.len());
            }
            result
        }
    };
    let sorted = sorter.values.as_ref().unwrap_or(&sorter.keys);
    for (index, item) in sorted.iter().enumerate() {
        list.set(index, *item);
    }
    result
}

/// Keys that can be compared without running Python code.
#[derive(Clone, Copy)]
enum Uniform {
    Ints,
    Floats,
    Strings,
}

impl Uniform {
    fn of(vm: &Vm, keys: &[Value]) -> Option<Uniform> {
        let first = *keys.first()?;
        if first.is_small_int() {
            return keys.iter().all(|k| k.is_small_int()).then_some(Uniform::Ints);
        }
        if first.is_exact(vm.types.str) {
            return keys.iter().all(|k| k.is_exact(vm.types.str)).then_some(Uniform::Strings);
        }
        let float = |k: &Value| {
            (k.is_inline_float() || k.is_exact(vm.types.float)) && k.as_float().is_some_and(|f| !f.is_nan())
        };
        if float(&first) {
            return keys.iter().all(float).then_some(Uniform::Floats);
        }
        None
    }

    fn compare(self, a: Value, b: Value) -> Ordering {
        match self {
            Uniform::Ints => a.small_int_unchecked().cmp(&b.small_int_unchecked()),
            Uniform::Floats => a.as_float().partial_cmp(&b.as_float()).unwrap_or(Ordering::Equal),
            Uniform::Strings => match (a.cast::<Str>(), b.cast::<Str>()) {
                (Some(a), Some(b)) => a.compare(&b),
                _ => Ordering::Equal,
            },
        }
    }
}

/// A run of sorted items, waiting to be merged.
#[derive(Clone, Copy)]
struct Run {
    start: usize,
    len: usize,
    power: u32,
}

struct Sorter<'a> {
    vm: &'a mut Vm,
    keys: TempVec,
    /// What moves along with the keys, where they are not the items themselves.
    values: Option<TempVec>,
    spare_keys: TempVec,
    spare_values: TempVec,
    min_gallop: usize,
    pending: Vec<Run>,
}

impl<'a> Sorter<'a> {
    fn new(vm: &'a mut Vm, keys: TempVec, values: Option<TempVec>) -> Sorter<'a> {
        let (spare_keys, spare_values) = (vm.heap.temp_vec(), vm.heap.temp_vec());
        Sorter { vm, keys, values, spare_keys, spare_values, min_gallop: MIN_GALLOP, pending: Vec::new() }
    }

    fn sort_uniform(&mut self, kind: Uniform, reverse: bool) {
        let compare = |a: Value, b: Value| if reverse { kind.compare(b, a) } else { kind.compare(a, b) };
        match &mut self.values {
            None => self.keys.sort_by(|a, b| compare(*a, *b)),
            Some(values) => {
                // Nothing is allocated on the Python heap meanwhile, so nothing is collected.
                let mut pairs: Vec<(Value, Value)> = self.keys.iter().copied().zip(values.iter().copied()).collect();
                pairs.sort_by(|a, b| compare(a.0, b.0));
                for (value, (_, sorted)) in values.iter_mut().zip(pairs) {
                    *value = sorted;
                }
            }
        }
    }

    /// Sorts everything (`list_sort_impl`'s main loop).
    fn sort(&mut self) -> PyResult<()> {
        let len = self.keys.len();
        let min_run = min_run(len);
        let mut start = 0;
        while start < len {
            let (mut run, descending) = self.count_run(start, len)?;
            if descending {
                self.reverse(start, start + run);
            }
            if run < min_run {
                let forced = min_run.min(len - start);
                self.insertion_sort(start, start + forced, start + run)?;
                run = forced;
            }
            self.found_new_run(start, run, len)?;
            self.pending.push(Run { start, len: run, power: 0 });
            start += run;
        }
        while self.pending.len() > 1 {
            let mut at = self.pending.len() - 2;
            if at > 0 && self.pending[at - 1].len < self.pending[at + 1].len {
                at -= 1;
            }
            self.merge_at(at)?;
        }
        Ok(())
    }

    #[inline]
    fn less(&mut self, a: Value, b: Value) -> PyResult<bool> {
        self.vm.less(a, b)
    }

    fn reverse(&mut self, start: usize, end: usize) {
        self.keys[start..end].reverse();
        if let Some(values) = &mut self.values {
            values[start..end].reverse();
        }
    }

    /// The length of the run at `start`, and whether it is strictly descending.
    fn count_run(&mut self, start: usize, end: usize) -> PyResult<(usize, bool)> {
        if start + 1 == end {
            return Ok((1, false));
        }
        let descending = self.less(self.keys[start + 1], self.keys[start])?;
        let mut at = start + 2;
        while at < end && self.less(self.keys[at], self.keys[at - 1])? == descending {
            at += 1;
        }
        Ok((at - start, descending))
    }

    /// Sorts `start..end`, of which `start..sorted` is sorted already, by binary insertion.
    fn insertion_sort(&mut self, start: usize, end: usize, sorted: usize) -> PyResult<()> {
        for next in sorted.max(start + 1)..end {
            let pivot = self.keys[next];
            let (mut low, mut high) = (start, next);
            while low < high {
                let middle = low + (high - low) / 2;
                if self.less(pivot, self.keys[middle])? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            self.keys[low..=next].rotate_right(1);
            if let Some(values) = &mut self.values {
                values[low..=next].rotate_right(1);
            }
        }
        Ok(())
    }

    /// Merges what the powersort policy wants merged before another run comes.
    fn found_new_run(&mut self, start: usize, run: usize, len: usize) -> PyResult<()> {
        let Some(last) = self.pending.last().copied() else { return Ok(()) };
        debug_assert!(last.start + last.len == start);
        let power = power(last.start, last.len, run, len);
        while self.pending.len() > 1 && self.pending[self.pending.len() - 2].power > power {
            self.merge_at(self.pending.len() - 2)?;
        }
        if let Some(last) = self.pending.last_mut() {
            last.power = power;
        }
        Ok(())
    }

    /// Merges the pending runs `at` and `at + 1`.
    fn merge_at(&mut self, at: usize) -> PyResult<()> {
        let (a, b) = (self.pending[at], self.pending[at + 1]);
        self.pending[at].len = a.len + b.len;
        self.pending.remove(at + 1);
        // What precedes b's first item, and what follows a's last, stands where it belongs.
        let skip = self.gallop_right(self.keys[b.start], Place::Main(a.start), a.len, 0)?;
        let (start, count) = (a.start + skip, a.len - skip);
        if count == 0 {
            return Ok(());
        }
        let rest = self.gallop_left(self.keys[start + count - 1], Place::Main(b.start), b.len, b.len - 1)?;
        if rest == 0 {
            return Ok(());
        }
        if count <= rest { self.merge_low(start, count, rest) } else { self.merge_high(start, count, rest) }
    }

    fn key(&self, place: Place, offset: usize) -> Value {
        match place {
            Place::Main(start) => self.keys[start + offset],
            Place::Spare(start) => self.spare_keys[start + offset],
        }
    }

    /// How many of the `count` sorted items at `place` are less than `key`; the search starts at `hint`.
    fn gallop_left(&mut self, key: Value, place: Place, count: usize, hint: usize) -> PyResult<usize> {
        let (mut last, mut offset) = (0, 1);
        let (mut low, mut high);
        if self.less(self.key(place, hint), key)? {
            let most = count - hint;
            while offset < most && self.less(self.key(place, hint + offset), key)? {
                last = offset;
                offset = 2 * offset + 1;
            }
            low = hint + last + 1;
            high = hint + offset.min(most);
        } else {
            let most = hint + 1;
            while offset < most && !self.less(self.key(place, hint - offset), key)? {
                last = offset;
                offset = 2 * offset + 1;
            }
            low = hint + 1 - offset.min(most);
            high = hint - last;
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if self.less(self.key(place, middle), key)? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(high)
    }

    /// How many of the `count` sorted items at `place` are not greater than `key`; the search starts at `hint`.
    fn gallop_right(&mut self, key: Value, place: Place, count: usize, hint: usize) -> PyResult<usize> {
        let (mut last, mut offset) = (0, 1);
        let (mut low, mut high);
        if self.less(key, self.key(place, hint))? {
            let most = hint + 1;
            while offset < most && self.less(key, self.key(place, hint - offset))? {
                last = offset;
                offset = 2 * offset + 1;
            }
            low = hint + 1 - offset.min(most);
            high = hint - last;
        } else {
            let most = count - hint;
            while offset < most && !self.less(key, self.key(place, hint + offset))? {
                last = offset;
                offset = 2 * offset + 1;
            }
            low = hint + last + 1;
            high = hint + offset.min(most);
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if self.less(key, self.key(place, middle))? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(high)
    }

    /// Copies a part of the items to the spare arrays.
    fn set_aside(&mut self, start: usize, count: usize) {
        self.spare_keys.clear();
        self.spare_keys.extend_from_slice(&self.keys[start..start + count]);
        self.spare_values.clear();
        if let Some(values) = &self.values {
            self.spare_values.extend_from_slice(&values[start..start + count]);
        }
    }

    fn move_within(&mut self, from: usize, to: usize, count: usize) {
        self.keys.copy_within(from..from + count, to);
        if let Some(values) = &mut self.values {
            values.copy_within(from..from + count, to);
        }
    }

    fn bring_back(&mut self, from: usize, to: usize, count: usize) {
        self.keys[to..to + count].copy_from_slice(&self.spare_keys[from..from + count]);
        if let Some(values) = &mut self.values {
            values[to..to + count].copy_from_slice(&self.spare_values[from..from + count]);
        }
    }

    /// Merges `left` items at `start` with the `right` items behind them, from the front. The first of the right ones comes
    /// first, and the last of the left ones comes last.
    fn merge_low(&mut self, start: usize, left: usize, right: usize) -> PyResult<()> {
        self.set_aside(start, left);
        let mut merge = Merge { left, right, a: 0, b: start + left, to: start };
        let result = self.merge_low_loop(&mut merge);
        // What is left of the items set aside comes last; after an error it goes where there is room.
        if merge.left == 1 && result.is_ok() && merge.right > 0 {
            self.move_within(merge.b, merge.to, merge.right);
            self.bring_back(merge.a, merge.to + merge.right, 1);
        } else if merge.left > 0 {
            self.bring_back(merge.a, merge.to, merge.left);
        }
        result
    }

    fn merge_low_loop(&mut self, m: &mut Merge) -> PyResult<()> {
        self.take_right(m, 1);
        if m.right == 0 || m.left == 1 {
            return Ok(());
        }
        let mut min_gallop = self.min_gallop;
        loop {
            let (mut wins_left, mut wins_right) = (0, 0);
            loop {
                if self.less(self.keys[m.b], self.spare_keys[m.a])? {
                    self.take_right(m, 1);
                    wins_right += 1;
                    wins_left = 0;
                    if m.right == 0 {
                        return Ok(());
                    }
                    if wins_right >= min_gallop {
                        break;
                    }
                } else {
                    self.take_left(m, 1);
                    wins_left += 1;
                    wins_right = 0;
                    if m.left == 1 {
                        return Ok(());
                    }
                    if wins_left >= min_gallop {
                        break;
                    }
                }
            }
            // One side wins so often that searching for the end of its streak pays.
            min_gallop += 1;
            loop {
                min_gallop -= usize::from(min_gallop > 1);
                self.min_gallop = min_gallop;
                wins_left = self.gallop_right(self.keys[m.b], Place::Spare(m.a), m.left, 0)?;
                if wins_left > 0 {
                    self.take_left(m, wins_left);
                    // None are left only if comparisons are inconsistent.
                    if m.left <= 1 {
                        return Ok(());
                    }
                }
                self.take_right(m, 1);
                if m.right == 0 {
                    return Ok(());
                }
                wins_right = self.gallop_left(self.spare_keys[m.a], Place::Main(m.b), m.right, 0)?;
                if wins_right > 0 {
                    self.take_right(m, wins_right);
                    if m.right == 0 {
                        return Ok(());
                    }
                }
                self.take_left(m, 1);
                if m.left == 1 {
                    return Ok(());
                }
                if wins_left < MIN_GALLOP && wins_right < MIN_GALLOP {
                    break;
                }
            }
            // Leaving is penalized, so that it is harder to come back.
            min_gallop += 1;
            self.min_gallop = min_gallop;
        }
    }

    fn take_left(&mut self, m: &mut Merge, count: usize) {
        self.bring_back(m.a, m.to, count);
        m.a += count;
        m.to += count;
        m.left -= count;
    }

    fn take_right(&mut self, m: &mut Merge, count: usize) {
        self.move_within(m.b, m.to, count);
        m.b += count;
        m.to += count;
        m.right -= count;
    }

    /// As [`Sorter::merge_low`], from the back: the right items are set aside. `a` and `to` are one past the next left item
    /// and place; of the right items the first `right` in the spare arrays are left.
    fn merge_high(&mut self, start: usize, left: usize, right: usize) -> PyResult<()> {
        self.set_aside(start + left, right);
        let mut merge = Merge { left, right, a: start + left, b: right, to: start + left + right };
        let result = self.merge_high_loop(&mut merge);
        if merge.right == 1 && result.is_ok() && merge.left > 0 {
            self.move_within(merge.a - merge.left, merge.to - merge.left, merge.left);
            self.bring_back(0, merge.to - merge.left - 1, 1);
        } else if merge.right > 0 {
            self.bring_back(0, merge.to - merge.right, merge.right);
        }
        result
    }

    fn merge_high_loop(&mut self, m: &mut Merge) -> PyResult<()> {
        self.take_left_back(m, 1);
        if m.left == 0 || m.right == 1 {
            return Ok(());
        }
        let mut min_gallop = self.min_gallop;
        loop {
            let (mut wins_left, mut wins_right) = (0, 0);
            loop {
                if self.less(self.spare_keys[m.b - 1], self.keys[m.a - 1])? {
                    self.take_left_back(m, 1);
                    wins_left += 1;
                    wins_right = 0;
                    if m.left == 0 {
                        return Ok(());
                    }
                    if wins_left >= min_gallop {
                        break;
                    }
                } else {
                    self.take_right_back(m, 1);
                    wins_right += 1;
                    wins_left = 0;
                    if m.right == 1 {
                        return Ok(());
                    }
                    if wins_right >= min_gallop {
                        break;
                    }
                }
            }
            min_gallop += 1;
            loop {
                min_gallop -= usize::from(min_gallop > 1);
                self.min_gallop = min_gallop;
                let base = m.a - m.left;
                let stay = self.gallop_right(self.spare_keys[m.b - 1], Place::Main(base), m.left, m.left - 1)?;
                wins_left = m.left - stay;
                if wins_left > 0 {
                    self.take_left_back(m, wins_left);
                    if m.left == 0 {
                        return Ok(());
                    }
                }
                self.take_right_back(m, 1);
                if m.right == 1 {
                    return Ok(());
                }
                let stay = self.gallop_left(self.keys[m.a - 1], Place::Spare(0), m.right, m.right - 1)?;
                wins_right = m.right - stay;
                if wins_right > 0 {
                    self.take_right_back(m, wins_right);
                    if m.right <= 1 {
                        return Ok(());
                    }
                }
                self.take_left_back(m, 1);
                if m.left == 0 {
                    return Ok(());
                }
                if wins_left < MIN_GALLOP && wins_right < MIN_GALLOP {
                    break;
                }
            }
            min_gallop += 1;
            self.min_gallop = min_gallop;
        }
    }

    fn take_left_back(&mut self, m: &mut Merge, count: usize) {
        m.a -= count;
        m.to -= count;
        m.left -= count;
        self.move_within(m.a, m.to, count);
    }

    fn take_right_back(&mut self, m: &mut Merge, count: usize) {
        m.b -= count;
        m.to -= count;
        m.right -= count;
        self.bring_back(m.b, m.to, count);
    }
}

/// How far a merge has come: what is left of either side, where the next items are and where the next place is.
struct Merge {
    left: usize,
    right: usize,
    a: usize,
    b: usize,
    to: usize,
}

/// Where a sorted stretch of keys begins.
#[derive(Clone, Copy)]
enum Place {
    Main(usize),
    Spare(usize),
}

/// The length up to which short runs are extended, such that `len` divided by it is a power of two or a little less.
fn min_run(mut len: usize) -> usize {
    let mut rest = 0;
    while len >= MIN_MERGE {
        rest |= len & 1;
        len >>= 1;
    }
    len + rest
}

/// The depth of the node between two adjacent runs in the merge tree of powersort: the first binary digit in which the
/// midpoints of the runs, as fractions of `len`, differ.
fn power(start: usize, first: usize, second: usize, len: usize) -> u32 {
    let mut a = 2 * start + first;
    let mut b = a + first + second;
    let mut power = 0;
    loop {
        power += 1;
        if a >= len {
            a -= len;
            b -= len;
        } else if b >= len {
            return power;
        }
        a *= 2;
        b *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::{min_run, power};

    #[test]
    fn runs_are_extended_as_in_cpython() {
        assert_eq!([1, 63, 64, 65, 127, 128, 1000].map(min_run), [1, 63, 32, 33, 64, 32, 63]);
    }

    #[test]
    fn powers_are_depths_in_the_merge_tree() {
        assert_eq!(power(0, 50, 50, 100), 1);
        assert_eq!(power(0, 25, 25, 100), 2);
        assert_eq!(power(50, 25, 25, 100), 2);
        assert_eq!(power(0, 10, 90, 100), 1);
    }
}
