UPDATE record
SET masked_in_break_glass = 0, masked_in_break_glass_since = NULL
WHERE patient_key = $1
