package web

import (
	"mime"
	"net/http"
)

// Attachment makes the answer a download under the given name, whatever bytes follow: the browser must not show it,
// and if it did, the sandbox policy would let nothing in it run. The name may hold any character.
func Attachment(w http.ResponseWriter, name, contentType string) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	value := mime.FormatMediaType("attachment", map[string]string{"filename": FileName(name)})
	if value == "" {
		value = "attachment"
	}
	h.Set("Content-Disposition", value)
}
