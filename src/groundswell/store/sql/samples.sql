-- name: samples_subjects
-- Entities and beats that enough voices wrote about lately.
SELECT subject, COUNT(DISTINCT author) AS voices
FROM voices
WHERE day >= :start AND day <= :night AND seen <= :seen AND author <> '' AND records > 0
  AND subject <> '*'
GROUP BY subject
HAVING COUNT(DISTINCT author) >= :least
ORDER BY subject;

-- name: samples_daily
-- Distinct voices a day of every subject in every community.
SELECT subject, community, unit, day, COUNT(DISTINCT author) AS voices
FROM voices
WHERE day >= :start AND day <= :night AND seen <= :seen AND author <> '' AND records > 0
GROUP BY subject, community, unit, day
ORDER BY subject, community, unit, day;

-- name: samples_everywhere
-- Distinct voices a day of every subject over all communities: nobody twice.
SELECT subject, unit, day, COUNT(DISTINCT author) AS voices
FROM voices
WHERE day >= :start AND day <= :night AND seen <= :seen AND author <> '' AND records > 0
GROUP BY subject, unit, day
ORDER BY subject, unit, day;

-- name: samples_voices
-- Every row of the voices rollup, whatever its arrival, for all subjects at once.
SELECT day, community, subject, unit, author, cluster, thread, length_bin, exact,
       SUM(records) AS records, SUM(copies) AS copies, SUM(read) AS read,
       SUM(score_sum) AS score_sum, SUM(positive) AS positive, SUM(negative) AS negative
FROM voices
WHERE day >= :start AND day <= :night AND seen <= :seen
GROUP BY subject, day, community, unit, author, cluster, thread, length_bin, exact
ORDER BY subject, day, community, unit, author, cluster, thread, length_bin, exact;

-- name: samples_places
-- The first day of every community and unit.
SELECT community, unit, MIN(day) AS first
FROM voices
WHERE subject = '*' AND seen <= :seen AND day <= :night
GROUP BY community, unit
ORDER BY community, unit;

-- name: samples_firsts
-- The first day every subject was seen at all.
SELECT subject, MIN(day) AS first
FROM voices
WHERE seen <= :seen AND day <= :night
GROUP BY subject
ORDER BY subject;

-- name: samples_mentions
-- Articles of outlets by the entities and beats they are about, copies too.
SELECT CASE WHEN a.layer = 'entities' THEN 'entity/' ELSE 'beat/' END || a.value AS subject,
       r.id, r.outlet, r.day, r.published, r.precision, COALESCE(k.grp, '') AS cluster
FROM records r
CROSS JOIN annotations a  -- in this order: from the days to their labels
LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates'
     AND k.seq_from <= :seq AND k.seq_to > :seq
WHERE a.record_id = r.id AND a.layer IN ('entities', 'beats')
  AND a.seq_from <= :seq AND a.seq_to > :seq
  AND r.day >= :start AND r.day <= :night AND r.seq_from <= :seq AND r.seq_to > :seq
  AND r.seen <= :seen AND r.state = 'public' AND r.unit = 'outlet' AND r.outlet <> ''
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
GROUP BY a.layer, a.value, r.id, r.outlet, r.day, r.published, r.precision, k.grp
ORDER BY subject, r.published, r.id;

-- name: samples_pairs
-- Which people named two entities in one record, by community.
SELECT a, b, community, author
FROM pairs
WHERE day >= :start AND day <= :night AND seen <= :seen AND unit = 'person' AND author <> ''
GROUP BY a, b, community, author
ORDER BY a, b, community, author;

-- name: samples_streams
-- Which streams fill a community, and with how many records lately.
SELECT community, stream, COUNT(*) AS records
FROM records
WHERE day >= :start AND day <= :night AND seq_from <= :seq AND seq_to > :seq
GROUP BY community, stream
ORDER BY community, stream;

-- name: samples_exposure
-- Stretches in which less, or more, than usual was collected.
SELECT stream, community, start, stop, permille
FROM exposure
WHERE seq_from <= :seq AND seq_to > :seq AND stop > :from_us AND start < :to_us
ORDER BY stream, community, start, seq_from;

-- name: samples_named
-- Which people named what in which community, everything ('*') included.
SELECT subject, community, author
FROM voices
WHERE day >= :start AND day <= :night AND seen <= :seen AND unit = 'person' AND author <> ''
  AND records > 0 AND (subject = '*' OR SUBSTR(subject, 1, 7) = 'entity/')
GROUP BY subject, community, author
ORDER BY subject, community, author;
