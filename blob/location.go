package blob

import (
	"net/url"
	"regexp"
	"strings"

	"verso/faas"
)

// Location says where a bucket is. It holds no keys, so it may be printed.
type Location struct {
	Bucket    string
	Prefix    string // without slashes at its ends; may be empty
	Host      string // host[:port] of the endpoint
	Secure    bool   // https
	Region    string
	PathStyle string // "true", "false", or empty for what suits the endpoint
}

var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

const locationForm = "Write s3://bucket/prefix?endpoint=https://host&region=name&path-style=true."

// ParseLocation reads s3://bucket/prefix?endpoint=https://host&region=name&path-style=true. Prefix and parameters may
// be missing; without an endpoint the bucket is at AWS, and the region is needed. Errors are Invalid and never repeat
// the URL, because somebody may have written a key into it.
func ParseLocation(text string) (Location, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "s3" || u.Opaque != "":
		return Location{}, faas.Invalidf("", "The bucket's URL is not an s3 URL. %s", locationForm)
	case u.User != nil:
		return Location{}, faas.Invalidf("", "The bucket's URL must not hold keys; set them in the environment.")
	case !bucketName.MatchString(u.Host):
		return Location{}, faas.Invalidf("", "The bucket's URL does not begin with a valid bucket name. %s", locationForm)
	case u.Fragment != "":
		return Location{}, faas.Invalidf("", "The bucket's URL must not contain #. %s", locationForm)
	}
	at := Location{Bucket: u.Host, Prefix: strings.Trim(u.Path, "/"), Host: "s3.amazonaws.com", Secure: true}
	if at.Prefix != "" && checkObject(at.Prefix) != nil {
		return Location{}, faas.Invalidf("", "The prefix in the bucket's URL must not contain empty parts, . or ..")
	}
	if err := at.read(u.RawQuery); err != nil {
		return Location{}, err
	}
	return at, nil
}

func (l *Location) read(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return faas.Invalidf("", "The parameters in the bucket's URL cannot be read. %s", locationForm)
	}
	for name, list := range values {
		if name != "endpoint" && name != "region" && name != "path-style" {
			return faas.Invalidf("", "The bucket's URL has the unknown parameter %q; known are endpoint, region and path-style.", name)
		}
		if len(list) != 1 || list[0] == "" {
			return faas.Invalidf("", "The bucket's URL must give %s one value.", name)
		}
	}
	l.Region, l.PathStyle = values.Get("region"), values.Get("path-style")
	if l.PathStyle != "" && l.PathStyle != "true" && l.PathStyle != "false" {
		return faas.Invalidf("", "In the bucket's URL, path-style must be true or false.")
	}
	if values.Has("endpoint") {
		return l.readEndpoint(values.Get("endpoint"))
	}
	if l.Region == "" {
		return faas.Invalidf("", "The bucket's URL needs a region, or the endpoint of a store other than AWS. %s", locationForm)
	}
	return nil
}

func (l *Location) readEndpoint(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil ||
		u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return faas.Invalidf("", "In the bucket's URL, endpoint must be https://host or https://host:port and nothing more.")
	}
	l.Host, l.Secure = u.Host, u.Scheme == "https"
	if l.Region == "" {
		l.Region = "us-east-1" // what stores other than AWS expect when they have no regions
	}
	return nil
}

// path is the object's name in the bucket.
func (l *Location) path(name string) string {
	if l.Prefix == "" {
		return name
	}
	return l.Prefix + "/" + name
}

// checkObject refuses names that some stores join like paths, so that what we ask for is what we get.
func checkObject(name string) error {
	if err := faas.CheckObjectName(name); err != nil {
		return err
	}
	switch {
	case strings.TrimSpace(name) == "":
		return faas.Invalidf("object", "Enter the object's name, for example releases/invoice-1.4.zip.")
	case strings.HasPrefix(name, "/") || strings.Contains(name, "//"):
		return faas.Invalidf("object", "The object's name must not begin with / or contain //.")
	case strings.HasSuffix(name, "/"):
		return faas.Invalidf("object", "The object's name ends with /, so it names a folder. Enter the name of a zip file.")
	}
	return nil
}
