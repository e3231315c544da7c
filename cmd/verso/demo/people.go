package demo

import (
	"slices"
	"strconv"
	"strings"

	"verso/faas"
)

// person is somebody who makes versions. The addresses are of the networks that are kept free for examples.
type person struct {
	name, address string
	file          string // how they call the files they upload
	door          faas.Door
	admin         bool
	roles         string // "project:role project:role"
}

// people are everybody; the first one is the administrator, who lets the others in.
func people() []person {
	return []person{
		{"ingrid.halvorsen", "192.0.2.14", "{name}.zip", faas.DoorDashboard, true, "default:owner"},
		{"tomas.berg", "192.0.2.31", "{name}-{number}.zip", faas.DoorDashboard, false, "default:lead billing-eu:developer"},
		{"amina.yusuf", "198.51.100.7", "{name}_build{number}.zip", faas.DoorDashboard, false, "default:developer billing-eu:lead"},
		{"petr.novak", "198.51.100.22", "dist.zip", faas.DoorDashboard, false, "default:developer media-lab:developer"},
		{"lucia.ferrante", "198.51.100.41", "{name}-release.zip", faas.DoorDashboard, false, "default:viewer billing-eu:owner"},
		{"kenji.watanabe", "203.0.113.5", "{name}-v{number}.zip", faas.DoorYandex, false, "default:developer billing-eu:developer media-lab:developer"},
		{"marta.kowalska", "203.0.113.18", "{name}.zip", faas.DoorDashboard, false, "default:viewer media-lab:owner"},
		{"sam.oduya", "203.0.113.77", "package-{number}.zip", faas.DoorDashboard, false, "default:developer media-lab:lead"},
	}
}

// roleIn is what the person may do in a project of the demo.
func (p person) roleIn(project string) faas.Role {
	for one := range strings.SplitSeq(p.roles, " ") {
		if name, word, _ := strings.Cut(one, ":"); name == project {
			role, _ := faas.RoleByName(word) // a word that is no role is none
			return role
		}
	}
	return faas.NoRole
}

// membersOf are the people with at least this role in a project.
func membersOf(project string, least faas.Role) []person {
	return slices.DeleteFunc(people(), func(p person) bool { return p.roleIn(project) < least })
}

// fileName is what the person calls the package of a function's next version.
func (p person) fileName(function string, number int) string {
	return strings.NewReplacer("{name}", function, "{number}", strconv.Itoa(number)).Replace(p.file)
}
