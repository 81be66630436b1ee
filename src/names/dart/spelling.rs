//! How words are put together, whatever they name.

/// Whether a class name is as Dart likes them, `UpperCamelCase`.
pub fn is_class_style(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.contains('_')
}

/// Whether a name of a member or constant is as Dart likes them, `lowerCamelCase`.
pub fn is_member_style(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.contains('_')
}

/// Whether the JSON name says what the field's own name is, so that Dart need not be told.
pub fn json_name_implies(json_name: &str, name: &str) -> bool {
    let letters = json_name.chars().flat_map(|c| {
        let underscore = c.is_ascii_uppercase().then_some('_');
        underscore.into_iter().chain([c.to_ascii_lowercase()])
    });
    letters.eq(name.chars())
}

/// Every word between underscores with an upper-case first letter: `user_id` → `UserId`, `userID` → `UserID`.
pub fn camel(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut first = true;
    for letter in name.chars() {
        match letter {
            '_' => {}
            _ if first => camel.push(letter.to_ascii_uppercase()),
            _ => camel.push(letter),
        }
        first = letter == '_';
    }
    if camel.is_empty() {
        "X".to_owned()
    } else {
        camel
    }
}

pub fn upper_first(word: &str) -> String {
    let mut word = word.to_owned();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    word
}

pub fn lower_first(word: &str) -> String {
    let mut word = word.to_owned();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    word
}

/// `UserProfile` → `userProfile`, `URL` → `url`, `NOTE_LIST`'s `LIST` → `list`.
pub fn lower_camel_word(word: &str) -> String {
    if word.chars().any(|c| c.is_ascii_lowercase()) {
        lower_first(word)
    } else {
        word.to_ascii_lowercase()
    }
}

/// Leading underscores go to the end, since they would make the name private; a digit then gets an `x` before it.
pub fn public(name: &str) -> String {
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return name.to_owned();
    }
    let stem = name.trim_start_matches('_');
    let moved = format!("{stem}{}", "_".repeat(name.len() - stem.len()));
    if moved.starts_with(|c: char| c.is_ascii_alphabetic()) {
        moved
    } else {
        format!("x{moved}")
    }
}
