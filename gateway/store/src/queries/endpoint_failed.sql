UPDATE subscription
SET failures = failures + 1, next_try_at = $3, status = CASE WHEN $4 THEN 'error' ELSE status END
WHERE patient_key = $1 AND id = $2 AND status IN ('requested', 'active')
