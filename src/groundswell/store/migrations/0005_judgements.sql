-- Records drawn so that people judge them: for an audit of a layer, or to teach a beat.
CREATE TABLE draws (
  draw TEXT NOT NULL PRIMARY KEY,  -- hash of what follows and of the records drawn
  purpose TEXT NOT NULL,     -- audit or teach
  layer TEXT NOT NULL,       -- what is judged: sentiment, beats, beats/<slug>; relevance when teaching
  community TEXT NOT NULL,   -- '' for everywhere
  seed INTEGER NOT NULL,
  seq_from INTEGER NOT NULL
) STRICT;
CREATE INDEX draws_layer ON draws (layer, community);  -- the newest audit of a community

CREATE TABLE drawn (
  draw TEXT NOT NULL,
  n INTEGER NOT NULL,        -- the order in which they are shown
  record_id TEXT NOT NULL,   -- '' when erased for good
  version INTEGER NOT NULL,  -- records.seq_from of what was shown
  stratum TEXT NOT NULL,     -- the reader's own label when it was drawn
  taken INTEGER NOT NULL,    -- so many of the stratum were drawn ...
  held INTEGER NOT NULL,     -- ... of so many: taken / held is the inclusion probability
  PRIMARY KEY (draw, n)
) STRICT;
CREATE INDEX drawn_record ON drawn (record_id);  -- erasing a record

CREATE TABLE judgements (
  draw TEXT NOT NULL,
  record_id TEXT NOT NULL,
  rater TEXT NOT NULL,       -- keyed pseudonym
  part INTEGER NOT NULL,     -- 1 or 2: first or second rater
  value TEXT NOT NULL,       -- the label, several with spaces between, '' when skipped
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (draw, record_id, rater, seq_from)
) STRICT;
CREATE INDEX judgements_record ON judgements (record_id);  -- erasing a record
