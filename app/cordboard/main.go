// Command cordboard is the operator's telephone desktop; see cordboard help.
package main

import (
	"os"

	"cordboard/app"
	_ "cordboard/app/locale" // before Fyne looks for a language
)

func main() {
	os.Exit(app.Run(app.Main{Args: os.Args[1:], In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Window: openWindow}))
}
