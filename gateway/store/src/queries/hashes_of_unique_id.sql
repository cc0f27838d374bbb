SELECT DISTINCT hash
FROM entry
WHERE patient_key = $1 AND unique_id = $2
