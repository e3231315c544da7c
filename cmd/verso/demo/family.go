package demo

// family says how the sources of one language are laid out. In paths {folder} and {step} stand for themselves.
type family struct {
	files    [][2]string // template and path
	step     [2]string
	test     [2]string
	folders  []string // where steps live; one function moves between them
	steps    []string // in the order in which they run
	deps     []dependency
	entry    string     // the entrypoint
	runtimes [][]string // tracks of runtimes, each oldest first
}

type dependency struct {
	Name                string
	major, minor, patch int
	last                int // the newest minor there is; 0 for no end
}

func families() map[string]family {
	all := []string{"validate", "dedupe", "money", "dates", "mask", "expire", "rates", "rank"}
	return map[string]family{
		"node": {
			files: [][2]string{{"node/package.json", "package.json"}, {"node/settings.js", "settings.js"}, {"node/index.js", "index.js"}},
			step:  [2]string{"node/step/{step}.js", "{folder}/{step}.js"}, test: [2]string{"node/test/{step}.js", "test/{step}.test.js"},
			folders: []string{"lib", "steps", "src"}, steps: all, entry: "index.handler",
			deps:     []dependency{{"pino", 9, 1, 0, 0}, {"undici", 6, 13, 0, 0}},
			runtimes: [][]string{{"nodejs16", "nodejs18", "nodejs22"}, {"Node.js16.17", "Node.js18.15", "Node.js20.15"}},
		},
		"python": {
			files: [][2]string{
				{"python/requirements.txt", "requirements.txt"},
				{"python/settings.py", "settings.py"},
				{"python/main.py", "main.py"},
				{"python/step/__init__.py", "{folder}/__init__.py"},
			},
			step: [2]string{"python/step/{step}.py", "{folder}/{step}.py"}, test: [2]string{"python/test/{step}.py", "tests/test_{step}.py"},
			folders: []string{"steps", "stages"}, steps: all, entry: "main.handler",
			deps:     []dependency{{"requests", 2, 31, 0, 0}, {"structlog", 24, 1, 0, 0}},
			runtimes: [][]string{{"python39", "python311", "python312", "python314"}, {"Python3.9", "Python3.10", "Python3.12"}},
		},
		"go": {
			files: [][2]string{{"go/go.mod", "go.mod"}, {"go/settings.go", "settings.go"}, {"go/handler.go", "handler.go"}},
			step:  [2]string{"go/step/{step}.go", "{folder}{step}.go"}, test: [2]string{"go/test/{step}.go", "{folder}{step}_test.go"},
			folders: []string{"", "step_"}, steps: []string{"validate", "dedupe", "money", "mask", "expire", "rates"}, entry: "handler.Handler",
			deps:     []dependency{{"github.com/google/uuid", 1, 3, 0, 6}},
			runtimes: [][]string{{"golang121", "golang123"}},
		},
		"bash": {
			files: [][2]string{{"bash/handler.sh", "handler.sh"}, {"bash/settings.env", "settings.env"}},
			step:  [2]string{"bash/step/{step}.sh", "{folder}/{step}.sh"}, folders: []string{"lib", "steps"},
			steps: []string{"validate", "dedupe", "mask", "expire"}, entry: "handler.sh", runtimes: [][]string{{"bash", "bash-2204"}},
		},
	}
}

// stepWords says what each level of a step brings.
func stepWords() map[string][3]string {
	return map[string][3]string{
		"validate": {"Drop records without their fields", "Name the missing field", "Check the types of values"},
		"dedupe":   {"Drop repeats of an id", "Treat ids that differ in case as one", "Make ids of several tenants distinct"},
		"money":    {"Round amounts", "Round half to even, as the bank does", "Add totals without losing a cent"},
		"dates":    {"Write times in UTC", "Understand seconds since 1970", "Be exact about days and time zones"},
		"mask":     {"Hide addresses in the log", "Hide telephone numbers too", "Leave birthdays out"},
		"expire":   {"Leave out what is too old", "Make the age limit exact", "Keep what the auditors marked"},
		"rates":    {"Look up the factor of each country", "Accept country codes in upper case", "Fall back from a region to its country"},
		"rank":     {"Sort by importance and keep the top", "Make the order the same on every run", "Put urgent ones first"},
	}
}

// knob is a number in the settings of every function that a version may change.
type knob struct {
	Env, Camel string
	Value      int
	words      string
	ladder     []int
}

func knobs() []knob {
	return []knob{
		{"MAX_RECORDS", "maxRecords", 100, "records per call", []int{25, 50, 100, 250, 400, 500, 1000}},
		{"MAX_AGE_HOURS", "maxAgeHours", 24, "hours until a record is too old", []int{6, 12, 24, 36, 48, 72, 168}},
		{"DECIMALS", "decimals", 2, "decimals of an amount", []int{2, 3, 4}},
		{"MASK_KEEP", "maskKeep", 2, "letters that stay visible", []int{1, 2, 3}},
		{"RANK_TOP", "rankTop", 50, "records in the top list", []int{10, 20, 50, 75, 100}},
		{"WAIT_SECONDS", "waitSeconds", 10, "seconds to wait for the source", []int{3, 5, 8, 10, 15, 20}},
	}
}
