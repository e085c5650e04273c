package engine

import (
	"log/slog"
	"net/netip"

	"cordboard/cti"
	"cordboard/media/rtp"
)

// ListenRTP binds ports of media/rtp: what a desk uses.
func ListenRTP(log *slog.Logger) ListenFunc {
	return func(local netip.Addr, digit func(string)) (Port, error) {
		p, err := rtp.Listen(local, rtp.Config{Digit: digit, Log: log})
		if err != nil {
			return nil, err
		}
		return rtpPort{p}, nil
	}
}

// rtpPort is an rtp.Port that tells of its quality only.
type rtpPort struct{ *rtp.Port }

// Quality is the part of the port's account that the window shows.
func (p rtpPort) Quality() cti.Quality { return p.Stats().Quality }
