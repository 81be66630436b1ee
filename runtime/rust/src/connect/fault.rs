//! Faults and domain errors as the protocol has them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::Bytes;
use connectrpc::{ConnectError, ErrorCode, ErrorDetail};
use serde_json::Value;

use crate::{Code, Fault};

impl From<Fault> for ConnectError {
    fn from(fault: Fault) -> Self {
        let code = ErrorCode::from_grpc_code(fault.code.number()).unwrap_or(ErrorCode::Unknown);
        Self::new(code, fault.message)
    }
}

/// A domain error of this type: clients know it by its code and its one detail.
pub(super) fn domain_error(type_name: &str, error: &Bytes, debug: Option<Value>) -> ConnectError {
    let code =
        ErrorCode::from_grpc_code(Code::FailedPrecondition.number()).unwrap_or(ErrorCode::Unknown);
    ConnectError::new(code, format!("the event failed with a `{type_name}`")).with_detail(
        ErrorDetail {
            type_url: type_name.to_owned(),
            value: Some(STANDARD_NO_PAD.encode(error)),
            debug,
        },
    )
}
