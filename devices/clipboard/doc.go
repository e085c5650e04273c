// Package clipboard reads the text that other programs offer: the clipboard, and on X11 the primary selection, which is what
// is marked with the mouse. It only reads, a few hundred bytes at most, and only when it is asked to.
package clipboard
