-- name: evidence_rows
-- Records of a stretch of days as a snapshot saw them; an erased one comes as its husk.
SELECT r.id, r.community, r.unit, r.author, r.outlet, r.day, r.published, r.precision, r.root,
  r.url, r.size, r.state
FROM records r
WHERE r.day >= :start AND r.day < :stop AND r.seq_from <= :seq AND r.seq_to > :seq
  AND r.available <= :as_of AND (r.state = 'public' OR r.state = 'forgotten')
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
ORDER BY r.published, r.id, r.seq_from;

-- name: evidence_labels
-- What was said about those records at that snapshot.
SELECT a.record_id, a.layer, a.n, a.value, a.score
FROM records r CROSS JOIN annotations a  -- in this order: from the days to their labels
WHERE a.record_id = r.id AND r.day >= :start AND r.day < :stop AND r.seq_from <= :seq AND r.seq_to > :seq
  AND r.available <= :as_of AND (r.state = 'public' OR r.state = 'forgotten')
  AND a.layer IN ('entities', 'beats', 'sentiment', 'language') AND a.seq_from <= :seq AND a.seq_to > :seq
ORDER BY a.record_id, a.layer, a.n, a.seq_from;

-- name: evidence_groups
-- Which duplicate groups those records belonged to at that snapshot.
SELECT k.record_id, k.grp, k.lead
FROM records r JOIN links k ON k.record_id = r.id
WHERE r.day >= :start AND r.day < :stop AND r.seq_from <= :seq AND r.seq_to > :seq
  AND r.available <= :as_of AND (r.state = 'public' OR r.state = 'forgotten')
  AND k.layer = 'duplicates' AND k.seq_from <= :seq AND k.seq_to > :seq
ORDER BY k.record_id, k.seq_from;

-- name: evidence_record
-- One record as a snapshot saw it, with its words.
SELECT r.id, r.day, r.title, r.text, r.state
FROM records r
WHERE r.id = :id AND r.seq_from <= :seq AND r.seq_to > :seq
  AND r.available <= :as_of AND (r.state = 'public' OR r.state = 'forgotten')
ORDER BY r.seq_from DESC;

-- name: evidence_exposure
-- What is noted about collection that touches one day.
SELECT e.stream, e.community, e.start, e.stop, e.permille
FROM exposure e
WHERE e.start < :stop AND e.stop > :start AND e.seq_from <= :seq AND e.seq_to > :seq
ORDER BY e.stream, e.community, e.start, e.seq_from;

-- name: evidence_streams
-- Which streams gathered which community.
SELECT DISTINCT r.community, r.stream FROM records r ORDER BY r.community, r.stream;

-- name: evidence_stories
-- The newest version of every story, or of one.
SELECT s.slug, s.version, s.body
FROM stories s
JOIN (SELECT t.slug AS slug, MAX(t.version) AS version FROM stories t GROUP BY t.slug) newest
  ON newest.slug = s.slug AND newest.version = s.version
WHERE :slug = '' OR s.slug = :slug
ORDER BY s.slug, s.version;

-- name: evidence_claim
-- A claim as it was kept under its id.
SELECT c.id, c.body FROM claims c WHERE c.id = :id;
