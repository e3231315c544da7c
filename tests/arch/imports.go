package arch

import (
	"fmt"
	"slices"
	"strings"
)

// Package is one package of ours and what its shipped files import.
type Package struct {
	ImportPath string
	Imports    []string
	Error      *struct{ Err string }
}

const module = "verso/"

// Check returns one sentence for each import that the plan does not allow.
func Check(packages []Package) []string {
	var wrong []string
	for _, p := range packages {
		path, ours := strings.CutPrefix(p.ImportPath, module)
		if !ours {
			wrong = append(wrong, fmt.Sprintf("%s is not in the module %s", p.ImportPath, strings.TrimSuffix(module, "/")))
			continue
		}
		if isTest(path) {
			continue
		}
		room, ok := roomOf(path)
		if !ok {
			wrong = append(wrong, fmt.Sprintf("%s is a room that the plan does not have; see tests/arch/rooms.go", path))
			continue
		}
		for _, target := range p.Imports {
			if why := room.refuses(path, target); why != "" {
				wrong = append(wrong, fmt.Sprintf("%s imports %s: %s", path, target, why))
			}
		}
	}
	return wrong
}

// isTest reports whether a package is there for tests only: the tests room, and every room's kit such as db/dbtest.
func isTest(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	last := path[strings.LastIndex(path, "/")+1:]
	return slices.Contains(testRooms, first) || (last != path && strings.HasSuffix(last, "test"))
}

// roomOf finds the room of a path: the longest name that holds it. Only a listed room lies right below handlers, so
// that a new door needs a line in the plan.
func roomOf(path string) (Room, bool) {
	var best Room
	for _, r := range Rooms {
		if (path == r.Name || strings.HasPrefix(path, r.Name+"/")) && len(r.Name) > len(best.Name) {
			best = r
		}
	}
	if best.Name == "handlers" && path != "handlers" {
		return Room{}, false
	}
	return best, best.Name != ""
}

// refuses says why the room must not import target, or "".
func (r Room) refuses(from, target string) string {
	if path, ours := strings.CutPrefix(target, module); ours {
		return r.refusesOurs(from, path)
	}
	first, _, _ := strings.Cut(target, "/")
	switch {
	case strings.Contains(first, "."):
		if !slices.ContainsFunc(r.Outside, func(m string) bool { return target == m || strings.HasPrefix(target, m+"/") }) {
			return "this room takes nothing from that module"
		}
	case target == "database/sql" || strings.HasPrefix(target, "database/sql/"):
		if !r.SQL {
			return "SQL lives in db alone"
		}
	case target == "net/http" || strings.HasPrefix(target, "net/http/"):
		if !r.HTTP {
			return "this room knows no HTTP"
		}
	case target == "unsafe" || target == "C":
		return "not in this house"
	}
	return ""
}

func (r Room) refusesOurs(from, path string) string {
	if isTest(path) {
		return "what ships must not use what is for tests"
	}
	other, ok := roomOf(path)
	switch {
	case !ok:
		return "the plan does not have that room"
	case other.Name == r.Name:
		return ""
	case other.Name == "cmd":
		return "nobody imports the program"
	case r.All || slices.Contains(r.Ours, other.Name):
		return ""
	}
	return fmt.Sprintf("the plan has no arrow from %s to %s", r.Name, other.Name)
}
