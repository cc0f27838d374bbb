UPDATE record
SET masked_in_centre_15 = 1, masked_in_centre_15_since = coalesce(masked_in_centre_15_since, $2)
WHERE patient_key = $1
