SELECT association, kind, source, source_object, target, target_object, set_status, target_version, status, details
FROM association
WHERE patient_key = $1
ORDER BY association
