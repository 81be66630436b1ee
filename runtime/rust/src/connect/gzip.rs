//! Compression, whose refusal of what becomes too large names the server's limit.

use std::io::Read;

use bytes::Bytes;
use connectrpc::compression::{CompressionProvider, CompressionRegistry, GzipProvider};
use connectrpc::{ConnectError, ErrorCode};

use crate::Limits;

/// What requests and answers may be compressed by.
pub(super) fn registry(limits: &Limits) -> CompressionRegistry {
    CompressionRegistry::new().register(Gzip {
        gzip: GzipProvider::default(),
        limits: limits.clone(),
    })
}

struct Gzip {
    gzip: GzipProvider,
    limits: Limits,
}

impl CompressionProvider for Gzip {
    fn name(&self) -> &'static str {
        self.gzip.name()
    }

    fn compress(&self, data: &[u8]) -> Result<Bytes, ConnectError> {
        self.gzip.compress(data)
    }

    fn decompressor<'a>(&self, data: &'a [u8]) -> Result<Box<dyn Read + 'a>, ConnectError> {
        self.gzip.decompressor(data)
    }

    fn decompress_with_limit(&self, data: &[u8], max_size: usize) -> Result<Bytes, ConnectError> {
        let decompressed = self.gzip.decompress_with_limit(data, max_size);
        decompressed.map_err(|error| match error.code {
            ErrorCode::ResourceExhausted => self.limits.payload_too_large().into(),
            _ => error,
        })
    }
}
