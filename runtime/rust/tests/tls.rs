//! TLS by rustls, with a certificate that an authority of the test's own signed, from Node and from raw sockets.

#![cfg(feature = "rustls")]

mod fixture;
mod programs;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bellwire::connect::rustls::crypto::ring;
use bellwire::connect::rustls::pki_types::pem::PemObject;
use bellwire::connect::rustls::pki_types::{CertificateDer, ServerName};
use bellwire::connect::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use bellwire::connect::{self, Listener};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::runtime::Runtime;

use fixture::core;
use programs::{node_tests, typescript_is_built};

/// A server, who vouches for it, and the runtime that it runs on.
struct Site {
    address: SocketAddr,
    authority: String,
    _runtime: Runtime,
}

fn site() -> Site {
    let mut params = CertificateParams::new([]).expect("no names");
    // Two certificates of one name would count as one that signed itself.
    params
        .distinguished_name
        .push(DnType::CommonName, "An authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let authority = CertifiedIssuer::self_signed(params, key).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(["localhost".to_owned()]).expect("a name");
    let certificate = params.signed_by(&key, &authority).expect("signed");

    let runtime = Runtime::new().expect("it starts");
    let address = runtime.block_on(async {
        let listener = Listener::loopback(0).await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let listener = listener
            .tls_pem(certificate.pem().as_bytes(), key.serialize_pem().as_bytes())
            .expect("a certificate and its key");
        tokio::spawn(listener.serve(connect::router(core().server)));
        address
    });
    Site {
        address,
        authority: authority.pem(),
        _runtime: runtime,
    }
}

/// Says nothing of HTTP yet; the server chose one of these protocols.
fn chosen(site: &Site, protocols: &[&[u8]]) -> (StreamOwned<ClientConnection, TcpStream>, String) {
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(site.authority.as_bytes()).expect("PEM");
    roots.add(authority).expect("an authority");
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|it| it.to_vec()).collect();
    let name = ServerName::try_from("localhost").expect("a name");
    let mut tls = ClientConnection::new(Arc::new(config), name).expect("a client");
    let mut socket = TcpStream::connect(site.address).expect("it accepts");
    while tls.is_handshaking() {
        tls.complete_io(&mut socket).expect("a handshake");
    }
    let protocol = tls.alpn_protocol().unwrap_or_default().to_vec();
    let protocol = String::from_utf8(protocol).expect("a name");
    (StreamOwned::new(tls, socket), protocol)
}

#[test]
fn the_client_chooses_between_http_2_and_http_1() {
    let site = site();
    assert_eq!(chosen(&site, &[b"h2", b"http/1.1"]).1, "h2");
    assert_eq!(chosen(&site, &[b"http/1.1"]).1, "http/1.1");
    let (mut stream, protocol) = chosen(&site, &[]);
    assert_eq!(protocol, "");
    let request = "POST /fixture.v1.EchoEvent/Nothing HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         content-type: application/proto\r\ncontent-length: 0\r\n\r\n";
    stream.write_all(request.as_bytes()).expect("written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn who_does_not_speak_tls_gets_nothing_and_stops_nobody() {
    let site = site();
    let mut silent = TcpStream::connect(site.address).expect("it accepts");
    let mut plain = TcpStream::connect(site.address).expect("it accepts");
    plain
        .write_all(b"POST /fixture.v1.EchoEvent/Nothing HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .expect("written");
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    assert_eq!(chosen(&site, &[b"h2"]).1, "h2");
    // Ten seconds, and what a busy machine adds.
    silent
        .set_read_timeout(Some(Duration::from_secs(60)))
        .expect("a socket");
    assert_eq!(silent.read(&mut [0; 8]).expect("closed"), 0);
}

#[test]
fn what_is_no_certificate_or_another_key_is_refused() {
    let runtime = Runtime::new().expect("it starts");
    let refused = |chain: &str, key: &str| {
        let listener = runtime.block_on(Listener::loopback(0)).expect("a port");
        let error = listener.tls_pem(chain.as_bytes(), key.as_bytes());
        error.expect_err("refused").to_string()
    };
    let (key, other) = (KeyPair::generate(), KeyPair::generate());
    let (key, other) = (key.expect("a key"), other.expect("a key").serialize_pem());
    let params = CertificateParams::new(["localhost".to_owned()]).expect("a name");
    let chain = params.self_signed(&key).expect("signed").pem();
    assert!(refused("", &other).starts_with("the certificates: there is none"));
    assert!(refused(&chain, "").starts_with("the key: "));
    assert!(refused(&chain, &other).starts_with("the certificate and its key: "));
}

#[test]
fn the_typescript_client_speaks_it() {
    if !typescript_is_built() {
        return;
    }
    let site = site();
    let authority = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("authority.pem");
    std::fs::write(&authority, &site.authority).expect("written");
    let core = format!("https://localhost:{}", site.address.port());
    let authority = authority.to_str().expect("a path in UTF-8");
    let environment = [
        ("BELLWIRE_CORE", core.as_str()),
        ("NODE_EXTRA_CA_CERTS", authority),
    ];
    node_tests("tls.e2e", 60_000, &environment);
}
