UPDATE representative
SET patient_key = $3, representative = $4, ins = $5, ended_at = $6
WHERE patient_key = $1 AND link = $2
