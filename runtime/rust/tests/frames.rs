//! Frames from outside may be anything: the corpus of the fuzz target, and thousands of mutations of it.

#[path = "frames/drive.rs"]
mod drive;

use std::path::Path;

use bellwire::Bytes;
use bellwire::wire::bellwire::v1::client_frame::Kind;
use bellwire::wire::bellwire::v1::{
    Call, Cancel, ClientFrame, Credit, Fingerprint, Hello, Metadata, Ping, Subscribe, Subscription,
    Unsubscribe,
};
use prost::Message;

/// Mutations of each file of the corpus.
const ROUNDS: usize = 1_500;

#[test]
fn no_frame_harms_a_server() {
    let corpus = corpus();
    assert!(corpus.len() >= 4, "the corpus is there");
    let mut random = Random(0x5eed);
    for file in &corpus {
        drive::drive(file);
        for _ in 0..ROUNDS {
            let mut data = file.clone();
            for _ in 0..=random.below(6) {
                mutate(&mut data, &corpus, &mut random);
            }
            drive::drive(&data);
        }
    }
}

/// What the fuzz target starts with. `BELLWIRE_CORPUS=write` writes it.
#[test]
fn the_corpus_has_every_kind_of_frame() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/frames");
    for (name, frames) in seeds() {
        let data = drive::join(&frames);
        let path = folder.join(name);
        if std::env::var_os("BELLWIRE_CORPUS").is_some() {
            std::fs::write(&path, &data).expect("writable");
        }
        let kept = std::fs::read(&path).unwrap_or_default();
        assert_eq!(kept, data, "{name}: run with BELLWIRE_CORPUS=write");
    }
}

fn corpus() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/frames");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the corpus")
        .map(|entry| entry.expect("readable").path())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).expect("readable"))
        .collect()
}

/// A generator of numbers that is the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap_or(0)
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap_or(0)
    }
}

fn mutate(data: &mut Vec<u8>, corpus: &[Vec<u8>], random: &mut Random) {
    let at = random.below(data.len());
    match random.below(6) {
        0 if !data.is_empty() => data[at] ^= 1 << random.below(8),
        1 if !data.is_empty() => data[at] = random.byte(),
        2 => data.insert(at, random.byte()),
        3 if !data.is_empty() => drop(data.remove(at)),
        4 => data.truncate(at),
        _ => {
            let other = &corpus[random.below(corpus.len())];
            data.extend_from_slice(&other[random.below(other.len())..]);
        }
    }
}

fn frame(kind: Kind, payload: &'static [u8]) -> Bytes {
    let frame = ClientFrame {
        kind: Some(kind),
        payload: Bytes::from_static(payload),
    };
    frame.encode_to_vec().into()
}

fn hello() -> Bytes {
    let uses = ["f.E/Echo", "f.E/Gone"].map(|path| Fingerprint {
        path: path.to_owned(),
        fingerprint: 1,
    });
    let hello = Hello {
        protocol: 1,
        uses: uses.into(),
    };
    frame(Kind::Hello(hello), b"")
}

fn call(id: u64, path: &str, payload: &'static [u8]) -> Bytes {
    let call = Call {
        id,
        path: path.to_owned(),
        metadata: vec![Metadata {
            key: "k".to_owned(),
            value: "v".to_owned(),
        }],
        timeout_ms: id.is_multiple_of(2).then_some(60_000),
        credit: 2,
    };
    frame(Kind::Call(call), payload)
}

fn subscribe(id: u64, path: &str, key: Option<&str>) -> Bytes {
    let subscription = Some(Subscription {
        path: path.to_owned(),
        key: key.map(str::to_owned),
    });
    frame(Kind::Subscribe(Subscribe { id, subscription }), b"")
}

fn seeds() -> Vec<(&'static str, Vec<Bytes>)> {
    let cancel = |id| frame(Kind::Cancel(Cancel { id }), b"");
    let credit = |id| frame(Kind::Credit(Credit { id, items: 9 }), b"");
    let unsubscribe = |id| frame(Kind::Unsubscribe(Unsubscribe { id }), b"");
    let ping = frame(Kind::Ping(Ping { nonce: 7 }), b"");
    vec![
        (
            "calls",
            vec![
                hello(),
                call(1, "f.E/Echo", b"hello"),
                call(2, "f.E/Panic", b""),
                call(3, "f.E/Never", b""),
                call(3, "f.E/Echo", b""),
                cancel(3),
                cancel(3),
                call(3, "f.E/Gone", b""),
                ping.clone(),
            ],
        ),
        (
            "no_hello",
            vec![call(1, "f.E/Echo", b""), ping, hello(), hello()],
        ),
        (
            "notifications",
            vec![
                hello(),
                subscribe(1, "f.N/Plain", None),
                subscribe(2, "f.N/Keyed", Some("k")),
                subscribe(2, "f.N/Keyed", None),
                call(1, "f.E/Echo", b""),
                unsubscribe(1),
                unsubscribe(1),
                call(2, "f.E/Echo", b""),
            ],
        ),
        (
            "streams",
            vec![
                hello(),
                call(1, "f.E/Items", b"abcdef"),
                credit(1),
                credit(1),
                call(2, "f.E/Items", b"abcdef"),
                cancel(2),
                credit(2),
            ],
        ),
    ]
}
