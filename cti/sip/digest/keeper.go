package digest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// Reasons why a challenge is not answered.
var (
	ErrForeign   = errors.New("a server that is not the line's own asks for the password; it gets nothing")
	ErrDowngrade = errors.New("the server asks for a weaker algorithm than before; it gets nothing")
	ErrRefused   = errors.New("the server does not accept the user name or password")
	ErrNone      = errors.New("the server asks for credentials without a usable challenge")
)

// Keeper keeps the nonces of one line and decides who gets an answer. It may be used from any goroutine.
type Keeper struct {
	user   string
	secret func() (string, error) // asked at each answer; nothing of it is kept

	mu       sync.Mutex
	realms   map[string]bool  // known: configured, or learnt from challenges to REGISTER
	strength map[string]int   // strongest algorithm seen, by realm
	nonces   map[place]*nonce // the current nonce of a realm at a server
}

// place is where a nonce holds: a nonce of one server means nothing to the next one, even of the same realm.
type place struct {
	server string // transport address
	proxy  bool   // 407 and Proxy-Authorization
	realm  string
}

type nonce struct {
	challenge Challenge
	uses      uint32
}

// NewKeeper makes a Keeper for a user. realm is the one known beforehand; empty or "*" means that it is learnt.
func NewKeeper(user, realm string, secret func() (string, error)) *Keeper {
	k := &Keeper{user: user, secret: secret, realms: map[string]bool{}, strength: map[string]int{}, nonces: map[place]*nonce{}}
	if realm != "" && realm != "*" {
		k.realms[realm] = true
	}
	return k
}

// Source says where a challenge came from.
type Source struct {
	Server string // its transport address, also where the request goes again
	Own    bool   // it is one of the line's own servers
}

// Turns remembers what was answered for one request and its repetitions. The zero value is ready.
type Turns struct{ answered map[place]bool }

// Authorize adds credentials to a request that was challenged with res (401 or 407) and is about to be sent again; old
// credentials are replaced. Of several challenges of a realm the strongest is answered, each place once per request
// unless the server says that only the nonce was stale. The errors are sentences for the operator.
func (k *Keeper) Authorize(req *sip.Request, res *sip.Response, from Source, turns *Turns) error {
	if !from.Own {
		return ErrForeign
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	best, err := k.choose(req.Method, res)
	if err != nil {
		return err
	}
	if turns.answered == nil {
		turns.answered = map[place]bool{}
	}
	for at, c := range best {
		at.server = from.Server
		if turns.answered[at] && !c.Stale {
			delete(k.nonces, at)
			return ErrRefused
		}
		turns.answered[at] = true
		k.realms[c.Realm] = true
		k.nonces[at] = &nonce{challenge: c}
		k.strength[c.Realm] = max(k.strength[c.Realm], c.Algorithm.strength())
	}
	return k.sign(req, from.Server)
}

// choose gives the strongest usable challenge of each realm of ours.
func (k *Keeper) choose(method sip.RequestMethod, res *sip.Response) (map[place]Challenge, error) {
	best := map[place]Challenge{}
	problem := ErrNone
	for _, name := range []string{"WWW-Authenticate", "Proxy-Authenticate"} {
		for _, h := range res.GetHeaders(name) {
			c, err := Parse(h.Value())
			if err == nil {
				err = k.acceptable(method, c)
			}
			if err != nil {
				problem = err
				continue
			}
			at := place{proxy: name == "Proxy-Authenticate", realm: c.Realm}
			if old, ok := best[at]; !ok || c.Algorithm.strength() > old.Algorithm.strength() {
				best[at] = c
			}
		}
	}
	if len(best) == 0 {
		return nil, problem
	}
	return best, nil
}

// acceptable keeps to realms that are known, which only a registrar can extend, and refuses the way down: an attacker
// between us would ask for MD5.
func (k *Keeper) acceptable(method sip.RequestMethod, c Challenge) error {
	if !k.realms[c.Realm] && len(k.realms) > 0 && method != sip.REGISTER {
		return fmt.Errorf("%w (realm %q)", ErrForeign, c.Realm)
	}
	if seen, ok := k.strength[c.Realm]; ok && c.Algorithm.strength() < seen {
		return fmt.Errorf("%w (%s)", ErrDowngrade, c.Algorithm)
	}
	return nil
}

// Preempt adds credentials for nonces that are known for a server, so that a request needs no second turn. It reports
// whether it added any. A missing password is no error here: the challenge will come and say so.
func (k *Keeper) Preempt(req *sip.Request, server string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.sign(req, server) == nil && (req.GetHeader("Authorization") != nil || req.GetHeader("Proxy-Authorization") != nil)
}

// Forget drops the nonces of a server. FreeSWITCH answers 401 without a challenge when it has lost its own: start anew.
func (k *Keeper) Forget(server string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for at := range k.nonces {
		if at.server == server {
			delete(k.nonces, at)
		}
	}
}

// sign is called with the lock held. It writes the credentials for every nonce of the server.
func (k *Keeper) sign(req *sip.Request, server string) error {
	for req.RemoveHeader("Authorization") || req.RemoveHeader("Proxy-Authorization") {
	}
	for at, n := range k.nonces {
		if at.server != server {
			continue
		}
		password, err := k.secret()
		if err != nil {
			return fmt.Errorf("the password is not at hand: %w", err)
		}
		n.uses++
		value := n.challenge.Authorization(Credentials{k.user, password}, string(req.Method), req.Recipient.String(), rand.Text(), n.uses)
		name := "Authorization"
		if at.proxy {
			name = "Proxy-Authorization"
		}
		req.AppendHeader(sip.NewHeader(name, value))
	}
	return nil
}
