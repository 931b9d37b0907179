-- The board: links that sign a person in, and the keys with which they come back. No decision about an ask reads these.

CREATE TABLE sign_in_link (
    row     INTEGER PRIMARY KEY,
    token   BLOB NOT NULL UNIQUE,
    subject BLOB NOT NULL,
    sealed  BLOB NOT NULL,
    at      INTEGER NOT NULL,
    until   INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_in_link_subject ON sign_in_link (subject, at);

CREATE TABLE board_key (
    row        INTEGER PRIMARY KEY AUTOINCREMENT,
    subject    BLOB NOT NULL,
    credential BLOB NOT NULL UNIQUE,
    due        INTEGER,
    sealed     BLOB NOT NULL
) STRICT;
CREATE INDEX board_key_subject ON board_key (subject);
CREATE INDEX board_key_due ON board_key (due) WHERE due IS NOT NULL;
