UPDATE record
SET break_glass_opposed = 0, break_glass_opposed_since = NULL
WHERE patient_key = $1
