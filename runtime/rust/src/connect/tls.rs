//! TLS by rustls.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

/// How long a client may take until its connection is encrypted.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// What encrypts connections.
#[derive(Clone)]
pub(super) struct Tls(TlsAcceptor);

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}

impl Tls {
    pub(super) fn new(mut config: Arc<ServerConfig>) -> Self {
        if config.alpn_protocols.is_empty() {
            let protocols = [&b"h2"[..], b"http/1.1"].map(<[u8]>::to_vec);
            Arc::make_mut(&mut config).alpn_protocols = protocols.into();
        }
        Self(config.into())
    }

    /// Nothing where the client does not manage to be understood.
    pub(super) async fn accept(&self, socket: TcpStream) -> Option<TlsStream<TcpStream>> {
        let accepted = timeout(HANDSHAKE, self.0.accept(socket)).await;
        match accepted.unwrap_or_else(|elapsed| Err(elapsed.into())) {
            Ok(socket) => Some(socket),
            Err(error) => {
                tracing::debug!(%error, "a client could not be spoken to over TLS");
                None
            }
        }
    }
}

/// TLS 1.2 and 1.3 with this certificate and no questions about the client's.
pub(super) fn config(chain: &[u8], key: &[u8]) -> io::Result<ServerConfig> {
    let unreadable = |what: &str, error: &dyn std::fmt::Display| {
        io::Error::new(io::ErrorKind::InvalidInput, format!("{what}: {error}"))
    };
    let chain = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| unreadable("the certificates", &error))?;
    if chain.is_empty() {
        return Err(unreadable("the certificates", &"there is none in this PEM"));
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| unreadable("the key", &error))?;
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| unreadable("the certificate and its key", &error))
}
