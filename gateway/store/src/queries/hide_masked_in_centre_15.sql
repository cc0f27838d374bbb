UPDATE record
SET masked_in_centre_15 = 0, masked_in_centre_15_since = NULL
WHERE patient_key = $1
