// Package record keeps the sound of calls in files.
//
// A recording has one ring, filled by the tick of the media engine, and one goroutine that empties it into files. The
// tick never waits: sound that finds the ring full is left out of all tracks alike, counted, and marked.
//
// A recording is a folder: call.wav is stereo, left what the operator said, right what the kept parties said. With several
// parties each has a mono file besides, track-01.wav and so on, every sample at the place that it has in call.wav; index.json
// says whose they are, and where somebody joined, left, was held, or the recording was paused. A pause is cut out
// of all files: what must not be kept must not be there as silence of telling length either, and a mark holds its place.
//
// Files play at any moment, also after the program was killed: at most half a second at their end is missing.
package record
