// Package cli is the command line of Cordboard: it understands the arguments of all roles, and carries out the verbs
// that speak to a running desk.
package cli
