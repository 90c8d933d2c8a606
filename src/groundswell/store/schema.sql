CREATE TABLE annotations (
  record_id TEXT NOT NULL,
  layer TEXT NOT NULL,
  n INTEGER NOT NULL,
  value TEXT NOT NULL,
  score INTEGER,
  start INTEGER,
  stop INTEGER,
  maker TEXT NOT NULL,       -- layer@version+hash8
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (record_id, layer, n, seq_from)
) STRICT;

CREATE INDEX annotations_value ON annotations (layer, value, seq_to);

CREATE TABLE arrivals (
  name TEXT NOT NULL,
  hour INTEGER NOT NULL,           -- hours since 1970
  records INTEGER NOT NULL,
  PRIMARY KEY (name, hour)
) STRICT;

CREATE TABLE backfills (
  name TEXT NOT NULL,
  start INTEGER NOT NULL,
  stop INTEGER NOT NULL,
  done INTEGER NOT NULL,
  PRIMARY KEY (name, start)
) STRICT;

CREATE TABLE bands (
  hash INTEGER NOT NULL,
  doc INTEGER NOT NULL,
  PRIMARY KEY (hash, doc)
) STRICT;

CREATE TABLE charts (
  id TEXT NOT NULL PRIMARY KEY,  -- hash of the evidence drawn
  caption TEXT NOT NULL,
  data TEXT NOT NULL,
  svg TEXT NOT NULL
) STRICT;

CREATE TABLE checks (
  record_id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  step INTEGER NOT NULL,           -- how often it was asked before
  due INTEGER NOT NULL
) STRICT;

CREATE INDEX checks_due ON checks (name, due);

CREATE TABLE cites (
  slug TEXT NOT NULL,
  version INTEGER NOT NULL,
  n INTEGER NOT NULL,        -- the citation's number in the text; 0 for evidence not printed
  claim TEXT NOT NULL,
  record_id TEXT NOT NULL,
  PRIMARY KEY (slug, version, claim, record_id, n)
) STRICT;

CREATE INDEX cites_record ON cites (record_id);

CREATE TABLE claims (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE cursors (
  stream TEXT NOT NULL PRIMARY KEY,
  cursor TEXT NOT NULL
) STRICT;

CREATE TABLE desks (
  desk TEXT NOT NULL PRIMARY KEY,  -- hash of the desk's tables
  seq_from INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE dirty (
  rollup TEXT NOT NULL,
  day INTEGER NOT NULL,
  cell TEXT NOT NULL,        -- the community
  PRIMARY KEY (rollup, day, cell)
) STRICT;

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

CREATE INDEX drawn_record ON drawn (record_id);

CREATE TABLE draws (
  draw TEXT NOT NULL PRIMARY KEY,  -- hash of what follows and of the records drawn
  purpose TEXT NOT NULL,     -- audit or teach
  layer TEXT NOT NULL,       -- what is judged: sentiment, beats, beats/<slug>; relevance when teaching
  community TEXT NOT NULL,   -- '' for everywhere
  seed INTEGER NOT NULL,
  seq_from INTEGER NOT NULL
) STRICT;

CREATE INDEX draws_layer ON draws (layer, community);

CREATE TABLE editions (
  night INTEGER NOT NULL PRIMARY KEY,
  snapshot TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE engagement (
  record_id TEXT NOT NULL,
  day INTEGER NOT NULL,      -- on which it was seen
  counts TEXT NOT NULL,
  PRIMARY KEY (record_id, day)
) STRICT;

CREATE TABLE erasures (
  digest TEXT NOT NULL PRIMARY KEY,
  hard INTEGER NOT NULL
) STRICT;

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

CREATE TABLE exposure (
  stream TEXT NOT NULL,
  community TEXT NOT NULL,   -- '*' for all of the stream's
  start INTEGER NOT NULL,
  stop INTEGER NOT NULL,
  permille INTEGER NOT NULL,
  reason TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (stream, community, start, seq_from)
) STRICT;

CREATE TABLE hours (
  hour INTEGER NOT NULL,     -- hours since 1970
  day INTEGER NOT NULL,
  community TEXT NOT NULL,
  subject TEXT NOT NULL,
  unit TEXT NOT NULL,
  seen INTEGER NOT NULL,
  records INTEGER NOT NULL,
  authors INTEGER NOT NULL,
  PRIMARY KEY (day, community, hour, subject, unit, seen)
) STRICT;

CREATE INDEX hours_subject ON hours (subject, hour);

CREATE TABLE imports (
  stream TEXT NOT NULL PRIMARY KEY,
  path TEXT NOT NULL,
  format TEXT NOT NULL,
  read INTEGER NOT NULL,
  added INTEGER NOT NULL,
  known INTEGER NOT NULL,
  skipped TEXT NOT NULL,     -- JSON: reason -> count
  done INTEGER NOT NULL
) STRICT;

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

CREATE INDEX indicators_source ON indicators (source, series, day);

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

CREATE INDEX items_author ON items (author, repo);

CREATE INDEX items_repo ON items (repo, opened);

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

CREATE INDEX judgements_record ON judgements (record_id);

CREATE TABLE keeps (
  record_id TEXT NOT NULL PRIMARY KEY,
  until INTEGER NOT NULL
) STRICT;

CREATE INDEX keeps_until ON keeps (until);

CREATE TABLE labelled (
  record_id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,  -- records.seq_from
  recipe TEXT NOT NULL
) STRICT;

CREATE INDEX labelled_again ON labelled (record_id) WHERE recipe = '';

CREATE TABLE leases (
  name TEXT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  stop INTEGER NOT NULL
) STRICT;

CREATE TABLE links (
  record_id TEXT NOT NULL,
  layer TEXT NOT NULL,
  grp TEXT NOT NULL,         -- id of the group's first record
  score INTEGER NOT NULL,
  lead INTEGER NOT NULL,     -- 1: the first of its group in its community, the one counted
  maker TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  PRIMARY KEY (record_id, layer, seq_from)
) STRICT;

CREATE INDEX links_group ON links (layer, grp, seq_to);

CREATE TABLE log (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,      -- record, edit, tombstone, annotations, links, desk, exposure, erase
  ref TEXT NOT NULL,       -- what changed
  recorded INTEGER NOT NULL  -- wall clock, never hashed
) STRICT;

CREATE INDEX log_kind ON log (kind);

CREATE TABLE migrations (name TEXT NOT NULL PRIMARY KEY) STRICT;

CREATE TABLE pairs (
  day INTEGER NOT NULL,
  community TEXT NOT NULL,
  a TEXT NOT NULL,           -- entity slugs, a < b
  b TEXT NOT NULL,
  unit TEXT NOT NULL,
  author TEXT NOT NULL,
  seen INTEGER NOT NULL,
  records INTEGER NOT NULL,
  PRIMARY KEY (day, community, a, b, unit, author, seen)
) STRICT;

CREATE INDEX pairs_names ON pairs (a, b, day);

CREATE TABLE published (
  path TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL
) STRICT;

CREATE TABLE readings (
  content TEXT NOT NULL,
  reader TEXT NOT NULL,
  vector BLOB NOT NULL,      -- int8[384]
  outputs TEXT NOT NULL,     -- heads' answers, JSON, thousandths
  PRIMARY KEY (content, reader)
) STRICT;

CREATE TABLE recipes (
  recipe TEXT NOT NULL PRIMARY KEY,  -- hash of the makers below
  makers TEXT NOT NULL               -- JSON list
) STRICT;

CREATE TABLE records (
  id TEXT NOT NULL,
  seq_from INTEGER NOT NULL,
  seq_to INTEGER NOT NULL,
  digest TEXT NOT NULL,      -- keyed digest of the id; all that is left after forget --hard
  stream TEXT NOT NULL,      -- which import or source instance gathered it
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  unit TEXT NOT NULL,        -- person or outlet: who is counted
  community TEXT NOT NULL,
  outlet TEXT NOT NULL,
  url TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  lang TEXT NOT NULL,
  author TEXT NOT NULL,      -- keyed pseudonym or ''
  parent TEXT NOT NULL,
  root TEXT NOT NULL,        -- the thread: the first ancestor known when it was saved
  published INTEGER NOT NULL,
  precision TEXT NOT NULL,
  observed INTEGER NOT NULL, -- wall clock, never hashed
  available INTEGER NOT NULL,
  edited INTEGER,
  day INTEGER NOT NULL,      -- of published
  seen INTEGER NOT NULL,     -- first midnight at or after available, as a day number
  state TEXT NOT NULL,       -- public, deleted, removed, forgotten
  engagement TEXT NOT NULL,
  content TEXT NOT NULL,     -- hash of title and text
  size INTEGER NOT NULL,     -- characters of title and text
  PRIMARY KEY (id, seq_from)
) STRICT;

CREATE INDEX records_author ON records (author, source);

CREATE INDEX records_cell ON records (day, community, seq_to);

CREATE INDEX records_content ON records (content);

CREATE INDEX records_digest ON records (digest);

CREATE INDEX records_root ON records (root, published);

CREATE UNIQUE INDEX records_seq ON records (seq_from);

CREATE INDEX records_stream ON records (stream, seq_from);

CREATE INDEX records_url ON records (url, published);

CREATE VIRTUAL TABLE search USING fts5(title, text, content='', tokenize='unicode61 remove_diacritics 2');

CREATE TABLE signals (
  id TEXT NOT NULL PRIMARY KEY,
  night INTEGER NOT NULL,
  snapshot TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  community TEXT NOT NULL,
  outcome TEXT NOT NULL,
  p REAL NOT NULL,
  q REAL,
  body TEXT NOT NULL
) STRICT;

CREATE INDEX signals_night ON signals (night, outcome);

CREATE INDEX signals_subject ON signals (subject, night);

CREATE TABLE sketches (
  record_id TEXT NOT NULL,
  layer TEXT NOT NULL,
  doc INTEGER NOT NULL,      -- records.seq_from
  sketch BLOB NOT NULL,
  bands BLOB NOT NULL,       -- the hashes below, eight bytes each
  PRIMARY KEY (record_id, layer)
) STRICT;

CREATE INDEX sketches_doc ON sketches (doc);

CREATE TABLE snapshots (
  id TEXT NOT NULL PRIMARY KEY,
  seq INTEGER NOT NULL,
  as_of INTEGER NOT NULL,
  desk TEXT NOT NULL,
  makers TEXT NOT NULL
) STRICT;

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

CREATE TABLE stories (
  slug TEXT NOT NULL,
  version INTEGER NOT NULL,
  night INTEGER NOT NULL,
  subject TEXT NOT NULL,
  beat TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (slug, version)
) STRICT;

CREATE INDEX stories_night ON stories (night);

CREATE TABLE trims (
  day INTEGER NOT NULL PRIMARY KEY,
  records INTEGER NOT NULL,
  seq INTEGER NOT NULL
) STRICT;

CREATE TABLE validators (
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  etag TEXT NOT NULL,
  modified TEXT NOT NULL,
  PRIMARY KEY (name, url)
) STRICT;

CREATE TABLE voices (
  day INTEGER NOT NULL,
  community TEXT NOT NULL,
  subject TEXT NOT NULL,     -- '*', 'entity/<slug>' or 'beat/<slug>'
  unit TEXT NOT NULL,
  author TEXT NOT NULL,      -- pseudonym, outlet, or ''
  cluster TEXT NOT NULL,     -- duplicate group or ''
  thread TEXT NOT NULL,
  length_bin INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  exact INTEGER NOT NULL,
  records INTEGER NOT NULL,
  copies INTEGER NOT NULL,
  read INTEGER NOT NULL,
  score_sum INTEGER NOT NULL,
  positive INTEGER NOT NULL,
  negative INTEGER NOT NULL,
  PRIMARY KEY (day, community, subject, unit, author, cluster, thread, length_bin, seen, exact)
) STRICT;

CREATE INDEX voices_subject ON voices (subject, day, community);

CREATE TABLE withdrawals (
  record_id TEXT NOT NULL PRIMARY KEY,
  noticed INTEGER NOT NULL
) STRICT;
