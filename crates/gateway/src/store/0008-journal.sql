-- The journal, checked by strangers.

-- The hashes of full tiles (C2SP tlog-tiles), 8,192 bytes each. The id is the level times 2^48 plus the index.
CREATE TABLE tile (
    id     INTEGER PRIMARY KEY,
    hashes BLOB NOT NULL
) STRICT;

-- What is left of erased entries: their public leaves.
CREATE TABLE erased (
    leaf    INTEGER PRIMARY KEY,
    tag     BLOB NOT NULL,
    party   BLOB NOT NULL,
    subject BLOB NOT NULL
) STRICT;

-- Legal holds. The scope is `everything`, `subject` or `party`, the id that of the latter two.
CREATE TABLE hold (
    name   TEXT PRIMARY KEY,
    scope  TEXT NOT NULL,
    id     BLOB NOT NULL,
    why    TEXT NOT NULL,
    placed INTEGER NOT NULL,
    lifted INTEGER
) STRICT, WITHOUT ROWID;

-- The public counts of each day, as published.
CREATE TABLE counts (
    day      TEXT PRIMARY KEY,
    document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The newest checkpoints that witnesses cosigned.
CREATE TABLE cosigned (
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL,
    at   INTEGER NOT NULL
) STRICT;

-- How far each witness has followed.
CREATE TABLE witness (
    name TEXT PRIMARY KEY,
    size INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every ask below this leaf has its end.
ALTER TABLE head ADD COLUMN closed_below INTEGER NOT NULL DEFAULT 0;
