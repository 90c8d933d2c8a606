-- name: start_people
-- How many people wrote what was read.
SELECT COUNT(DISTINCT r.author) AS people FROM records r
WHERE r.day >= :start AND r.day < :stop AND r.unit = 'person' AND r.author <> ''
  AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of AND r.state = 'public'
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
  AND EXISTS (SELECT 1 FROM annotations a WHERE a.record_id = r.id AND a.layer = 'language'
              AND a.seq_from <= :seq AND a.seq_to > :seq);

-- name: start_active
-- The same, by community.
SELECT r.community, COUNT(DISTINCT r.author) AS people FROM records r
WHERE r.day >= :start AND r.day < :stop AND r.unit = 'person' AND r.author <> ''
  AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of AND r.state = 'public'
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
  AND EXISTS (SELECT 1 FROM annotations a WHERE a.record_id = r.id AND a.layer = 'language'
              AND a.seq_from <= :seq AND a.seq_to > :seq)
GROUP BY r.community ORDER BY people DESC, r.community;

-- name: start_named
-- How many people used a name in each community, most first.
SELECT r.community, a.value, COUNT(DISTINCT r.author) AS people
FROM records r CROSS JOIN annotations a  -- in this order: from the days to their labels
WHERE a.record_id = r.id AND a.layer = 'entities' AND a.seq_from <= :seq AND a.seq_to > :seq
  AND r.day >= :start AND r.day < :stop AND r.unit = 'person' AND r.author <> ''
  AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of AND r.state = 'public'
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
GROUP BY r.community, a.value ORDER BY r.community, people DESC, a.value;

-- name: start_articles
-- Articles of outlets by what they are about and by day, reprints left out.
SELECT CASE WHEN a.layer = 'entities' THEN 'entity/' ELSE 'beat/' END || a.value AS subject,
  r.outlet, r.day, COUNT(DISTINCT r.id) AS articles
FROM records r CROSS JOIN annotations a  -- in this order: from the days to their labels
LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates'
  AND k.seq_from <= :seq AND k.seq_to > :seq
WHERE a.record_id = r.id AND a.layer IN ('entities', 'beats')
  AND a.seq_from <= :seq AND a.seq_to > :seq
  AND r.day >= :start AND r.day < :stop AND r.unit = 'outlet' AND r.outlet <> ''
  AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of AND r.state = 'public'
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
  AND COALESCE(k.lead, 1) = 1
GROUP BY a.layer, a.value, r.outlet, r.day ORDER BY a.layer, a.value, r.day, r.outlet;

-- name: start_threads
-- Threads most people spoke in lately, with their first record.
SELECT p.id, p.kind, p.unit, p.community, p.outlet, p.title, p.text, p.day, p.published,
  p.precision, COUNT(*) AS records, COUNT(DISTINCT r.author) AS people
FROM records r JOIN records p ON p.id = r.root
  AND p.seq_from <= :seq AND p.seq_to > :seq AND p.available <= :as_of AND p.state = 'public'
WHERE r.published >= :since AND r.day < :stop AND r.day >= :start
  AND r.unit = 'person' AND r.author <> ''
  AND r.seq_from <= :seq AND r.seq_to > :seq AND r.available <= :as_of AND r.state = 'public'
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
  AND NOT EXISTS (SELECT 1 FROM records w WHERE w.id = p.id AND w.seq_to = :open
                  AND w.state <> 'public')
  AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.name = r.stream AND s.derived = 0)
GROUP BY p.id, p.kind, p.unit, p.community, p.outlet, p.title, p.text, p.day, p.published,
  p.precision
HAVING COUNT(DISTINCT r.author) >= :least
ORDER BY people DESC, p.id LIMIT :limit;
