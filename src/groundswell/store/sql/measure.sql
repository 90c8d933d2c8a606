-- name: measure_dirty
-- The next cells to recount, in a fixed order.
SELECT rollup, day, cell
FROM dirty
ORDER BY rollup, day, cell
LIMIT :batch;

-- name: measure_left
-- How many cells wait to be recounted.
SELECT COUNT(*) AS cells
FROM dirty;

-- name: measure_clean
-- A cell has been recounted; written in the same transaction as its rows.
DELETE FROM dirty WHERE rollup = :rollup AND day = :day AND cell = :cell;
