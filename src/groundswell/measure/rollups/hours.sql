-- rollup: hours
-- Records and distinct authors per hour; records known only to the day are left out.
DELETE FROM hours WHERE day = :day AND community = :cell;
INSERT INTO hours (hour, day, community, subject, unit, seen, records, authors)
WITH counted AS (
  SELECT r.id, r.published / 3600000000 AS hour, r.day, r.community, r.unit, r.seen,
         CASE WHEN r.unit = 'outlet' THEN r.outlet ELSE r.author END AS author
  FROM records r
  JOIN labelled l ON l.record_id = r.id AND l.version = r.seq_from  -- what nobody read is not counted
  LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates' AND k.seq_to = :open
  WHERE r.day = :day AND r.community = :cell AND r.seq_to = :open AND r.state = 'public'
    AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_to = :open)
    AND r.precision <> 'day' AND COALESCE(k.lead, 1) = 1
),
subjects AS (
  SELECT c.id, '*' AS subject FROM counted c
  UNION
  SELECT c.id, CASE WHEN a.layer = 'entities' THEN 'entity/' ELSE 'beat/' END || a.value
  FROM counted c CROSS JOIN annotations a  -- in this order: from the cell to its labels
  WHERE a.record_id = c.id AND a.seq_to = :open AND a.layer IN ('entities', 'beats')
)
SELECT c.hour, c.day, c.community, j.subject, c.unit, c.seen, COUNT(*), COUNT(DISTINCT c.author)
FROM counted c JOIN subjects j ON j.id = c.id
GROUP BY c.hour, c.day, c.community, j.subject, c.unit, c.seen;
