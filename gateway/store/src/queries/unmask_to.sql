DELETE FROM masked_to
WHERE patient_key = $1 AND document = $2 AND kind = $3 AND id = $4
