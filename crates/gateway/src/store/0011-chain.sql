-- What holds a party back besides its record: suspended programmes, and how its agreement ends. Stamped with the record.
ALTER TABLE party ADD COLUMN held TEXT NOT NULL DEFAULT '';

-- How many asks the hour of a programme has. It only slows a party down, so it is not stamped.
CREATE TABLE programme_hour (
    party   BLOB NOT NULL,
    purpose TEXT NOT NULL,
    began   INTEGER NOT NULL,
    asks    INTEGER NOT NULL,
    PRIMARY KEY (party, purpose)
) STRICT, WITHOUT ROWID;

-- Notices of misuse.
CREATE TABLE notice (
    row      INTEGER PRIMARY KEY,
    id       BLOB NOT NULL UNIQUE,
    sender   BLOB NOT NULL,
    about    BLOB NOT NULL,
    purpose  TEXT,
    text     BLOB NOT NULL,
    at       INTEGER NOT NULL,
    until    INTEGER NOT NULL,
    state    TEXT NOT NULL,
    closed   INTEGER
) STRICT;
CREATE INDEX notice_open ON notice (until) WHERE state = 'open';

-- What is to be told to another gateway or party, until it was told.
CREATE TABLE telling (
    row     INTEGER PRIMARY KEY AUTOINCREMENT,
    peer    TEXT NOT NULL,
    what    TEXT NOT NULL,
    due     INTEGER NOT NULL,
    tries   INTEGER NOT NULL DEFAULT 0,
    told    INTEGER
) STRICT;
CREATE INDEX telling_due ON telling (due) WHERE told IS NULL;
