-- The inputs since the last checkpoint, in the order in which they were stepped.
CREATE TABLE journal (
  seq  INTEGER PRIMARY KEY,
  at   INTEGER NOT NULL, -- Unix nanoseconds: a replay must see the very same time
  kind TEXT NOT NULL,
  data BLOB NOT NULL
) STRICT;

-- The state after input seq; one row.
CREATE TABLE checkpoint (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  seq   INTEGER NOT NULL,
  at    INTEGER NOT NULL,
  state BLOB NOT NULL
) STRICT;
