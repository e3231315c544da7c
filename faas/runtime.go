package faas

import "strings"

// Family groups runtimes whose packages are laid out alike.
type Family string

// The families.
const (
	FamilyNode   Family = "Node.js"
	FamilyPython Family = "Python"
	FamilyGo     Family = "Go"
	FamilyBash   Family = "Bash"
	FamilyJava   Family = "Java and Kotlin"
	FamilyDotNet Family = ".NET"
	FamilyPHP    Family = "PHP"
	FamilyR      Family = "R"
	FamilyOther  Family = "Other"
)

// Support says how well a runtime is looked after by the service that named it.
type Support string

// The states of support. Retired runtimes are accepted: existing functions need them.
const (
	Supported Support = "supported"
	Retired   Support = "no longer supported"
)

// Runtime is one entry of the catalogue: an id that one of the three APIs uses.
type Runtime struct {
	ID      string // exact, as its API spells it
	Family  Family
	API     Door // the API whose spelling this is
	Support Support
	Entry   EntryRule
}

// EntryRule says which file of the package an entrypoint names.
type EntryRule struct {
	// Suffixes are put behind the entrypoint without its last ".name" part: index.handler and ".py" need index.py.
	// One of the resulting files must exist. A single empty suffix means that the whole entrypoint is the file.
	Suffixes []string
	Files    []string // any one of these must exist, whatever the entrypoint says
}

// Candidates lists the files of which one must exist for the entrypoint; none means that nothing is checked.
func (r EntryRule) Candidates(entrypoint string) []string {
	if len(r.Files) > 0 {
		return r.Files
	}
	if len(r.Suffixes) == 1 && r.Suffixes[0] == "" {
		return []string{entrypoint}
	}
	stem := entrypoint
	if i := strings.LastIndexByte(entrypoint, '.'); i > 0 {
		stem = entrypoint[:i]
	}
	files := make([]string, len(r.Suffixes))
	for i, suffix := range r.Suffixes {
		files[i] = stem + suffix
	}
	return files
}

// CheckEntrypoint checks that the package holds the file which the entrypoint names; the field is "entrypoint".
// An unknown runtime is not checked: reading never validates.
func CheckEntrypoint(runtime, entrypoint string, m Manifest) error {
	r, ok := RuntimeByID(runtime)
	if !ok {
		return nil
	}
	files := r.Entry.Candidates(entrypoint)
	for _, file := range files {
		if m.Has(file) {
			return nil
		}
	}
	if len(files) == 0 {
		return nil
	}
	return Invalidf("entrypoint", "The package has no file %s, which the entrypoint %s of %s needs. Correct the entrypoint or the package; files must lie at the top of the zip, not inside a folder.",
		strings.Join(files, " or "), entrypoint, runtime)
}

// RuntimeByID finds a runtime by its exact id.
func RuntimeByID(id string) (Runtime, bool) {
	r, ok := runtimesByID[id]
	return r, ok
}

// Runtimes lists the catalogue in the order in which the form offers it. The caller must not change it.
func Runtimes() []Runtime { return runtimes }

// The catalogue is fixed at compile time; these two are its list and its index, never written again.
var (
	runtimes     = catalogue()
	runtimesByID = indexRuntimes(runtimes)
)

func indexRuntimes(list []Runtime) map[string]Runtime {
	m := make(map[string]Runtime, len(list))
	for _, r := range list {
		m[r.ID] = r
	}
	return m
}
