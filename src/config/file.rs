//! The form of `bellwire.yaml`.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{
    ALL_SCHEMAS, Config, DartTarget, Parser, RustTarget, ServiceConfig, TypeScriptTarget, mistakes,
};
use crate::diagnostic::{Diagnostic, Report, Source, code};

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a map with the keys of a configuration"
)]
struct File {
    roots: Vec<PathBuf>,
    #[serde(default = "all_schemas")]
    schemas: Vec<String>,
    #[serde(default, deserialize_with = "unique_map")]
    services: BTreeMap<String, ServiceConfig>,
    #[serde(default)]
    targets: Targets,
    #[serde(default)]
    parser: Parser,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a map of targets")]
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

pub fn read(path: &Path) -> Result<Config, Report> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let source = Arc::new(Source::new(path.display().to_string(), text));
    let file = serde_yaml::from_str(source.text())
        .map_err(|error| mistakes::all::<File>(&source, &error))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    Ok(config(file, folder, source))
}

fn config(file: File, folder: &Path, source: Arc<Source>) -> Config {
    let File {
        roots,
        schemas,
        services,
        targets,
        parser,
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
        parser,
        source: Some(source),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Report {
    let shown = path.display();
    let (message, help) = match error.kind() {
        std::io::ErrorKind::NotFound => (
            format!("there is no configuration `{shown}`"),
            match above(path) {
                Some(other) => format!("did you mean `--config {}`?", other.display()),
                None => "`bellwire init` writes a first one; `--config PATH` names one that lies elsewhere; \
                         `bellwire check FILE…` needs none"
                    .to_owned(),
            },
        ),
        _ => (
            format!("cannot read the configuration {shown}: {error}"),
            "a configuration is a YAML file in UTF-8".to_owned(),
        ),
    };
    Report::from(Diagnostic::error(code::CONFIG_MISSING_FILE, message).help(help))
}

/// A configuration of that name, or of the other ending of YAML, in its folder or in one above.
fn above(path: &Path) -> Option<PathBuf> {
    let names = [path.to_owned(), path.with_extension("yml")];
    let outwards = std::iter::successors(Some(PathBuf::new()), |up| Some(up.join("..")));
    let levels = std::env::current_dir().map_or(0, |folder| folder.components().count());
    let mut candidates = outwards
        .take(levels)
        .flat_map(|up| names.each_ref().map(|name| up.join(name)));
    candidates.find(|candidate| candidate.is_file())
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
            while let Some(key) = entries.next_key_seed(NewKey(&map))? {
                let value = entries.next_value()?;
                map.insert(key, value);
            }
            Ok(map)
        }
    }

    deserializer.deserialize_map(UniqueMap(PhantomData))
}

/// A key that the map does not have yet.
struct NewKey<'a, T>(&'a BTreeMap<String, T>);

impl<'de, T> DeserializeSeed<'de> for NewKey<'_, T> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<T> Visitor<'_> for NewKey<'_, T> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<String, E> {
        match self.0.contains_key(key) {
            true => Err(E::custom(format_args!("duplicate key `{key}`"))),
            false => Ok(key.to_owned()),
        }
    }
}
