package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"verso/faas"
)

// history tells one function's life, in order and without times.
type history struct {
	f       *function
	r       *rand.Rand
	team    []person
	events  []*event
	made    []*event // those that became versions: the one at i is number i+1
	code    *code
	setting settings
	track   []string // of runtimes
}

// tell makes the events of a function: its birth, versions and trouble. A fork begins with a version of its source.
func tell(f *function, versions int, source []*event) []*event {
	h := &history{f: f, r: dice(f, "code"), team: teamOf(f)}
	tracks := families()[f.family].runtimes
	h.track = tracks[h.r.IntN(len(tracks))]
	h.setting = firstSettings(f, h.track[0], h.r)
	h.add(&event{name: "demo/" + f.path(), birth: true})
	first := firstCode(f)
	h.code = &first
	if len(source) > 0 {
		h.fork(source[len(source)/2])
	}
	for len(h.made) < versions {
		if h.troubled(versions) {
			h.trouble(troubles()[f.path()])
		}
		h.version()
	}
	return h.events
}

// teamOf picks the people who work on a function, its owner first.
func teamOf(f *function) []person {
	all, r := membersOf(f.project.name, faas.Developer), dice(f, "team")
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	if f.versions > 100 {
		return all
	}
	return all[:3]
}

// add gives an event what all have in common.
func (h *history) add(e *event) {
	e.f, e.who = h.f, h.team[max(0, h.r.IntN(len(h.team)+2)-2)] // the owner more often
	h.events = append(h.events, e)
}

// next adds an attempt at the next version.
func (h *history) next(e *event) *event {
	n := len(h.made) + 1
	e.name, e.serial = fmt.Sprintf("demo/%s/%d", h.f.path(), n), n
	e.settings = cloneSettings(h.setting)
	h.add(e)
	return e
}

// publish says that an attempt becomes a version.
func (h *history) publish(e *event) {
	e.tags = h.tags()
	if slices.Contains(e.tags, "prod") && e.who.roleIn(h.f.project.name) < faas.Lead {
		h.handOver(e)
	}
	if e.code == nil {
		e.code = h.code // what the copied package holds; a later version may go on from it
	}
	h.made = append(h.made, e)
}

// handOver gives an event to somebody who may put the protected tag on a version.
func (h *history) handOver(e *event) {
	leads := membersOf(h.f.project.name, faas.Lead)
	e.who = leads[h.r.IntN(len(leads))]
	if e.file != "" {
		e.file = e.who.fileName(h.f.name, e.serial)
	}
}

// version makes the next version in one of the ways in which people do.
func (h *history) version() {
	last := len(h.made) - 1
	switch roll := h.r.IntN(100); {
	case last < 0:
		h.publish(h.handIn("First version"))
	case roll < 68:
		next, said := h.code.edit(h.r)
		h.code = next
		h.publish(h.handIn(said))
	case roll < 84:
		said := changeSettings(&h.setting, h.track, h.r)
		h.publish(h.next(&event{kind: faas.FromCopy, copied: h.made[last], description: said}))
	case roll < 91 && last > 2:
		h.goBack(h.made[last-1-h.r.IntN(min(last-1, 4))], last+1)
	default:
		h.publish(h.handIn("Build again on the new runner"))
	}
}

// handIn is an attempt with a package: mostly sent, sometimes from the project's bucket.
func (h *history) handIn(said string) *event {
	e := h.next(&event{kind: faas.FromUpload, code: h.code, description: said})
	if h.r.IntN(5) == 0 {
		e.kind, e.object = faas.FromBucket, fmt.Sprintf("%s/%s-%04d.zip", h.f.name, h.f.name, e.serial)
		return e
	}
	e.file = e.who.fileName(h.f.name, e.serial)
	return e
}

// goBack copies an earlier version, package and settings; what follows is built on that one.
func (h *history) goBack(to *event, from int) {
	h.code, h.setting = to.code, cloneSettings(to.settings)
	number := slices.Index(h.made, to) + 1
	why := []string{"calls failed after the last change", "the new one is too slow", "the caller is not ready yet", "to look into it calmly"}
	said := fmt.Sprintf("Back from #%d to #%d: %s", from, number, why[h.r.IntN(len(why))])
	h.publish(h.next(&event{kind: faas.FromCopy, copied: to, description: said}))
}

func (h *history) fork(source *event) {
	h.setting = cloneSettings(source.settings)
	e := h.next(&event{kind: faas.FromCopy, copied: source, description: "Begin with what " + source.f.name + " does"})
	own := source.code.clone()
	own.function = h.f
	h.code = own
	h.publish(e)
}

// troubled reports whether the next version is the one that something goes wrong before.
func (h *history) troubled(versions int) bool {
	at := max(versions-2, 1)
	return len(h.made) == at && troubles()[h.f.path()] != fine && h.events[len(h.events)-1].trouble == fine
}

func (h *history) trouble(kind trouble) {
	next, said := h.code.edit(h.r)
	e := h.next(&event{kind: faas.FromBucket, code: next, description: said, trouble: kind})
	e.name += "-" + string(kind)
	e.object = fmt.Sprintf("%s/candidate-%04d.zip", h.f.name, e.serial)
}

// tags are put on a version by those who make it: canary and beta often, prod when it has proved itself.
func (h *history) tags() []string {
	switch roll := h.r.IntN(100); {
	case roll < 12:
		return []string{"prod"}
	case roll < 15:
		return []string{"prod", "stable"}
	case roll < 27:
		return []string{"beta"}
	case roll < 35:
		return []string{"canary"}
	}
	return nil
}
