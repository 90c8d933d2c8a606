-- name: put_source
-- What a source is and what its terms ask; where it stands is left as it was.
INSERT INTO sources (name, kind, active, derived, redistribute, ttl, permission, period, began,
  covered, heard, newest)
VALUES (:name, :kind, :active, :derived, :redistribute, :ttl, :permission, :period, :now, :now, 0, 0)
ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, active = excluded.active, derived = excluded.derived,
  redistribute = excluded.redistribute, ttl = excluded.ttl, permission = excluded.permission,
  period = excluded.period;

-- name: rest_source
-- The desk no longer names a source; its terms go on holding for what it brought.
UPDATE sources SET active = 0 WHERE name = :name;

-- name: live_sources
-- Every source the desk names or has named.
SELECT name, kind, active, derived, redistribute, ttl, permission, period, began, covered,
  heard, newest FROM sources ORDER BY name;

-- name: live_source
-- One source.
SELECT name, kind, active, derived, redistribute, ttl, permission, period, began, covered,
  heard, newest FROM sources WHERE name = :name;

-- name: cover_source
-- Up to when a source is known to be complete.
UPDATE sources SET covered = :covered WHERE name = :name;

-- name: hear_source
-- Something came from a source; when its newest record was published.
UPDATE sources SET heard = :now,
  newest = CASE WHEN newest < :newest THEN :newest ELSE newest END
WHERE name = :name;

-- name: errands
-- How every errand of every source went last.
SELECT name, errand, tried, succeeded, failures, due, fault, error
FROM errands ORDER BY name, errand;

-- name: errand
-- How one errand of a source went last.
SELECT tried, succeeded, failures, due, fault, error
FROM errands WHERE name = :name AND errand = :errand;

-- name: put_errand
-- How an errand went.
INSERT INTO errands (name, errand, tried, succeeded, failures, due, fault, error)
VALUES (:name, :errand, :tried, :succeeded, :failures, :due, :fault, :error)
ON CONFLICT (name, errand) DO UPDATE SET tried = excluded.tried, succeeded = excluded.succeeded,
  failures = excluded.failures, due = excluded.due, fault = excluded.fault, error = excluded.error;

-- name: lease_of
-- Who gathers a source, and until when.
SELECT holder, stop FROM leases WHERE name = :name;

-- name: leases
-- Who gathers what.
SELECT name, holder, stop FROM leases ORDER BY name;

-- name: put_lease
-- Take or renew a lease.
INSERT INTO leases (name, holder, stop) VALUES (:name, :holder, :stop)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, stop = excluded.stop;

-- name: drop_lease
-- Give a lease back.
DELETE FROM leases WHERE name = :name AND holder = :holder;

-- name: drop_cursor
-- Begin again: where an errand's last page ended no longer matters.
DELETE FROM cursors WHERE stream = :stream;

-- name: validators
-- What a source was told of the addresses it asked.
SELECT url, etag, modified FROM validators WHERE name = :name ORDER BY url;

-- name: put_validator
-- Note ETag and Last-Modified of an address.
INSERT INTO validators (name, url, etag, modified) VALUES (:name, :url, :etag, :modified)
ON CONFLICT (name, url) DO UPDATE SET etag = excluded.etag, modified = excluded.modified;

-- name: add_arrivals
-- New records of one hour.
INSERT INTO arrivals (name, hour, records) VALUES (:name, :hour, :records)
ON CONFLICT (name, hour) DO UPDATE SET records = arrivals.records + excluded.records;

-- name: arrivals
-- New records by hour since a time, of every source.
SELECT name, hour, records FROM arrivals WHERE hour >= :since ORDER BY name, hour;

-- name: drop_arrivals
-- What came in long ago no longer tells what is usual.
DELETE FROM arrivals WHERE hour < :before;

-- name: put_backfill
-- A stretch to be gathered afterwards; one that begins at the same time and is not done grows.
INSERT INTO backfills (name, start, stop, done) VALUES (:name, :start, :stop, 0)
ON CONFLICT (name, start) DO UPDATE SET done = 0,
  stop = CASE WHEN backfills.done = 0 AND backfills.stop > excluded.stop
    THEN backfills.stop ELSE excluded.stop END;

-- name: next_backfill
-- The first stretch of a source still to be gathered.
SELECT name, start, stop FROM backfills WHERE name = :name AND done = 0
ORDER BY name, start LIMIT 1;

-- name: end_backfill
-- A stretch was gathered; one that has grown meanwhile is not done.
UPDATE backfills SET done = 1 WHERE name = :name AND start = :start AND stop = :stop;

-- name: backfills
-- Every stretch that was or is to be gathered afterwards.
SELECT name, start, stop, done FROM backfills ORDER BY name, start;

-- name: put_check
-- A record to be asked about again.
INSERT INTO checks (record_id, name, step, due) VALUES (:id, :name, :step, :due)
ON CONFLICT (record_id) DO UPDATE SET step = excluded.step, due = excluded.due;

-- name: drop_check
-- A record that need not be asked about any more.
DELETE FROM checks WHERE record_id = :id;

-- name: due_checks
-- Records of a source to be asked about by now, longest overdue first.
SELECT c.record_id, c.step, c.due, r.published
FROM checks c JOIN records r ON r.id = c.record_id AND r.seq_to = :open
WHERE c.name = :name AND c.due <= :now
ORDER BY c.due, c.record_id LIMIT :limit;

-- name: count_checks
-- How many records of a source wait to be asked about, and since when.
SELECT COUNT(*) AS records, COALESCE(MIN(c.due), 0) AS due FROM checks c WHERE c.name = :name;

-- name: put_keep
-- Until when a record's text may be kept.
INSERT INTO keeps (record_id, until) VALUES (:id, :until)
ON CONFLICT (record_id) DO UPDATE SET until = excluded.until;

-- name: drop_keep
-- A record whose text is gone.
DELETE FROM keeps WHERE record_id = :id;

-- name: due_keeps
-- Records whose text may be kept no longer.
SELECT record_id FROM keeps WHERE until <= :now ORDER BY until, record_id LIMIT :limit;

-- name: records_of_author
-- What one pseudonym of a source has standing here: only ever asked when the account was closed.
SELECT * FROM records
WHERE author = :author AND source = :source AND seq_to = :open AND state = 'public'
ORDER BY seq_from;

-- name: put_withdrawal
-- A record that was withdrawn, whose older versions are to be erased.
INSERT INTO withdrawals (record_id, noticed) VALUES (:id, :now) ON CONFLICT DO NOTHING;

-- name: due_withdrawals
-- Withdrawn records whose older versions are to be erased, longest known first.
SELECT record_id, noticed FROM withdrawals ORDER BY noticed, record_id LIMIT :limit;

-- name: count_withdrawals
-- How many withdrawn records wait to be erased, and since when.
SELECT COUNT(*) AS records, COALESCE(MIN(noticed), 0) AS noticed FROM withdrawals;

-- name: drop_withdrawal
-- The older versions of a withdrawn record are erased.
DELETE FROM withdrawals WHERE record_id = :id;

-- name: exposure_over
-- What is noted now of a stretch of a stream, or just before it.
SELECT stream, community, start, stop, permille, reason FROM exposure
WHERE stream = :stream AND community = :community AND seq_to = :open
  AND stop >= :start AND start < :stop
ORDER BY stream, community, start;

-- name: places_noted
-- Communities of a stream of which something is noted now within a stretch.
SELECT DISTINCT community FROM exposure
WHERE stream = :stream AND seq_to = :open AND stop > :start AND start < :stop
ORDER BY community;

-- name: oldest_of_stream
-- When the oldest record of a stream was published.
SELECT COALESCE(MIN(published), 0) AS published FROM records
WHERE stream = :stream AND seq_to = :open AND state = 'public';

-- name: lately_of_stream
-- Publication and first sight of a stream's newest records, published after it was first asked.
SELECT seq_from, published, observed FROM records
WHERE stream = :stream AND precision <> 'day' AND available = observed AND published >= :since
ORDER BY seq_from DESC LIMIT :limit;

-- name: drop_text
-- The words of a record go; who, where, when and how long stay.
UPDATE records SET title = '', text = '', url = '', content = '' WHERE id = :id;

-- name: drop_offsets
-- Places in words that are gone.
UPDATE annotations SET start = NULL, stop = NULL WHERE record_id = :id AND start IS NOT NULL;

-- name: texts_of_day
-- Records of a day that still have words and that no story cites.
SELECT DISTINCT r.id FROM records r
WHERE r.day = :day AND r.content <> ''
  AND NOT EXISTS (SELECT 1 FROM cites c WHERE c.record_id = r.id)
ORDER BY r.id LIMIT :limit;

-- name: oldest_text
-- The oldest day with words that may be dropped: no story cites them.
SELECT r.day FROM records r
WHERE r.content <> '' AND r.day < :before
  AND NOT EXISTS (SELECT 1 FROM cites c WHERE c.record_id = r.id)
ORDER BY r.day, r.id, r.seq_from LIMIT 1;

-- name: note_trim
-- A day lost its words to the disk budget.
INSERT INTO trims (day, records, seq) VALUES (:day, :records, :seq)
ON CONFLICT (day) DO UPDATE SET records = trims.records + excluded.records, seq = excluded.seq;

-- name: trims
-- Days that lost their words to the disk budget: how many, the last of them, how many records.
SELECT COUNT(*) AS days, COALESCE(MAX(day), 0) AS last, COALESCE(SUM(records), 0) AS records
FROM trims;

-- name: labelled_withheld
-- Labelled records of sources whose terms forbid figures.
SELECT r.id, r.day, r.community
FROM sources s CROSS JOIN records r JOIN labelled l ON l.record_id = r.id
WHERE s.derived = 0 AND r.stream = s.name AND r.seq_to = :open
ORDER BY r.id LIMIT :limit;

-- name: close_labels
-- End every label of a record.
UPDATE annotations SET seq_to = :seq WHERE record_id = :id AND seq_to = :open;

-- name: bytes_of_day
-- About how many bytes the words of a day take, the index and the vector with them.
SELECT COALESCE(SUM(3 * size + 500), 0) AS bytes FROM records
WHERE day = :day AND content <> '';

-- name: gaps_of_stream
-- Stretches of which less than all was collected, newest first.
SELECT stream, community, start, stop, permille, reason FROM exposure
WHERE stream = :stream AND seq_to = :open AND permille < 1000 AND stop > :since
ORDER BY start DESC, community;

-- name: stream_communities
-- Where a stream's records were written, most first.
SELECT community, COUNT(*) AS records FROM records
WHERE stream = :stream AND seq_to = :open AND state = 'public'
GROUP BY community ORDER BY records DESC, community LIMIT :limit;

-- name: filled_exposure
-- Stretches that were gathered for one reason, in full.
SELECT stream, community, start, stop FROM exposure
WHERE seq_from <= :seq AND seq_to > :seq AND reason = :reason AND permille = 1000
  AND stop > :from_us AND start < :to_us
ORDER BY stream, community, start, seq_from;

-- name: whole_versions
-- Every version of a record, whole.
SELECT * FROM records WHERE id = :id ORDER BY id, seq_from;

-- name: drop_version
-- Take one version out, to write it anew.
DELETE FROM records WHERE id = :id AND seq_from = :seq;

-- name: put_version
-- Write a version as it was.
INSERT INTO records (id, seq_from, seq_to, digest, stream, source, kind, unit, community, outlet,
  url, title, text, lang, author, parent, root, published, precision, observed, available, edited,
  day, seen, state, engagement, content, size)
VALUES (:id, :seq_from, :seq_to, :digest, :stream, :source, :kind, :unit, :community, :outlet,
  :url, :title, :text, :lang, :author, :parent, :root, :published, :precision, :observed,
  :available, :edited, :day, :seen, :state, :engagement, :content, :size);
