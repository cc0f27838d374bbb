UPDATE subscription
SET status = 'off', ended_at = $5
WHERE patient_key = $1 AND id = $2 AND owner_kind = $3 AND owner = $4 AND status <> 'off'
