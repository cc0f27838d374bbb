SELECT lane, place, seq, chain
FROM sealed_head
WHERE place > $1
ORDER BY place
LIMIT $2
