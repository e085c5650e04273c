//go:build cgo

package sound

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jfreymuth/pulse/proto"

	"cordboard/media"
)

// pulseDirectory lists sinks and sources of the sound server and points ALSA's devices at them.
type pulseDirectory struct {
	client *proto.Client
	conn   net.Conn
	events chan struct{}
	folder string // private, holds the ALSA configuration
	slots  map[media.Role]string
	before string // of configVariable
	set    bool   // whether it was set
}

// slotNames are ALSA's names of the roles' devices.
var slotNames = map[media.Role]string{
	media.Mic: "cordboard_mic", media.Speaker: "cordboard_speaker", media.Ringer: "cordboard_ringer",
}

// newPulseDirectory connects to the sound server and tells ALSA to use our configuration from now on.
func newPulseDirectory() (*pulseDirectory, error) {
	d := &pulseDirectory{events: make(chan struct{}, 1), slots: map[media.Role]string{}}
	d.before, d.set = os.LookupEnv(configVariable)
	if err := d.connect(); err != nil {
		return nil, err
	}
	var err error
	if d.folder, err = os.MkdirTemp(os.Getenv("XDG_RUNTIME_DIR"), "cordboard-sound-"); err != nil {
		d.hangUp()
		return nil, fmt.Errorf("make a folder for ALSA's configuration: %w", err)
	}
	if err := d.configure(); err != nil {
		return nil, errors.Join(err, d.close())
	}
	// With cgo this reaches C's environment as well, which is where ALSA looks.
	if err := os.Setenv(configVariable, d.path()); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// configVariable names ALSA's configuration file.
const configVariable = "ALSA_CONFIG_PATH"

// connect opens the connection and asks to be told of changes.
func (d *pulseDirectory) connect() error {
	client, conn, err := dialPulse(func() {
		select {
		case d.events <- struct{}{}:
		default:
		}
	})
	if err != nil {
		return fmt.Errorf("reach the sound server: %w", err)
	}
	d.client, d.conn = client, conn
	return nil
}

// list asks the server, a new one when the old one is gone.
func (d *pulseDirectory) list() (inventory, error) {
	inv, err := d.ask()
	if err == nil {
		return inv, nil
	}
	d.hangUp()
	if err := d.connect(); err != nil {
		return inventory{}, err
	}
	return d.ask()
}

func (d *pulseDirectory) ask() (inventory, error) {
	var server proto.GetServerInfoReply
	var sinks proto.GetSinkInfoListReply
	var sources proto.GetSourceInfoListReply
	if err := d.client.Request(&proto.GetServerInfo{}, &server); err != nil {
		return inventory{}, fmt.Errorf("ask the sound server for its devices: %w", err)
	}
	if err := d.client.Request(&proto.GetSinkInfoList{}, &sinks); err != nil {
		return inventory{}, fmt.Errorf("ask the sound server for its outputs: %w", err)
	}
	if err := d.client.Request(&proto.GetSourceInfoList{}, &sources); err != nil {
		return inventory{}, fmt.Errorf("ask the sound server for its inputs: %w", err)
	}
	var inv inventory
	for _, s := range sinks {
		inv.outputs = append(inv.outputs, endpoint{id: s.SinkName, name: s.Device})
	}
	for _, s := range sources {
		// A monitor is what a speaker plays, no microphone: the far end would hear itself.
		if s.MonitorSourceName == "" {
			inv.inputs = append(inv.inputs, endpoint{id: s.SourceName, name: s.Device})
		}
	}
	inv.outputs = arrange(inv.outputs, server.DefaultSinkName)
	inv.inputs = arrange(inv.inputs, server.DefaultSourceName)
	return inv, nil
}

// arrange puts the default first and makes names unique: two headsets of one model are told apart by a number.
func arrange(all []endpoint, first string) []endpoint {
	seen := map[string]int{}
	out := make([]endpoint, 0, len(all))
	for _, e := range all {
		if seen[e.name]++; seen[e.name] > 1 {
			e.name += " " + strconv.Itoa(seen[e.name])
		}
		if e.id == first {
			out = append([]endpoint{e}, out...)
		} else {
			out = append(out, e)
		}
	}
	return out
}

// device points the role's ALSA device at e.
func (d *pulseDirectory) device(role media.Role, e endpoint) (string, error) {
	d.slots[role] = e.id
	if err := d.configure(); err != nil {
		return "", err
	}
	return slotNames[role], nil
}

func (d *pulseDirectory) path() string { return filepath.Join(d.folder, "asound.conf") }

// configure writes ALSA's configuration in place of the one before. It must have a "default": PortAudio ends the
// process when every device opens and none is called so.
func (d *pulseDirectory) configure() error {
	var b strings.Builder
	for role, slot := range slotNames {
		fmt.Fprintf(&b, "pcm.%s { type pulse %s fallback \"\" }\n", slot, d.target(role))
	}
	b.WriteString("pcm.!default { type pulse }\n")
	// A new file in place of the old one: ALSA looks at the inode to see that it changed.
	next := d.path() + ".new"
	if err := os.WriteFile(next, []byte(b.String()), 0o600); err != nil {
		return fmt.Errorf("write ALSA's configuration: %w", err)
	}
	if err := os.Rename(next, d.path()); err != nil {
		return fmt.Errorf("write ALSA's configuration: %w", err)
	}
	return nil
}

// target is the part of the configuration that names the sink or source; nothing for the server's default.
func (d *pulseDirectory) target(role media.Role) string {
	id := d.slots[role]
	if id == "" {
		return ""
	}
	return `device "` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(id) + `"`
}

// hangUp closes the connection, which may be closed already: nobody can do anything about its errors.
func (d *pulseDirectory) hangUp() { _ = d.conn.Close() }

func (d *pulseDirectory) changed() <-chan struct{} { return d.events }

func (d *pulseDirectory) close() error {
	d.hangUp()
	return errors.Join(d.restore(), os.RemoveAll(d.folder))
}

// restore takes our configuration away from ALSA. PortAudio would end the process if it were started with the name of
// a file that is gone.
func (d *pulseDirectory) restore() error {
	if d.set {
		return os.Setenv(configVariable, d.before)
	}
	return os.Unsetenv(configVariable)
}
