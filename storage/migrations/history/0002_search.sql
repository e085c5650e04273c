-- Trigrams find any part of a word or number: operators remember the last four digits, not the first.
CREATE VIRTUAL TABLE calls_text USING fts5 (
  line_name, route, number, name, called, via, shown_name, shown_number, result, reason, codec,
  content = 'calls', tokenize = 'trigram remove_diacritics 1'
);

CREATE TRIGGER calls_text_insert AFTER INSERT ON calls BEGIN
  INSERT INTO calls_text (rowid, line_name, route, number, name, called, via, shown_name, shown_number, result, reason, codec)
  VALUES (new.rowid, new.line_name, new.route, new.number, new.name, new.called, new.via, new.shown_name, new.shown_number, new.result, new.reason, new.codec);
END;

CREATE TRIGGER calls_text_delete AFTER DELETE ON calls BEGIN
  INSERT INTO calls_text (calls_text, rowid, line_name, route, number, name, called, via, shown_name, shown_number, result, reason, codec)
  VALUES ('delete', old.rowid, old.line_name, old.route, old.number, old.name, old.called, old.via, old.shown_name, old.shown_number, old.result, old.reason, old.codec);
END;

CREATE TRIGGER calls_text_update AFTER UPDATE ON calls BEGIN
  INSERT INTO calls_text (calls_text, rowid, line_name, route, number, name, called, via, shown_name, shown_number, result, reason, codec)
  VALUES ('delete', old.rowid, old.line_name, old.route, old.number, old.name, old.called, old.via, old.shown_name, old.shown_number, old.result, old.reason, old.codec);
  INSERT INTO calls_text (rowid, line_name, route, number, name, called, via, shown_name, shown_number, result, reason, codec)
  VALUES (new.rowid, new.line_name, new.route, new.number, new.name, new.called, new.via, new.shown_name, new.shown_number, new.result, new.reason, new.codec);
END;
