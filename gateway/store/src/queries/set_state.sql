UPDATE record
SET state = $2, opened_at = coalesce(opened_at, $3), closed_at = coalesce($4, closed_at),
    opposed_at = coalesce($5, opposed_at)
WHERE patient_key = $1
