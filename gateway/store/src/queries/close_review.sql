UPDATE review
SET closed_at = $3, closed_by = $4
WHERE patient_key = $1 AND event = $2 AND closed_at IS NULL
