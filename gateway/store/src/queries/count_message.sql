UPDATE subscription
SET last_number = (SELECT max(number) FROM delivery WHERE patient_key = $1 AND subscription = $2)
WHERE patient_key = $1 AND id = $2
