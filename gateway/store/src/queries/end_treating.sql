UPDATE record
SET treating_physician = NULL, treating_since = NULL
WHERE patient_key = $1 AND treating_physician = $2
