//go:build linux

package rig

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// PhoneOptions say how a phone behaves.
type PhoneOptions struct {
	Transport string // udp (default), tcp or tls
	Auto      bool   // answers by itself
	Tone      int    // what it says, Hz
	Codecs    string // baresip's list; G.711, Opus and G.722 when empty
	SRTP      bool   // SDES, mandatory
}

// Phone is a baresip at work: extension 10xx of a Server.
type Phone struct {
	handset
	ctl string // address of its control connection
}

// Baresip starts a phone and waits until it is registered. ext is of the form 10xx.
func (s *Server) Baresip(t testing.TB, ext string, o PhoneOptions) *Phone {
	t.Helper()
	Need(t, "baresip")
	ip := s.home(t, ext)
	ph := &Phone{handset: handset{Ext: ext, Tone: o.Tone, t: t, dir: t.TempDir()}, ctl: ip + ":4444"}
	ph.configure(s, ip, o)
	ph.p = start(t, "baresip", "-4", "-s", "-v", "-f", ph.dir)
	ph.Wait(`200 OK \(.*\) *\[[0-9]+ binding`)
	return ph
}

// configure writes the phone's files.
func (ph *Phone) configure(s *Server, ip string, o PhoneOptions) {
	ph.t.Helper()
	port, answer, menc := 5060, "manual", ""
	if o.Transport == "" {
		o.Transport = "udp"
	}
	if o.Transport == "tls" {
		port = 5061
	}
	if o.Auto {
		answer = "auto"
	}
	if o.SRTP {
		menc = ";mediaenc=srtp-mand"
	}
	if o.Codecs == "" {
		o.Codecs = "PCMA/8000/1,PCMU/8000/1,opus/48000/2,G722/16000/1"
	}
	if err := os.Mkdir(filepath.Join(ph.dir, "rec"), 0o700); err != nil {
		ph.t.Fatal(err)
	}
	write(ph.t, filepath.Join(ph.dir, "accounts"), fmt.Sprintf(
		"\"Phone %s\" <sip:%s@%s;transport=%s>;auth_user=%s;auth_pass=pw%s;answermode=%s;regint=60;outbound=\"sip:%s:%d;transport=%s\";audio_codecs=%s;ptime=20%s\n",
		ph.Ext, ph.Ext, s.IP, o.Transport, ph.Ext, ph.Ext, answer, s.IP, port, o.Transport, o.Codecs, menc))
	write(ph.t, filepath.Join(ph.dir, "contacts"), "")
	write(ph.t, filepath.Join(ph.dir, "uuid"), fmt.Sprintf("00000000-0000-4000-8000-%012s", ph.Ext))
	write(ph.t, filepath.Join(ph.dir, "config"), ph.settings(s, ip, o.Tone))
}

// settings is baresip's config file: tone as the microphone, recordings instead of a speaker, control over TCP.
func (ph *Phone) settings(s *Server, ip string, tone int) string {
	lines := []string{
		"poll_method epoll", "sip_listen " + ip + ":5060", "sip_cafile " + s.CAFile, "net_interface " + ip,
		"call_local_timeout 120", "call_max_calls 8", "audio_path /usr/share/baresip",
		fmt.Sprintf("audio_source ausine,%d", tone), "audio_player aubridge,out" + ph.Ext, "audio_alert aubridge,alert" + ph.Ext,
		"ausrc_srate 48000", "ausrc_channels 2", "auplay_srate 48000", "auplay_channels 2", "audio_txmode thread",
		"ausrc_format s16", "auplay_format s16", "auenc_format s16", "audec_format s16", "audio_buffer 20-160",
		"rtp_ports 30000-30999", "rtcp_mux no", "jitter_buffer_delay 1-5", "module_path " + moduleDir(),
	}
	for _, m := range []string{"stdio", "g711", "g722", "opus", "ausine", "aubridge", "sndfile", "srtp"} {
		lines = append(lines, "module "+m+".so")
	}
	lines = append(lines, "snd_path "+filepath.Join(ph.dir, "rec"), "module_tmp uuid.so", "module_tmp account.so",
		"module_app menu.so", "module_app ctrl_tcp.so", "ctrl_tcp_listen "+ph.ctl,
		"statmode_default off", "ringback_disabled yes", "menu_bell no")
	return strings.Join(lines, "\n") + "\n"
}

// moduleDir is where the distribution keeps baresip's modules.
func moduleDir() string {
	for _, pattern := range []string{"/usr/lib/baresip/modules", "/usr/lib/*/baresip/modules"} {
		if dirs, _ := filepath.Glob(pattern); len(dirs) > 0 {
			return dirs[0]
		}
	}
	return "/usr/lib/baresip/modules"
}

// Do gives the phone one of baresip's commands: dial, accept, hangup, hold, resume, sndcode…
func (ph *Phone) Do(command, params string) {
	ph.t.Helper()
	c, err := net.DialTimeout("tcp", ph.ctl, 5*time.Second)
	if err != nil {
		ph.t.Fatalf("phone %s: %v", ph.Ext, err)
	}
	defer c.Close()
	msg, err := json.Marshal(map[string]string{"command": command, "params": params, "token": "rig"})
	if err != nil {
		ph.t.Fatal(err)
	}
	fmt.Fprintf(c, "%d:%s,", len(msg), msg)
	if err := c.SetReadDeadline(time.Now().Add(Patience)); err != nil {
		ph.t.Fatal(err)
	}
	if err := answer(bufio.NewReader(c)); err != nil {
		ph.t.Fatalf("phone %s: %s %s: %v", ph.Ext, command, params, err)
	}
}

// answer reads netstrings until the reply to our command; events of the phone come on the same connection.
func answer(r *bufio.Reader) error {
	for {
		size, err := r.ReadString(':')
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(strings.TrimSuffix(size, ":"))
		if err != nil {
			return err
		}
		body := make([]byte, n+1) // with the comma
		if _, err := io.ReadFull(r, body); err != nil {
			return err
		}
		var reply struct {
			Token, Data string
			OK          bool
		}
		if err := json.Unmarshal(body[:n], &reply); err != nil {
			return err
		}
		if reply.Token != "rig" {
			continue
		}
		if !reply.OK {
			return fmt.Errorf("refused: %s", strings.TrimSpace(reply.Data))
		}
		return nil
	}
}
