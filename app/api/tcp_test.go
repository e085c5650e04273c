package api

import (
	"net"
	"net/http"
	"testing"
)

// On TCP only who knows the token is answered, and only under a name of the loopback.
func TestTCPNeedsTheToken(t *testing.T) {
	desk := &fakeDesk{snap: snapshot(1)}
	s := NewServer(Config{Desk: desk, Admin: desk, History: desk})
	defer s.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Serve(l, "the-token")
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for _, tc := range []struct {
		token, host string
		want        int
	}{
		{"Bearer the-token", "", 200},
		{"Bearer the-token", "localhost:8790", 200},
		{"Bearer other", "", 401},
		{"the-token", "", 401},
		{"", "", 401},
		{"Bearer the-token", "evil.example", 403},
	} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+l.Addr().String()+"/v1/state", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", tc.token)
		req.Host = tc.host
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != tc.want {
			t.Errorf("token %q, host %q: %d, want %d", tc.token, tc.host, resp.StatusCode, tc.want)
		}
	}
}
