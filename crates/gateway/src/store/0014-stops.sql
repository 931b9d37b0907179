-- The numbers of people about whom something is passed on to the home of their number, sealed: should one of them stop it
-- here, the home is told about whom.
CREATE TABLE passed_on (
    row     INTEGER PRIMARY KEY,
    subject BLOB NOT NULL UNIQUE,
    number  BLOB NOT NULL
) STRICT;

-- Stops that another gateway is to be told of, until it was told: the one that is this relay, or, where `towards` is empty,
-- the home of the number.
CREATE TABLE stop (
    row       INTEGER PRIMARY KEY AUTOINCREMENT,
    subject   BLOB NOT NULL,
    towards   BLOB NOT NULL,
    recipient BLOB NOT NULL,
    purpose   TEXT NOT NULL,
    number    BLOB NOT NULL,
    at        INTEGER NOT NULL,
    due       INTEGER NOT NULL,
    tries     INTEGER NOT NULL DEFAULT 0,
    UNIQUE (subject, towards, recipient, purpose)
) STRICT;
CREATE INDEX stop_due ON stop (due);
