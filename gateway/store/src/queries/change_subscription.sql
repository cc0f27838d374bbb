UPDATE subscription
SET topic = $5, channel = $6, content = $7, endpoint = $8, status = $9, ends_at = $10, failures = 0, next_try_at = 0
WHERE patient_key = $1 AND id = $2 AND owner_kind = $3 AND owner = $4 AND status <> 'off'
