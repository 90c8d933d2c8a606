-- Live sources: what their terms ask, how far each is known to be complete, what is newest.
CREATE TABLE sources (
  name TEXT NOT NULL PRIMARY KEY,  -- as in sources.toml, and the stream of its records
  kind TEXT NOT NULL,
  active INTEGER NOT NULL,         -- 1: the desk names it now
  derived INTEGER NOT NULL,        -- 1: figures may be made of it
  redistribute INTEGER NOT NULL,   -- 1: its text may leave this machine
  ttl INTEGER NOT NULL,            -- hours its text may be kept; 0 without limit
  permission TEXT NOT NULL,        -- the recorded sentence that allows figures
  period INTEGER NOT NULL,         -- seconds between two runs
  began INTEGER NOT NULL,          -- when gathering began
  covered INTEGER NOT NULL,        -- up to when it is known to be complete
  heard INTEGER NOT NULL,          -- when anything came from it last; 0 for never
  newest INTEGER NOT NULL          -- when its newest record was published; 0 for none
) STRICT;

-- What is done for a source: gathering live, backfill, asking again.
CREATE TABLE errands (
  name TEXT NOT NULL,
  errand TEXT NOT NULL,            -- live, backfill, recheck
  tried INTEGER NOT NULL,
  succeeded INTEGER NOT NULL,
  failures INTEGER NOT NULL,       -- in a row
  due INTEGER NOT NULL,            -- not asked before
  fault TEXT NOT NULL,             -- the kind of the last failure; empty after a success
  error TEXT NOT NULL,             -- the last failure in words
  PRIMARY KEY (name, errand)
) STRICT;

-- Who gathers a source at this moment, so that no two processes do.
CREATE TABLE leases (
  name TEXT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  stop INTEGER NOT NULL
) STRICT;

-- New records by the hour they were first seen: what is usual for a source.
CREATE TABLE arrivals (
  name TEXT NOT NULL,
  hour INTEGER NOT NULL,           -- hours since 1970
  records INTEGER NOT NULL,
  PRIMARY KEY (name, hour)
) STRICT;

-- Stretches to be gathered afterwards.
CREATE TABLE backfills (
  name TEXT NOT NULL,
  start INTEGER NOT NULL,
  stop INTEGER NOT NULL,
  done INTEGER NOT NULL,
  PRIMARY KEY (name, start)
) STRICT;

-- Records a source must be asked about again, to learn whether they still stand.
CREATE TABLE checks (
  record_id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  step INTEGER NOT NULL,           -- how often it was asked before
  due INTEGER NOT NULL
) STRICT;
CREATE INDEX checks_due ON checks (name, due);

-- Until when the text of a record may be kept, where its source limits that.
CREATE TABLE keeps (
  record_id TEXT NOT NULL PRIMARY KEY,
  until INTEGER NOT NULL
) STRICT;
CREATE INDEX keeps_until ON keeps (until);

-- Records withdrawn by their platform or author, whose older versions wait to be erased.
CREATE TABLE withdrawals (
  record_id TEXT NOT NULL PRIMARY KEY,
  noticed INTEGER NOT NULL
) STRICT;

-- Days whose text was dropped, because the disk budget ran out.
CREATE TABLE trims (
  day INTEGER NOT NULL PRIMARY KEY,
  records INTEGER NOT NULL,
  seq INTEGER NOT NULL
) STRICT;

-- What lets a source ask "has it changed?", noted together with the answer it stands for.
CREATE TABLE validators (
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  etag TEXT NOT NULL,
  modified TEXT NOT NULL,
  PRIMARY KEY (name, url)
) STRICT;

CREATE INDEX records_stream ON records (stream, seq_from);  -- a source's newest, and its lag
CREATE INDEX records_author ON records (author, source);    -- an account that was closed
