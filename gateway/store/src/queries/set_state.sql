UPDATE record
SET state = $2, opened_at = coalesce(opened_at, $3), closed_at = coalesce($4, closed_at)
WHERE patient_key = $1
