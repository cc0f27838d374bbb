UPDATE outbox
SET next_try_at = $3, attempts = attempts + $4
WHERE patient_key = $1 AND id = $2 AND delivered_at IS NULL
