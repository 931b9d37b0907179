-- One entry may end several things: a call whatever was told of it, an agreement several programmes.
CREATE TABLE several (
    leaf  INTEGER NOT NULL,
    scope TEXT NOT NULL,
    id    BLOB NOT NULL,
    PRIMARY KEY (leaf, scope, id)
) STRICT, WITHOUT ROWID;
INSERT INTO several SELECT leaf, scope, id FROM change;
DROP TABLE change;
ALTER TABLE several RENAME TO change;
