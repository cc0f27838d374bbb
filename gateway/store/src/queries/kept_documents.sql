SELECT document, invisible_patient, invisible_representatives
FROM entry
WHERE patient_key = $1 AND (invisible_patient = 1 OR invisible_representatives = 1)
