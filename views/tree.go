package views

import (
	"sort"
	"strings"

	"verso/faas"
	"verso/views/ui"
)

const (
	levelRows = 500 // entries of one folder on a page; the rest follows on the next
	treeRows  = 300 // lines of folders that are drawn unasked below the first level
)

// node is one entry of a package's tree.
type node struct {
	name  string
	path  string // whole; of a folder with its final slash
	dir   bool
	size  int64 // of a folder: of all files in it
	files int   // of a folder
	under []node
	drawn bool // the folder's entries are in under; otherwise it is a link
}

// level lists the entries of a folder whose files are given: folders first, each with its sum.
func level(files []faas.File, folder string) []node {
	var dirs, plain []node
	for _, f := range files {
		name, _, dir := strings.Cut(f.Path[len(folder):], "/")
		if !dir {
			plain = append(plain, node{name: name, path: f.Path, size: f.Size})
			continue
		}
		if n := len(dirs); n == 0 || dirs[n-1].name != name {
			dirs = append(dirs, node{name: name, path: folder + name + "/", dir: true})
		}
		last := &dirs[len(dirs)-1]
		last.size += f.Size
		last.files++
	}
	return append(dirs, plain...)
}

// inFolder finds a folder's files: the manifest is sorted, so they lie side by side.
func inFolder(files []faas.File, folder string) []faas.File {
	from := sort.Search(len(files), func(i int) bool { return files[i].Path >= folder })
	n := sort.Search(len(files)-from, func(i int) bool { return !strings.HasPrefix(files[from+i].Path, folder) })
	return files[from : from+n]
}

// tree is the part of a package's tree that a page shows.
type tree struct {
	folder string
	nodes  []node
	next   string // name after which the next page begins; empty on the last
	total  int
}

// tree draws as many folders as the page bears, the outer ones first, so that a package of 65,000 files is as
// light as one of 500.
func (p VersionProps) tree() tree {
	folder := strings.TrimSuffix(p.Folder, "/")
	if folder != "" {
		folder += "/"
	}
	t := tree{folder: folder}
	files := inFolder(p.Manifest.Files, folder)
	t.nodes, t.total = level(files, folder), len(files)
	t.cut(p.After)
	budget := treeRows
	for queue := [][]node{t.nodes}; len(queue) > 0; queue = queue[1:] {
		for i := range queue[0] {
			n := &queue[0][i]
			if !n.dir {
				continue
			}
			under := level(inFolder(files, n.path), n.path)
			if len(under) > budget {
				continue
			}
			budget -= len(under)
			n.under, n.drawn = under, true
			queue = append(queue, under)
		}
	}
	return t
}

// cut keeps the entries behind the name after, and as many as a page takes.
func (t *tree) cut(after string) {
	for i, n := range t.nodes {
		if after != "" && n.name == after {
			t.nodes = t.nodes[i+1:]
			break
		}
	}
	if len(t.nodes) > levelRows {
		t.nodes = t.nodes[:levelRows]
		t.next = t.nodes[levelRows-1].name
	}
}

func (n node) sum() string {
	return ui.Count(int64(n.files), "file", "files") + ", " + ui.Size(n.size)
}

func (p VersionProps) folderURL(folder, after string) string {
	return FolderURL(p.Page.Project, p.Function.Name, p.Version.Number, folder, after)
}
