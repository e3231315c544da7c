package service

import (
	"context"
	"errors"
	"time"

	"verso/faas"
)

// Swept counts what one round of the janitor removed.
type Swept struct {
	Records int // expired uploads and idempotency records
	Spools  int // half-received files of dead processes
	Blobs   int // packages and manifests that nobody names
}

// Sweep is one round of the janitor. Every process clears its own spool, which may be on a disk that no other one sees;
// the rest is done only by the process that holds the duty. Bytes younger than grace are left alone: they may belong to
// a request that has not written its row yet. A spool's age is that of its last byte, and one that a living process
// holds is spared whatever its age.
func (s *Service) Sweep(ctx context.Context, holder string, every, grace time.Duration) (done Swept, err error) {
	if done.Spools, err = s.blobs.Sweep(ctx, grace); err != nil {
		return done, err
	}
	mine, err := s.store.TakeDuty(ctx, "janitor", holder, every)
	if err != nil || !mine {
		return done, err
	}
	if done.Records, err = s.store.Expire(ctx, s.now()); err != nil {
		return done, err
	}
	done.Blobs, err = s.sweepBlobs(ctx, s.now().Add(-grace))
	return done, err
}

// sweepBlobs removes the blobs last written before a moment that no row names. Blobs whose key is not ours stay:
// somebody else put them there. One whose removal takes too long is left for the next round.
func (s *Service) sweepBlobs(ctx context.Context, before time.Time) (removed int, err error) {
	late := 0
	err = s.blobs.Each(ctx, func(b faas.BlobInfo) error {
		sha, ours := faas.SHA256OfKey(b.Key)
		if !ours || b.Modified.After(before) {
			return nil
		}
		if _, err := s.store.PackageBySHA256(ctx, sha); !faas.Is(err, faas.NotFound) {
			return err
		}
		gone, err := s.store.DiscardPackage(ctx, sha, func() error { return s.discard(ctx, b.Key, before) })
		if gone {
			removed++
		}
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil && late < mostLate {
			late++
			return nil
		}
		return err
	})
	return removed, err
}

// discardTime bounds the removal of one blob. On SQLite the only writer is held meanwhile: a bucket that does not answer
// must not stop everybody else.
const discardTime = 2 * time.Second

// mostLate is how many blobs in a round may take longer before the rest is left for the next one.
const mostLate = 3

// discard removes one blob, unless it was written again since it was listed.
func (s *Service) discard(ctx context.Context, key string, before time.Time) error {
	ctx, stop := context.WithTimeout(ctx, discardTime)
	defer stop()
	now, err := s.blobs.Stat(ctx, key)
	if faas.Is(err, faas.NotFound) {
		return nil
	}
	if err != nil || now.Modified.After(before) {
		return err
	}
	return s.blobs.Delete(ctx, key)
}
