package hotkey

import "errors"

func openPortal(k *Keys) (system, error) { return nil, errors.New("x") }
