UPDATE outbox
SET delivered_at = $3, outcome = $4, next_try_at = NULL
WHERE patient_key = $1 AND id = $2 AND delivered_at IS NULL
