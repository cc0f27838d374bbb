UPDATE record
SET centre_15_opposed = 1, centre_15_opposed_since = coalesce(centre_15_opposed_since, $2)
WHERE patient_key = $1
