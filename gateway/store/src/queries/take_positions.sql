UPDATE record SET last_sequence = last_sequence + $2
WHERE patient_key = $1
RETURNING last_sequence
