SELECT seq, at, event, salt, payload, erased_at, commitment, chain
FROM journal
WHERE lane = $1 AND seq > $2
ORDER BY seq
LIMIT $3
