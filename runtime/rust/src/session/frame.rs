//! How the core's frames are written: the payload last, and in place.

use bytes::Bytes;
use prost::Message;

use super::call::Ending;
use crate::wire::bellwire::v1::server_frame::Kind;
use crate::wire::bellwire::v1::{
    End, Error, Fault as WireFault, Item, Lagged, Notice, Ok, ServerFrame,
};
use crate::{Delivered, Failure, Fault, NotificationInfo, Payload};

/// How much room the header of an answer takes at most: a kind with a call's id in 13 bytes, and a payload's key and
/// length in 11.
pub(crate) const ROOM: usize = 24;

/// The key of `ServerFrame.payload`: field 15, with a length.
const PAYLOAD: u8 = (15 << 3) | 2;

/// How a call ends.
pub(super) fn ending(id: u64, ending: Ending) -> Bytes {
    match ending {
        Ending::Answer(Result::Ok(output)) => ok(id, output),
        Ending::Answer(Err(Failure::Error(error))) => {
            with_payload(Kind::Error(Error { id }), error)
        }
        Ending::Answer(Err(Failure::Fault(why))) => fault(id, &why),
        Ending::StreamOver => plain(Kind::End(End { id })),
    }
}

fn ok(id: u64, output: Payload) -> Bytes {
    with_payload(Kind::Ok(Ok { id }), output)
}

pub(super) fn item(id: u64, output: Payload) -> Bytes {
    with_payload(Kind::Item(Item { id }), output)
}

/// A fault of a call, or of the session where the id is 0.
pub(crate) fn fault(id: u64, fault: &Fault) -> Bytes {
    plain(Kind::Fault(wire_fault(id, fault)))
}

pub(crate) fn wire_fault(id: u64, fault: &Fault) -> WireFault {
    WireFault {
        id,
        code: fault.code.number(),
        message: fault.message.clone(),
    }
}

/// What a subscriber sees.
pub(super) fn delivered(delivered: Delivered) -> Bytes {
    match delivered {
        Delivered::Notice(notice) => notice.frame.clone(),
        Delivered::Lagged { path, missed } => plain(Kind::Lagged(Lagged {
            path: path.unwrap_or_default().to_owned(),
            missed,
        })),
    }
}

/// A frame without a payload.
pub(super) fn plain(kind: Kind) -> Bytes {
    header(kind).encode_to_vec().into()
}

/// The frame of a notification, which is the same for every session, and the payload as a part of it.
pub(crate) fn notice(
    notification: &NotificationInfo,
    key: Option<&str>,
    encode: impl FnOnce(usize) -> Payload,
) -> (Bytes, Bytes) {
    let kind = Kind::Notification(Notice {
        path: notification.path.to_owned(),
        key: key.map(str::to_owned),
    });
    let header = header(kind);
    let payload = encode(header.encoded_len() + ROOM);
    let length = payload.len();
    let frame = join(&header, payload);
    let payload = frame.slice(frame.len() - length..);
    (frame, payload)
}

fn with_payload(kind: Kind, payload: Payload) -> Bytes {
    join(&header(kind), payload)
}

fn header(kind: Kind) -> ServerFrame {
    ServerFrame {
        kind: Some(kind),
        payload: Bytes::new(),
    }
}

fn join(header: &ServerFrame, payload: Payload) -> Bytes {
    let length = payload.len();
    let head = header.encoded_len();
    let prefix = match length {
        0 => 0,
        _ => 1 + prost::length_delimiter_len(length),
    };
    payload.behind(head + prefix, |mut room| {
        // The room has exactly the length that is written, so nothing here can fail.
        let _ = header.encode(&mut room);
        if length > 0 {
            let (key, mut length_room) = room.split_at_mut(1);
            key[0] = PAYLOAD;
            let _ = prost::encode_length_delimiter(length, &mut length_room);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_what_prost_would_write_whatever_room_there_was() {
        for length in [0, 1, 127, 128, 20_000] {
            for (id, room) in [(1, ROOM), (u64::MAX, ROOM), (300, 0), (300, 3)] {
                let message = Bytes::from(vec![7; length]);
                let expected = ServerFrame {
                    kind: Some(Kind::Ok(Ok { id })),
                    payload: message.clone(),
                };
                // A message of one bytes field is longer than its bytes, so the bytes are taken for the message.
                let shared = ok(id, Payload::from(message.clone()));
                assert_eq!(shared, expected.encode_to_vec());

                let own = ok(id, Payload::encode(&expected, room));
                let outer = ServerFrame {
                    kind: Some(Kind::Ok(Ok { id })),
                    payload: expected.encode_to_vec().into(),
                };
                assert_eq!(own, outer.encode_to_vec());
            }
        }
    }
}
