-- name: current_record
-- The version of a record that holds now.
SELECT * FROM records WHERE id = :id AND seq_to = :open;

-- name: thread_of
-- The thread a parent stands in, if we have the parent.
SELECT root FROM records WHERE id = :id AND seq_to = :open;

-- name: close_record
-- End the version that holds now.
UPDATE records SET seq_to = :seq WHERE id = :id AND seq_to = :open;

-- name: insert_record
-- A new version of a record.
INSERT INTO records (id, seq_from, seq_to, digest, stream, source, kind, unit, community, outlet,
  url, title, text, lang, author, parent, root, published, precision, observed, available, edited,
  day, seen, state, engagement, content, size)
VALUES (:id, :seq, :open, :digest, :stream, :source, :kind, :unit, :community, :outlet,
  :url, :title, :text, :lang, :author, :parent, :root, :published, :precision, :observed,
  :available, :edited, :day, :seen, :state, :engagement, :content, :size);

-- name: mark_dirty
-- A cell of a rollup must be recomputed.
INSERT INTO dirty (rollup, day, cell) VALUES (:rollup, :day, :cell) ON CONFLICT DO NOTHING;

-- name: cursor
-- Where the last saved page of a stream ended.
SELECT cursor FROM cursors WHERE stream = :stream;

-- name: save_cursor
-- Remember where a page ended, in the page's own transaction.
INSERT INTO cursors (stream, cursor) VALUES (:stream, :cursor)
ON CONFLICT (stream) DO UPDATE SET cursor = excluded.cursor;

-- name: save_import
-- How far an import came, and what it left out.
INSERT INTO imports (stream, path, format, read, added, known, skipped, done)
VALUES (:stream, :path, :format, :read, :added, :known, :skipped, :done)
ON CONFLICT (stream) DO UPDATE SET read = excluded.read, added = excluded.added,
  known = excluded.known, skipped = excluded.skipped, done = excluded.done;

-- name: import_of
-- How far an import came.
SELECT * FROM imports WHERE stream = :stream;

-- name: imports
-- Every import, for the health page.
SELECT * FROM imports ORDER BY stream;

-- name: close_exposure
-- End the exposure row that holds now.
UPDATE exposure SET seq_to = :seq
WHERE stream = :stream AND community = :community AND start = :start AND seq_to = :open;

-- name: insert_exposure
-- How much of what was expected was collected.
INSERT INTO exposure (stream, community, start, stop, permille, reason, seq_from, seq_to)
VALUES (:stream, :community, :start, :stop, :permille, :reason, :seq, :open);

-- name: current_exposure
-- The exposure row that holds now.
SELECT stop, permille, reason FROM exposure
WHERE stream = :stream AND community = :community AND start = :start AND seq_to = :open;

-- name: save_desk
-- A version of the desk's tables.
INSERT INTO desks (desk, seq_from, body) VALUES (:desk, :seq, :body) ON CONFLICT DO NOTHING;

-- name: desk_known
-- Whether this version of the desk was seen before.
SELECT seq_from FROM desks WHERE desk = :desk;

-- name: latest_desk
-- The newest version of the desk.
SELECT desk FROM desks ORDER BY seq_from DESC, desk LIMIT 1;

-- name: first_day_of_records
-- The first day anything was said on; the index ends the search at once.
SELECT day FROM records WHERE seq_to = :open AND state = 'public'
ORDER BY day, community, seq_to, seq_from LIMIT 1;

-- name: last_day_of_records
-- The last day anything was said on.
SELECT day FROM records WHERE seq_to = :open AND state = 'public'
ORDER BY day DESC, community DESC, seq_to DESC, seq_from LIMIT 1;

-- name: engagement_of
-- What the platform counted of a record after it was first seen, day by day.
SELECT day, counts FROM engagement WHERE record_id = :id ORDER BY day;

-- name: put_engagement
-- The last counts of a day.
INSERT INTO engagement (record_id, day, counts) VALUES (:id, :day, :counts)
ON CONFLICT (record_id, day) DO UPDATE SET counts = excluded.counts;

-- name: known_since
-- When the last of the records from a day on could be known.
SELECT COALESCE(MAX(available), 0) AS known FROM records
WHERE seq_to = :open AND state = 'public' AND day >= :day;

-- name: span_of_records
-- How many records there are and from when to when.
SELECT COUNT(*) AS records, COALESCE(MIN(published), 0) AS first, COALESCE(MAX(published), 0) AS last
FROM records WHERE seq_to = :open AND state = 'public';
