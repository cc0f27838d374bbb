SELECT document AS id FROM entry WHERE patient_key = $1 AND document = $2
UNION
SELECT entry_uuid FROM entry WHERE patient_key = $1 AND document = $2
UNION
SELECT entry_uuid FROM past_entry WHERE patient_key = $1 AND document = $2
UNION
SELECT association FROM association WHERE patient_key = $1 AND (source = $2 OR target = $2)
UNION
SELECT h.association FROM association AS h
JOIN association AS a ON a.patient_key = h.patient_key AND a.association = h.target
WHERE h.patient_key = $1 AND h.target_object = 'association' AND (a.source = $2 OR a.target = $2)
