package service

import "verso/faas"

// OpenValue opens one value of a version, without password and record.
func (s *Service) OpenValue(v faas.Version, name string) (faas.Secret, error) {
	return s.open(placeIn(sealedVersion(v), name), v.Settings.Environment[name])
}

// OpenAccessKey opens the secret of an access key.
func (s *Service) OpenAccessKey(k faas.AccessKey) (faas.Secret, error) {
	return s.open(placeIn(accessKeyRow(k), accessKeySecret), k.Secret)
}

// Fingerprint is what a request's idempotency record says of it.
func (in VersionInput) Fingerprint() (string, error) {
	once, err := in.once()
	return once.Fingerprint, err
}

// SealsAlike reports whether a key that sealed for one place opens in another.
func SealsAlike(k Key, a, b [4]string) (bool, error) {
	s, err := newSealer(k)
	if err != nil {
		return false, err
	}
	at := func(w [4]string) place { return place{faas.SealedKind(w[0]), w[1], w[2], w[3]} }
	_, err = s.open(at(b), s.seal(at(a), "value"))
	return err == nil, nil
}
