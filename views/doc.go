// Package views is what pages look like: pure functions from props to HTML. It fetches nothing, decides nothing and
// knows no store; a handler fills a props struct and renders the component of the same name.
//
// Whole pages and their fragments (the fragment answers a request with HX-Request):
//
//	FunctionList    FunctionListProps    FunctionListResults (#results)
//	FunctionNew     FunctionFormProps    FunctionEdit        FunctionFormProps
//	FunctionPage    FunctionProps        FunctionDelete      FunctionDeleteProps
//	VersionList     VersionListProps     VersionListResults  (#results)
//	VersionPage     VersionProps
//	VersionNew      VersionNewProps      VersionNewForm      (inside of #version-new)   ObjectReport (#object-report)
//	OperationPage   OperationProps       OperationCard       (#operation)
//	OperationList   OperationListProps   OperationListResults (#results)
//	ActivityPage    ActivityProps        ActivityResults     (#results)
//	Login           LoginProps           Setup               SetupProps
//	Leaving         LeavingProps
//	ProjectList     ProjectListProps     ProtectedTags       ProtectedTagsProps
//	Account         AccountProps         SessionList         SessionListProps
//	PersonList      PersonListProps      PersonPage          PersonProps
//	MemberList      MemberListProps      MemberRemove        MemberRemoveProps
//	TokenList       TokenListProps       TokenMade           TokenMadeProps
//	ErrorPage       ErrorProps           ErrorResults        (#results)
//
// Every URL is made by a function of url.go. Errors go into the Err field of a form's props as they came from the
// verb: the page puts each sentence beside its field.
//
// The environment of a base version is never written into a page. Its rows come back with env_kept = the key and an
// empty env_value; such a row means "the value that the base (or the operation named by retry) has". The three
// fields env_key, env_value and env_kept are sent once per row, in step.
package views
