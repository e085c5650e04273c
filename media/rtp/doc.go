// Package rtp is one party's sound on the network: a Port sends and receives RTP (RFC 3550) and SRTP
// (RFC 3711 with SDES keys), plays what arrives through an adaptive jitter buffer, sends and hears
// telephone-events (RFC 4733), and keeps count by RTCP.
//
// Three kinds of goroutines meet in a Port and never wait for each other:
//   - the tick calls Read and Write, once per media.Tick and frame;
//   - one reader per socket takes packets in and hands them over by a lock-free ring;
//   - everybody else calls Apply, PlayDigits, Stats and Close.
package rtp
