UPDATE activation_code
SET tries_left = tries_left - 1
WHERE patient_key = $1 AND tries_left > 0
