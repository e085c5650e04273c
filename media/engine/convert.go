package engine

import "cordboard/media/resample"

// rates are those that the desk mixes at, in Hz.
var rates = [...]int{8000, 16000, 48000}

// converters hold one resampler for each rate at the far side, so that the tick never has to make one.
type converters [len(rates)]*resample.Converter

// newConverters returns the resamplers between every rate and fixed: towards fixed when up, away from it otherwise.
func newConverters(fixed int, up bool) converters {
	var c converters
	for i, r := range rates {
		from, to := fixed, r
		if up {
			from, to = r, fixed
		}
		c[i] = mustConverter(from, to)
	}
	return c
}

// at gives the resampler for a rate of rates.
func (c *converters) at(rate int) *resample.Converter {
	for i, r := range rates {
		if r == rate {
			return c[i]
		}
	}
	return c[len(rates)-1]
}

// mustConverter is for rates out of the table rates, all of which resample.New knows.
func mustConverter(from, to int) *resample.Converter {
	c, err := resample.New(from, to)
	if err != nil {
		panic(err)
	}
	return c
}

// known reports whether the desk can mix a party of that rate.
func known(rate int) bool {
	for _, r := range rates {
		if r == rate {
			return true
		}
	}
	return false
}
