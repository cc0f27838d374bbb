SELECT month, act, kind, mode, outcome, events
FROM usage_count
WHERE month >= $1 AND month <= $2 AND events > 0
ORDER BY month, act, kind, mode, outcome
LIMIT 100000
