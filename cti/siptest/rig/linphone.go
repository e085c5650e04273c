//go:build linux

package rig

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cordboard/media/audiotest"
	"cordboard/media/wav"
)

// Linphone is a linphonec at work: extension 10xx of a Server, over UDP, with Opus first. Its log tells events in whole
// sentences: "Receiving new incoming call from", "Call 1 with … connected.", "… is now paused.", "… ended (…)".
type Linphone struct {
	handset
	keys io.Writer // what is typed at its prompt
}

// Linphone starts a phone that says a tone of so many Hz, and waits until it is registered. ext is of the form 10xx.
func (s *Server) Linphone(t testing.TB, ext string, tone int) *Linphone {
	t.Helper()
	Need(t, "linphonec")
	ph := &Linphone{handset: handset{Ext: ext, Tone: tone, t: t, dir: t.TempDir()}}
	cmd := command("linphonec", "-c", filepath.Join(ph.dir, "rc"))
	// A home of its own, and no sound server: what it finds there would be started, and outlive it.
	cmd.Env = append(cmd.Env, "HOME="+ph.dir, "PULSE_SERVER=unix:/dev/null")
	keys, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	ph.keys = keys
	ph.configure(s)
	ph.p = run(t, cmd)
	const prompt = "linphonec> " // version 5.3 loses what is typed before it
	for _, setting := range []string{"soundcard use files", "play " + ph.speech(), "record " + filepath.Join(ph.dir, "rec", "dec.wav")} {
		ph.Wait(prompt)
		ph.Do(setting)
	}
	ph.Wait(prompt)
	ph.awaitRegistration()
	return ph
}

// awaitRegistration asks until the phone is registered; it does not tell by itself.
func (l *Linphone) awaitRegistration() {
	l.t.Helper()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for limit := time.After(Patience); ; {
		l.Do("status register")
		if l.Wait("registered=|registered, identity=") == "registered, identity=" {
			return
		}
		select {
		case <-again.C:
		case <-limit:
			l.t.Fatalf("phone %s does not get registered", l.Ext)
		}
	}
}

// configure writes the phone's settings.
func (l *Linphone) configure(s *Server) {
	l.t.Helper()
	for _, dir := range []string{"rec", ".local/share/linphone", ".config"} { // the home it knows has its folders
		if err := os.MkdirAll(filepath.Join(l.dir, dir), 0o700); err != nil {
			l.t.Fatal(err)
		}
	}
	write(l.t, filepath.Join(l.dir, "rc"), fmt.Sprintf(`[sip]
bind_address=%[1]s
sip_port=5060
sip_tcp_port=0
sip_tls_port=0
use_ipv6=0
media_encryption=none
default_proxy=0
[rtp]
audio_rtp_port=31000-31999
[auth_info_0]
username=%[2]s
passwd=pw%[2]s
realm=%[3]s
[proxy_0]
reg_proxy=sip:%[3]s;transport=udp
reg_identity="Phone %[2]s" <sip:%[2]s@%[3]s>
reg_expires=60
reg_sendregister=1
publish=0
`, s.home(l.t, l.Ext), l.Ext, s.IP))
}

// speech writes what the phone says: a minute of its tone, in a rate that it need not resample.
func (l *Linphone) speech() string {
	l.t.Helper()
	const rate, seconds, level = 8000, 60, -12
	path := filepath.Join(l.dir, "speech.wav")
	w, err := wav.Create(path, rate, 1)
	if err == nil {
		err = errors.Join(w.Write(audiotest.Sine(seconds*rate, float64(l.Tone), rate, level)), w.Close())
	}
	if err != nil {
		l.t.Fatal(err)
	}
	return path
}

// Do types a command at linphonec's prompt: call URI, answer, pause, resume, terminate… What comes of it is in the log.
func (l *Linphone) Do(command string) {
	l.t.Helper()
	if _, err := fmt.Fprintln(l.keys, command); err != nil {
		l.t.Fatalf("phone %s: %s: %v", l.Ext, command, err)
	}
}
