UPDATE submission_set
SET metadata = x''
WHERE patient_key = $1 AND set_uuid IN (SELECT unhex(value) FROM json_each($2))
