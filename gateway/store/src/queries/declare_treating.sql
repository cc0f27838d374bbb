UPDATE record
SET treating_physician = $2, treating_since = CASE WHEN treating_physician = $2 THEN treating_since ELSE $3 END
WHERE patient_key = $1
