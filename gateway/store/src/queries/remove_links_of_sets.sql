DELETE FROM association
WHERE patient_key = $1 AND source_object = 'set' AND source IN (SELECT unhex(value) FROM json_each($2))
