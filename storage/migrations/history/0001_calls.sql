-- One row per call. Times are Unix milliseconds, 0 for never; words are those of the API.
CREATE TABLE calls (
  id           TEXT PRIMARY KEY,
  line         TEXT NOT NULL,
  line_name    TEXT NOT NULL,
  route        TEXT NOT NULL,
  direction    TEXT NOT NULL,
  number       TEXT NOT NULL,
  name         TEXT NOT NULL,
  called       TEXT NOT NULL,
  via          TEXT NOT NULL,
  shown_name   TEXT NOT NULL,
  shown_number TEXT NOT NULL,
  created      INTEGER NOT NULL,
  answered     INTEGER NOT NULL,
  finished     INTEGER NOT NULL,
  result       TEXT NOT NULL,
  reason       TEXT NOT NULL,
  code         INTEGER NOT NULL,
  codec        TEXT NOT NULL,
  secure       INTEGER NOT NULL
) STRICT;

CREATE INDEX calls_created ON calls (created DESC, id DESC);
