DELETE FROM past_folder
WHERE patient_key = $1 AND folder IN (SELECT unhex(value) FROM json_each($2))
