-- Consent, whole: graded evidence, tenures, policies that were in force, reminders, and what people answered to whom.

ALTER TABLE signature ADD COLUMN authenticator BLOB;
ALTER TABLE signature ADD COLUMN client BLOB;
ALTER TABLE signature ADD COLUMN place BLOB;

ALTER TABLE party ADD COLUMN given INTEGER NOT NULL DEFAULT 0;
ALTER TABLE party ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;

CREATE TABLE tenure (
    number BLOB PRIMARY KEY,
    tenure INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE policy (
    row  INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE reminder (
    consent BLOB PRIMARY KEY,
    next    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX reminder_due ON reminder (next) WHERE next IS NOT NULL;

CREATE INDEX consent_open ON consent (until) WHERE state = 'asked';
CREATE INDEX consent_of ON consent (subject);
