UPDATE record
SET break_glass_opposed = 1, break_glass_opposed_since = coalesce(break_glass_opposed_since, $2)
WHERE patient_key = $1
