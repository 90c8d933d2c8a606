-- The log: everything that changes knowledge is one entry, seq gapless.
CREATE TABLE log (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,      -- record, edit, tombstone, annotations, links, desk, exposure, erase
  ref TEXT NOT NULL,       -- what changed
  recorded INTEGER NOT NULL  -- wall clock, never hashed
) STRICT;
CREATE INDEX log_kind ON log (kind);  -- counting what was taken back

CREATE TABLE desks (
  desk TEXT NOT NULL PRIMARY KEY,  -- hash of the desk's tables
  seq_from INTEGER NOT NULL,
  body TEXT NOT NULL
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
CREATE UNIQUE INDEX records_seq ON records (seq_from);          -- label reads in log order
CREATE INDEX records_cell ON records (day, community, seq_to);  -- measure recomputes a cell
CREATE INDEX records_root ON records (root, published);         -- a thread
CREATE INDEX records_content ON records (content);              -- a reading's records
CREATE INDEX records_digest ON records (digest);                -- replaying the erase journal
CREATE INDEX records_url ON records (url, published);           -- most shared links

CREATE TABLE cursors (
  stream TEXT NOT NULL PRIMARY KEY,
  cursor TEXT NOT NULL
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

-- What the encoder saw, by content hash: read once.
CREATE TABLE readings (
  content TEXT NOT NULL,
  reader TEXT NOT NULL,
  vector BLOB NOT NULL,      -- int8[384]
  outputs TEXT NOT NULL,     -- heads' answers, JSON, thousandths
  PRIMARY KEY (content, reader)
) STRICT;

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

CREATE TABLE recipes (
  recipe TEXT NOT NULL PRIMARY KEY,  -- hash of the makers below
  makers TEXT NOT NULL               -- JSON list
) STRICT;

-- Which version of a record was labelled with which makers, so nothing is asked twice.
CREATE TABLE labelled (
  record_id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,  -- records.seq_from
  recipe TEXT NOT NULL
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

-- Linkers' working memory: derived from the log, never hashed.
CREATE TABLE sketches (
  record_id TEXT NOT NULL,
  layer TEXT NOT NULL,
  doc INTEGER NOT NULL,      -- records.seq_from
  sketch BLOB NOT NULL,
  bands BLOB NOT NULL,       -- the hashes below, eight bytes each
  PRIMARY KEY (record_id, layer)
) STRICT;
CREATE INDEX sketches_doc ON sketches (doc);
CREATE TABLE bands (
  hash INTEGER NOT NULL,
  doc INTEGER NOT NULL,
  PRIMARY KEY (hash, doc)
) STRICT;

CREATE TABLE dirty (
  rollup TEXT NOT NULL,
  day INTEGER NOT NULL,
  cell TEXT NOT NULL,        -- the community
  PRIMARY KEY (rollup, day, cell)
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

CREATE TABLE snapshots (
  id TEXT NOT NULL PRIMARY KEY,
  seq INTEGER NOT NULL,
  as_of INTEGER NOT NULL,
  desk TEXT NOT NULL,
  makers TEXT NOT NULL
) STRICT;

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

CREATE TABLE claims (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  body TEXT NOT NULL
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

CREATE TABLE cites (
  slug TEXT NOT NULL,
  version INTEGER NOT NULL,
  n INTEGER NOT NULL,        -- the citation's number in the text; 0 for evidence not printed
  claim TEXT NOT NULL,
  record_id TEXT NOT NULL,
  PRIMARY KEY (slug, version, claim, record_id, n)
) STRICT;
CREATE INDEX cites_record ON cites (record_id);

CREATE TABLE editions (
  night INTEGER NOT NULL PRIMARY KEY,
  snapshot TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE charts (
  id TEXT NOT NULL PRIMARY KEY,  -- hash of the evidence drawn
  caption TEXT NOT NULL,
  data TEXT NOT NULL,
  svg TEXT NOT NULL
) STRICT;

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

-- Folders we wrote copies into, so that forget can reach them.
CREATE TABLE published (
  path TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL
) STRICT;

CREATE TABLE erasures (
  digest TEXT NOT NULL PRIMARY KEY,
  hard INTEGER NOT NULL
) STRICT;
