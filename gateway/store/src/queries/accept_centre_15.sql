UPDATE record
SET centre_15_opposed = 0, centre_15_opposed_since = NULL
WHERE patient_key = $1
