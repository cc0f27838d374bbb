SELECT lane, last_seq, last_chain
FROM lane
WHERE lane > $1
ORDER BY lane
LIMIT $2
