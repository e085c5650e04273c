package app

import (
	"context"
	"net"
	"time"

	"cordboard/app/api"
	"cordboard/app/pipe"
	"cordboard/cti"
	"cordboard/storage"
)

// liveEvery is how often levels and quality are sent while somebody watches: more cannot be seen, and each picture
// makes a software-drawn window paint itself.
const liveEvery = 100 * time.Millisecond

// openAPI starts the local API.
func (d *desk) openAPI() error {
	socket, err := d.places.Socket()
	if err != nil {
		return err
	}
	l, err := pipe.Listen(socket)
	if err != nil {
		return err
	}
	reader := storage.OpenReader(d.places.Data)
	server := api.NewServer(api.Config{
		Desk: apiDesk{d}, Admin: apiAdmin{d}, History: reader, People: apiPeople{d},
		Tapes: &tapes{dir: d.places.Recordings(), reader: reader, player: d.engine}, Log: d.log,
	})
	server.Serve(l, "")
	d.onClose(server.Close)
	d.server.Store(server)
	server.Publish(d.board.Snapshot()) // what happened since NewServer looked
	ctx, cancel := context.WithCancel(context.Background())
	go d.watchLive(ctx, server)
	d.onClose(cancel)
	return d.openTCP(server)
}

// openTCP adds the loopback address for a CRM, where the settings ask for one.
func (d *desk) openTCP(server *api.Server) error {
	if d.settings.API.Listen == "" {
		return nil
	}
	token, err := apiToken(d.places.TokenFile())
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", d.settings.API.Listen)
	if err != nil {
		d.note("The API cannot be reached over TCP: " + err.Error() + ".")
		return nil
	}
	server.Serve(l, token)
	return nil
}

// apiDesk is the desk as the API sees it.
type apiDesk struct{ d *desk }

// Snapshot is the newest one, with levels and quality of this moment.
func (a apiDesk) Snapshot() *cti.Snapshot {
	s := a.d.board.Snapshot()
	return a.d.live(s).Merge(s)
}

// Ask hands a command to the Switchboard.
func (a apiDesk) Ask(ctx context.Context, c cti.Command) error { return a.d.board.Ask(ctx, c) }

// live asks the engine how the calls of a snapshot sound.
func (d *desk) live(s *cti.Snapshot) api.Live {
	l := api.Live{MicLevel: d.engine.MicLevel(), Delay: d.engine.Delay(), Quality: map[cti.CallID]cti.Quality{}}
	for _, c := range s.Calls {
		if c.Live() {
			l.Quality[c.ID] = d.engine.Quality(c.ID)
		}
	}
	return l
}

// watchLive sends levels and quality while somebody watches and a call is up; else it sleeps.
func (d *desk) watchLive(ctx context.Context, server *api.Server) {
	wake, stop := d.board.Watch()
	defer stop()
	for {
		select {
		case <-wake:
		case <-server.Attention():
		case <-ctx.Done():
			return
		}
		d.sendLive(ctx, server)
	}
}

// sendLive sends until nobody watches or the last call is over, and then once more, so that meters fall to rest.
func (d *desk) sendLive(ctx context.Context, server *api.Server) {
	tick := time.NewTicker(liveEvery)
	defer tick.Stop()
	for sent := false; ; sent = true {
		watched := server.Watched() > 0 && busy(d.board.Snapshot())
		if watched || sent {
			server.PublishLive(d.live(d.board.Snapshot()))
		}
		if !watched {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
