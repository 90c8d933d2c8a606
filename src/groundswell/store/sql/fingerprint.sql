-- name: fingerprint_log
-- Rows of log: all but the wall clock.
SELECT seq, kind, ref
FROM log ORDER BY seq;

-- name: fingerprint_desks
-- Rows of desks: every column.
SELECT desk, seq_from, body
FROM desks ORDER BY desk;

-- name: fingerprint_records
-- Rows of records: all but when we happened to observe them.
SELECT id, seq_from, seq_to, digest, stream, source, kind, unit, community, outlet, url, title, text,
  lang, author, parent, root, published, precision, available, edited, day, seen, state,
  engagement, content, size
FROM records ORDER BY id, seq_from;

-- name: fingerprint_exposure
-- Rows of exposure: every column.
SELECT stream, community, start, stop, permille, reason, seq_from, seq_to
FROM exposure ORDER BY stream, community, start, seq_from;

-- name: fingerprint_readings
-- Rows of readings: every column.
SELECT content, reader, vector, outputs
FROM readings ORDER BY content, reader;

-- name: fingerprint_annotations
-- Rows of annotations: every column.
SELECT record_id, layer, n, value, score, start, stop, maker, seq_from, seq_to
FROM annotations ORDER BY record_id, layer, n, seq_from;

-- name: fingerprint_recipes
-- Rows of recipes: every column.
SELECT recipe, makers
FROM recipes ORDER BY recipe;

-- name: fingerprint_labelled
-- Rows of labelled: every column.
SELECT record_id, version, recipe
FROM labelled ORDER BY record_id;

-- name: fingerprint_links
-- Rows of links: every column.
SELECT record_id, layer, grp, score, lead, maker, seq_from, seq_to
FROM links ORDER BY record_id, layer, seq_from;

-- name: fingerprint_voices
-- Rows of voices: every column.
SELECT day, community, subject, unit, author, cluster, thread, length_bin, seen, exact, records,
  copies, read, score_sum, positive, negative
FROM voices ORDER BY day, community, subject, unit, author, cluster, thread, length_bin, seen, exact;

-- name: fingerprint_hours
-- Rows of hours: every column.
SELECT hour, day, community, subject, unit, seen, records, authors
FROM hours ORDER BY day, community, hour, subject, unit, seen;

-- name: fingerprint_pairs
-- Rows of pairs: every column.
SELECT day, community, a, b, unit, author, seen, records
FROM pairs ORDER BY day, community, a, b, unit, author, seen;

-- name: fingerprint_snapshots
-- Rows of snapshots: every column.
SELECT id, seq, as_of, desk, makers
FROM snapshots ORDER BY id;

-- name: fingerprint_signals
-- Rows of signals: every column.
SELECT id, night, snapshot, kind, subject, community, outcome, p, q, body
FROM signals ORDER BY id;

-- name: fingerprint_claims
-- Rows of claims: every column.
SELECT id, kind, snapshot, body
FROM claims ORDER BY id;

-- name: fingerprint_stories
-- Rows of stories: every column.
SELECT slug, version, night, subject, beat, snapshot, title, body
FROM stories ORDER BY slug, version;

-- name: fingerprint_cites
-- Rows of cites: every column.
SELECT slug, version, n, claim, record_id
FROM cites ORDER BY slug, version, claim, record_id, n;

-- name: fingerprint_editions
-- Rows of editions: every column.
SELECT night, snapshot, body
FROM editions ORDER BY night;

-- name: fingerprint_charts
-- Rows of charts: every column.
SELECT id, caption, data, svg
FROM charts ORDER BY id;

-- name: fingerprint_erasures
-- Rows of erasures: every column.
SELECT digest, hard
FROM erasures ORDER BY digest;

-- name: fingerprint_draws
-- Rows of draws: every column.
SELECT draw, purpose, layer, community, seed, seq_from
FROM draws ORDER BY draw;

-- name: fingerprint_drawn
-- Rows of drawn: every column.
SELECT draw, n, record_id, version, stratum, taken, held
FROM drawn ORDER BY draw, n;

-- name: fingerprint_judgements
-- Rows of judgements: every column.
SELECT draw, record_id, rater, part, value, seq_from, seq_to
FROM judgements ORDER BY draw, record_id, rater, seq_from;

-- name: fingerprint_indicators
-- Rows of indicators: every column.
SELECT series, source, day, value, unit, n, low, high, break_, seq_from, seq_to
FROM indicators ORDER BY series, source, day, seq_from;

-- name: fingerprint_items
-- Rows of items: every column.
SELECT record_id, ticket, repo, kind, author, role, bot, opened, closed, merged, seq_from, seq_to
FROM items ORDER BY record_id, seq_from;
