SELECT o.position, o.lane, j.event, j.payload
FROM audit_outbox AS o
JOIN journal AS j ON j.lane = o.lane AND j.seq = o.seq
WHERE o.position > $1
ORDER BY o.position
LIMIT $2
