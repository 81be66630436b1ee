//! What goes wrong with a call in ways that its schema does not know.

use std::fmt;

/// The reason of a [`Fault`]: gRPC's status codes, without `OK`, by their names and numbers.
///
/// See <https://grpc.io/docs/guides/status-codes/>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Code {
    /// The caller no longer wants the answer.
    Cancelled = 1,
    /// Something failed that has no better code.
    Unknown = 2,
    /// The call's bytes are not what the schema says.
    InvalidArgument = 3,
    /// The time that the call had is over.
    DeadlineExceeded = 4,
    /// Something that the call names does not exist.
    NotFound = 5,
    /// Something that the call would create exists already.
    AlreadyExists = 6,
    /// The caller may not do this.
    PermissionDenied = 7,
    /// A limit was met: payload size, calls in flight, a quota.
    ResourceExhausted = 8,
    /// The system is not in the state that the call needs.
    FailedPrecondition = 9,
    /// The call lost against a concurrent one.
    Aborted = 10,
    /// The call reaches beyond a valid range.
    OutOfRange = 11,
    /// The core has no such event.
    Unimplemented = 12,
    /// The core failed: a panic, a broken invariant.
    Internal = 13,
    /// The core cannot be reached, or is shutting down.
    Unavailable = 14,
    /// Data are lost or damaged.
    DataLoss = 15,
    /// Who calls is not known.
    Unauthenticated = 16,
}

impl Code {
    const ALL: [Self; 16] = [
        Self::Cancelled,
        Self::Unknown,
        Self::InvalidArgument,
        Self::DeadlineExceeded,
        Self::NotFound,
        Self::AlreadyExists,
        Self::PermissionDenied,
        Self::ResourceExhausted,
        Self::FailedPrecondition,
        Self::Aborted,
        Self::OutOfRange,
        Self::Unimplemented,
        Self::Internal,
        Self::Unavailable,
        Self::DataLoss,
        Self::Unauthenticated,
    ];

    /// gRPC's number of this code, 1 to 16.
    pub const fn number(self) -> u32 {
        self as u32
    }

    /// The code with this number; [`Code::Unknown`] for a number that gRPC does not define.
    pub fn from_number(number: u32) -> Self {
        let index = usize::try_from(number).unwrap_or(0).wrapping_sub(1);
        Self::ALL.get(index).copied().unwrap_or(Self::Unknown)
    }

    /// gRPC's name of this code, such as `INVALID_ARGUMENT`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "CANCELLED",
            Self::Unknown => "UNKNOWN",
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::NotFound => "NOT_FOUND",
            Self::AlreadyExists => "ALREADY_EXISTS",
            Self::PermissionDenied => "PERMISSION_DENIED",
            Self::ResourceExhausted => "RESOURCE_EXHAUSTED",
            Self::FailedPrecondition => "FAILED_PRECONDITION",
            Self::Aborted => "ABORTED",
            Self::OutOfRange => "OUT_OF_RANGE",
            Self::Unimplemented => "UNIMPLEMENTED",
            Self::Internal => "INTERNAL",
            Self::Unavailable => "UNAVAILABLE",
            Self::DataLoss => "DATA_LOSS",
            Self::Unauthenticated => "UNAUTHENTICATED",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A call that ended in a way that its schema does not know: a code and a message for developers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Why.
    pub code: Code,
    /// What happened, for a person who reads logs. Not for users.
    pub message: String,
}

impl Fault {
    /// A fault with this code and message.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// Turns what a `tower` layer failed with into a fault: a fault stays what it is, an elapsed timeout is
    /// `DEADLINE_EXCEEDED`, a shed load `RESOURCE_EXHAUSTED`, anything else `UNKNOWN` with the error's text.
    pub fn from_layer(error: tower::BoxError) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(fault) => return *fault,
            Err(error) => error,
        };
        let code = if error.is::<tower::timeout::error::Elapsed>() {
            Code::DeadlineExceeded
        } else if error.is::<tower::load_shed::error::Overloaded>() {
            Code::ResourceExhausted
        } else {
            Code::Unknown
        };
        Self::new(code, error.to_string())
    }

    pub(crate) fn unknown_event(path: &str) -> Self {
        Self::new(Code::Unimplemented, format!("no event `{path}`"))
    }

    pub(crate) fn undecodable(message: &str, error: &prost::DecodeError) -> Self {
        Self::new(
            Code::InvalidArgument,
            format!("the bytes are no `{message}`: {error}"),
        )
    }

    pub(crate) fn deadline_exceeded() -> Self {
        Self::new(
            Code::DeadlineExceeded,
            "the deadline of the call has passed",
        )
    }

    /// What a handler's panic carried, as far as it is text.
    pub(crate) fn from_panic(panic: &(dyn std::any::Any + Send)) -> Self {
        let message = match panic_text(panic) {
            Some(text) => format!("the handler panicked: {text}"),
            None => "the handler panicked".to_owned(),
        };
        Self::new(Code::Internal, message)
    }
}

/// What a panic carried, as far as it is text.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> Option<&str> {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Fault {}

/// Why a call has no value: the error that its schema declares, or a fault.
///
/// `E` is the decoded error in a client, and its bytes below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure<E = bytes::Bytes> {
    /// The domain error, as the schema of the event group declares it.
    Error(E),
    /// Anything else.
    Fault(Fault),
}

impl<E> Failure<E> {
    /// The domain error, if it is one.
    pub fn error(self) -> Option<E> {
        match self {
            Self::Error(error) => Some(error),
            Self::Fault(_) => None,
        }
    }

    /// The fault, if it is one.
    pub fn fault(self) -> Option<Fault> {
        match self {
            Self::Error(_) => None,
            Self::Fault(fault) => Some(fault),
        }
    }
}

impl<E> From<Fault> for Failure<E> {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl<E: fmt::Debug> fmt::Display for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => write!(f, "{error:?}"),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

impl<E: fmt::Debug> std::error::Error for Failure<E> {}
