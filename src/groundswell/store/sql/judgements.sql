-- name: judge_save_draw
-- Remember a draw.
INSERT INTO draws (draw, purpose, layer, community, seed, seq_from)
VALUES (:draw, :purpose, :layer, :community, :seed, :seq) ON CONFLICT DO NOTHING;

-- name: judge_save_drawn
-- Remember one record of a draw, with how likely it was to be drawn.
INSERT INTO drawn (draw, n, record_id, version, stratum, taken, held)
VALUES (:draw, :n, :record_id, :version, :stratum, :taken, :held) ON CONFLICT DO NOTHING;

-- name: judge_draw
-- One draw.
SELECT draw, purpose, layer, community, seed, seq_from FROM draws WHERE draw = :draw;

-- name: judge_draws
-- The draws for one purpose, layer and community, newest first.
SELECT draw, purpose, layer, community, seed, seq_from FROM draws
WHERE purpose = :purpose AND layer = :layer AND community = :community
ORDER BY seq_from DESC, draw;

-- name: judge_drawn
-- The records of a draw in the order in which they are shown.
SELECT n, record_id, version, stratum, taken, held FROM drawn WHERE draw = :draw ORDER BY n;

-- name: judge_shown
-- The records of a draw that still stand as they were drawn, in order.
SELECT d.n, d.record_id, r.community, r.day, r.title, r.text
FROM drawn d JOIN records r ON r.id = d.record_id AND r.seq_from = d.version
WHERE d.draw = :draw AND r.seq_to = :open AND r.state = 'public'
  AND (r.title <> '' OR r.text <> '')
ORDER BY d.n;

-- name: judge_labelled
-- Counted records of a community that carry a layer, with each label, to draw from.
SELECT r.id, r.seq_from, r.day, r.size, a.value
FROM records r
JOIN annotations a ON a.record_id = r.id AND a.layer = :layer
     AND a.seq_from <= :seq AND a.seq_to > :seq
LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates'
     AND k.seq_from <= :seq AND k.seq_to > :seq
WHERE r.community = :community AND r.seq_from <= :seq AND r.seq_to > :seq
  AND r.available <= :as_of AND r.state = 'public' AND COALESCE(k.lead, 1) = 1
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
ORDER BY r.id, r.seq_from, a.n, a.seq_from;

-- name: judge_read
-- Counted records of a community that were sorted into beats, into none as well: those that were
-- read, and those of a firehose that were left out as surely on none.
SELECT r.id, r.seq_from, r.day, r.size
FROM records r
LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates'
     AND k.seq_from <= :seq AND k.seq_to > :seq
WHERE r.community = :community AND r.seq_from <= :seq AND r.seq_to > :seq
  AND r.available <= :as_of AND r.state = 'public' AND COALESCE(k.lead, 1) = 1
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
  AND (EXISTS (SELECT 1 FROM readings d WHERE d.content = r.content)
       OR EXISTS (SELECT 1 FROM annotations f WHERE f.record_id = r.id AND f.layer = 'firehose'
                  AND f.value = 'out' AND f.seq_from <= :seq AND f.seq_to > :seq))
ORDER BY r.id, r.seq_from;

-- name: judge_labels
-- Every label of a layer in a community, most likely first.
SELECT a.record_id, a.value, a.n
FROM annotations a JOIN records r ON r.id = a.record_id
WHERE a.layer = :layer AND a.seq_from <= :seq AND a.seq_to > :seq
  AND r.community = :community AND r.seq_from <= :seq AND r.seq_to > :seq
ORDER BY a.record_id, a.n, a.layer, a.seq_from, r.id, r.seq_from;

-- name: judge_values
-- Which labels a layer has ever given.
SELECT DISTINCT value FROM annotations WHERE layer = :layer AND seq_to = :open ORDER BY value;

-- name: judge_community
-- Whether records of a community are here.
SELECT COUNT(*) AS records FROM records
WHERE community = :community AND seq_to = :open AND state = 'public';

-- name: judge_by
-- What one rater said of a draw, in the order in which it was said.
SELECT record_id, part, value, seq_from FROM judgements
WHERE draw = :draw AND rater = :rater AND seq_to = :open ORDER BY seq_from, record_id;

-- name: judge_raters
-- Who judges a draw.
SELECT DISTINCT part, rater FROM judgements WHERE draw = :draw AND seq_to = :open
ORDER BY part, rater;

-- name: judge_save
-- One judgement.
INSERT INTO judgements (draw, record_id, rater, part, value, seq_from, seq_to)
VALUES (:draw, :record_id, :rater, :part, :value, :seq, :open) ON CONFLICT DO NOTHING;

-- name: judge_close
-- Take a judgement back.
UPDATE judgements SET seq_to = :seq
WHERE draw = :draw AND record_id = :record_id AND rater = :rater AND seq_to = :open;

-- name: judge_said
-- Every judgement of a draw that holds now, for export.
SELECT record_id, rater, part, value, seq_from FROM judgements
WHERE draw = :draw AND seq_to = :open ORDER BY record_id, part, rater, seq_from;

-- name: judge_candidates
-- Counted records that were read and not yet shown for teaching a layer, newest first.
SELECT r.id, r.seq_from, r.title, r.text, d.vector
FROM records r
JOIN readings d ON d.content = r.content AND d.reader = :reader
LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates' AND k.seq_to = :open
WHERE r.seq_to = :open AND r.state = 'public' AND COALESCE(k.lead, 1) = 1
  AND (r.title <> '' OR r.text <> '')
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_to = :open)
  AND NOT EXISTS (SELECT 1 FROM drawn s JOIN draws w ON w.draw = s.draw
                  WHERE w.purpose = 'teach' AND w.layer = :layer AND s.record_id = r.id)
ORDER BY r.seq_from DESC LIMIT :limit;

-- name: judge_lessons
-- Every answer given for teaching a layer that still holds.
SELECT j.draw, j.record_id, j.rater, j.value
FROM judgements j JOIN draws w ON w.draw = j.draw
WHERE w.purpose = 'teach' AND w.layer = :layer AND j.seq_to = :open
ORDER BY j.draw, j.record_id, j.rater, j.seq_from;

-- name: judge_taught
-- What was taught: the newest word on each record, with its words, oldest first.
SELECT w.layer, j.record_id, j.value, j.seq_from, r.title, r.text
FROM draws w JOIN judgements j ON j.draw = w.draw
JOIN records r ON r.id = j.record_id AND r.seq_to = :open
WHERE w.purpose = 'teach' AND j.seq_to = :open AND j.value <> '' AND r.state = 'public'
ORDER BY j.seq_from, j.record_id, w.draw, j.rater;

-- name: figures_draws
-- Audits of a layer in a community that a snapshot knows, newest first.
SELECT draw, layer, seq_from FROM draws
WHERE purpose = 'audit' AND layer = :layer AND community = :community AND seq_from <= :seq
ORDER BY seq_from DESC, draw;

-- name: figures_drawn
-- The records of an audit as a snapshot saw them, and whether they stand as they were drawn.
SELECT d.n, d.record_id, d.stratum, d.taken, d.held
FROM drawn d JOIN records r ON r.id = d.record_id AND r.seq_from = d.version
WHERE d.draw = :draw AND r.seq_to > :seq AND (r.state = 'public' OR r.state = 'forgotten')
ORDER BY d.n;

-- name: figures_judgements
-- What people said of the records of an audit.
SELECT j.record_id, j.part, j.rater, j.value FROM judgements j
WHERE j.draw = :draw AND j.seq_from <= :seq AND j.seq_to > :seq
ORDER BY j.record_id, j.part, j.rater, j.seq_from;

-- name: figures_drawn_labels
-- What the reader says of the records of an audit.
SELECT d.record_id, d.n, a.value, a.score, a.n AS place
FROM drawn d JOIN annotations a ON a.record_id = d.record_id
WHERE d.draw = :draw AND a.layer = :layer AND a.seq_from <= :seq AND a.seq_to > :seq
ORDER BY d.n, a.n, a.seq_from;

-- name: evidence_audits
-- For the verifier: audits of a layer in a community, newest first.
SELECT w.draw, w.seq_from FROM draws w
WHERE w.community = :community AND w.layer = :layer AND w.purpose = 'audit' AND w.seq_from <= :seq
ORDER BY w.seq_from DESC, w.draw;

-- name: evidence_audited
-- For the verifier: each record of an audit with each rater's word; husks count as they did.
SELECT d.n, d.record_id, d.stratum, d.held, j.part, j.value, j.rater
FROM drawn d
JOIN records r ON r.id = d.record_id AND r.seq_from = d.version
LEFT JOIN judgements j ON j.draw = d.draw AND j.record_id = d.record_id
     AND j.seq_from <= :seq AND j.seq_to > :seq
WHERE d.draw = :draw AND r.seq_to > :seq AND (r.state = 'public' OR r.state = 'forgotten')
ORDER BY d.n, j.part, j.rater, j.seq_from;

-- name: evidence_gone
-- For the verifier: how many records of an audit were erased for good.
SELECT COUNT(*) AS records FROM drawn WHERE draw = :draw AND record_id = '';

-- name: evidence_audit_labels
-- For the verifier: what the reader says of the records of an audit.
SELECT d.n, a.value, a.n AS place
FROM drawn d JOIN annotations a ON a.record_id = d.record_id AND a.layer = :layer
WHERE d.draw = :draw AND a.seq_from <= :seq AND a.seq_to > :seq
ORDER BY d.n, a.n, a.seq_from;

-- name: husk_drawn
-- A drawn record is named after its digest.
UPDATE drawn SET record_id = :husk WHERE record_id = :id;

-- name: husk_judgements
-- So are the judgements on it.
UPDATE judgements SET record_id = :husk WHERE record_id = :id;

-- name: drop_taught
-- What was taught by an erased record goes.
DELETE FROM judgements
WHERE record_id = :id AND draw IN (SELECT w.draw FROM draws w WHERE w.purpose = 'teach');

-- name: drop_shown
-- Nor is it kept among what was shown for teaching.
DELETE FROM drawn
WHERE record_id = :id AND draw IN (SELECT w.draw FROM draws w WHERE w.purpose = 'teach');

-- name: drop_drawn
-- forget --hard: the place in the sample stays, empty.
UPDATE drawn SET record_id = '' WHERE record_id = :husk;

-- name: drop_judgements
-- forget --hard: the judgements go too.
DELETE FROM judgements WHERE record_id = :husk;

-- name: figures_labelled
-- How often the reader gave each label of a layer in a community, with sums of its scores.
SELECT a.value, COUNT(*) AS records, SUM(COALESCE(a.score, 0)) AS total,
  SUM(COALESCE(a.score, 0) * COALESCE(a.score, 0)) AS squares
FROM records r
JOIN annotations a ON a.record_id = r.id AND a.layer = :layer
     AND a.seq_from <= :seq AND a.seq_to > :seq
LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates'
     AND k.seq_from <= :seq AND k.seq_to > :seq
WHERE r.community = :community AND r.seq_from <= :seq AND r.seq_to > :seq
  AND r.available <= :as_of AND r.state = 'public' AND COALESCE(k.lead, 1) = 1
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
GROUP BY a.value
ORDER BY a.value;

-- name: figures_read
-- How often the reader gave each label at all in a community, and '' for what it read.
SELECT CASE WHEN a.value IS NULL THEN '' ELSE a.value END AS value, COUNT(DISTINCT r.id) AS records
FROM records r
LEFT JOIN annotations a ON a.record_id = r.id AND a.layer = :layer
     AND a.seq_from <= :seq AND a.seq_to > :seq
LEFT JOIN links k ON k.record_id = r.id AND k.layer = 'duplicates'
     AND k.seq_from <= :seq AND k.seq_to > :seq
WHERE r.community = :community AND r.seq_from <= :seq AND r.seq_to > :seq
  AND r.available <= :as_of AND r.state = 'public' AND COALESCE(k.lead, 1) = 1
  AND NOT EXISTS (SELECT 1 FROM annotations x WHERE x.record_id = r.id AND x.layer = 'spam'
                  AND x.seq_from <= :seq AND x.seq_to > :seq)
  AND EXISTS (SELECT 1 FROM readings d WHERE d.content = r.content)
GROUP BY CASE WHEN a.value IS NULL THEN '' ELSE a.value END
ORDER BY value;
