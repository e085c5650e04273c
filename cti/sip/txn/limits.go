package txn

// Limits bound what peers can make a line hold or do.
type Limits struct {
	Transactions int // open at a time, 2000
	Rate         int // requests per second and source, 300
	Burst        int // requests of a source at once, 1000
}
