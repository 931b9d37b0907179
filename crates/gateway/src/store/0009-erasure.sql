-- Erasures that people asked for on their boards and that were not carried out yet. Each record is sealed, so that whoever can
-- write to the store cannot have somebody erased.

CREATE TABLE erasure (
    row     INTEGER PRIMARY KEY AUTOINCREMENT,
    subject BLOB NOT NULL UNIQUE,
    sealed  BLOB NOT NULL
) STRICT;
