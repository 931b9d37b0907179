-- A notice suspends by itself when nobody acts on it, so its row bears a stamp, as a party's does: whoever can write to the
-- store cannot act on a notice, dismiss it, or make one. A row of before has none and could be anybody's.
DELETE FROM notice;
ALTER TABLE notice ADD COLUMN stamp BLOB NOT NULL DEFAULT x'';
