CREATE TABLE user (
    id    TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,  -- in lower case
    name  TEXT NOT NULL,
    color INTEGER NOT NULL       -- user.v1.Color
) STRICT;

CREATE TABLE session (
    token   TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES user (id)
) STRICT, WITHOUT ROWID;
