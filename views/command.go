package views

import "strings"

// The commands of the empty states. They post to the same addresses as the forms, with a token instead of a session; where
// it comes from is said beside them. curl prints where what was made can be seen, or the answer that refuses it.
const (
	curl   = `curl --fail-with-body -sS -H "Authorization: Bearer $VERSO_TOKEN"`
	posted = `-w '%{redirect_url}\n'`
)

// lines is one command on several lines.
func lines(parts ...string) string { return strings.Join(parts, " \\\n  ") }

func (p FunctionListProps) curl() string {
	return lines(curl, posted+" -d name=hello -d description='Says hello'", p.Page.BaseURL+FunctionsURL(p.Page.Project))
}

// versionCurl creates a first version from a zip; the file comes last so that the settings are checked before it.
func versionCurl(p Page, function string) string {
	return lines(
		curl, posted,
		"-F source=upload -F runtime=nodejs22 -F entrypoint=index.handler",
		"-F memory=128 -F timeout=3 -F package=@function.zip",
		p.BaseURL+VersionsURL(p.Project, function),
	)
}
