-- The life of a consent over time: since when a tenure is known, and which lines and accounts there are.

ALTER TABLE tenure ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
