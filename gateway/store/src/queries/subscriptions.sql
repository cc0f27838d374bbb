SELECT id, topic, channel, content, endpoint, status, created_at, failures, ends_at, last_number
FROM subscription
WHERE patient_key = $1 AND owner_kind = $2 AND owner = $3 AND status <> 'off'
ORDER BY created_at, id
