package faas

import "time"

// Sizes in bytes.
const (
	KiB int64 = 1 << 10
	MiB int64 = 1 << 20
	GiB int64 = 1 << 30
)

// Limits are the bounds that creation checks. Reading never checks them: what was made under older limits still opens.
// Each door may have a profile of its own; the zero value allows nothing.
type Limits struct {
	UploadBytes      int64 // a package sent directly
	BucketBytes      int64 // a package fetched from a bucket
	UnpackedBytes    int64 // the sum of a package's unpacked files
	Entries          int   // files and folders in a package
	MemoryMin        int64 // bytes
	MemoryMax        int64 // bytes
	MemoryStep       int64 // memory is a multiple of this, in bytes
	TimeoutMin       time.Duration
	TimeoutMax       time.Duration
	DescriptionRunes int
	EnvironmentKeys  int // variables a version may have
	EnvironmentRunes int // characters of one value
	Labels           int // labels a function may have
	Tags             int // tags that may be set with one creation
}

// DefaultLimits is the profile of the dashboard and of today's Yandex form.
func DefaultLimits() Limits {
	return Limits{
		UploadBytes: 50 * MiB, BucketBytes: 300 * MiB, UnpackedBytes: 680 * MiB, Entries: 65000,
		MemoryMin: 128 * MiB, MemoryMax: 8 * GiB, MemoryStep: 128 * MiB,
		TimeoutMin: time.Second, TimeoutMax: time.Hour,
		DescriptionRunes: 600, EnvironmentKeys: 100, EnvironmentRunes: 4096, Labels: 64, Tags: 20,
	}
}
