package archivetest

import "slices"

// Hostile returns archives that must be refused: everything that two readers of zips have been seen to take differently,
// what could harm whoever unpacks it, and what costs more than it may.
func Hostile() []Sample {
	return slices.Concat(noZips(), hostileEnds(), hostileZip64(), hostileHeaders(), hostileLayouts(), hostileDescriptors(),
		hostileContents(), hostileNames(), hostilePairs(), hostileKinds(), hostileExtras(), hostileLimits())
}

// made is a sample of an archive that is described by a build. The build is made anew for each call.
func made(name, reason string, describe func() *build) Sample {
	return Sample{Name: name, Reason: reason, Make: func() []byte { return describe().bytes() }}
}

// one is a sample of an archive with a good entry and one more.
func one(name, reason string, describe func() *entry) Sample {
	return made(name, reason, func() *build { return zip(index(), describe()) })
}

// index is the good entry that most samples begin with.
func index() *entry { return pack("index.js", "exports.handler = async () => ({ statusCode: 200 })\n") }

func evil() *entry { return pack("evil.js", "throw new Error('not what you reviewed')\n") }
