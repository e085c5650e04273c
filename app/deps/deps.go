//go:build deps

package deps

import (
	_ "fyne.io/fyne/v2/app"
	_ "fyne.io/fyne/v2/test"
	_ "fyne.io/fyne/v2/widget"
	_ "fyne.io/fyne/v2/lang"
	_ "github.com/BurntSushi/toml"
	_ "github.com/Microsoft/go-winio"
	_ "github.com/emiago/sipgo"
	_ "github.com/emiago/sipgo/sip"
	_ "github.com/godbus/dbus/v5"
	_ "github.com/google/go-cmp/cmp"
	_ "github.com/gordonklaus/portaudio"
	_ "github.com/hraban/opus"
	_ "github.com/jezek/xgb"
	_ "github.com/jezek/xgb/xproto"
	_ "github.com/jfreymuth/pulse"
	_ "github.com/jfreymuth/pulse/proto"
	_ "github.com/mattn/go-sqlite3"
	_ "github.com/miekg/dns"
	_ "github.com/pion/rtcp"
	_ "github.com/pion/rtp"
	_ "github.com/pion/srtp/v3"
	_ "github.com/zalando/go-keyring"
	_ "go.uber.org/goleak"
	_ "golang.org/x/sys/unix"
	_ "golang.org/x/sys/windows"
	_ "pgregory.net/rapid"
)
