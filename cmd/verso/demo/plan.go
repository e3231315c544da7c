package demo

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"
)

// span is how far back the demo reaches.
const span = 180 * 24 * time.Hour

// plan is everything that happens, in order. Names, code and zips are the same in every run; only the times follow now.
func plan(now time.Time, most int) []*event {
	var all []*event
	told := map[string][]*event{}
	for _, f := range functions() {
		versions := f.versions
		if most > 0 {
			versions = min(versions, most)
		}
		source := successes(told[f.project.name+"/"+f.fork])
		list := tell(&f, versions, source)
		begin := now.Add(-span)
		if len(source) > 0 {
			begin = source[len(source)/2].at // a fork is younger than the version it begins with
		}
		spread(list, begin, now, dice(&f, "times"))
		told[f.path()] = list
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b *event) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.name, b.name)) })
	return all
}

func successes(list []*event) []*event {
	return slices.DeleteFunc(slices.Clone(list), func(e *event) bool { return e.birth || e.trouble != fine })
}

// spread gives the events of one function times between begin and now, mostly in working hours. A function with few
// versions begins later than one with many.
func spread(list []*event, begin, now time.Time, r *rand.Rand) {
	room := now.Sub(begin)
	if len(list) < 100 {
		skip := time.Duration(r.Int64N(int64(room) / 2))
		begin, room = begin.Add(skip), room-skip
	}
	times := make([]time.Time, len(list))
	for i := range times {
		times[i] = begin.Add(time.Duration(r.Int64N(int64(room))))
		if now.Sub(times[i]) > 24*time.Hour { // the last day shows something whatever the weekday
			times[i] = workingHour(times[i], r)
		}
		if times[i].Before(begin) {
			times[i] = begin.Add(time.Hour)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	// From the end backwards: nothing in the future, nothing at the same moment, nothing before the beginning.
	next := now.Add(-time.Minute)
	for i := len(times) - 1; i >= 0; i-- {
		if times[i].After(next) {
			times[i] = next
		}
		next = times[i].Add(-20 * time.Second)
		list[i].at = times[i].Truncate(time.Microsecond)
	}
}

// workingHour moves a time into the day of somebody who works from Monday to Friday, with few exceptions.
func workingHour(t time.Time, r *rand.Rand) time.Time {
	if r.IntN(15) == 0 {
		return t
	}
	day := t.Truncate(24 * time.Hour)
	switch day.Weekday() {
	case time.Saturday:
		day = day.Add(-24 * time.Hour)
	case time.Sunday:
		day = day.Add(-48 * time.Hour)
	}
	minutes := 7*60 + (r.IntN(600)+r.IntN(600))/2
	return day.Add(time.Duration(minutes)*time.Minute + time.Duration(r.Int64N(int64(time.Minute))))
}
