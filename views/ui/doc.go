// Package ui owns the parts that pages are set from: fields, buttons, chips, times, sizes, tables' ends. It knows no
// noun of ours and no URL.
package ui
