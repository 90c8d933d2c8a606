-- name: records_from
-- Records whose id begins with a text: from it, and before the next text in order.
SELECT * FROM records WHERE id >= :start AND id < :stop AND seq_to = :open ORDER BY id LIMIT 20;

-- name: claims_from
-- Claims whose id begins with a text.
SELECT id, kind, snapshot, body FROM claims WHERE id >= :start AND id < :stop
ORDER BY id LIMIT 20;

-- name: signals_from
-- Signals whose id begins with a text.
SELECT id, night, snapshot, body FROM signals WHERE id >= :start AND id < :stop
ORDER BY id LIMIT 20;

-- name: stories_from
-- Newest versions of stories whose slug begins with a text.
SELECT s.slug, s.version, s.snapshot, s.body FROM stories s
WHERE s.slug >= :start AND s.slug < :stop
  AND s.version = (SELECT MAX(n.version) FROM stories n WHERE n.slug = s.slug)
ORDER BY s.slug LIMIT 20;

-- name: links_of
-- The groups a record belongs to.
SELECT layer, grp, score, lead, maker FROM links WHERE record_id = :id AND seq_to = :open
ORDER BY layer;

-- name: cited_in
-- Stories that rest on a record.
SELECT DISTINCT slug, version FROM cites WHERE record_id = :id ORDER BY slug, version;

-- name: days_of_streams
-- Days with records, per stream.
SELECT stream, day, COUNT(*) AS records FROM records
WHERE seq_to = :open AND state = 'public' GROUP BY stream, day ORDER BY stream, day;

-- name: languages
-- How many records are in which language.
SELECT value, COUNT(*) AS records FROM annotations
WHERE layer = 'language' AND seq_to = :open GROUP BY value ORDER BY records DESC, value;

-- name: unmeasured
-- How many cells wait to be recounted.
SELECT COUNT(*) AS cells FROM dirty;

-- name: last_edition
-- The newest edition.
SELECT night, snapshot FROM editions ORDER BY night DESC LIMIT 1;
