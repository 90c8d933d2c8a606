-- Series that count something other than records: page reads, a repository's closed tickets.
CREATE TABLE indicators (
  series TEXT NOT NULL,
  source TEXT NOT NULL,      -- who counted
  day INTEGER NOT NULL,      -- a week's value stands at its last day
  value INTEGER NOT NULL,
  unit TEXT NOT NULL,        -- what is counted; shares are in permille
  n INTEGER NOT NULL,        -- the panel it was counted in; 0 for none
  low INTEGER,               -- 95 % interval, where one was computed
  high INTEGER,
  break_ INTEGER NOT NULL,   -- 1: from this day on something else is counted
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (series, source, day, seq_from)
) STRICT;
CREATE INDEX indicators_source ON indicators (source, series, day);  -- what each source counts

-- What a platform says of a ticket or a reply that a record cannot hold.
CREATE TABLE items (
  record_id TEXT NOT NULL,
  ticket TEXT NOT NULL,      -- record id of the ticket it is, or answers
  repo TEXT NOT NULL,
  kind TEXT NOT NULL,        -- issue, change, review, comment
  author TEXT NOT NULL,      -- pseudonym or ''
  role TEXT NOT NULL,        -- what its author was to the repository; '' unknown
  bot INTEGER NOT NULL,
  opened INTEGER NOT NULL,
  closed INTEGER NOT NULL,   -- 0: open, or unknown
  merged INTEGER NOT NULL,   -- 0: not
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (record_id, seq_from)
) STRICT;
CREATE INDEX items_repo ON items (repo, opened);  -- a repository's weeks
CREATE INDEX items_author ON items (author, repo);  -- an account that was closed
