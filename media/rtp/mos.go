package rtp

import "math"

// impairment is how a codec fares in the E-model (ITU-T G.113 Appendix I): ie without loss, bpl its robustness.
type impairment struct{ ie, bpl float64 }

var impairments = map[string]impairment{
	"pcmu": {0, 25.1}, // with concealment
	"pcma": {0, 25.1},
	"g722": {0, 25.1}, // on the narrow-band scale wide-band codecs are at its top
	"opus": {0, 35},   // in-band FEC
}

const (
	ratingBase  = 93.2 // R without delay and loss (ITU-T G.107 7.2)
	otherStages = 30   // ms of capture, packet and playing on both sides, which RTP does not see
)

// estimateMOS is the E-model's opinion of a call, 1 to 4.5 (ITU-T G.107 Annex B): loss as a fraction, one-way
// delays in ms.
func estimateMOS(codec string, loss, network, buffer float64) float32 {
	d := network + buffer + otherStages
	delay := 0.024 * d
	if d > 177.3 {
		delay += 0.11 * (d - 177.3)
	}
	im, known := impairments[codec]
	if !known {
		im = impairment{10, 20}
	}
	equipment := im.ie + (95-im.ie)*loss*100/(loss*100+im.bpl)
	r := min(max(ratingBase-delay-equipment, 0), 100)
	mos := 1 + 0.035*r + r*(r-60)*(100-r)*7e-6
	return float32(math.Round(math.Max(mos, 1)*100) / 100)
}
