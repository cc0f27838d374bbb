UPDATE activation_code
SET used_at = $2
WHERE patient_key = $1
