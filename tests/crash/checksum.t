#!/bin/sh
# What a power cut may leave on a file system without journal: a file with
# stale blocks, or one file under two messages' names.  After a crash it is
# set aside and said, and everything else is delivered.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
queue-check -i q
netstring() { printf '%d:' "$(wc -c <"$1")"; cat "$1"; printf ,; }
# put NAME BYTES: a message; its id in the file NAME.id
put() {
	{ printf 'from a@b.example\nto %s@c.example\n\nSubject: %s\n\n' "$1" "$1"
	head -c "$2" /dev/zero | tr '\0' "${1%"${1#?}"}"; echo; } >parcel
	netstring parcel | queue-inject -r 0 q 2>/dev/null | cut -c 5-24 >"$1.id"
}
file() { sed 's/.*\(..\)$/q\/mess\/\1\/&/' "$1.id"; }
overwrite() { printf '%s' "$3" | dd of="$(file "$1")" bs=1 seek="$2" conv=notrunc 2>/dev/null; }
put good 2000
put tail 9000; overwrite tail 8200 stale
put envelope 2000; overwrite envelope 80 x
put large 700000; overwrite large 699000 stale
put largegood 700000
put removed 2000; put other 2000; ln -f "$(file other)" "$(file removed)"
put old 2000
# as an older version wrote it
python3 - "$(file old)" <<'P'
import sys
d = open(sys.argv[1], "rb").read()
size = int(d[11:21]) - 9
open(sys.argv[1], "wb").write(d[:11] + b"%010d" % size + d[21:45] + d[54:])
P
put record 2000; overwrite record "$(grep -abo '^to Q' "$(file record)" | cut -d: -f1)" 'to Q w 00007'
status "queue-check" 100 queue-check q
is "it finds them" "$(grep -c '^state:damaged' out)" 4
is "and the file with two names" "$(grep -c '^state:linked' out)" 1

# run: queue-run until it has nothing more to do
run() {
	queue-run q answer status:sent code:250 esc:2.0.0 host:here text:ok >log 2>&1 &
	pid=$!
	wait_for 15 sent "$1"
	sleep 0.5
	kill $pid
	wait $pid
}
sent() { [ "$(grep 'ev:sent' log | grep -vc 'replay:1')" -ge "$1" ]; }
names() { grep -v 'replay:1' log | grep -o 'ev:sent.*to:[a-z]*' | sed 's/.*to://' | sort | tr '\n' ' '; }

printf 'running\n' >q/lock
run 5
is "after a crash only what is right is delivered" "$(names)" "good largegood old other record "
for m in tail envelope large removed; do
	[ -e "q/aside/$(cat $m.id)" ]; ok "$m is set aside" $?
	is "$m is said" "$(grep -c "$(cat $m.id) has a wrong checksum" log)" 1
done
like "why" "$(grep "$(cat removed.id)" log)" "is another message's file; set aside as aside/"
is "no more is left" "$(find q/mess -type f | wc -l)" 0
status "queue-check" 100 queue-check q
is "shows what is aside" "$(grep -c '^state:aside' out)" 4
rm -r q/aside
status "and is clean when people have looked" 0 queue-check q

# where it cannot be set aside it is not delivered either
put bad 2000; overwrite bad 900 stale
touch q/aside
printf 'running\n' >q/lock
put fine 2000
run 1
is "no place for it: not delivered" "$(names)" "fine "
like "said" "$(cat log)" "$(cat bad.id) has a wrong checksum and cannot be set aside: .*; not delivered"
[ -e "$(file bad)" ]; ok "it stays" $?
done_testing
