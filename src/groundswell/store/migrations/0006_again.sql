-- Records whose labels were taken back, found without reading all that is labelled.
CREATE INDEX labelled_again ON labelled (record_id) WHERE recipe = '';

-- What platforms counted of a record after it was first seen: the last counts of each day.
CREATE TABLE engagement (
  record_id TEXT NOT NULL,
  day INTEGER NOT NULL,      -- on which it was seen
  counts TEXT NOT NULL,
  PRIMARY KEY (record_id, day)
) STRICT;
