DELETE FROM blocked
WHERE patient_key = $1 AND kind = $2 AND id = $3
