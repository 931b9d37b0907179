-- The few entries that tell of a restore, found among millions.
CREATE INDEX entry_restored ON entry (leaf) WHERE kind = 'journal-restored';
