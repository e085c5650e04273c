//go:build race

package cti

// raced says that the race detector watches. Step runs on one goroutine, so it finds nothing in a walk and makes it ten
// times slower: the long walks are for the tests without it.
const raced = true
