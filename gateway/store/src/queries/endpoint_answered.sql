UPDATE subscription
SET failures = 0, next_try_at = 0, status = 'active'
WHERE patient_key = $1 AND id = $2 AND status IN ('requested', 'active')
