package engine

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"time"
)

// talkersVariable makes the test's program a process of talkers, so that what they cost is not counted as the engine's.
const talkersVariable = "CORDBOARD_ENGINE_TALKERS"

// talkers is the other process: for each address that comes in, a line each, it says from where it will talk to it.
// It ends with its input.
func talkers() {
	stop := make(chan struct{})
	var all sync.WaitGroup
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			break
		}
		c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(c.LocalAddr())
		to := netip.MustParseAddrPort(strings.TrimSpace(line))
		all.Go(func() { talk(c, to, stop) })
		all.Go(func() { _, _ = io.Copy(io.Discard, c) }) // until the socket is closed
	}
	close(stop)
	all.Wait()
}

// talk sends noise every 20 ms, at a phase of its own: packets that came all at once would be cheaper to receive.
func talk(c *net.UDPConn, to netip.AddrPort, stop <-chan struct{}) {
	pkt := make([]byte, 12+payloadLen)
	pkt[0], pkt[1] = 0x80, 8
	for i := range payloadLen {
		pkt[12+i] = byte(i*i) ^ 0x15
	}
	time.Sleep(rand.N(20 * time.Millisecond))
	beat := time.NewTicker(20 * time.Millisecond)
	defer beat.Stop()
	for i := 0; ; i++ {
		ts := uint32(i * payloadLen)
		pkt[2], pkt[3] = byte(i>>8), byte(i)
		pkt[4], pkt[5], pkt[6], pkt[7] = byte(ts>>24), byte(ts>>16), byte(ts>>8), byte(ts)
		_, _ = c.WriteToUDPAddrPort(pkt, to) // a lost one is one of 50 a second
		select {
		case <-beat.C:
		case <-stop:
			_ = c.Close() // ends the reader
			return
		}
	}
}
