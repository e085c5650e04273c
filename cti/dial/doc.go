// Package dial turns what an operator types or pastes into what goes on the wire.
//
// It is pure and knows nothing of cti: cti.Step and the preview under the Number field call the same
// functions, so that the preview cannot promise one thing and the INVITE carry another.
package dial
