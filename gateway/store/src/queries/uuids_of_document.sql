SELECT document AS id FROM entry WHERE patient_key = $1 AND document = $2
UNION
SELECT entry_uuid FROM entry WHERE patient_key = $1 AND document = $2
UNION
SELECT entry_uuid FROM past_entry WHERE patient_key = $1 AND document = $2
UNION
SELECT association FROM association WHERE patient_key = $1 AND (source = $2 OR target = $2)
