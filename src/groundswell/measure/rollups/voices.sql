-- rollup: voices
-- One row per author, day, thread and length bin for every subject of one day in one community.
DELETE FROM voices WHERE day = :day AND community = :cell;
INSERT INTO voices (day, community, subject, unit, author, cluster, thread, length_bin, seen, exact,
  records, copies, read, score_sum, positive, negative)
WITH counted AS (
  SELECT r.id, r.day, r.community, r.unit,
         CASE WHEN r.unit = 'outlet' THEN r.outlet ELSE r.author END AS author,
         COALESCE(k.grp, '') AS cluster, r.root AS thread,
         CASE WHEN r.size <= 100 THEN 0 WHEN r.size <= 300 THEN 1
              WHEN r.size <= 1000 THEN 2 ELSE 3 END AS length_bin,
         r.seen, CASE WHEN r.precision = 'day' THEN 0 ELSE 1 END AS exact,
         COALESCE(k.lead, 1) AS lead, s.value AS tone, s.score AS score
  FROM records r
  JOIN labelled l ON l.record_id = r.id AND l.version = r.seq_from  -- what nobody read is not counted
  LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates' AND k.seq_to = :open
  LEFT JOIN annotations s ON s.record_id = r.id AND s.layer = 'sentiment' AND s.n = 0
       AND s.seq_to = :open
  WHERE r.day = :day AND r.community = :cell AND r.seq_to = :open AND r.state = 'public'
    AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_to = :open)
),
subjects AS (
  SELECT c.id, '*' AS subject FROM counted c
  UNION
  SELECT c.id, CASE WHEN a.layer = 'entities' THEN 'entity/' ELSE 'beat/' END || a.value
  FROM counted c CROSS JOIN annotations a  -- in this order: from the cell to its labels
  WHERE a.record_id = c.id AND a.seq_to = :open AND a.layer IN ('entities', 'beats')
)
SELECT c.day, c.community, j.subject, c.unit, c.author, c.cluster, c.thread, c.length_bin,
       c.seen, c.exact, SUM(c.lead), SUM(1 - c.lead),
       SUM(CASE WHEN c.lead = 1 AND c.score IS NOT NULL THEN 1 ELSE 0 END),
       SUM(CASE WHEN c.lead = 1 THEN COALESCE(c.score, 0) ELSE 0 END),
       SUM(CASE WHEN c.lead = 1 AND c.tone = 'positive' THEN 1 ELSE 0 END),
       SUM(CASE WHEN c.lead = 1 AND c.tone = 'negative' THEN 1 ELSE 0 END)
FROM counted c JOIN subjects j ON j.id = c.id
GROUP BY c.day, c.community, j.subject, c.unit, c.author, c.cluster, c.thread, c.length_bin,
         c.seen, c.exact;
