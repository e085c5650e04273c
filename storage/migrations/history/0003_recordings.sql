-- One row per recording; its files are found by its ID. The owner is the call in whose row it is played.
CREATE TABLE recordings (
  id      TEXT PRIMARY KEY,
  owner   TEXT NOT NULL,
  started INTEGER NOT NULL,
  ended   INTEGER NOT NULL, -- 0 while it runs
  parties INTEGER NOT NULL, -- calls that were kept
  fault   TEXT NOT NULL
) STRICT;

CREATE INDEX recordings_owner ON recordings (owner, started);
