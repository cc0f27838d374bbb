SELECT j.lane, min(j.seq) AS first
FROM journal AS j
WHERE NOT EXISTS (SELECT 1 FROM lane AS l WHERE l.lane = j.lane)
GROUP BY j.lane
LIMIT 1000
