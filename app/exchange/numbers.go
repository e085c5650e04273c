package exchange

import (
	"strings"

	"cordboard/media"
)

// Number is somebody, or something, that can be called.
type Number struct {
	Number string  // as it is dialled
	Name   string  // who answers
	Note   string  // what happens, for people
	Tone   float64 // Hz: a soft steady tone that tells this voice from all others in tests; 0 when nothing is heard
}

// Numbers lists what can be dialled, in the order in which to show it.
func (x *Exchange) Numbers() []Number { return Directory() }

// Directory lists what can be dialled on any practice exchange, also one in another process.
func Directory() []Number {
	all := make([]Number, len(people))
	for i, p := range people {
		all[i] = p.Number
	}
	return all
}

// way is what a number does with a call.
type way uint8

const (
	answers  way = iota
	refuses      // with code
	rings        // and never answers
	groups       // rings at several, then a member answers
	forwards     // sends calls on to onward (302)
	stubborn     // answers, but its phone cannot transfer: REFER gets 405
	silent       // answers, but never says how a transfer ended
	confers      // a room: whoever comes hears all the others
	stores       // a mailbox
)

// person is a number at work.
type person struct {
	Number
	way    way
	code   int     // of a refusal
	onward string  // where calls are sent on to
	pitch  float64 // Hz of the voice, 0 for what is no voice
	source func(p person, rate int) source
}

// source makes sound, 10 ms or more at a time. Only the goroutine of its call uses it.
type source interface{ fill(dst []int16) }

// The steady tones in Hz: notes, so that they are bearable together.
const (
	toneAnna     = 440.0
	toneBruno    = 494.0
	toneChen     = 554.0
	toneOutside  = 659.0
	toneMusic    = 740.0
	toneCustomer = 831.0
	toneRolf     = 880.0
	toneSilke    = 932.0
	toneSommer   = 988.0
	toneMailbox  = 1047.0
)

// reserved are the tones that no voice may have in it by chance.
var reserved = []float64{toneAnna, toneBruno, toneChen, toneOutside, toneMusic, toneCustomer, toneRolf, toneSilke, toneSommer, toneMailbox}

// people are all numbers.
var people = []person{
	{Number: Number{"201", "Anna Berger", "answers and talks", toneAnna}, pitch: 205, source: newVoice},
	{Number: Number{"202", "Bruno Costa", "answers and talks", toneBruno}, pitch: 118, source: newVoice},
	{Number: Number{"203", "Chen Li", "answers and talks", toneChen}, pitch: 164, source: newVoice},
	{Number: Number{"204", "Boris Busy", "is busy", 0}, way: refuses, code: 486},
	{Number: Number{"205", "Nora Never", "rings for ever", 0}, way: rings},
	{Number: Number{"206", "Dieter Decline", "declines the call", 0}, way: refuses, code: 603},
	{Number: Number{"207", "Rolf Refuse", "answers, but his phone cannot transfer", toneRolf}, way: stubborn, pitch: 130, source: newVoice},
	{Number: Number{"208", "Silke Silent", "answers, but never says how a transfer ended", toneSilke}, way: silent, pitch: 190, source: newVoice},
	{Number: Number{absentee, "Olga Out", "is out while her phone rings: pick it up with *8209", 0}, way: rings},
	{Number: Number{"210", "Service team", "a group: it rings, then a member answers", 0}, way: groups},
	{Number: Number{"211", "Fiona Forward", "sends calls on to 201", 0}, way: forwards, onward: "201"},
	{Number: Number{"220", "Music", "plays music", toneMusic}, source: newMusic},
	{Number: Number{"221", "Echo", "sends back what it hears", 0}, source: newEcho},
	{Number: Number{roomNumber, "Conference room", "whoever is sent here hears the others", 0}, way: confers},
	{Number: Number{mailboxNumber, "Mailbox", "plays the new message", toneMailbox}, way: stores, pitch: 150, source: newVoice},
	{Number: Number{"290", "Broken number", "fails: service unavailable", 0}, way: refuses, code: 503},
	outside,
}

// outside answers every number that is too long for an extension.
var outside = person{Number: Number{"0301234567", "Outside line", "any number of five digits or more", toneOutside}, pitch: 142, source: newVoice}

// customer is who calls in. Calling back reaches the customer as well.
var customer = person{Number: Number{"03055501234", "Keller, Martin", "calls in by himself", toneCustomer}, pitch: 98, source: newVoice}

// Numbers that the code knows.
const (
	pickupCode    = "*8"
	roomNumber    = "230"
	mailboxNumber = "240"
	absentee      = "209" // the colleague who is out
)

// second is who calls the colleague who is out.
var second = person{Number: Number{"03055505678", "Sommer, Ida", "calls a colleague who is out", toneSommer}, pitch: 220, source: newVoice}

// colleagues lists the numbers of people, whose lamps a desk shows.
func colleagues() []string {
	var list []string
	for _, p := range people {
		if n := p.Number.Number; n < "210" && len(n) == 3 {
			list = append(list, n)
		}
	}
	return list
}

// members pick up for the group, in turn.
var members = []person{people[1], people[2]}

// find tells who has a number.
func find(number string) (person, bool) {
	for _, p := range []person{customer, second} {
		if number == p.Number.Number {
			return p, true
		}
	}
	for _, p := range people {
		if p.Number.Number == number {
			return p, true
		}
	}
	digits := strings.TrimPrefix(number, "+")
	if len(digits) >= 5 && strings.Trim(digits, "0123456789") == "" {
		return outside, true
	}
	return person{}, false
}

// echo gives back what came in.
type echo struct{ heard *media.Ring }

// newEcho has room for a quarter of a second, so that a pause in its sending does not become a delay.
func newEcho(_ person, rate int) source { return echo{media.NewRing(rate / 4)} }

func (e echo) fill(dst []int16) {
	n := e.heard.Read(dst)
	clear(dst[n:])
}
