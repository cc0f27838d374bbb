SELECT event, payload
FROM journal
WHERE lane = $1 AND payload IS NOT NULL
ORDER BY seq DESC
LIMIT $2
