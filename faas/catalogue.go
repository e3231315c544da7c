package faas

import "strings"

// entryRules says what each family's packages look like. Java, .NET and images name classes inside archives, so
// nothing can be checked from the outside.
var entryRules = map[Family]EntryRule{
	FamilyNode:   {Suffixes: []string{".js", ".mjs", ".cjs", ".ts"}},
	FamilyPython: {Suffixes: []string{".py"}},
	FamilyGo:     {Suffixes: []string{".go"}},
	FamilyBash:   {Suffixes: []string{""}},
	FamilyPHP:    {Suffixes: []string{".php"}},
	FamilyR:      {Suffixes: []string{".R", ".r"}},
}

// The ids as the three APIs document them; Qinling's runtimes are made by its operators and have no fixed ids.
func catalogue() []Runtime {
	var list []Runtime
	add := func(api Door, family Family, support Support, ids string) {
		for _, id := range strings.Split(ids, "|") {
			list = append(list, Runtime{ID: id, Family: family, API: api, Support: support, Entry: entryRules[family]})
		}
	}
	add(DoorYandex, FamilyNode, Supported, "nodejs22")
	add(DoorYandex, FamilyNode, Retired, "nodejs18|nodejs16|nodejs14|nodejs12|nodejs10")
	add(DoorYandex, FamilyPython, Supported, "python314|python312")
	add(DoorYandex, FamilyPython, Retired, "python311|python39|python38|python37|python27|python37-preview")
	add(DoorYandex, FamilyGo, Supported, "golang123")
	add(DoorYandex, FamilyGo, Retired, "golang121|golang119|golang118|golang117|golang116|golang114")
	add(DoorYandex, FamilyBash, Supported, "bash-2204")
	add(DoorYandex, FamilyBash, Retired, "bash")
	add(DoorYandex, FamilyJava, Supported, "java21|kotlin20")
	add(DoorYandex, FamilyJava, Retired, "java17|java11")
	add(DoorYandex, FamilyDotNet, Supported, "dotnet8")
	add(DoorYandex, FamilyDotNet, Retired, "dotnet6|dotnetcore31")
	add(DoorYandex, FamilyPHP, Supported, "php82")
	add(DoorYandex, FamilyPHP, Retired, "php8|php74")
	add(DoorYandex, FamilyR, Supported, "r43")
	add(DoorYandex, FamilyR, Retired, "r42")
	add(DoorFunctionGraph, FamilyNode, Supported, "Node.js20.15|Node.js18.15|Node.js16.17")
	add(DoorFunctionGraph, FamilyNode, Retired, "Node.js14.18|Node.js12.13|Node.js10.16|Node.js8.10|Node.js6.10")
	add(DoorFunctionGraph, FamilyPython, Supported, "Python3.12|Python3.10|Python3.9")
	add(DoorFunctionGraph, FamilyPython, Retired, "Python3.6|Python2.7")
	add(DoorFunctionGraph, FamilyJava, Supported, "Java21|Java17|Java11|Java8")
	add(DoorFunctionGraph, FamilyDotNet, Supported, "C#(.NET Core 8.0)|C#(.NET Core 6.0)")
	add(DoorFunctionGraph, FamilyDotNet, Retired, "C#(.NET Core 3.1)|C#(.NET Core 2.1)|C#(.NET Core 2.0)")
	add(DoorFunctionGraph, FamilyPHP, Supported, "PHP8.3|PHP7.3")
	list = append(list, others()...)
	return list
}

// others are FunctionGraph's runtimes whose packages hold a program rather than source: Go packages there hold a
// compiled handler named by the entrypoint, and custom ones start with a file called bootstrap.
func others() []Runtime {
	fg := DoorFunctionGraph
	file := EntryRule{Suffixes: []string{""}}
	return []Runtime{
		{ID: "Go1.x", Family: FamilyGo, API: fg, Support: Supported, Entry: file},
		{ID: "Go1.8", Family: FamilyGo, API: fg, Support: Retired, Entry: file},
		{ID: "Custom", Family: FamilyOther, API: fg, Support: Supported, Entry: EntryRule{Files: []string{"bootstrap"}}},
		{ID: "http", Family: FamilyOther, API: fg, Support: Supported, Entry: EntryRule{Files: []string{"bootstrap"}}},
		{ID: "Custom Image", Family: FamilyOther, API: fg, Support: Supported},
		{ID: "Cangjie1.0", Family: FamilyOther, API: fg, Support: Supported},
	}
}
