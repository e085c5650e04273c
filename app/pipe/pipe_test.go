package pipe

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func testName(t *testing.T) string {
	if runtime.GOOS == "windows" {
		return fmt.Sprintf(`\\.\pipe\cordboard-test-%d-%s`, os.Getpid(), t.Name())
	}
	return filepath.Join(t.TempDir(), "s")
}

func mustListen(t *testing.T, name string) net.Listener {
	t.Helper()
	l, err := Listen(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func TestManyClientsTalkAtOnce(t *testing.T) {
	name := testName(t)
	l := mustListen(t, name)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(c, c) }()
		}
	}()
	for i := range 8 {
		c, err := Dial(context.Background(), name)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, "client %d\n", i)
		if got, _ := bufio.NewReader(c).ReadString('\n'); got != fmt.Sprintf("client %d\n", i) {
			t.Fatalf("client %d heard %q", i, got)
		}
	}
}

func TestServesHTTP(t *testing.T) {
	name := testName(t)
	l := mustListen(t, name)
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })}
	go func() { _ = srv.Serve(l) }()
	defer srv.Close()
	tr := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return Dial(ctx, name) }}
	defer tr.CloseIdleConnections()
	res, err := (&http.Client{Transport: tr}).Get("http://desk/")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if b, _ := io.ReadAll(res.Body); string(b) != "hello" {
		t.Fatalf("got %q", b)
	}
}

func TestSecondListenerIsRefused(t *testing.T) {
	name := testName(t)
	mustListen(t, name)
	if l, err := Listen(name); err == nil {
		_ = l.Close()
		t.Fatal("two processes would serve the same desk")
	}
}

func TestCloseEndsAccept(t *testing.T) {
	l := mustListen(t, testName(t))
	done := make(chan error)
	go func() { _, err := l.Accept(); done <- err }()
	_ = l.Close()
	if err := <-done; err == nil {
		t.Fatal("Accept returned a connection after Close")
	}
}

// A stream goes on while the same client and others make requests beside it, as a window does.
func TestStreamBesideRequests(t *testing.T) {
	name := testName(t)
	l := mustListen(t, name)
	mux := http.NewServeMux()
	mux.HandleFunc("/stream", func(w http.ResponseWriter, r *http.Request) {
		out := http.NewResponseController(w)
		for range 100 {
			_ = out.SetWriteDeadline(time.Now().Add(10 * time.Second)) // as the desk does
			if _, err := io.WriteString(w, "line\n"); err != nil || out.Flush() != nil || r.Context().Err() != nil {
				t.Errorf("the stream broke: %v, %v", err, r.Context().Err())
				return
			}
			select {
			case <-time.After(10 * time.Millisecond):
			case <-r.Context().Done():
			}
		}
	})
	mux.HandleFunc("/short", func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
	srv := &http.Server{Handler: mux, ReadTimeout: 10 * time.Second}
	go func() { _ = srv.Serve(l) }()
	defer srv.Close()
	tr := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return Dial(ctx, name) }}
	defer tr.CloseIdleConnections()
	client := &http.Client{Transport: tr}
	// The stream is the second request on its connection: the server has ended its own pending read in between.
	first, err := client.Post("http://desk/short", "text/plain", strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, first.Body)
	first.Body.Close()
	res, err := client.Get("http://desk/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	n := 0
	for lines.Scan() {
		n++
		if n%5 == 0 {
			short, err := client.Post("http://desk/short", "text/plain", strings.NewReader("hello"))
			if err != nil {
				t.Fatal(err)
			}
			if b, _ := io.ReadAll(short.Body); string(b) != "hello" {
				t.Fatalf("got %q", b)
			}
			short.Body.Close()
		}
	}
	if n != 100 || lines.Err() != nil {
		t.Fatalf("%d of 100 lines came: %v", n, lines.Err())
	}
}

// pair is both ends of one connection.
func pair(t *testing.T) (ours, theirs net.Conn) {
	t.Helper()
	name := testName(t)
	l := mustListen(t, name)
	accepted := make(chan net.Conn, 1)
	go func() {
		if c, err := l.Accept(); err == nil {
			accepted <- c
		}
	}()
	ours, err := Dial(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	theirs = <-accepted
	t.Cleanup(func() { _, _ = ours.Close(), theirs.Close() })
	return ours, theirs
}

func TestReadDeadline(t *testing.T) {
	ours, _ := pair(t)
	if err := ours.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	_, err := ours.Read(make([]byte, 1))
	var ended net.Error
	if !errors.As(err, &ended) || !ended.Timeout() || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("got %v instead of a deadline's end", err)
	}
}
