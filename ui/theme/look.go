// Package theme gives the window its colours, sizes and fonts: one fyne.Theme with a fixed variant.
package theme

// Variant is one of the three sets of colours.
type Variant string

// The variants; the zero value counts as Dark.
const (
	Dark     Variant = "dark"
	Light    Variant = "light"
	Contrast Variant = "contrast" // black, white and full colours, for tired or weak eyes
)

// Variants lists all variants in the order in which the settings offer them.
var Variants = []Variant{Dark, Light, Contrast}

// Look is what the operator chooses about the window's looks. It survives JSON and TOML.
type Look struct {
	Variant Variant `json:"variant,omitempty" toml:"variant"`
	Scale   int     `json:"scale,omitempty" toml:"scale"` // per cent, 80 to 200; 0 counts as 100
}

// The limits of Look.Scale in per cent.
const (
	MinScale = 80
	MaxScale = 200
)

// Clean returns the look with every value inside its limits.
func (l Look) Clean() Look {
	if l.Variant != Light && l.Variant != Contrast {
		l.Variant = Dark
	}
	if l.Scale == 0 {
		l.Scale = 100
	}
	l.Scale = min(max(l.Scale, MinScale), MaxScale)
	return l
}
