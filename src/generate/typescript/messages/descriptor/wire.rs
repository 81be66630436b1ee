//! protobuf's encoding, as far as fields can be told apart without a schema.

/// One field as it stands in an encoded message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    pub number: u32,
    pub length_delimited: bool,
    /// Tag and value.
    pub raw: &'a [u8],
    /// For what is length-delimited, or a group, the bytes inside; otherwise the value as encoded.
    pub payload: &'a [u8],
}

/// The fields of an encoded message, up to its end or to the first byte that makes no sense.
pub fn records(bytes: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || record(&mut rest))
}

/// Encodes one length-delimited field.
pub fn write_length_delimited(out: &mut Vec<u8>, number: u32, payload: &[u8]) {
    write_varint(out, u64::from(number) << 3 | 2);
    write_varint(out, payload.len() as u64);
    out.extend_from_slice(payload);
}

/// Encodes the values of a packed field one by one; `kind` is the wire type of each.
pub fn values(packed: &[u8], number: u32, kind: u64, out: &mut Vec<u8>) {
    let mut rest = packed;
    while !rest.is_empty() {
        let Some(value) = value(&mut rest, kind) else {
            return;
        };
        write_varint(out, (u64::from(number) << 3) | kind);
        out.extend_from_slice(value);
    }
}

fn record<'a>(rest: &mut &'a [u8]) -> Option<Record<'a>> {
    let start = *rest;
    let tag = varint(rest)?;
    let number = u32::try_from(tag >> 3).ok()?;
    let payload = match tag & 7 {
        2 => {
            let length = usize::try_from(varint(rest)?).ok()?;
            take(rest, length)?
        }
        3 => group(rest, number)?,
        kind => value(rest, kind)?,
    };
    Some(Record {
        number,
        length_delimited: tag & 7 == 2,
        raw: &start[..start.len() - rest.len()],
        payload,
    })
}

/// One value of a wire type that neither has a length nor an end.
fn value<'a>(rest: &mut &'a [u8], kind: u64) -> Option<&'a [u8]> {
    match kind {
        0 => {
            let start = *rest;
            varint(rest)?;
            Some(&start[..start.len() - rest.len()])
        }
        1 => take(rest, 8),
        5 => take(rest, 4),
        _ => None,
    }
}

/// What lies before the end tag of a group, which is passed over.
fn group<'a>(rest: &mut &'a [u8], number: u32) -> Option<&'a [u8]> {
    let start = *rest;
    loop {
        let mut after = *rest;
        if varint(&mut after)? == u64::from(number) << 3 | 4 {
            let inside = &start[..start.len() - rest.len()];
            *rest = after;
            return Some(inside);
        }
        record(rest)?;
    }
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

fn write_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}
