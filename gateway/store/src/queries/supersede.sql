UPDATE entry SET status = 'deprecated'
WHERE patient_key = $1
  AND (document = $2
       OR (status = 'approved'
           AND document IN (
               SELECT source FROM association
               WHERE patient_key = $1 AND target = $2 AND target_object = 'document' AND kind IN ($3, $4))))
RETURNING document
