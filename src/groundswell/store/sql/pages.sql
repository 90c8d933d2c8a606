-- name: page_edition
-- The newest edition and the snapshot every page is read at.
SELECT e.night, e.body, s.id, s.seq, s.as_of, s.desk, s.makers
FROM editions e JOIN snapshots s ON s.id = e.snapshot
ORDER BY e.night DESC LIMIT 1;

-- name: page_editions
-- Which nights have an edition.
SELECT night FROM editions ORDER BY night DESC LIMIT :limit;

-- name: page_first_day
-- The first day with a visible record, of one community or of all.
SELECT MIN(r.day) AS day FROM records r
WHERE (:community = '' OR r.community = :community)
  AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of AND r.state = 'public';

-- name: page_daily
-- Records and distinct voices a day, by unit; copies are left out.
SELECT r.day, r.unit, COUNT(*) AS records,
  COUNT(DISTINCT CASE WHEN r.unit = 'outlet' THEN NULLIF(r.outlet, '')
                      ELSE NULLIF(r.author, '') END) AS voices
FROM records r
LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates'
  AND k.seq_from <= :seq AND k.seq_to > :seq
WHERE r.day >= :start AND r.day < :stop AND (:community = '' OR r.community = :community)
  AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of AND r.state = 'public'
  AND COALESCE(k.lead, 1) = 1
  AND (:layer = '' OR r.id IN (
    SELECT a.record_id FROM annotations a WHERE a.layer = :layer AND a.value = :value
      AND a.seq_from <= :seq AND a.seq_to > :seq))
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
GROUP BY r.day, r.unit ORDER BY r.day, r.unit;

-- name: page_mix
-- Where it was said: records, copies, distinct voices and threads by community and unit.
SELECT r.community, r.unit, MIN(r.source) AS source,
  SUM(COALESCE(k.lead, 1)) AS records, SUM(1 - COALESCE(k.lead, 1)) AS copies,
  COUNT(DISTINCT CASE WHEN COALESCE(k.lead, 1) = 1 THEN
    CASE WHEN r.unit = 'outlet' THEN NULLIF(r.outlet, '') ELSE NULLIF(r.author, '') END END)
    AS voices,
  SUM(CASE WHEN r.unit = 'person' AND r.author = '' THEN 1 ELSE 0 END) AS unnamed,
  COUNT(DISTINCT r.root) AS threads,
  SUM(CASE WHEN EXISTS (
    SELECT 1 FROM annotations s WHERE s.record_id = r.id AND s.layer = 'sentiment'
      AND s.seq_from <= :seq AND s.seq_to > :seq) THEN 1 ELSE 0 END) AS read
FROM records r
LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates'
  AND k.seq_from <= :seq AND k.seq_to > :seq
WHERE r.day >= :start AND r.day < :stop AND (:community = '' OR r.community = :community)
  AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of AND r.state = 'public'
  AND (:layer = '' OR r.id IN (
    SELECT a.record_id FROM annotations a WHERE a.layer = :layer AND a.value = :value
      AND a.seq_from <= :seq AND a.seq_to > :seq))
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
GROUP BY r.community, r.unit ORDER BY records DESC, r.community, r.unit;

-- name: page_named
-- Labels of one layer by how many voices they stand in, people and outlets apart.
SELECT n.value, COUNT(DISTINCT r.id) AS records,
  COUNT(DISTINCT CASE WHEN r.unit = 'person' THEN NULLIF(r.author, '') END) AS people,
  COUNT(DISTINCT CASE WHEN r.unit = 'outlet' THEN NULLIF(r.outlet, '') END) AS outlets
FROM records r
CROSS JOIN annotations n -- CROSS keeps SQLite from reading every label there ever was
LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates'
  AND k.seq_from <= :seq AND k.seq_to > :seq
WHERE n.record_id = r.id AND n.layer = :names AND n.seq_from <= :seq AND n.seq_to > :seq
  AND r.day >= :start AND r.day < :stop AND (:community = '' OR r.community = :community)
  AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of AND r.state = 'public'
  AND COALESCE(k.lead, 1) = 1
  AND (:layer = '' OR r.id IN (
    SELECT a.record_id FROM annotations a WHERE a.layer = :layer AND a.value = :value
      AND a.seq_from <= :seq AND a.seq_to > :seq))
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
GROUP BY n.value ORDER BY people DESC, outlets DESC, n.value LIMIT :limit;

-- name: page_records
-- Visible records, newest first; copies and what was withdrawn since are left out.
SELECT r.id, r.kind, r.unit, r.community, r.outlet, r.title, r.text, r.day, r.published,
  r.precision
FROM records r
LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates'
  AND k.seq_from <= :seq AND k.seq_to > :seq
WHERE r.day >= :start AND r.day < :stop AND (:community = '' OR r.community = :community)
  AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of AND r.state = 'public'
  AND COALESCE(k.lead, 1) = 1
  AND NOT EXISTS (
    SELECT 1 FROM records w WHERE w.id = r.id AND w.seq_to = :open AND w.state <> 'public')
  AND (:layer = '' OR r.id IN (
    SELECT a.record_id FROM annotations a WHERE a.layer = :layer AND a.value = :value
      AND a.seq_from <= :seq AND a.seq_to > :seq))
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
ORDER BY r.published DESC, r.id LIMIT :limit OFFSET :offset;

-- name: page_links
-- Links that several people shared, most people first.
SELECT r.url, COUNT(*) AS records, COUNT(DISTINCT r.author) AS people,
  COUNT(DISTINCT r.community) AS communities, MIN(r.day) AS first
FROM records r
WHERE r.day >= :start AND r.day < :stop AND r.url <> '' AND r.unit = 'person' AND r.author <> ''
  AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of AND r.state = 'public'
  AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.name = r.stream AND s.derived = 0)
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
GROUP BY r.url HAVING COUNT(DISTINCT r.author) >= :least
ORDER BY people DESC, r.url LIMIT :limit;

-- name: page_link_records
-- The first visible records that carry a link.
SELECT r.id, r.kind, r.unit, r.community, r.outlet, r.title, r.text, r.day, r.published,
  r.precision
FROM records r
WHERE r.url = :url AND r.day >= :start AND r.day < :stop
  AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of AND r.state = 'public'
  AND NOT EXISTS (
    SELECT 1 FROM records w WHERE w.id = r.id AND w.seq_to = :open AND w.state <> 'public')
ORDER BY r.published, r.id LIMIT :limit OFFSET :offset;

-- name: page_record
-- One record as the snapshot sees it, and what became of it since.
SELECT r.id, r.kind, r.unit, r.community, r.source, r.outlet, r.url, r.title, r.text, r.lang,
  r.day, r.published, r.precision, r.available, r.edited, r.parent, r.root, r.state,
  r.size, r.content, r.seq_from,
  COALESCE((SELECT s.redistribute FROM sources s WHERE s.name = r.stream), 1) AS whole,
  COALESCE((SELECT w.state FROM records w WHERE w.id = r.id AND w.seq_to = :open), 'deleted')
    AS state_now
FROM records r
WHERE r.id = :id AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of
ORDER BY r.seq_from DESC LIMIT 1;

-- name: page_record_known
-- Whether a record is in the store at all, in any version.
SELECT COUNT(*) AS versions FROM records r WHERE r.id = :id;

-- name: page_labels
-- The labels of a record at the snapshot, with who made them.
SELECT a.layer, a.n, a.value, a.score, a.start, a.stop, a.maker FROM annotations a
WHERE a.record_id = :id AND a.seq_from <= :seq AND a.seq_to > :seq ORDER BY a.layer, a.n;

-- name: page_groups
-- The groups linkers put a record into, and how many visible records each holds.
SELECT k.layer, k.grp, k.lead, k.maker, (
  SELECT COUNT(*) FROM links o JOIN records r ON r.id = o.record_id
    AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of AND r.state = 'public'
  WHERE o.layer = k.layer AND o.grp = k.grp AND o.seq_from <= :seq AND o.seq_to > :seq) AS members
FROM links k
WHERE k.record_id = :id AND k.seq_from <= :seq AND k.seq_to > :seq ORDER BY k.layer;

-- name: page_thread
-- How large the thread around a record is.
SELECT COUNT(*) AS records, COUNT(DISTINCT NULLIF(r.author, '')) AS people,
  MIN(r.day) AS first, MAX(r.day) AS last
FROM records r
WHERE r.root = :root AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of
  AND r.state = 'public';

-- name: page_thread_records
-- The records of a thread, oldest first.
SELECT r.id, r.kind, r.unit, r.community, r.outlet, r.title, r.text, r.day, r.published,
  r.precision
FROM records r
WHERE r.root = :root AND r.id <> :id
  AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of AND r.state = 'public'
  AND NOT EXISTS (
    SELECT 1 FROM records w WHERE w.id = r.id AND w.seq_to = :open AND w.state <> 'public')
ORDER BY r.published, r.id LIMIT :limit;

-- name: page_cited_by
-- Stories that cite a record, newest version of each.
SELECT s.slug, s.title, MIN(CASE WHEN c.n > 0 THEN c.n END) AS n
FROM cites c JOIN stories s ON s.slug = c.slug AND s.version = c.version
WHERE c.record_id = :id AND s.night <= :night AND s.version = (
  SELECT MAX(v.version) FROM stories v WHERE v.slug = s.slug AND v.night <= :night)
GROUP BY s.slug, s.title ORDER BY s.slug, s.title;

-- name: page_cites
-- The citations of one story version.
SELECT c.n, c.claim, c.record_id FROM cites c
WHERE c.slug = :slug AND c.version = :version ORDER BY c.claim, c.n, c.record_id;

-- name: page_stories
-- The newest version of every story, newest first; of one subject or beat where given.
SELECT s.slug, s.version, s.night, s.subject, s.beat, s.title, s.body FROM stories s
WHERE s.night <= :night AND s.version = (
  SELECT MAX(v.version) FROM stories v WHERE v.slug = s.slug AND v.night <= :night)
  AND (:subject = '' OR s.subject = :subject) AND (:beat = '' OR s.beat = :beat)
ORDER BY s.night DESC, s.slug, s.version LIMIT :limit OFFSET :offset;

-- name: page_story_count
-- How many stories there are.
SELECT COUNT(DISTINCT s.slug) AS stories FROM stories s WHERE s.night <= :night;

-- name: page_versions
-- Every version of a story, newest first.
SELECT s.version, s.night, s.title, s.snapshot FROM stories s
WHERE s.slug = :slug AND s.night <= :night ORDER BY s.version DESC;

-- name: page_signals
-- The tests of a night: what was found first, then by how surprising.
SELECT s.id, s.night, s.kind, s.subject, s.community, s.outcome, s.p, s.q, s.body FROM signals s
WHERE s.night = :night AND (:kind = '' OR s.kind = :kind)
  AND (:outcome = '' OR s.outcome = :outcome) AND (:subject = '' OR s.subject = :subject)
ORDER BY CASE WHEN s.outcome = 'found' THEN 0 ELSE 1 END, s.p, s.id LIMIT :limit OFFSET :offset;

-- name: page_signal_tally
-- How many tests of a night ended how.
SELECT s.kind, s.outcome, COUNT(*) AS tests FROM signals s WHERE s.night = :night
GROUP BY s.kind, s.outcome ORDER BY s.kind, s.outcome;

-- name: page_misses
-- Tests that came nearest to being found and were not.
SELECT s.id, s.night, s.kind, s.subject, s.community, s.outcome, s.p, s.q, s.body FROM signals s
WHERE s.night = :night AND (s.outcome = 'could not tell' OR s.outcome = 'too few people')
  AND s.kind IN ('volume', 'tone', 'coverage')
ORDER BY COALESCE(s.q, 1 + s.p), s.p, s.id LIMIT :limit;

-- name: page_steady
-- Tests that showed that nothing larger than the limit happened.
SELECT s.id, s.night, s.kind, s.subject, s.community, s.outcome, s.p, s.q, s.body FROM signals s
WHERE s.night = :night AND s.outcome = 'no difference' AND s.kind <> 'cooccurrence'
ORDER BY s.p DESC, s.id LIMIT :limit;

-- name: page_signal
-- One test.
SELECT s.id, s.night, s.snapshot, s.kind, s.subject, s.community, s.outcome, s.p, s.q, s.body
FROM signals s WHERE s.id = :id AND s.night <= :night;

-- name: page_signal_nights
-- The same question on earlier nights.
SELECT s.id, s.night, s.outcome, s.p, s.q, s.body FROM signals s
WHERE s.kind = :kind AND s.subject = :subject AND s.community = :community
  AND s.night <= :night ORDER BY s.night DESC, s.id LIMIT :limit;

-- name: page_chart
-- One drawing.
SELECT c.id, c.caption, c.data, c.svg FROM charts c WHERE c.id = :id;

-- name: save_chart
-- Keep a drawing; the same evidence is drawn once.
INSERT INTO charts (id, caption, data, svg) VALUES (:id, :caption, :data, :svg)
ON CONFLICT DO NOTHING;

-- name: page_exposure
-- What is known of how much was collected, worst noted days last.
SELECT e.stream, e.community, e.start, e.stop, e.permille, e.reason FROM exposure e
WHERE e.seq_from <= :seq AND e.seq_to > :seq AND e.stop > :since AND e.start < :until
ORDER BY e.start, e.stream, e.community;

-- name: page_streams
-- The streams that brought records, by community.
SELECT DISTINCT r.community, r.stream FROM records r
WHERE (:community = '' OR r.community = :community) AND r.day >= :start AND r.day < :stop
  AND r.seq_from <= :seq
ORDER BY r.community, r.stream;

-- name: page_labelled
-- How many record versions each recipe has labelled.
SELECT l.recipe, COUNT(*) AS records FROM labelled l GROUP BY l.recipe ORDER BY l.recipe;

-- name: page_left_out
-- How many records of a firehose are left out unread.
SELECT COUNT(DISTINCT a.record_id) AS records FROM annotations a
WHERE a.layer = 'firehose' AND a.value = 'out' AND a.seq_from <= :seq AND a.seq_to > :seq;

-- name: page_last_entry
-- The last thing learnt.
SELECT g.seq, g.kind, g.recorded FROM log g ORDER BY g.seq DESC LIMIT 1;

-- name: page_state
-- What besides the edition can change a page: stories, charts, and what was taken back.
SELECT (SELECT COUNT(*) FROM stories) AS stories, (SELECT COUNT(*) FROM charts) AS charts,
  (SELECT COUNT(*) FROM erasures) AS erasures,
  (SELECT COUNT(*) FROM log WHERE kind = 'tombstone') AS tombstones,
  (SELECT COUNT(*) FROM log WHERE kind IN ('expire', 'trim')) AS dropped;
