//! Notes as files.

use crate::generated::notes::v1::{ExportedFile, Note};

/// In characters; together with the number in front it fits every file system.
const NAME_LENGTH: usize = 60;

/// The file of the note at `index`, counted from 0, of an export of `total` files.
pub fn file_of(note: &Note, index: usize, total: u32) -> ExportedFile {
    ExportedFile {
        name: format!("{:04}-{}.md", index + 1, slug(&note.title)),
        content: format!("# {}\n\n{}\n", note.title, note.body.trim_end()).into(),
        total,
    }
}

/// Lower-case letters and digits of a title, with hyphens for everything else.
fn slug(title: &str) -> String {
    let plain: String = title
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .flat_map(char::to_lowercase)
        .take(NAME_LENGTH)
        .collect();
    let slug = plain.split_whitespace().collect::<Vec<_>>().join("-");
    if slug.is_empty() {
        "note".to_owned()
    } else {
        slug
    }
}
