// Package peerstest holds the tests of the SIP stack against a real exchange and scripted phones of another make
// (Kamailio and sipp, started by the peers rig beside the repository). It has no code of its own.
package peerstest
