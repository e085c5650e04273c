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

// Calls of the conference scene, and its conference.
const (
	Jo       cti.CallID = "1-jo"
	Supplier cti.CallID = "2-supplier"
	Kenneth  cti.CallID = "3-ken"
	Talks    cti.ConfID = "conf-1"
	Tape     cti.RecID  = "rec-1"
)

// Team are people with several numbers, a group and a queue, as a directory finds them.
var Team = []ui.Person{
	{ID: "p1", Name: "Anna Berg", Note: "Acme · Billing", Favourite: true,
		Numbers: []ui.PersonNumber{{Number: "2044", Kind: "business"}, {Number: "+491701234567", Kind: "mobile"}}},
	{ID: "p2", Name: "Anton Sokolov", Note: "Acme · Warehouse", Numbers: []ui.PersonNumber{{Number: "2051", Kind: "business"}}},
	{ID: "p3", Name: "Tan Wei", Note: "Acme · Export", Numbers: []ui.PersonNumber{{Number: "2060", Kind: "business"}}},
	{ID: "g1", Name: "Finance", Note: "group", Group: true, Numbers: []ui.PersonNumber{{Number: "2100"}}, Members: []string{"2044", "2051", "2060"}},
}

// Meeting is a desk with a conference of three and the operator, one of whom is deaf, a recording of it, a customer who
// waits while a colleague is consulted about him, and watched numbers of every state.
func Meeting() *Desk {
	d := NewDesk(DeskLine, SalesLine)
	d.Inform(cti.DeskInfo{MicLevel: -18, Delay: cti.Delay{Capture: 10, Packet: 20, Jitter: 4, Tick: 5, Resample: 1, Playback: 11, Total: 51}})
	for _, c := range []struct {
		id           cti.CallID
		line         cti.LineID
		number, name string
	}{{Jo, "desk", "2051", "Jo Chen"}, {Supplier, "sales", "+494033321", "Supplier GmbH"}, {Kenneth, "desk", "2060", "Ken Adams"}} {
		d.Happen(cti.Offered{Call: c.id, Line: c.line, Number: c.number, Name: c.name}, cti.Answer{Call: c.id})
		d.Connect(c.id)
		d.Pass(20 * time.Second)
	}
	d.Happen(cti.Join{Conf: Talks, Calls: []cti.CallID{Jo, Supplier, Kenneth}})
	deaf := true
	d.Happen(cti.Member{Call: Jo, Deaf: &deaf}, cti.Hear{Conf: Talks, Listener: cti.PartyID(Supplier), Source: cti.PartyID(Kenneth)})
	d.Happen(cti.StartRecording{Rec: Tape, Conf: Talks})
	d.Pass(5 * time.Minute)
	d.Happen(cti.Offered{Call: Waiting, Line: "desk", Number: "+34915550101", Name: "Maria Lopez",
		Context: map[string]string{"order": "55-1207"}}, cti.Answer{Call: Waiting})
	d.Connect(Waiting)
	d.Pass(30 * time.Second)
	d.Happen(cti.StartConsult{Call: Speaking, For: Waiting, Number: "2044"})
	d.Connect(Speaking)
	d.Happen(cti.Identified{Call: Speaking, Number: "2044", Name: "Anna Berg"})
	d.Watch()
	d.Pass(42 * time.Second)
	good := cti.Quality{LevelIn: -20, LevelOut: -18, Loss: 0.002, Jitter: 3, RTT: 24, MOS: 4.2, Buffer: 20, Packets: 2400, Sent: 2400}
	for _, id := range []cti.CallID{Jo, Supplier, Kenneth, Waiting, Speaking} {
		d.Measure(id, good)
		good.LevelIn -= 9
	}
	return d
}

// Watch lets the desk hear of watched numbers in every state, and of a mailbox.
func (d *Desk) Watch() {
	now := d.Now()
	d.Happen(cti.Watched{Line: "desk", Numbers: []string{"2044", "2051", "2060", "2100", "2071", "2072"}})
	for _, l := range []cti.Lamp{
		{Number: "2044", State: cti.LampBusy, At: now.Add(-3 * time.Minute)}, {Number: "2051", State: cti.LampBusy, At: now.Add(-time.Minute)},
		{Number: "2060", State: cti.LampRinging, Caller: "+4930901244", At: now}, {Number: "2100", State: cti.LampFree, At: now},
		{Number: "2071", State: cti.LampAway, Note: "wrap-up", At: now}, {Number: "2072", State: cti.LampUnknown},
	} {
		l.Line = "desk"
		d.Happen(cti.LampChanged{Lamp: l})
	}
	d.Happen(cti.VoiceMailChanged{Line: "desk", VoiceMail: cti.VoiceMail{Waiting: true, New: 2, Old: 5, Account: "*97"}})
}
