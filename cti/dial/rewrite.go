package dial

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Rewrite replaces a number that fits From as a whole by To, in which $1 or ${1} and so on stand for the groups of From (RE2).
type Rewrite struct {
	From string
	To   string
}

// MaxRewrite bounds a rule, which an administrator writes by hand; RE2 keeps the time of a match linear in it.
const MaxRewrite = 200

// Check says what is wrong with a rule, in words for who wrote it.
func (r Rewrite) Check() error {
	_, err := r.compile()
	return err
}

// compile reads the rule; the number has to fit it from end to end.
func (r Rewrite) compile() (*regexp.Regexp, error) {
	if r.From == "" || len(r.From)+len(r.To) > MaxRewrite {
		return nil, fmt.Errorf("a rewriting rule has 1 to %d characters", MaxRewrite)
	}
	if _, err := regexp.Compile(r.From); err != nil { // by itself first: a stray bracket would get out of the group below
		return nil, errors.New("the rewriting rule " + r.From + " is no regular expression")
	}
	return regexp.MustCompile(`^(?:` + r.From + `)$`), nil
}

// rewrite applies the first rule of a route that fits a cleaned number. What comes out is a number again.
func rewrite(number string, route Route) (string, error) {
	for _, rule := range route.Rewrite {
		re, err := rule.compile()
		if err != nil {
			return "", fmt.Errorf("route %s: %w", route.Name, err)
		}
		if !re.MatchString(number) {
			continue
		}
		out := keepDialable(re.ReplaceAllString(number, rule.To))
		if !strings.ContainsAny(out, "0123456789") || len(out) > MaxAddress {
			return "", fmt.Errorf("route %s rewrites this number to nothing that could be dialled", route.Name)
		}
		return out, nil
	}
	return number, nil
}
