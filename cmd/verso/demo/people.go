package demo

import (
	"strconv"
	"strings"

	"verso/faas"
)

// person is somebody who makes versions. The addresses are of the networks that are kept free for examples.
type person struct {
	id, name, address string
	file              string // how they call the files they upload
	door              faas.Door
}

func people() []person {
	return []person{
		{"demo-ingrid-halvorsen", "Ingrid Halvorsen", "192.0.2.14", "{name}.zip", faas.DoorDashboard},
		{"demo-tomas-berg", "Tomas Berg", "192.0.2.31", "{name}-{number}.zip", faas.DoorDashboard},
		{"demo-amina-yusuf", "Amina Yusuf", "198.51.100.7", "{name}_build{number}.zip", faas.DoorDashboard},
		{"demo-petr-novak", "Petr Novák", "198.51.100.22", "dist.zip", faas.DoorDashboard},
		{"demo-lucia-ferrante", "Lucia Ferrante", "198.51.100.41", "{name}-release.zip", faas.DoorDashboard},
		{"demo-kenji-watanabe", "Kenji Watanabe", "203.0.113.5", "{name}-v{number}.zip", faas.DoorYandex},
		{"demo-marta-kowalska", "Marta Kowalska", "203.0.113.18", "{name}.zip", faas.DoorDashboard},
		{"demo-sam-oduya", "Sam Oduya", "203.0.113.77", "package-{number}.zip", faas.DoorDashboard},
	}
}

// actor is the person at work in a project, on the request of this name.
func (p person) actor(projectID, request string) faas.Actor {
	return faas.Actor{
		ID: p.id, Name: p.name, ProjectID: projectID, Role: faas.Developer, Door: p.door, RequestID: request, Address: p.address,
	}
}

// fileName is what the person calls the package of a function's next version.
func (p person) fileName(function string, number int) string {
	return strings.NewReplacer("{name}", function, "{number}", strconv.Itoa(number)).Replace(p.file)
}
