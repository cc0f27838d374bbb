UPDATE record
SET activated_at = $2, state = 'open', opened_at = coalesce(opened_at, $2)
WHERE patient_key = $1
