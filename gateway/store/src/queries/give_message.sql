INSERT INTO delivery (patient_key, message, subscription, number)
SELECT patient_key, $2, id, last_number + 1
FROM subscription
WHERE patient_key = $1 AND id = $3
ON CONFLICT DO NOTHING
