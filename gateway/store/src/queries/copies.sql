SELECT count(*) AS copies, count(*) FILTER (WHERE hash = $3) AS identical
FROM entry
WHERE patient_key = $1 AND unique_id = $2
