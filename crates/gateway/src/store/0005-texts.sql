-- Texts: which question each puts, what the message centre calls its parts, and what a person wrote last.

ALTER TABLE outbox ADD COLUMN consent BLOB;

CREATE TABLE submitted (
    text    INTEGER NOT NULL,
    part    INTEGER NOT NULL,
    message TEXT NOT NULL,
    phone   BLOB NOT NULL,
    consent BLOB,
    until   INTEGER NOT NULL,
    PRIMARY KEY (text, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX submitted_message ON submitted (message) WHERE message <> '';
CREATE INDEX submitted_phone ON submitted (phone);
CREATE INDEX submitted_until ON submitted (until);

CREATE TABLE heard (
    phone BLOB PRIMARY KEY,
    said  BLOB NOT NULL,
    at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX heard_at ON heard (at);
