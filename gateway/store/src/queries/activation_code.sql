SELECT digest, until, tries_left, used_at
FROM activation_code
WHERE patient_key = $1
