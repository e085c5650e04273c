//go:build !race

package cti

const raced = false
