//go:build cgo

// Command demo opens the real window on a scripted desk, for looking at it and for tests that drive it by
// keyboard and mouse. Each line of its standard input is an event of the world as the journal keeps it,
// {"kind":"offered","data":{…}}; each command of the operator is printed in the same way.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"fyne.io/fyne/v2/app"

	"cordboard/cti"
	"cordboard/ui"
	"cordboard/ui/theme"
	"cordboard/ui/uitest/script"
)

// entry is a line of input or output.
type entry struct {
	Kind string          `json:"kind"`
	Data json.RawMessage `json:"data"`
}

func main() {
	variant := flag.String("theme", string(theme.Dark), "dark, light or contrast")
	idle := flag.Bool("idle", false, "start without calls")
	flag.Parse()
	desk := script.Busy()
	if *idle {
		desk = script.NewDesk(script.DeskLine, script.SalesLine)
	}
	desk.Pass(time.Since(desk.Now())) // from now on the scripted clock is near the real one
	w := ui.New(app.NewWithID("org.cordboard.demo"), ui.Config{
		Desk: printer{desk, os.Stdout}, Contacts: script.People, Look: theme.Look{Variant: theme.Variant(*variant)},
	})
	go feed(desk, os.Stdin)
	w.Run()
}

// feed lets happen what the lines say.
func feed(desk *script.Desk, from io.Reader) {
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		var e entry
		err := json.Unmarshal(lines.Bytes(), &e)
		var in cti.Input
		if err == nil {
			in, err = cti.DecodeInput(e.Kind, e.Data)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "demo:", err)
			continue
		}
		desk.Happen(in)
	}
}

// printer prints every command that passes it.
type printer struct {
	*script.Desk
	to io.Writer
}

// Send implements ui.Desk.
func (p printer) Send(c cti.Command) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	line, err := json.Marshal(entry{c.Kind(), data})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(p.to, "%s\n", line); err != nil {
		return err
	}
	return p.Desk.Send(c)
}
