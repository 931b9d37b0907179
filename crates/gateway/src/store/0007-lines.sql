-- Machine lines: the accounts that hold them, and what recipients ask an account to agree to. No decision about an ask reads
-- these; each record is sealed, so that whoever can write to the store cannot put a key into an account.

CREATE TABLE account (
    row        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         BLOB NOT NULL UNIQUE,
    invitation BLOB NOT NULL UNIQUE,
    sealed     BLOB NOT NULL
) STRICT;

CREATE TABLE line_request (
    row       INTEGER PRIMARY KEY AUTOINCREMENT,
    id        BLOB NOT NULL UNIQUE,
    account   BLOB NOT NULL,
    recipient BLOB NOT NULL,
    until     INTEGER NOT NULL,
    agreed    INTEGER,
    sealed    BLOB NOT NULL
) STRICT;
CREATE INDEX line_request_account ON line_request (account, recipient);
