UPDATE submission_set
SET metadata = x''
WHERE patient_key = $1 AND set_uuid = $2
  AND NOT EXISTS (SELECT 1 FROM association AS a WHERE a.patient_key = $1 AND a.source = $2)
