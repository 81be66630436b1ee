//! The form of `bellwire.yaml`.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::{ALL_SCHEMAS, Config, DartTarget, RustTarget, ServiceConfig, TypeScriptTarget, locate};
use crate::diagnostic::{Code, Diagnostic, Label, Source, code};
use crate::names::nearest;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    roots: Vec<PathBuf>,
    #[serde(default = "all_schemas")]
    schemas: Vec<String>,
    #[serde(default, deserialize_with = "unique_map")]
    services: BTreeMap<String, ServiceConfig>,
    #[serde(default)]
    targets: Targets,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Targets {
    #[serde(default, deserialize_with = "one_or_many")]
    rust: Vec<RustTarget>,
    #[serde(default, deserialize_with = "one_or_many")]
    typescript: Vec<TypeScriptTarget>,
    #[serde(default, deserialize_with = "one_or_many")]
    dart: Vec<DartTarget>,
}

fn all_schemas() -> Vec<String> {
    vec![ALL_SCHEMAS.to_owned()]
}

pub fn read(path: &Path) -> Result<Config, Diagnostic> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let source = Arc::new(Source::new(path.display().to_string(), text));
    let file = serde_yaml::from_str(source.text()).map_err(|error| misformed(&source, &error))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    Ok(config(file, folder, source))
}

fn config(file: File, folder: &Path, source: Arc<Source>) -> Config {
    let File {
        roots,
        schemas,
        services,
        targets,
    } = file;
    let Targets {
        mut rust,
        mut typescript,
        mut dart,
    } = targets;
    let outs = rust.iter_mut().map(|target| &mut target.out);
    let outs = outs.chain(typescript.iter_mut().map(|target| &mut target.out));
    let outs = outs.chain(dart.iter_mut().map(|target| &mut target.out));
    outs.for_each(|out| *out = folder.join(&*out));
    Config {
        roots: roots.iter().map(|root| folder.join(root)).collect(),
        schemas,
        services,
        rust,
        typescript,
        dart,
        source: Some(source),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let help = match error.kind() {
        std::io::ErrorKind::NotFound => {
            "`bellwire init` writes a first one; `--config PATH` names one that lies elsewhere; \
             `bellwire check FILE…` needs none"
        }
        _ => "a configuration is a YAML file in UTF-8",
    };
    let message = format!("cannot read the configuration {}: {error}", path.display());
    Diagnostic::error(code::CONFIG_MISSING_FILE, message).help(help)
}

/// What the reader says about a file that is no configuration, with the nearest name for an unknown key.
fn misformed(source: &Arc<Source>, error: &serde_yaml::Error) -> Diagnostic {
    // The reader puts the path in front and the place behind; both are shown by the label.
    let whole = error.to_string();
    let sentence = whole
        .rsplit_once(" at line ")
        .map_or(whole.as_str(), |(sentence, _)| sentence);
    let (code, help) = explain(sentence);
    let label = Label::new(source, locate::error(source.text(), error), "");
    let diagnostic = Diagnostic::error(code, sentence).at(label);
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// Reads serde's own sentences, which name the known keys between backticks.
fn explain(sentence: &str) -> (Code, Option<String>) {
    let mut names = sentence.split('`').skip(1).step_by(2);
    let unknown = ["unknown field `", "unknown variant `"]
        .iter()
        .any(|start| sentence.contains(start));
    if !unknown {
        return (code::CONFIG_INVALID, None);
    }
    let name = names.next().unwrap_or_default();
    let known: Vec<_> = names.collect();
    let help = match nearest(name, known.iter().copied()).first() {
        Some(near) => format!("did you mean {near}?"),
        None => format!(
            "known are {}",
            known
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(", ")
        ),
    };
    (code::CONFIG_UNKNOWN_KEY, Some(help))
}

/// One map, or a list of maps.
fn one_or_many<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    struct OneOrMany<T>(PhantomData<T>);

    impl<'de, T: DeserializeOwned> Visitor<'de> for OneOrMany<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a target such as `{ out: FOLDER }`, or a list of them")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<T>, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map)).map(|target| vec![target])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Vec<T>, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(list))
        }
    }

    deserializer.deserialize_any(OneOrMany(PhantomData))
}

/// A map in which no key stands twice.
pub fn unique_map<'de, D, T>(deserializer: D) -> Result<BTreeMap<String, T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    struct UniqueMap<T>(PhantomData<T>);

    impl<'de, T: DeserializeOwned> Visitor<'de> for UniqueMap<T> {
        type Value = BTreeMap<String, T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            let mut map = BTreeMap::new();
            while let Some((key, value)) = entries.next_entry::<String, T>()? {
                if map.contains_key(&key) {
                    return Err(A::Error::custom(format_args!("duplicate entry {key:?}")));
                }
                map.insert(key, value);
            }
            Ok(map)
        }
    }

    deserializer.deserialize_map(UniqueMap(PhantomData))
}
