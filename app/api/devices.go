package api

import (
	"context"
	"net/http"

	"cordboard/cti"
	"cordboard/devices/headset"
)

// Devices are the headsets and handsets that are plugged in.
type Devices struct {
	Headsets []headset.Set `json:"headsets"` // the primary first
	Buttons  []ButtonDoes  `json:"buttons"`  // what each would do if it were pressed now
}

// ButtonDoes is a button and what it does now, in words.
type ButtonDoes struct {
	Button cti.Button `json:"button"`
	Does   string     `json:"does"`
}

// HeadsetChoice chooses the primary headset.
type HeadsetChoice struct {
	Primary string `json:"primary"` // ID of a headset; empty for the one that can do most
}

func (s *Server) getDevices(w http.ResponseWriter, _ *http.Request) { reply(w, s.cfg.Admin.Devices()) }

func (s *Server) putHeadset(w http.ResponseWriter, r *http.Request) {
	var choice HeadsetChoice
	if err := decode(r, &choice); err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	if err := s.cfg.Admin.SetHeadset(choice.Primary); err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	reply(w, nil)
}

// Devices tells which headsets are there.
func (c *Client) Devices(ctx context.Context) (Devices, error) {
	var d Devices
	err := c.do(ctx, "GET", "/v1/devices", nil, &d)
	return d, err
}

// SetHeadset chooses the primary headset.
func (c *Client) SetHeadset(ctx context.Context, id string) error {
	return c.do(ctx, "PUT", "/v1/headset", HeadsetChoice{Primary: id}, nil)
}
