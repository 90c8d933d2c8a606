-- Full text over the current public records; rowid is records.seq_from, the text is not kept twice.
CREATE VIRTUAL TABLE search USING fts5(title, text, content='', tokenize='unicode61 remove_diacritics 2');
