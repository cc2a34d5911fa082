package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// The sizes that limits are written in.
const (
	kib int64 = 1 << 10
	mib int64 = 1 << 20
	gib int64 = 1 << 30
	pib int64 = 1 << 50
)

// sizeUnits from the largest; decimal ones are powers of 1000.
var sizeUnits = []struct {
	name string
	size int64
}{
	{"GiB", gib},
	{"GB", 1e9},
	{"MiB", mib},
	{"MB", 1e6},
	{"KiB", kib},
	{"kB", 1e3},
	{"B", 1},
}

// ParseSize reads a number of bytes with the units kB, MB, GB (powers of 1000)
// and KiB, MiB, GiB (powers of 1024), as 64KiB or 1.5GiB. A bare number is
// bytes. It refuses negative sizes and those over 8 EiB.
func ParseSize(s string) (int64, error) { return parseSize(s) }

func parseSize(s string) (int64, error) {
	number, unit, rest := cut(strings.Replace(s, " ", "", 1))
	if unit == "" {
		unit = "B"
	}
	for _, u := range sizeUnits {
		if u.name != unit || rest != "" {
			continue
		}
		if n, err := strconv.ParseInt(number, 10, 64); err == nil && n <= math.MaxInt64/u.size {
			return n * u.size, nil
		}
		f, err := strconv.ParseFloat(number, 64)
		if bytes := f * float64(u.size); err == nil && bytes == math.Trunc(bytes) && bytes <= 1<<62 {
			return int64(bytes), nil
		}
	}
	return 0, fmt.Errorf("%s is not a size", cite(s))
}

// showSize writes a size in the largest unit that leaves a whole number.
func showSize(n int64) string {
	for _, u := range sizeUnits {
		if n != 0 && n%u.size == 0 && u.size > 1 {
			return strconv.FormatInt(n/u.size, 10) + u.name
		}
	}
	if n == 1 {
		return "1 byte"
	}
	return strconv.FormatInt(n, 10) + " bytes"
}
