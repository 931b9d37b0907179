-- The road: the journal, the people it is about, and what stays cold.

CREATE TABLE head (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    size       INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    roots      BLOB NOT NULL,
    checkpoint TEXT NOT NULL
) STRICT;
INSERT INTO head VALUES (1, 0, 0, x'', '');

CREATE TABLE entry (
    leaf         INTEGER PRIMARY KEY,
    kind         TEXT NOT NULL,
    at           INTEGER NOT NULL,
    subject      BLOB,
    previous     INTEGER,
    closes       INTEGER,
    tag          BLOB NOT NULL,
    party_salt   BLOB NOT NULL,
    party        TEXT NOT NULL,
    subject_salt BLOB NOT NULL,
    subject_part TEXT NOT NULL
) STRICT;

CREATE TABLE person (
    key   BLOB PRIMARY KEY,
    facts BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE change (
    leaf  INTEGER PRIMARY KEY,
    scope TEXT NOT NULL,
    id    BLOB NOT NULL
) STRICT;

CREATE TABLE spent (
    minute INTEGER NOT NULL,
    hash   BLOB NOT NULL,
    PRIMARY KEY (minute, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE party (
    id        BLOB PRIMARY KEY,
    client    TEXT NOT NULL UNIQUE,
    record    TEXT NOT NULL,
    suspended INTEGER NOT NULL DEFAULT 0,
    stamp     BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE consent (
    row       INTEGER PRIMARY KEY,
    id        BLOB NOT NULL UNIQUE,
    subject   BLOB NOT NULL,
    recipient BLOB NOT NULL,
    terms     BLOB NOT NULL,
    number    BLOB NOT NULL,
    words     BLOB NOT NULL,
    link      BLOB NOT NULL UNIQUE,
    until     INTEGER NOT NULL,
    state     TEXT NOT NULL,
    at        INTEGER NOT NULL,
    ends      INTEGER
) STRICT;

CREATE TABLE signature (
    consent   BLOB PRIMARY KEY,
    x         BLOB NOT NULL,
    y         BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    row     INTEGER PRIMARY KEY AUTOINCREMENT,
    text    BLOB NOT NULL,
    until   INTEGER NOT NULL,
    outcome TEXT
) STRICT;
CREATE INDEX outbox_due ON outbox (row) WHERE outcome IS NULL;
