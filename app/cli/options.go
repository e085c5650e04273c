package cli

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"cordboard/app/api"
	"cordboard/cti"
)

// Options is what the arguments say.
type Options struct {
	Verb string   // empty: window or desk
	Args []string // behind the verb

	Home       string
	Headless   bool
	Desk       bool // the child of the supervisor; not for people
	ForWindow  bool // the supervisor was started by a window; not for people
	NoPractice bool
	Version    bool
	Start      bool
	JSON       bool
	Rule       bool
	Live       bool
	Off        bool
	Source     string // of an import
	From       int    // seconds into a recording

	Mic, Speaker, Ringer *string // nil: as set

	Line    string
	Request api.Request // what flags say of a command

	Config       cti.LineConfig
	PasswordFile string
}

// verb is a command that speaks to the desk, with the flags that it takes besides --home.
type verb struct{ name, args, about, flags string }

// verbs in the order in which help lists them.
var verbs = []verb{
	{"line", "add|list|remove [ID]", "adds a line (--name --user --server …), lists all, removes one", lineFlags + " json"},
	{"dial", "NUMBER", "places a call (--line L, --route R)", "line route context start"},
	{"answer", "[CALL]", "takes an incoming call", ""},
	{"hold", "[CALL]", "puts a call on hold", ""},
	{"resume", "[CALL]", "takes a call back from hold", ""},
	{"mute", "[CALL]", "silences the microphone for a call", ""},
	{"unmute", "[CALL]", "lets the microphone be heard again", ""},
	{"dtmf", "DIGITS [CALL]", "sends digits in a call", ""},
	{"hangup", "[CALL]", "ends or refuses a call (--busy refuses as busy)", "busy"},
	{"consult", "NUMBER [CALL]", "holds a call and asks somebody first (--purpose conference, --join, --context k=v)", "line route conference purpose join context"},
	{"swap", "[CALL]", "holds the one and takes the other back", ""},
	{"confirm", "[CALL]", "joins caller and consulted party and leaves them", ""},
	{"abort", "[CALL]", "ends the consult and takes the caller back", ""},
	{"transfer", "NUMBER [CALL]", "hands a call over; the same again within the grace takes it back", "route context"},
	{"conference", "[CALL …]", "joins calls; without any the consult that runs (--conference ID adds to one)", "conference"},
	{"split", "[CALL]", "takes a member out for a private call", ""},
	{"member", "[CALL]", "changes how a member takes part (--deaf --silent --music on|off, --volume DB)", "deaf silent music volume"},
	{"hear", "LISTENER SOURCE", "sets a cell of the party matrix (--off takes it away); a party is a row, an ID or operator", "conference off"},
	{"arrange", "all|aside|coach|music|deaf [CALL]", "arranges the party matrix", "conference"},
	{"hold-all", "[CONFERENCE]", "holds all members (--off takes them back)", "off"},
	{"attend", "[CONFERENCE]", "takes part in a conference (--off steps out)", "off"},
	{"mute-all", "[CONFERENCE]", "silences the microphone for a conference (--off opens it)", "off"},
	{"leave", "[CONFERENCE]", "leaves so that the others go on", ""},
	{"end-all", "[CONFERENCE]", "ends the conference for all", ""},
	{"pickup", "NUMBER", "takes a call that rings at another number", "line"},
	{"referral", "[CALL]", "calls whom the far end wants called (--off declines)", "off"},
	{"record", "[CALL …]", "starts to record a call, a conference, or chosen calls", "conference"},
	{"pause-recording", "[RECORDING]", "pauses a recording (--off goes on)", "off"},
	{"stop-recording", "[RECORDING]", "ends a recording", ""},
	{"dnd", "", "refuses new calls on a line or all (--line L, --off)", "line off"},
	{"forward", "", "sends calls of a line elsewhere (--line L --always N --when-busy N --no-answer N --after S); none: nowhere", "line always when-busy no-answer after"},
	{"state", "", "shows lines and calls (--json for programs)", "json start"},
	{"events", "", "shows each change as it happens, one JSON object a line (--live adds levels and quality)", "live start"},
	{"history", "[WORDS]", "searches past calls; works without a desk", "json"},
	{"recordings", "[CALL]", "lists the recordings of a call's row (an ID of the history, or a row of the table), or the latest of all", "json"},
	{"play", "RECORDING [FILE]", "plays a recording, or one file of it, to the operator (--from S, --off ends that)", "from off"},
	{"directory", "list|find|import|sources|remove|refresh|favourite [WORDS]", "looks people up; imports a CSV or vCard file (--source NAME)", "json source off"},
	{"sound", "", "shows the sound devices, or sets them (--mic, --speaker, --ringer)", "mic speaker ringer json"},
	{"profile", "list|set [NAME]", "lists the policy profiles, or puts one in force", "json"},
	{"hotkeys", "", "shows the system-wide keys and whether the system gives them", "json"},
	{"devices", "[primary [ID]]", "shows headsets, what they can do and what each button does now; chooses the primary one (--rule prints the udev rule)", "json rule"},
	{"start", "", "starts the desk in the background", roleFlags},
	{"quit", "", "ends the desk", ""},
	{"help", "", "shows this", ""},
}

const (
	roleFlags = "headless desk for-window no-practice mic speaker ringer version"
	lineFlags = "name user auth-user password-file server transport outbound domain display ca-file bind backup codecs " +
		"srtp dtmf trusted auto-answer expires id pickup-code room is-room auto-answer-header referrals identity-header " +
		"believed-header context-header watch presence voice-mail"
)

// UsageError is a command line that cannot be understood, in one sentence.
type UsageError struct{ Sentence string }

// Error returns the sentence.
func (e *UsageError) Error() string { return e.Sentence }

// Parse understands arguments; flags may stand before and behind the verb. An error is a *UsageError, or flag.ErrHelp.
func Parse(args []string) (Options, error) {
	var o Options
	fs := o.flags()
	var words []string
	for len(args) > 0 {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return o, err
			}
			return o, &UsageError{err.Error()}
		}
		args = fs.Args()
		if len(args) > 0 {
			words = append(words, args[0])
			args = args[1:]
		}
	}
	if len(words) > 0 {
		o.Verb, o.Args = words[0], words[1:]
	}
	return o, o.check(fs)
}

// check refuses unknown verbs, and flags that the verb does not have.
func (o *Options) check(fs *flag.FlagSet) error {
	allowed := roleFlags
	if o.Verb != "" {
		i := slices.IndexFunc(verbs, func(v verb) bool { return v.name == o.Verb })
		if i < 0 {
			return &UsageError{fmt.Sprintf("%q is not a command of Cordboard; cordboard help lists them", o.Verb)}
		}
		allowed = verbs[i].flags
	}
	var err error
	fs.Visit(func(f *flag.Flag) {
		if f.Name != "home" && !slices.Contains(strings.Fields(allowed), f.Name) {
			err = &UsageError{fmt.Sprintf("--%s does not go with %s", f.Name, cmp.Or(o.Verb, "starting Cordboard"))}
		}
	})
	return err
}

// flags declares all flags of all verbs, so that they can stand anywhere.
func (o *Options) flags() *flag.FlagSet {
	fs := flag.NewFlagSet("cordboard", flag.ContinueOnError)
	fs.SetOutput(io.Discard) // errors are reported as one sentence by the caller
	fs.StringVar(&o.Home, "home", "", "folder for settings, databases, log and socket")
	fs.BoolVar(&o.Headless, "headless", false, "run the desk without a window")
	fs.BoolVar(&o.Desk, "desk", false, "")
	fs.BoolVar(&o.ForWindow, "for-window", false, "")
	fs.BoolVar(&o.NoPractice, "no-practice", false, "do not start the practice exchange when there is no line")
	fs.BoolVar(&o.Version, "version", false, "print the version")
	fs.BoolVar(&o.Start, "start", false, "start a desk when none runs")
	fs.BoolVar(&o.JSON, "json", false, "print JSON")
	fs.BoolVar(&o.Rule, "rule", false, "print the rule that lets headsets be used on Linux")
	fs.BoolVar(&o.Live, "live", false, "levels and quality too")
	fs.BoolVar(&o.Off, "off", false, "the opposite")
	fs.StringVar(&o.Source, "source", "", "name under which an import is kept, that of the file when absent")
	fs.IntVar(&o.From, "from", 0, "seconds into a recording at which to begin")
	o.commandFlags(fs)
	fs.Var(optional{&o.Mic}, "mic", "microphone: a device's name, none, or a WAV file that is read in a loop")
	fs.Var(optional{&o.Speaker}, "speaker", "speaker: a device's name, none, or a WAV file that is written as heard")
	fs.Var(optional{&o.Ringer}, "ringer", "device that rings")
	fs.StringVar(&o.Line, "line", "", "ID or name of the line")
	o.lineFlags(fs)
	return fs
}

// commandFlags declares what belongs to single commands.
func (o *Options) commandFlags(fs *flag.FlagSet) {
	r := &o.Request
	fs.BoolVar(&r.Busy, "busy", false, "refuse as busy")
	fs.StringVar(&r.Route, "route", "", "name of the route")
	fs.StringVar((*string)(&r.Conf), "conference", "", "ID or number of a conference")
	fs.StringVar((*string)(&r.Purpose), "purpose", "", "of a consult: transfer or conference")
	fs.BoolVar(&r.Join, "join", false, "joins the conference as soon as it is answered")
	fs.Var(pairs{&r.Context}, "context", "data that travels with the call, key=value with commas between")
	fs.Var(onOff{&r.Deaf}, "deaf", "a member hears nobody: on or off")
	fs.Var(onOff{&r.Silent}, "silent", "nobody hears a member: on or off")
	fs.Var(onOff{&r.Music}, "music", "a member hears music: on or off")
	fs.Var(decibels{&r.Volume}, "volume", "of a member, in dB")
	fs.StringVar(&r.Forward.Always, "always", "", "number for all calls")
	fs.StringVar(&r.Forward.Busy, "when-busy", "", "number for calls while another is up")
	fs.StringVar(&r.Forward.NoAnswer, "no-answer", "", "number for calls that nobody takes")
	fs.IntVar(&r.Forward.After, "after", 0, "seconds of ringing before that")
}

// lineFlags declares the settings of a line.
func (o *Options) lineFlags(fs *flag.FlagSet) {
	c := &o.Config
	fs.StringVar((*string)(&c.ID), "id", "", "ID of the line; made from its name when absent")
	fs.StringVar(&c.Name, "name", "", "name on the line key")
	fs.StringVar(&c.User, "user", "", "user part of the address of record")
	fs.StringVar(&c.AuthUser, "auth-user", "", "user for the password when it differs")
	fs.StringVar(&o.PasswordFile, "password-file", "", "file that holds the password, - for standard input")
	fs.StringVar(&c.Server, "server", "", "registrar, host or host:port; a line without one takes direct calls")
	fs.StringVar((*string)(&c.Transport), "transport", "", "udp, tcp or tls")
	fs.StringVar(&c.Outbound, "outbound", "", "outbound proxy, host or host:port")
	fs.StringVar(&c.Domain, "domain", "", "domain of the address of record when it is not the server")
	fs.StringVar(&c.Display, "display", "", "display name")
	fs.StringVar(&c.CAFile, "ca-file", "", "PEM file of further roots for TLS")
	fs.StringVar(&c.Bind, "bind", "", "local address, or address:port")
	fs.Var(list{&c.Backup}, "backup", "servers to fail over to, with commas between")
	fs.Var(list{&c.Codecs}, "codecs", "opus, g722, pcma, pcmu by preference, with commas between")
	fs.StringVar((*string)(&c.SRTP), "srtp", "", "off, optional or required")
	fs.StringVar((*string)(&c.DTMF), "dtmf", "", "rfc4733 or info")
	fs.Var(list{&c.Trusted}, "trusted", "hosts that may call a line without registrar, with commas between")
	fs.BoolVar(&c.Auto, "auto-answer", false, "answer a call that comes while no other one is open")
	fs.IntVar(&c.Expires, "expires", 0, "seconds to register for")
	o.lineRules(fs)
}

// lineRules declares what a line does by itself.
func (o *Options) lineRules(fs *flag.FlagSet) {
	c := &o.Config
	fs.StringVar(&c.Pickup, "pickup-code", "", "feature code that takes a call which rings elsewhere, put before the number")
	fs.StringVar(&c.Room, "room", "", "number of a conference room at the exchange, for leaving a conference")
	fs.BoolVar(&c.IsRoom, "is-room", false, "everybody who may call the line is answered into one conference")
	fs.StringVar((*string)(&c.AutoBy), "auto-answer-header", "", "whose calls a header may have answered at once: off, known or all")
	fs.StringVar((*string)(&c.Refers), "referrals", "", "far ends that want somebody called: ask, allow or refuse")
	fs.StringVar((*string)(&c.Shown), "identity-header", "", "where the caller ID goes: from, ppi, pai or rpid")
	fs.StringVar((*string)(&c.Believed), "believed-header", "", "which header of incoming calls counts first: from, ppi, pai or rpid")
	fs.StringVar(&c.Header, "context-header", "", "header for attached data, User-to-User when absent")
	fs.Var(list{&c.Watch}, "watch", "numbers whose lamp is shown, with commas between")
	fs.BoolVar(&c.Presence, "presence", false, "asks for the presence of watched numbers too")
	fs.StringVar(&c.VoiceMail, "voice-mail", "", "number to call for voice mail")
}

// optional is a flag that knows whether it was given.
type optional struct{ to **string }

func (o optional) String() string {
	if o.to == nil || *o.to == nil {
		return ""
	}
	return **o.to
}

// Set takes the value.
func (o optional) Set(v string) error { *o.to = &v; return nil }

// list is a flag of words with commas between; given twice, the words add up.
type list struct{ to *[]string }

func (l list) String() string {
	if l.to == nil {
		return ""
	}
	return strings.Join(*l.to, ",")
}

// Set adds the words.
func (l list) Set(v string) error {
	for word := range strings.SplitSeq(v, ",") {
		if word = strings.TrimSpace(word); word != "" {
			*l.to = append(*l.to, word)
		}
	}
	return nil
}

// pairs is a flag of key=value with commas between; given twice, the pairs add up.
type pairs struct{ to *map[string]string }

func (p pairs) String() string { return "" }

// Set adds the pairs.
func (p pairs) Set(v string) error {
	for pair := range strings.SplitSeq(v, ",") {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return fmt.Errorf("say key=value, not %q", pair)
		}
		if *p.to == nil {
			*p.to = map[string]string{}
		}
		(*p.to)[key] = value
	}
	return nil
}

// Usage writes the help.
func Usage(w io.Writer) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) } // help that cannot be written helps nobody
	say("Cordboard is an operator's telephone desktop.\n\n  cordboard                      opens the window, starting the desk if none runs\n")
	say("  cordboard --headless           runs the desk without a window\n")
	for _, v := range verbs {
		say("  %-30s %s\n", strings.TrimSpace("cordboard "+v.name+" "+v.args), v.about)
	}
	say("\nCALL is the ID of a call or its row in the table, counted from 1; without it the current call is meant.\n\nFlags:\n")
	var o Options
	o.flags().VisitAll(func(f *flag.Flag) {
		if f.Usage != "" {
			say("  --%-16s %s\n", f.Name, f.Usage)
		}
	})
	say("\nExit codes: 0 done, 1 refused or failed, 2 not understood, 3 no desk is running.\n")
}
