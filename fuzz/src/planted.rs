//! Four steps in a row, each right for one byte in 256: some four thousand million tries by chance, some hundred thousand
//! when every step that is right is noticed and kept.

use std::hint::black_box;

/// What each step must come to.
const WANTED: [u8; 4] = [0x2D, 0x91, 0x3C, 0xE7];

/// Panics at the end of the steps.
pub(crate) fn run(data: &[u8]) {
    let [a, b, c, d, ..] = *data else { return };
    // Each step depends on the one before, so that no constant of this file can be copied into the input; and none is
    // known to the compiler, which would otherwise take several for one.
    let is = |step: usize, before: u8, byte: u8| black_box(before.wrapping_mul(31) ^ byte) == WANTED[step];
    let steps = [(0x5A, a), (a, b), (b, c), (c, d)];
    let right = |step: usize| is(step, steps[step].0, steps[step].1);
    // Written out, since a loop would be one branch.
    if !right(0) {
        return;
    }
    if !right(1) {
        return;
    }
    if !right(2) {
        return;
    }
    assert!(!right(3), "the planted branch is found");
}
