UPDATE record
SET masked_in_break_glass = 1, masked_in_break_glass_since = coalesce(masked_in_break_glass_since, $2)
WHERE patient_key = $1
