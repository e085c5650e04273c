package resolve

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// sorted puts NAPTR records in the order in which they count.
func sorted(list []naptr) []naptr {
	return slices.SortedStableFunc(slices.Values(list), func(a, b naptr) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.preference, b.preference))
	})
}

// draw orders SRV records by priority, and by a weighted draw within one (RFC 2782): so do the seats of an office
// spread over the servers.
func draw(list []srv) []srv {
	rest := slices.SortedStableFunc(slices.Values(list), func(a, b srv) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), cmp.Compare(a.weight, b.weight))
	})
	out := make([]srv, 0, len(rest))
	for len(rest) > 0 {
		same := 1
		for same < len(rest) && rest[same].priority == rest[0].priority {
			same++
		}
		i := pick(rest[:same])
		out = append(out, rest[i])
		rest = slices.Delete(rest, i, i+1)
	}
	return out
}

func pick(list []srv) int {
	sum := 0
	for _, s := range list {
		sum += int(s.weight)
	}
	at := rand.IntN(sum + 1)
	for i, s := range list {
		if at -= int(s.weight); at <= 0 {
			return i
		}
	}
	return len(list) - 1
}
