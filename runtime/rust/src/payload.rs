//! An encoded message, with room in front of it.

use std::fmt;
use std::ops::Deref;

use bytes::{Buf, Bytes};
use prost::Message;

/// An encoded message.
///
/// Where it will become a frame's payload it has room in front of it, so that the frame's header can be written there
/// and the message is not copied.
#[derive(Clone)]
pub struct Payload(Buffer);

#[derive(Clone)]
enum Buffer {
    Shared(Bytes),
    /// The message begins at `start`.
    Own {
        buffer: Vec<u8>,
        start: usize,
    },
}

impl Payload {
    /// Encodes a message behind this much room.
    pub(crate) fn encode(message: &impl Message, room: usize) -> Self {
        let mut buffer = Vec::with_capacity(room + message.encoded_len());
        buffer.resize(room, 0);
        // A `Vec` grows as needed, so there is nothing that could fail.
        let _ = message.encode(&mut buffer);
        Self(Buffer::Own {
            buffer,
            start: room,
        })
    }

    /// The encoded message.
    pub fn into_bytes(self) -> Bytes {
        match self.0 {
            Buffer::Shared(bytes) => bytes,
            Buffer::Own { buffer, start } => {
                let mut bytes = Bytes::from(buffer);
                bytes.advance(start);
                bytes
            }
        }
    }

    /// The message behind `length` bytes that `write` fills, without a copy where there is room for them.
    pub(crate) fn behind(self, length: usize, write: impl FnOnce(&mut [u8])) -> Bytes {
        let (mut buffer, start) = match self.0 {
            Buffer::Own { buffer, start } if start >= length => (buffer, start),
            other => {
                let message = Self(other);
                let mut buffer = Vec::with_capacity(length + message.len());
                buffer.resize(length, 0);
                buffer.extend_from_slice(&message);
                (buffer, length)
            }
        };
        let first = start - length;
        write(&mut buffer[first..start]);
        let mut bytes = Bytes::from(buffer);
        bytes.advance(first);
        bytes
    }
}

impl Deref for Payload {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Buffer::Shared(bytes) => bytes,
            Buffer::Own { buffer, start } => &buffer[*start..],
        }
    }
}

impl From<Bytes> for Payload {
    fn from(bytes: Bytes) -> Self {
        Self(Buffer::Shared(bytes))
    }
}

impl From<Payload> for Bytes {
    fn from(payload: Payload) -> Self {
        payload.into_bytes()
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} bytes)", self.len())
    }
}
