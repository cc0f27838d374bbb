SELECT count(*) AS events, min(at) AS since
FROM journal
WHERE lane = $1 AND seq > $2
