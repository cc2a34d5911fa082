package trigger

import (
	"crypto/sha256"
	"encoding/binary"
	"net/netip"

	"github.com/wnotify/wnotify/dispatch/scan"
)

// identity is what hits are told apart by, each number once it is asked for.
type identity struct {
	attack   uint64
	source   netip.Addr
	address  uint64
	payloads []uint64
	listed   bool
}

// attack names the attack that a hit belongs to: hits of the same type, with the
// payload in the same parameter, sent to the same address. It is never 0.
func (v *view) attack() uint64 {
	if v.id.attack != 0 {
		return v.id.attack
	}
	h := make([]byte, 0, 256)
	part := func(values ...[]byte) {
		h = binary.AppendUvarint(h, uint64(len(values)))
		for _, value := range values {
			h = append(binary.AppendUvarint(h, uint64(len(value))), value...)
		}
	}
	part(v.of(attackType)...)
	part(v.of(domain)...)
	part(v.text(pathMember))
	if point := v.object[pointMember]; len(point) > len("[]") {
		part(scan.AppendCompact(nil, point))
	} else {
		part(v.text(parameterMember))
	}
	v.id.attack = digest(h)
	return v.id.attack
}

// payloads returns the payloads of a hit, each as a number that is never 0.
func (v *view) payloads() []uint64 {
	if !v.id.listed {
		v.id.listed = true
		for one := range elements(v.object[payloadsMember]) {
			if p := text(one); len(p) > 0 {
				v.id.payloads = append(v.id.payloads, digest(p))
			}
		}
	}
	return v.id.payloads
}

// source returns the address that a hit came from, and a number for it that is
// never 0; without an address the number is 0.
func (v *view) source() (netip.Addr, uint64) {
	if v.id.address == 0 {
		a, ok := address(v.text(address4Member))
		if !ok {
			a, ok = address(v.text(address6Member))
		}
		if ok {
			b := a.As16()
			v.id.source, v.id.address = a, digest(b[:])
		}
	}
	return v.id.source, v.id.address
}

// digest is never 0. Sixty-four bits are plenty to tell a hundred thousand
// things apart, and of SHA-256 nobody finds two equal ones cheaply.
func digest(b []byte) uint64 {
	sum := sha256.Sum256(b)
	return max(1, binary.BigEndian.Uint64(sum[:]))
}
