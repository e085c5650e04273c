// Package storage keeps what must outlive the desk, in two SQLite files of one folder:
//
//   - cordboard.db, the history: one row per call, searchable. A commit reaches the disk (synchronous FULL), because
//     a finished call must survive a power cut. It is written by one goroutine, off the call path.
//   - journal.db, the inputs of the desk since its last checkpoint. An append reaches the operating system
//     (synchronous NORMAL): it survives kill -9 and never waits for the disk, because calls wait for it.
//
// They are two files because SQLite has one write lock per file: in one file an append could find the history
// waiting for the disk and would wait with it.
//
// The history can be derived from the journal: rows are replaced by the call's ID, and a checkpoint cuts the journal
// only after every row recorded before it is on the disk.
//
// Without cgo the package compiles and Open answers that this build has no database.
package storage
