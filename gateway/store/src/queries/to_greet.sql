SELECT patient_key, id, topic, channel, content, endpoint, failures, next_try_at, last_number
FROM subscription
WHERE status = 'requested' AND next_try_at <= $1 AND (ends_at IS NULL OR ends_at > $1)
ORDER BY next_try_at, id
LIMIT $2
