UPDATE entry SET entry_uuid = $3, version = $4, metadata = $5, masked = 1
WHERE patient_key = $1 AND document = $2
