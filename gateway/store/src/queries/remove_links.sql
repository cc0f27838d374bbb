DELETE FROM association
WHERE patient_key = $1 AND association IN (SELECT unhex(value) FROM json_each($2))
