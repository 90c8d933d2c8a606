-- name: versions_of
-- Every version of a record ever kept.
SELECT * FROM records WHERE id = :id ORDER BY seq_from;

-- name: by_digest
-- Records named by a keyed digest.
SELECT DISTINCT id FROM records WHERE digest = :digest ORDER BY id;

-- name: journal
-- What was erased here.
SELECT digest, hard FROM erasures ORDER BY digest;

-- name: note_erasure
-- Remember an erasure by digest only.
INSERT INTO erasures (digest, hard) VALUES (:digest, :hard)
ON CONFLICT (digest) DO UPDATE SET hard = MAX(erasures.hard, excluded.hard);

-- name: husk_record
-- Leave day, community and integer facts; the id becomes its digest.
UPDATE records SET id = :husk, outlet = '', url = '', title = '', text = '', author = '',
  parent = '', root = :husk, engagement = '{}', content = '', lang = 'und', state = :state
WHERE id = :id;

-- name: husk_annotations
-- Keep slugs and integer labels, drop offsets.
UPDATE annotations SET record_id = :husk, start = NULL, stop = NULL
WHERE record_id = :id AND layer <> 'phrases';

-- name: drop_phrases
-- Phrases are the author's words.
DELETE FROM annotations WHERE record_id = :id AND layer = 'phrases';

-- name: husk_links
-- Group membership under the digest.
UPDATE links SET record_id = :husk WHERE record_id = :id;

-- name: husk_groups
-- A group named after an erased record is named after its digest.
UPDATE links SET grp = :husk WHERE grp = :id;

-- name: husk_labelled
-- What was labelled, under the digest.
UPDATE labelled SET record_id = :husk WHERE record_id = :id;

-- name: husk_threads
-- Threads that began with the record are named after its digest.
UPDATE records SET root = :husk WHERE root = :id;

-- name: husk_parents
-- Answers to the record point at its digest.
UPDATE records SET parent = :husk WHERE parent = :id;

-- name: husk_log
-- The log names the digest.
UPDATE log SET ref = :husk WHERE ref = :id;

-- name: husk_cites
-- Citations point at the digest.
UPDATE cites SET record_id = :husk WHERE record_id = :id;

-- name: cells_of_thread
-- Days and communities whose rollups name a thread.
SELECT DISTINCT day, community FROM voices WHERE thread = :id OR cluster = :id
ORDER BY day, community;

-- name: drop_record
-- forget --hard: the husk goes too.
DELETE FROM records WHERE id = :husk;

-- name: drop_annotations
-- forget --hard: the labels go too.
DELETE FROM annotations WHERE record_id = :husk;

-- name: drop_links
-- forget --hard: the links go too.
DELETE FROM links WHERE record_id = :husk;

-- name: drop_labelled
-- forget --hard: the note that it was labelled goes too.
DELETE FROM labelled WHERE record_id = :husk;

-- name: drop_sketch
-- The sketch is made of the words.
DELETE FROM sketches WHERE record_id = :id;

-- name: drop_bands
-- So are its bands.
DELETE FROM bands WHERE record_id = :id;

-- name: drop_reading
-- The vector goes when no other record has the same words.
DELETE FROM readings WHERE content = :content
  AND NOT EXISTS (SELECT 1 FROM records r WHERE r.content = :content);

-- name: bodies_naming
-- Stories, claims, editions and charts whose text may hold words of a record.
SELECT c.slug, c.version, c.claim, c.n FROM cites c WHERE c.record_id = :id
ORDER BY c.slug, c.version, c.claim, c.n;

-- name: story_bodies
-- Every story version.
SELECT slug, version, title, body FROM stories ORDER BY slug, version;

-- name: save_story_body
-- Replace a story version's words after an erasure.
UPDATE stories SET body = :body, title = :title WHERE slug = :slug AND version = :version;

-- name: claim_bodies
-- Every claim.
SELECT id, body FROM claims ORDER BY id;

-- name: save_claim_body
-- Replace a claim's words after an erasure.
UPDATE claims SET body = :body WHERE id = :id;

-- name: edition_bodies
-- Every edition.
SELECT night, body FROM editions ORDER BY night;

-- name: save_edition_body
-- Replace an edition's words after an erasure.
UPDATE editions SET body = :body WHERE night = :night;

-- name: chart_bodies
-- Every chart.
SELECT id, caption, data, svg FROM charts ORDER BY id;

-- name: drop_chart
-- A chart that showed erased words goes.
DELETE FROM charts WHERE id = :id;

-- name: published
-- Folders we wrote copies into.
SELECT path, kind FROM published ORDER BY path;

-- name: note_published
-- Remember a folder we wrote copies into.
INSERT INTO published (path, kind) VALUES (:path, :kind)
ON CONFLICT (path) DO UPDATE SET kind = excluded.kind;
