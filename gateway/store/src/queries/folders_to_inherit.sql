SELECT f.folder
FROM association AS a
JOIN folder AS f ON f.patient_key = a.patient_key AND f.folder = a.source
WHERE a.patient_key = $1 AND a.source_object = 'folder' AND a.target = $2 AND a.status = 'approved'
  AND f.status = 'approved'
  AND NOT EXISTS (SELECT 1 FROM association AS n
                  WHERE n.patient_key = a.patient_key AND n.source = a.source AND n.target = $3
                    AND n.status = 'approved')
ORDER BY f.folder
