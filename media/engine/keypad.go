package engine

import (
	"time"

	"cordboard/media"
	"cordboard/media/tone"
)

// keyEvery is the time from one digit of the operator to the next: about what their RFC 4733 events take.
const keyEvery = int(160 * time.Millisecond / media.Tick)

// keypad lets the operator hear the digits that are being sent. The tick owns all of it but the queue.
type keypad struct {
	queue chan rune
	tones [len(rates)]*tone.Generator
	wait  int // ticks until the next digit may begin
}

func (k *keypad) init() {
	k.queue = make(chan rune, 64)
	for i, r := range rates {
		k.tones[i] = tone.New(r)
	}
}

// press queues digits. More than the queue holds are not heard; they are sent all the same.
func (k *keypad) press(digits string) {
	for _, r := range digits {
		select {
		case k.queue <- r:
		default:
			return
		}
	}
}

// fill overwrites dst with the next frame at rate.
func (k *keypad) fill(dst []int16, rate int) {
	if k.wait > 0 {
		k.wait--
	}
	for i, g := range k.tones {
		if rates[i] != rate {
			continue
		}
		if k.wait == 0 {
			select {
			case r := <-k.queue:
				g.Digit(r)
				k.wait = keyEvery
			default:
			}
		}
		g.Fill(dst)
	}
}
