package sdp

import (
	"fmt"
	"slices"
	"strings"

	"cordboard/cti"
)

// Answer answers an offer of the far end. hold is our own wish, which outlives whatever they ask for: who resumes
// does not revive the other's hold. Every m= line gets its place in the answer, those that are not ours with port 0.
func (a *Agent) Answer(body []byte, hold bool) ([]byte, cti.MediaSession, error) {
	d, err := Read(body)
	if err != nil {
		return nil, cti.MediaSession{}, err
	}
	i, theirs, ours, err := a.choose(d.Media)
	if err != nil {
		return nil, cti.MediaSession{}, err
	}
	a.offer = nil
	a.remember(d.Media, i, theirs)
	a.mem.Held, a.mem.PeerHeld = hold, theirs.holds()
	ours.Dir = Direction{Send: theirs.Dir.Recv && !theirs.holds(), Recv: theirs.Dir.Send && !hold}
	out, err := a.send(a.place(ours))
	if err != nil {
		return nil, cti.MediaSession{}, err
	}
	s := session(ours, theirs)
	if s.Codec.Name != "" {
		s.Accept = []cti.Codec{s.Codec} // RFC 3264 6.1: we named one, they send that one
	}
	return out, a.agree(s), nil
}

// choose finds the first media line that we can take and builds ours for it. A session that is running may
// be switched off with port 0; a first offer must have one that works.
func (a *Agent) choose(offer []Media) (int, Media, Media, error) {
	why := ErrNoMedia
	for i, m := range offer {
		ours, err := a.accept(m)
		if err == nil {
			return i, m, ours, nil
		}
		if err != ErrNoMedia { //nolint:errorlint // one that wraps it says more
			why = err
		}
	}
	i := a.mem.Audio
	if len(a.mem.Formats) > 0 && i < len(offer) && offer[i].Kind == "audio" && offer[i].Port == 0 {
		off := offer[i]
		off.Dir = Inactive
		return i, off, Media{Kind: "audio", Proto: off.Proto, Raw: off.Raw}, nil
	}
	return 0, Media{}, Media{}, why
}

// accept builds the answer to one media line: one codec in the offerer's order, and telephone-event at its clock.
func (a *Agent) accept(m Media) (Media, error) {
	if m.Kind != "audio" || m.Port == 0 || !slices.Contains([]string{"RTP/AVP", "RTP/AVPF", "RTP/SAVP", "RTP/SAVPF"}, strings.ToUpper(m.Proto)) {
		return Media{}, ErrNoMedia
	}
	i := slices.IndexFunc(m.Formats, func(f Format) bool { return speaks(a.cfg.Codecs, f) })
	if i < 0 {
		return Media{}, ErrNoMedia
	}
	f := m.Formats[i]
	ours := Media{
		Kind: "audio", Port: a.cfg.Port, Proto: m.Proto, Mux: m.Mux, Ptime: packetTime(m),
		Formats: []Format{{PT: f.PT, Name: f.Name, Clock: f.Clock, Fmtp: known[f.Name].Fmtp}},
	}
	if e, ok := eventFor(m.Formats, f.Clock); ok {
		ours.Formats = append(ours.Formats, Format{PT: e.PT, Name: event, Clock: e.Clock, Fmtp: "0-16"})
	}
	return ours, a.protect(&ours, m)
}

// protect adds our key to an answer, by the offerer's order of suites.
func (a *Agent) protect(ours *Media, theirs Media) error {
	must := secured(ours.Proto)
	if a.cfg.SRTP != cti.SRTPOff && a.cfg.SRTP != "" && len(theirs.Crypto) > 0 {
		if err := a.makeKeys(); err != nil {
			return err
		}
		first := theirs.Crypto[0]
		if k, ok := bySuite(a.keys, first.Suite); ok {
			k.Tag = first.Tag // RFC 4568 5.1.2: the answer repeats the chosen tag
			ours.Crypto = []Attribute{k}
			return nil
		}
	}
	switch {
	case a.cfg.SRTP == cti.SRTPRequired:
		return ErrInsecure
	case must:
		return fmt.Errorf("%w: encrypted media of an unknown kind", ErrNoMedia)
	}
	return nil
}

// secured reports whether a profile is one of encrypted media.
func secured(proto string) bool { return strings.Contains(strings.ToUpper(proto), "SAVP") }

// remember keeps the layout of an offer: lines stay where they are for ever, further ones are added.
func (a *Agent) remember(offer []Media, audio int, theirs Media) {
	for i, m := range offer {
		l := Line{m.Kind, m.Proto, m.Raw}
		if i < len(a.mem.Lines) {
			a.mem.Lines[i] = l
		} else {
			a.mem.Lines = append(a.mem.Lines, l)
		}
	}
	a.mem.Lines = a.mem.Lines[:len(offer)]
	a.mem.Audio = audio
	if len(theirs.Formats) > 0 && theirs.Port != 0 {
		a.mem.Formats = theirs.Formats
	}
}

// Complete takes the answer to our last Offer. hold is what that offer asked for.
func (a *Agent) Complete(body []byte, hold bool) (cti.MediaSession, error) {
	d, err := Read(body)
	if err != nil {
		return cti.MediaSession{}, err
	}
	if a.offer == nil {
		return cti.MediaSession{}, fmt.Errorf("%w: an answer to no offer", ErrMalformed)
	}
	if a.mem.Audio >= len(d.Media) || d.Media[a.mem.Audio].Port == 0 {
		return cti.MediaSession{}, fmt.Errorf("%w: the answer has no audio", ErrNoMedia)
	}
	ours, theirs := *a.offer, d.Media[a.mem.Audio]
	s, err := a.result(ours, theirs)
	if err != nil {
		return cti.MediaSession{}, err
	}
	a.offer = nil
	a.mem.Held = hold
	if ours.Dir.Send { // only then the answer tells anything about their hold
		a.mem.PeerHeld = theirs.holds()
	}
	a.mem.Formats = ours.Formats
	return a.agree(s), nil
}

// result is the session of our offer and their answer.
func (a *Agent) result(ours, theirs Media) (cti.MediaSession, error) {
	i := slices.IndexFunc(theirs.Formats, func(f Format) bool { return speaks(a.cfg.Codecs, f) })
	if i < 0 {
		return cti.MediaSession{}, ErrNoMedia
	}
	theirs.Formats = slices.DeleteFunc(slices.Clone(theirs.Formats), func(f Format) bool { return f.Name != event && !speaks(a.cfg.Codecs, f) })
	ours.Crypto = chosen(ours.Crypto, theirs.Crypto)
	if len(ours.Crypto) == 0 {
		if a.cfg.SRTP == cti.SRTPRequired || secured(ours.Proto) {
			return cti.MediaSession{}, ErrInsecure
		}
	}
	s := session(ours, theirs)
	s.Mux = ours.Mux && theirs.Mux
	for _, f := range ours.Formats { // they may send whatever both sides named, with our payload types
		named := func(t Format) bool { return t.Name == f.Name && t.Clock == f.Clock }
		if f.Name != event && slices.ContainsFunc(theirs.Formats, named) {
			s.Accept = append(s.Accept, f.codec())
		}
	}
	return s, nil
}

// chosen returns our attribute that the answer's first attribute accepted.
func chosen(ours, theirs []Attribute) []Attribute {
	if len(theirs) == 0 {
		return nil
	}
	if k, ok := bySuite(ours, theirs[0].Suite); ok {
		return []Attribute{k}
	}
	return nil
}

// session derives the agreed session from both media lines; the codec is the first of theirs that is no event.
func session(ours, theirs Media) cti.MediaSession {
	s := cti.MediaSession{
		Remote: theirs.rtp(), RemoteRTCP: theirs.rtcp(), Mux: ours.Mux, Ptime: packetTime(theirs),
		Send: ours.Dir.Send && !theirs.holds(), Recv: ours.Dir.Recv && theirs.Dir.Send,
	}
	i := slices.IndexFunc(theirs.Formats, func(f Format) bool {
		return slices.ContainsFunc(ours.Formats, func(o Format) bool { return o.Name == f.Name && o.Clock == f.Clock && o.Name != event })
	})
	if i < 0 {
		return s
	}
	f := theirs.Formats[i]
	s.Codec = f.codec()
	send, ok1 := eventFor(theirs.Formats, f.Clock)
	recv, ok2 := eventFor(ours.Formats, f.Clock)
	if ok1 && ok2 {
		s.EventSend, s.EventRecv, s.EventRate = send.PT, recv.PT, f.Clock
	}
	if len(ours.Crypto) > 0 && len(theirs.Crypto) > 0 {
		s.Out, s.In = ours.Crypto[0].crypto(), theirs.Crypto[0].crypto()
	}
	return s
}

// packetTime is the length of our packets in milliseconds: what they ask for in whole ticks, 20 when they do not say.
func packetTime(m Media) int {
	t := m.Ptime
	if t == 0 {
		t = 20
	}
	if m.MaxTime != 0 {
		t = min(t, m.MaxTime)
	}
	t -= t % 10
	if t < 10 || t > 60 {
		return 20
	}
	return t
}
