package script

import (
	"time"

	"cordboard/cti"
	"cordboard/ui"
)

// Lines of the scene.
var (
	DeskLine = cti.LineConfig{ID: "desk", Name: "Desk 2001", User: "2001", Display: "Reception", Server: "pbx.example.org",
		Routes:   []cti.Route{{Name: "Trunk A"}, {Name: "Mobile", Prefix: "9"}},
		Identity: []cti.Identity{{Name: "Acme Support", Number: "+49301234"}, {Anonymous: true}}}
	SalesLine   = cti.LineConfig{ID: "sales", Name: "Sales 2002", User: "2002", Server: "pbx.example.org"}
	SupportLine = cti.LineConfig{ID: "support", Name: "Support", User: "2003", Server: "voip.example.net"}
)

// People are the contacts of the scene.
var People = []ui.Contact{
	{Name: "Anna Berg", Number: "2044", Note: "Billing"},
	{Name: "Anton Sokolov", Number: "2051", Note: "Warehouse"},
	{Name: "Tan Wei", Number: "2060", Note: "Export"},
	{Name: "Group Finance", Number: "2100", Note: "rings everybody"},
}

// Calls of the scene.
const (
	Waiting  cti.CallID = "1-maria"
	Speaking cti.CallID = "2-anna"
	Calling  cti.CallID = "3-unknown"
	Gone     cti.CallID = "4-tan"
)

// Busy is a desk in the middle of the day: a customer on hold, a colleague in talk, a stranger ringing, and
// a call that nobody took.
func Busy() *Desk {
	d := NewDesk(DeskLine, SalesLine)
	d.Happen(cti.LineSet{Config: SupportLine})
	d.Inform(cti.DeskInfo{Practice: true, MicLevel: -18, Delay: cti.Delay{Capture: 10, Packet: 20, Jitter: 4, Tick: 5, Resample: 1, Playback: 11, Total: 51}})
	d.Happen(cti.SoundChanged{Sound: cti.Sound{
		Mic: cti.Device{Name: "Jabra Link 380", State: cti.DeviceOK}, Speaker: cti.Device{Name: "Jabra Link 380", State: cti.DeviceOK},
		Ringer: cti.Device{Name: "Built-in speakers", State: cti.DeviceIdle},
		Inputs: []string{"Jabra Link 380", "Built-in microphone"}, Outputs: []string{"Jabra Link 380", "Built-in speakers"}}})
	d.Happen(cti.Offered{Call: Waiting, Line: "desk", Number: "+34915550101", Name: "Maria Lopez"}, cti.Answer{Call: Waiting})
	d.Connect(Waiting)
	d.Pass(328 * time.Second)
	d.Happen(cti.Hold{Call: Waiting, On: true}, cti.HoldSettled{Call: Waiting, On: true, OK: true})
	d.Pass(24 * time.Second)
	d.Happen(cti.Dial{Call: Speaking, Line: "desk", Number: "2044"}, cti.Progressed{Call: Speaking, Code: 180})
	d.Connect(Speaking)
	d.Happen(cti.Identified{Call: Speaking, Number: "2044", Name: "Anna Berg"})
	d.Pass(42 * time.Second)
	d.Happen(cti.Offered{Call: Gone, Line: "desk", Number: "2060", Name: "Tan Wei"})
	d.Happen(cti.Offered{Call: Calling, Line: "sales", Number: "+4930901244", Called: "Sales", Via: "queue Orders"})
	d.Pass(5 * time.Second)
	d.Happen(cti.Ended{Call: Gone, By: cti.SidePeer, Reason: "The caller gave up."})
	d.Pass(time.Second)
	good := cti.Quality{LevelIn: -20, LevelOut: -18, Loss: 0.002, Jitter: 3, RTT: 24, MOS: 4.2, Buffer: 20, Packets: 2400, Sent: 2400}
	d.Measure(Speaking, good)
	good.MOS = 3.7
	d.Measure(Waiting, good)
	return d
}
