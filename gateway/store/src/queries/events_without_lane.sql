SELECT count(*)
FROM journal AS j
WHERE NOT EXISTS (SELECT 1 FROM lane AS l WHERE l.lane = j.lane)
