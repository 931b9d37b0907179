-- Not every notice has a clock, and what each says it is decides which one waits for which. The row numbers stay: texts are
-- sealed to them.
CREATE TABLE notice_anew (
    row      INTEGER PRIMARY KEY,
    id       BLOB NOT NULL UNIQUE,
    sender   BLOB NOT NULL,
    about    BLOB NOT NULL,
    purpose  TEXT,
    kind     TEXT NOT NULL,
    document BLOB,
    text     BLOB NOT NULL,
    at       INTEGER NOT NULL,
    until    INTEGER,
    state    TEXT NOT NULL,
    closed   INTEGER
) STRICT;
INSERT INTO notice_anew (row, id, sender, about, purpose, kind, text, at, until, state, closed)
    SELECT row, id, sender, about, purpose, 'misuse', text, at, until, state, closed FROM notice;
DROP TABLE notice;
ALTER TABLE notice_anew RENAME TO notice;
CREATE INDEX notice_open ON notice (until) WHERE state = 'open';
CREATE INDEX notice_sender ON notice (sender, about);

-- Why a party, or one of its programmes (the empty purpose is all of it), is suspended, where it was not the operator who said
-- so: what suspended itself is not told to others.
CREATE TABLE because (
    party   BLOB NOT NULL,
    purpose TEXT NOT NULL,
    why     TEXT NOT NULL,
    PRIMARY KEY (party, purpose)
) STRICT, WITHOUT ROWID;
