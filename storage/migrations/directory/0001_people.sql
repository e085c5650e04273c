-- People, groups and queues. What comes from one source is replaced as a whole; favourites outlive that, by the ID.
CREATE TABLE people (
  seq        INTEGER PRIMARY KEY, -- by source, then by name: a search lists in this order without sorting
  id         TEXT NOT NULL UNIQUE,
  source     TEXT NOT NULL,
  kind       TEXT NOT NULL,
  name       TEXT NOT NULL,
  company    TEXT NOT NULL,
  department TEXT NOT NULL,
  job        TEXT NOT NULL,
  street     TEXT NOT NULL,
  note       TEXT NOT NULL,
  line       TEXT NOT NULL,
  watch      INTEGER NOT NULL
) STRICT;

CREATE INDEX people_source ON people (source);
CREATE INDEX people_watched ON people (seq) WHERE watch;

-- Numbers of a person, or of a group itself (member = 0), and of a group's members (member = 1).
CREATE TABLE numbers (
  person INTEGER NOT NULL REFERENCES people (seq) ON DELETE CASCADE,
  member INTEGER NOT NULL,
  place  INTEGER NOT NULL,
  number TEXT NOT NULL,
  kind   TEXT NOT NULL,
  key    TEXT NOT NULL, -- its last digits, by which it is found in every notation
  PRIMARY KEY (person, member, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX numbers_key ON numbers (key) WHERE NOT member;

CREATE TABLE favourites (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- Whole words and their beginnings, as one types them. Accents do not count.
CREATE VIRTUAL TABLE people_text USING fts5 (
  name, company, department, job, street, note,
  content = 'people', content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);

CREATE TRIGGER people_text_insert AFTER INSERT ON people BEGIN
  INSERT INTO people_text (rowid, name, company, department, job, street, note)
  VALUES (new.seq, new.name, new.company, new.department, new.job, new.street, new.note);
END;

CREATE TRIGGER people_text_delete AFTER DELETE ON people BEGIN
  INSERT INTO people_text (people_text, rowid, name, company, department, job, street, note)
  VALUES ('delete', old.seq, old.name, old.company, old.department, old.job, old.street, old.note);
END;
