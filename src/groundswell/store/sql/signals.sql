-- name: signals_forget_night
-- Running a night again replaces all it tested.
DELETE FROM signals WHERE night = :night;

-- name: signals_add
-- Keep one test of a night.
INSERT INTO signals (id, night, snapshot, kind, subject, community, outcome, p, q, body)
VALUES (:id, :night, :snapshot, :kind, :subject, :community, :outcome, :p, :q, :body);

-- name: signals_night
-- All tests of one night, the most surprising first.
SELECT id, body
FROM signals
WHERE night = :night
ORDER BY p, id;

-- name: signals_one
-- Tests whose id begins like this, at most two: one is an answer, two are a question.
SELECT id, body
FROM signals
WHERE SUBSTR(id, 1, LENGTH(:prefix)) = :prefix
ORDER BY id
LIMIT 2;

-- name: signals_subject
-- All tests of one subject between two nights, oldest first.
SELECT id, night, body
FROM signals
WHERE subject = :subject AND night >= :start AND night <= :night
ORDER BY night, p, id;

-- name: signals_past
-- Bodies of the tests of earlier nights over all communities, for calibration.
SELECT id, night, kind, body
FROM signals
WHERE night >= :start AND night <= :night AND community = '*'
ORDER BY kind, night, id;
