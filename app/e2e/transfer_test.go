//go:build cgo && linux

package e2e

import (
	"testing"

	"cordboard/cti"
)

// R41: a quick transfer hands the customer over; the operator's call ends when the target has it.
func TestQuickTransfer(t *testing.T) {
	tb := newTable(t, 2)
	op := tb.operator()
	tb.call(1)
	op.do("transfer", tb.lines[2])
	op.call(tb.calls[1], "waits, held, for the grace", func(c cti.CallView) bool { return c.Held && c.Transfer.Phase == cti.TransferGrace })
	if c := op.call(tb.calls[1], "handed over", ended); c.End.Result != cti.ResultAnswered || c.Transfer.Phase != cti.TransferDone {
		t.Errorf("the call ended with %+v, transfer %+v", c.End, c.Transfer)
	}
	tb.hear("customer and target talk", nil, []int{2}, []int{1})
}

// A quick transfer is taken back by the same key while its grace runs: the customer is with the operator again.
func TestQuickTransferIsTakenBack(t *testing.T) {
	tb := newTable(t, 2)
	op := tb.operator()
	tb.call(1)
	op.do("transfer", tb.lines[2])
	op.do("transfer", tb.lines[2])
	op.call(tb.calls[1], "back", resumed)
	tb.hear("as before", []int{1}, []int{0}, nil)
}

// R42: a refused transfer leaves the customer on hold, says why, and shows the next key.
func TestRefusedTransferKeepsTheCustomer(t *testing.T) {
	tb := newTable(t, 2)
	op := tb.operator()
	tb.desks[2].do("dnd")
	tb.call(1)
	op.do("transfer", tb.lines[2])
	c := op.call(tb.calls[1], "still here", func(c cti.CallView) bool { return c.Transfer.Phase == cti.TransferFailed })
	if !c.Held || c.Transfer.Note == "" || c.Next == "" {
		t.Errorf("held %v, note %q, next key %q", c.Held, c.Transfer.Note, c.Next)
	}
	tb.hear("the customer hears nothing", nil, nil, nil)
	op.do("resume", tb.calls[1])
	tb.hear("until he is taken back", []int{1}, []int{0}, nil)
}

// R39, R40, R44, R45, R46: the operator asks first, swaps between the two, and joins them.
func TestTransferWithConsultation(t *testing.T) {
	tb := newTable(t, 2)
	op := tb.operator()
	tb.call(1)
	tb.calls[2] = op.do("consult", tb.lines[2], tb.calls[1])
	op.call(tb.calls[2], "answered", talking)
	tb.hear("R44: the customer is held", []int{2}, nil, []int{0})
	op.do("swap")
	op.call(tb.calls[2], "held", held)
	tb.hear("R45: the other way round", []int{1}, []int{0}, nil)
	op.do("confirm", tb.calls[1])
	op.call(tb.calls[1], "handed over", ended)
	op.call(tb.calls[2], "over", ended)
	tb.hear("R46: they talk without the operator", nil, []int{2}, []int{1})
}

// R48: the operator thinks better of it: the consulted party goes, the customer is back.
func TestConsultIsAborted(t *testing.T) {
	tb := newTable(t, 2)
	op := tb.operator()
	tb.call(1)
	tb.calls[2] = op.do("consult", tb.lines[2], tb.calls[1])
	op.call(tb.calls[2], "answered", talking)
	op.do("abort", tb.calls[2])
	op.call(tb.calls[2], "over", ended)
	tb.hear("as before", []int{1}, []int{0}, nil)
}

// R47, R53: the second press of Conference makes a consult a conference of three.
func TestConferenceFromConsult(t *testing.T) {
	tb := newTable(t, 2)
	op := tb.operator()
	tb.call(1)
	tb.calls[2] = op.do("consult", tb.lines[2], tb.calls[1], "--purpose", "conference")
	op.call(tb.calls[2], "answered", talking)
	op.do("conference")
	tb.hear("all three", []int{1, 2}, []int{0, 2}, []int{0, 1})
}

// R55: an instant conference takes the target in as soon as it answers.
func TestInstantConference(t *testing.T) {
	tb := newTable(t, 2)
	op := tb.operator()
	tb.call(1)
	tb.calls[2] = op.do("consult", tb.lines[2], tb.calls[1], "--purpose", "conference", "--join")
	tb.hear("all three", []int{1, 2}, []int{0, 2}, []int{0, 1})
}
