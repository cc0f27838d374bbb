SELECT 1 FROM submission_set WHERE patient_key = $1 AND unique_id = $2
UNION ALL
SELECT 1 FROM folder WHERE patient_key = $1 AND unique_id = $2
LIMIT 1
