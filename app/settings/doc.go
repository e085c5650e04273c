// Package settings keeps what an administrator or the operator has set: one TOML file, and the passwords beside it in
// the keyring of the operating system or, announced, in a file that only its owner can read.
//
// It is used by the desk, and by the command line while no desk runs; the lock file of Places keeps them apart.
package settings
