package cti

import (
	"encoding/json"
	"fmt"
)

// decoders know every Input by its Kind.
var decoders = map[string]func([]byte) (Input, error){
	Dial{}.Kind():           decode[Dial],
	Answer{}.Kind():         decode[Answer],
	Hangup{}.Kind():         decode[Hangup],
	Hold{}.Kind():           decode[Hold],
	Mute{}.Kind():           decode[Mute],
	SendDTMF{}.Kind():       decode[SendDTMF],
	LineSet{}.Kind():        decode[LineSet],
	LineRemoved{}.Kind():    decode[LineRemoved],
	LineRegistered{}.Kind(): decode[LineRegistered],
	Offered{}.Kind():        decode[Offered],
	Progressed{}.Kind():     decode[Progressed],
	Connected{}.Kind():      decode[Connected],
	HoldSettled{}.Kind():    decode[HoldSettled],
	SessionChanged{}.Kind(): decode[SessionChanged],
	Identified{}.Kind():     decode[Identified],
	DTMFReceived{}.Kind():   decode[DTMFReceived],
	DialogKept{}.Kind():     decode[DialogKept],
	Recovered{}.Kind():      decode[Recovered],
	Ended{}.Kind():          decode[Ended],
	Faulted{}.Kind():        decode[Faulted],
	Restarted{}.Kind():      decode[Restarted],
	SoundChanged{}.Kind():   decode[SoundChanged],
	TimerFired{}.Kind():     decode[TimerFired],

	Join{}.Kind():            decode[Join],
	Split{}.Kind():           decode[Split],
	Member{}.Kind():          decode[Member],
	Hear{}.Kind():            decode[Hear],
	Arrange{}.Kind():         decode[Arrange],
	HoldAll{}.Kind():         decode[HoldAll],
	Attend{}.Kind():          decode[Attend],
	MuteAll{}.Kind():         decode[MuteAll],
	Leave{}.Kind():           decode[Leave],
	EndAll{}.Kind():          decode[EndAll],
	StartRecording{}.Kind():  decode[StartRecording],
	PauseRecording{}.Kind():  decode[PauseRecording],
	StopRecording{}.Kind():   decode[StopRecording],
	RecordingFailed{}.Kind(): decode[RecordingFailed],
	ProfileSet{}.Kind():      decode[ProfileSet],

	StartConsult{}.Kind():     decode[StartConsult],
	Swap{}.Kind():             decode[Swap],
	QuickTransfer{}.Kind():    decode[QuickTransfer],
	Confirm{}.Kind():          decode[Confirm],
	Abort{}.Kind():            decode[Abort],
	Pickup{}.Kind():           decode[Pickup],
	FollowReferral{}.Kind():   decode[FollowReferral],
	DoNotDisturb{}.Kind():     decode[DoNotDisturb],
	Forwarding{}.Kind():       decode[Forwarding],
	Referring{}.Kind():        decode[Referring],
	PeerLearned{}.Kind():      decode[PeerLearned],
	Referred{}.Kind():         decode[Referred],
	Controlled{}.Kind():       decode[Controlled],
	Replaced{}.Kind():         decode[Replaced],
	LampChanged{}.Kind():      decode[LampChanged],
	VoiceMailChanged{}.Kind(): decode[VoiceMailChanged],
	Watched{}.Kind():          decode[Watched],
}

// decode reads one kind of Input.
func decode[T Input](data []byte) (Input, error) {
	var in T
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, fmt.Errorf("read the input %s: %w", in.Kind(), err)
	}
	return in, nil
}

// DecodeInput makes an Input of its kind and JSON, as the journal and the API carry it. Any goroutine.
func DecodeInput(kind string, data []byte) (Input, error) {
	dec, ok := decoders[kind]
	if !ok {
		return nil, fmt.Errorf("there is no input of the kind %q", kind)
	}
	return dec(data)
}

// EncodeInput gives the kind and JSON of an Input. Media keys are left out. Any goroutine.
func EncodeInput(in Input) (kind string, data []byte, err error) {
	data, err = json.Marshal(in)
	if err != nil {
		return in.Kind(), nil, fmt.Errorf("write the input %s: %w", in.Kind(), err)
	}
	return in.Kind(), data, nil
}

// CallOf returns the call that an input is about, empty for none.
func CallOf(in Input) CallID {
	switch in := in.(type) {
	case Command:
		return in.Target()
	case Offered:
		return in.Call
	case Progressed:
		return in.Call
	case Connected:
		return in.Call
	case HoldSettled:
		return in.Call
	case SessionChanged:
		return in.Call
	case Identified:
		return in.Call
	case DTMFReceived:
		return in.Call
	case DialogKept:
		return in.Call
	case Recovered:
		return in.Call
	case Ended:
		return in.Call
	case Faulted:
		return in.Call
	case TimerFired:
		return in.Call
	case Referring:
		return in.Call
	case PeerLearned:
		return in.Call
	case Referred:
		return in.Call
	case Controlled:
		return in.Call
	case Replaced:
		return in.New
	}
	return ""
}

// callOfEffect returns the call that an effect is about, empty for none.
func callOfEffect(e Effect) CallID {
	switch e := e.(type) {
	case Invite:
		return e.Call
	case Accept:
		return e.Call
	case Release:
		return e.Call
	case SetHold:
		return e.Call
	case SendDigits:
		return e.Call
	case Recover:
		return e.Call
	case ApplySession:
		return e.Call
	case CloseSession:
		return e.Call
	case PlayDigits:
		return e.Call
	case EchoDigits:
		return e.Call
	case StartTimer:
		return e.Call
	case Refer:
		return e.Call
	case AnswerReferral:
		return e.Call
	case ReportReferral:
		return e.Call
	case Redirect:
		return e.Call
	case Record:
		return e.Call.ID
	}
	return ""
}
