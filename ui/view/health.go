package view

import (
	"cordboard/cti"
	"cordboard/ui/lang"
)

// silence is the level that stands for none, in dBFS.
const silence = -100

// Health is the quiet line at the foot of the window.
type Health struct {
	Left  [][]Span
	Right [][]Span
}

// HealthOf tells how many lines can be reached and how the connected call sounds.
func HealthOf(s *cti.Snapshot) Health {
	var h Health
	reachable := 0
	for _, l := range s.Lines {
		if l.Usable {
			reachable++
		}
	}
	h.Left = append(h.Left, []Span{
		{Text: lang.OfCount.With(reachable, len(s.Lines)), Strong: true}, {Text: lang.LinesReachable.String(), Role: Quiet}})
	if c, ok := openCall(s); ok {
		h.Left = append(h.Left, soundHealth(c, s.Desk.Delay)...)
	}
	practice := lang.PracticeOff
	if s.Desk.Practice {
		practice = lang.PracticeOn
	}
	h.Right = append(h.Right, []Span{{Text: practice.String(), Role: Quiet}})
	return h
}

// soundHealth tells how the connected call sounds.
func soundHealth(c cti.CallView, d cti.Delay) [][]Span {
	var items [][]Span
	if d.Total > 0 {
		items = append(items, []Span{
			{Text: lang.AddedDelay.String(), Role: Quiet}, {Text: lang.Millis.With(d.Total), Strong: true}})
	}
	if codec := codecText(c); codec != "" {
		items = append(items, []Span{{Text: codec, Role: Quiet}})
	}
	return append(items, []Span{
		{Text: lang.Loss.String(), Role: Quiet}, {Text: lang.Percent.With(c.Quality.Loss * 100), Strong: true}})
}

// codecText names the codec and says when media is encrypted.
func codecText(c cti.CallView) string {
	secure := ""
	if c.Secure {
		secure = lang.SRTP.String()
	}
	return joined(c.Codec, secure)
}

// openCall finds the call that the operator talks in, or the first member of the conference that he attends.
func openCall(s *cti.Snapshot) (cti.CallView, bool) {
	for _, c := range s.Calls {
		if conf, _ := findConf(s.Conferences, c.Conf); c.Call.Open() && !conf.Away {
			return c, true
		}
	}
	return cti.CallView{}, false
}

// Notice is a sentence that the operator must see; it lies over the table's foot and moves nothing.
type Notice struct {
	Text string
	Role Role
}

// NoticeOf picks the most urgent of what is wrong: the desk, its own notice, the sound devices.
func NoticeOf(s *cti.Snapshot, lost string) Notice {
	if lost != "" {
		return Notice{Clean(lost), Stop}
	}
	if s.Desk.Notice != "" {
		return Notice{Clean(s.Desk.Notice), Wait}
	}
	for _, d := range []struct {
		dev  cti.Device
		name lang.Text
	}{{s.Sound.Mic, lang.MicrophoneIs}, {s.Sound.Speaker, lang.SpeakerIs}, {s.Sound.Ringer, lang.RingerIs}} {
		if note := deviceNote(d.dev); note != "" {
			return Notice{d.name.With(note), Wait}
		}
	}
	return Notice{}
}

// deviceNote says in a sentence what is wrong with a sound device, or nothing.
func deviceNote(d cti.Device) string {
	name := firstOf(Clean(d.Name), lang.DefaultDevice.String())
	switch d.State {
	case cti.DeviceMissing:
		return firstOf(Clean(d.Note), lang.DeviceMissing.With(name))
	case cti.DeviceBusy:
		return firstOf(Clean(d.Note), lang.DeviceBusy.With(name))
	case cti.DeviceFailed:
		return firstOf(Clean(d.Note), lang.DeviceFailed.With(name))
	case cti.DeviceOK, cti.DeviceIdle, cti.DeviceNone:
	}
	return ""
}

// Sound is the key at the top that names the device in use and shows the microphone's level.
type Sound struct {
	Name  string
	Role  Role
	Level float32 // of the microphone, 0 to 1
	Ear   float32 // of the connected far end, 0 to 1
	Muted bool    // the connected call does not hear the microphone
}

// SoundOf tells what the operator speaks and hears with.
func SoundOf(s *cti.Snapshot) Sound {
	v := Sound{Name: firstOf(Clean(s.Sound.Speaker.Name), Clean(s.Sound.Mic.Name), lang.NoSound.String()), Role: Plain}
	if deviceNote(s.Sound.Mic) != "" || deviceNote(s.Sound.Speaker) != "" {
		v.Role = Wait
	}
	if c, ok := openCall(s); ok {
		conf, _ := findConf(s.Conferences, c.Conf)
		v.Level, v.Ear, v.Muted = Level(s.Desk.MicLevel), Level(c.Quality.LevelIn), c.Muted || conf.Muted
	}
	return v
}

// Level maps dBFS to the length of a meter: -60 dB and less is nothing, 0 dB is full. It moves in steps of
// 3 dB, so that a steady voice does not repaint the window all the time.
func Level(db float32) float32 {
	const floor, step = -60, 3
	if db <= silence || db == 0 {
		return 0 // 0 is also what a desk says that has not measured yet
	}
	steps := float32(int((db - floor) / step))
	return min(max(steps*step/-floor, 0), 1)
}
