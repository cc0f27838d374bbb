SELECT (SELECT chain FROM journal WHERE lane = $1 AND seq = $2) AS chain,
       (SELECT max(seq) FROM journal WHERE lane = $1) AS last
