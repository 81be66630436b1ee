//! Sets of ASCII letters, as a table: one look-up tells whether a byte is in a set.

/// `0` to `9`, `a` to `f`, in either case.
pub const HEX: u8 = 1;
/// Digits.
pub const DIGIT: u8 = 1 << 1;
/// Of a label of a host's name: letters, digits and the hyphen.
pub const LABEL: u8 = 1 << 2;
/// Of an email address before its `@`.
pub const LOCAL: u8 = 1 << 3;

static SETS: [u8; 256] = {
    let mut sets = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        sets[byte as usize] = sets_of(byte);
        byte += 1;
    }
    sets
};

const fn sets_of(byte: u8) -> u8 {
    let mut sets = 0;
    if byte.is_ascii_hexdigit() {
        sets |= HEX;
    }
    if byte.is_ascii_digit() {
        sets |= DIGIT;
    }
    if byte.is_ascii_alphanumeric() || byte == b'-' {
        sets |= LABEL | LOCAL;
    }
    match byte {
        b'.' | b'!' | b'#'..=b'\'' | b'*' | b'+' | b'/' | b'=' | b'?' => sets |= LOCAL,
        b'^'..=b'`' | b'{'..=b'~' => sets |= LOCAL,
        _ => {}
    }
    sets
}

/// The sets that a byte is in.
pub fn sets(byte: u8) -> u8 {
    SETS[usize::from(byte)]
}

/// Whether every byte is in a set. Without a branch for each, since most texts are legal.
pub fn all(bytes: &[u8], set: u8) -> bool {
    bytes.iter().fold(set, |left, byte| left & sets(*byte)) != 0
}
