package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"time"

	"cordboard/app/api"
	"cordboard/app/cli"
	"cordboard/app/settings"
	"cordboard/app/vault"
)

// Exit codes of the desk that the supervisor understands; any other is a crash.
const (
	exitOK      = 0
	exitRefused = 1 // it said why, and would say it again
)

// Times of the supervisor.
const (
	settled   = 10 * time.Second       // a desk that lived that long does not count as dying repeatedly
	endWithin = 12 * time.Second       // a desk that was asked to end is killed after that
	readyPoll = 20 * time.Millisecond  // between looks at the socket
	startMost = 15 * time.Second       // for a desk to answer
	again     = 200 * time.Millisecond // before the second restart in a row; doubles
	againMost = 10 * time.Second
)

// supervise runs the desk as a child and starts it again when it dies.
func (m Main) supervise(o cli.Options, p settings.Places) int {
	outlive()
	end := make(chan os.Signal, 1)
	signal.Notify(end, endSignals...)
	defer signal.Stop(end)
	secret := vault.NewSecret() // one for all desks: what one of them has sealed is for the next
	pause := time.Duration(0)
	for {
		started := time.Now()
		code, err := m.runDesk(o, p, secret, end)
		if err != nil {
			return m.fail(cli.Failed, err)
		}
		if code == exitOK || code == exitRefused {
			return code
		}
		if time.Since(started) > settled {
			pause = 0 // the first restart is at once: calls wait to be taken up
		}
		select {
		case <-time.After(pause):
		case <-end:
			return cli.OK
		}
		pause = min(max(2*pause, again), againMost)
	}
}

// runDesk starts the desk, hands it the secret and waits for its end; -1 is a death by signal.
func (m Main) runDesk(o cli.Options, p settings.Places, secret []byte, end <-chan os.Signal) (int, error) {
	exe, err := os.Executable()
	if err != nil {
		return 0, fmt.Errorf("find the program: %w", err)
	}
	log, err := appendTo(p.LogFile())
	if err != nil {
		return 0, err
	}
	defer func() { _ = log.Close() }() // the child has its own handle
	before, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, fmt.Errorf("read the log: %w", err)
	}
	// The child writes to the file itself: a pipe to us would be its end when we are killed.
	cmd := exec.Command(exe, append([]string{"--desk"}, deskFlags(o)...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(secret), log, log
	detach(cmd)
	if err := startDesk(cmd); err != nil {
		return 0, fmt.Errorf("start the desk: %w", err)
	}
	code := m.attend(cmd, p, end)
	if code == exitRefused {
		m.repeat(p.LogFile(), before)
	}
	return code, nil
}

// attend waits for the desk's end, and passes a wish to end on to it.
func (m Main) attend(cmd *exec.Cmd, p settings.Places, end <-chan os.Signal) int {
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait() // the exit code says it
		close(done)
	}()
	go m.announce(p, done)
	select {
	case <-done:
		return cmd.ProcessState.ExitCode()
	case <-end:
	}
	if askToEnd(cmd.Process) != nil {
		askByAPI(p)
	}
	select {
	case <-done:
	case <-time.After(endWithin):
		_ = cmd.Process.Kill() // it may have ended in this moment
		<-done
	}
	return exitOK // whatever it was, it was asked to end
}

// announce says when the desk answers, for scripts that wait for it.
func (m Main) announce(p settings.Places, gone <-chan struct{}) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { <-gone; cancel() }()
	socket, err := p.Socket()
	if err != nil {
		return // the desk has said so in its own words
	}
	if waitForDesk(ctx, api.NewClient(socket)) == nil {
		_, _ = fmt.Fprintln(m.Out, "Cordboard's desk is ready.") // a reader that is gone wants nothing
	}
}

func askByAPI(p settings.Places) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if socket, err := p.Socket(); err == nil {
		_ = api.NewClient(socket).Quit(ctx) // a desk that does not answer is killed later
	}
}

// repeat copies the sentences with which the desk refused to start from its log.
func (m Main) repeat(file string, from int64) {
	text, err := os.ReadFile(file)
	if err != nil || int64(len(text)) < from {
		return
	}
	for line := range bytes.Lines(text[from:]) {
		if bytes.HasPrefix(line, []byte("cordboard: ")) {
			_, _ = m.Err.Write(line) // a reader that is gone wants nothing
		}
	}
}

// deskFlags are the arguments that a desk must have from whoever starts it.
func deskFlags(o cli.Options) []string {
	var args []string
	text := func(name string, v *string) {
		if v != nil {
			args = append(args, "--"+name+"="+*v)
		}
	}
	if o.Home != "" {
		text("home", &o.Home)
	}
	text("mic", o.Mic)
	text("speaker", o.Speaker)
	text("ringer", o.Ringer)
	if o.NoPractice {
		args = append(args, "--no-practice")
	}
	if o.ForWindow {
		args = append(args, "--for-window")
	}
	return args
}

// ensureDesk starts a supervised desk in the background unless one answers, and waits until it does.
func ensureDesk(ctx context.Context, client *api.Client, o cli.Options, p settings.Places) error {
	ctx, cancel := context.WithTimeout(ctx, startMost)
	defer cancel()
	if _, err := client.State(ctx); !errors.Is(err, api.ErrNoDesk) {
		return err
	}
	if err := spawnDesk(o, p); err != nil {
		return err
	}
	if err := waitForDesk(ctx, client); err != nil {
		return fmt.Errorf("the desk did not start; %s says why: %w", p.LogFile(), err)
	}
	return nil
}

// spawnDesk starts a supervisor that outlives us. It does no harm when a desk runs: the second one ends at once.
func spawnDesk(o cli.Options, p settings.Places) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the program: %w", err)
	}
	log, err := appendTo(p.LogFile())
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the supervisor has its own handle
	cmd := exec.Command(exe, append([]string{"--headless"}, deskFlags(o)...)...)
	cmd.Stdout, cmd.Stderr = log, log
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the desk: %w", err)
	}
	return cmd.Process.Release()
}

// waitForDesk returns when the desk answers.
func waitForDesk(ctx context.Context, client *api.Client) error {
	defer client.Close()
	poll := time.NewTicker(readyPoll)
	defer poll.Stop()
	for {
		_, err := client.State(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			return err
		}
	}
}
