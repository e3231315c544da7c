package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// edits are the ways in which somebody changes code. Each changes the clone it is given and says so in a sentence, or
// says nothing when there is nothing to change in that way. Some stand here twice: they happen more often.
func edits() []func(*code, *rand.Rand) string {
	return []func(*code, *rand.Rand) string{
		turnKnob, turnKnob, bump, bump, growStep, growStep, growStep, addStep, shrinkStep, dropStep,
		changeRate, changeRate, moveFolder, explain,
	}
}

// edit makes a change, a release, or both, and returns what a person would write about it.
func (c *code) edit(r *rand.Rand) (*code, string) {
	next, list := c.clone(), edits()
	if len(next.pending) > 0 && r.IntN(6) == 0 {
		return next, next.publish(r)
	}
	said := ""
	for said == "" {
		said = list[r.IntN(len(list))](next, r)
	}
	if next.pending = append(next.pending, said); r.IntN(8) == 0 {
		said += ". " + next.publish(r)
	}
	return next, said
}

func turnKnob(c *code, r *rand.Rand) string {
	k := &c.knobs[r.IntN(len(c.knobs))]
	old, value := k.Value, k.ladder[r.IntN(len(k.ladder))]
	if value == old {
		return ""
	}
	k.Value = value
	verb := "Raise"
	if value < old {
		verb = "Lower"
	}
	return fmt.Sprintf("%s %s from %d to %d", verb, k.words, old, value)
}

func bump(c *code, r *rand.Rand) string {
	if len(c.deps) == 0 {
		return ""
	}
	d := &c.deps[r.IntN(len(c.deps))]
	old := d.Number()
	switch {
	case d.last > 0 && d.minor == d.last:
		return ""
	case d.last > 0 || r.IntN(4) == 0:
		d.minor, d.patch = d.minor+1, 0
	default:
		d.patch += 1 + r.IntN(2)
	}
	return fmt.Sprintf("Bump %s from %s to %s", d.Name, old, d.Number())
}

func growStep(c *code, r *rand.Rand) string {
	s := &c.steps[r.IntN(len(c.steps))]
	if s.Level == 3 {
		return ""
	}
	s.Level++
	return stepWords()[s.Name][s.Level-1]
}

func shrinkStep(c *code, r *rand.Rand) string {
	s := &c.steps[r.IntN(len(c.steps))]
	if s.Level == 1 {
		return ""
	}
	s.Level--
	return "Take back in " + s.Name + ": " + lowerFirst(stepWords()[s.Name][s.Level])
}

func addStep(c *code, r *rand.Rand) string {
	name := c.family.steps[r.IntN(len(c.family.steps))]
	if c.has(name) {
		return ""
	}
	c.steps = append(c.steps, step{name, 1})
	order := func(s step) int { return slices.Index(c.family.steps, s.Name) }
	slices.SortFunc(c.steps, func(a, b step) int { return order(a) - order(b) })
	return stepWords()[name][0]
}

func dropStep(c *code, r *rand.Rand) string {
	i := r.IntN(len(c.steps))
	if len(c.steps) < 4 {
		return ""
	}
	name := c.steps[i].Name
	c.steps = slices.Delete(c.steps, i, i+1)
	return "Remove the step " + name + ", the caller does it now"
}

func changeRate(c *code, r *rand.Rand) string {
	if !c.has("rates") {
		return ""
	}
	if i := r.IntN(len(c.rates)); i > 0 && r.IntN(5) == 0 {
		gone := c.rates[i].Code
		c.rates = slices.Delete(c.rates, i, i+1)
		return "Take " + strings.ToUpper(gone) + " out of the table"
	}
	codes := strings.Fields("se de nl fi no dk fr it es pt pl cz at be ie lt lv ee hu ro gr ch")
	set := rate{codes[r.IntN(len(codes))], percent(100 + r.IntN(30))}
	i := slices.IndexFunc(c.rates, func(have rate) bool { return have.Code == set.Code })
	switch {
	case i < 0:
		c.rates = append(c.rates, set)
		return "Add " + strings.ToUpper(set.Code) + " to the table with " + set.Factor
	case c.rates[i].Factor == set.Factor:
		return ""
	}
	old := c.rates[i].Factor
	c.rates[i] = set
	return fmt.Sprintf("Change the factor of %s from %s to %s", strings.ToUpper(set.Code), old, set.Factor)
}

// moveFolder is rare: few people move all their files every week.
func moveFolder(c *code, r *rand.Rand) string {
	if r.IntN(3) > 0 {
		return ""
	}
	c.folder = (c.folder + 1) % len(c.family.folders)
	return "Give the steps' files another place"
}

func explain(c *code, r *rand.Rand) string {
	all := []section{
		{"Running the tests", "Unpack the package and run the tests from its top folder. They need no network."},
		{"Going back", "Make a new version as a copy of the last good one and give it the tag prod."},
		{"When it fails", "The queue keeps what was not confirmed. Look at the log of the failed call before you send it again."},
		{"Who looks after it", "Ask the team in the label first; at night the platform's on-call phone knows the way."},
		{"Limits", "The platform ends a call at the version's timeout. Keep a batch well below that."},
	}
	s := all[r.IntN(len(all))]
	if i := slices.Index(c.sections, s); i >= 0 {
		c.sections = slices.Delete(c.sections, i, i+1)
		return fmt.Sprintf("Shorten the README: %q is in the handbook now", s.Title)
	}
	c.sections = append(c.sections, s)
	return fmt.Sprintf("Explain in the README: %s", lowerFirst(s.Title))
}

// publish gives what has changed since the last release a number and a line of the changelog.
func (c *code) publish(r *rand.Rand) string {
	const kept = 12 // lines of the changelog
	if r.IntN(3) == 0 {
		c.release[1], c.release[2] = c.release[1]+1, 0
	} else {
		c.release[2]++
	}
	line := c.releaseText() + ": " + strings.Join(c.pending, "; ")
	c.notes = append([]string{line}, c.notes[:min(len(c.notes), kept-1)]...)
	c.pending = nil
	return "Release " + c.releaseText()
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }
