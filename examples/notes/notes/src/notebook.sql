CREATE TABLE note (
    number     INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    title      TEXT NOT NULL,
    body       TEXT NOT NULL,
    revision   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,  -- in milliseconds since 1970, as the others
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,           -- when it went into the bin
    editor_id  TEXT NOT NULL REFERENCES user (id)
) STRICT;

CREATE INDEX note_by_update ON note (updated_at DESC, number DESC) WHERE deleted_at IS NULL;

-- The words of every note. The text itself stays in `note`; the triggers keep the two together.
CREATE VIRTUAL TABLE note_words USING fts5 (
    title, body,
    content = 'note', content_rowid = 'number',
    tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);

CREATE TRIGGER note_inserted AFTER INSERT ON note BEGIN
    INSERT INTO note_words (rowid, title, body) VALUES (new.number, new.title, new.body);
END;

CREATE TRIGGER note_deleted AFTER DELETE ON note BEGIN
    INSERT INTO note_words (note_words, rowid, title, body) VALUES ('delete', old.number, old.title, old.body);
END;

CREATE TRIGGER note_updated AFTER UPDATE OF title, body ON note BEGIN
    INSERT INTO note_words (note_words, rowid, title, body) VALUES ('delete', old.number, old.title, old.body);
    INSERT INTO note_words (rowid, title, body) VALUES (new.number, new.title, new.body);
END;
