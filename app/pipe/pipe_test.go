package pipe

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"testing"
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
