package faas

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Latest is the tag that moves by itself to the newest version. Nobody sets or removes it.
const Latest = "$latest"

// TagPattern is what tags look like; the browser checks the same pattern. A tag has at most 63 characters.
const TagPattern = `[a-z][-_0-9a-z]{0,62}`

var tagRE = regexp.MustCompile(`^` + TagPattern + `$`)

// Tag is a movable name on one version of a function.
type Tag struct {
	FunctionID string
	Name       string
	VersionID  string
	Number     int64 // of that version
	MovedAt    time.Time
	MovedBy    string
}

// TagRef is a tag as chips show it.
type TagRef struct {
	Name   string
	Number int64
}

// TagMove is one entry of the tag history.
type TagMove struct {
	ID         string
	FunctionID string
	Tag        string
	FromNumber int64 // 0 when the tag was not set before
	ToNumber   int64 // 0 when the tag was removed
	At         time.Time
	By         string
	Door       Door
	Reason     string
}

// CheckTags checks the tags to be set on a new version; the field is "tags".
func CheckTags(tags []string, l Limits) error {
	var p Problems
	if len(tags) > l.Tags {
		p.Add("tags", "There are %d tags; %d are allowed at once.", len(tags), l.Tags)
	}
	for i, tag := range tags {
		switch {
		case tag == Latest:
			p.Add("tags", "%s moves by itself; leave it out.", Latest)
		case !tagRE.MatchString(tag):
			p.Add("tags", "The tag %q is not allowed: start with a lower-case letter, then letters, digits, hyphens and underscores, 63 characters at most.", tag)
		case slices.Contains(tags[:i], tag):
			p.Add("tags", "The tag %q is named twice.", tag)
		}
	}
	return p.Err()
}

// CompareTags orders tags as pages show them: $latest first, then by name.
func CompareTags(a, b string) int {
	if (a == Latest) != (b == Latest) {
		if a == Latest {
			return -1
		}
		return 1
	}
	return strings.Compare(a, b)
}
