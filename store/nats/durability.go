package nats

import "fmt"

// Durability is what an acknowledgement of this queue is worth.
type Durability struct {
	Replicas int    // copies of the stream; a majority has it before it is acknowledged
	First    bool   // this handle made the stream: nobody was told before
	Limit    int64  // max_bytes of the stream; 0 is none
	Server   string // version of the server that answers
}

// Durability tells it. A server shows its sync_interval to no client, so this
// says what it must be.
func (s *Store) Durability() Durability {
	return Durability{
		Replicas: s.info.Config.Replicas, First: s.made, Limit: max(0, s.info.Config.MaxBytes), Server: s.nc.ConnectedServerVersion(),
	}
}

func (d Durability) String() string {
	const always = "; sync_interval: always in the servers' configuration closes this"
	if d.Replicas < 3 {
		return "an accepted event is on one NATS server and, unless its sync_interval is always, up to 2 minutes later on its disk: " +
			"a process that is killed loses nothing, a loss of power or a kernel that stops loses what was accepted since, and the loss of the disk loses all" + always +
			" but for the disk, which replicas = 3 does"
	}
	majority := d.Replicas/2 + 1
	return fmt.Sprintf("an accepted event is on %d of %d NATS servers and, unless their sync_interval is always, up to 2 minutes later on their disks: "+
		"the loss of %d of them loses nothing, a loss of power of %d at once can lose what was accepted since", majority, d.Replicas, d.Replicas-majority, majority) + always
}
