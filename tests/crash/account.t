#!/bin/sh
# account-edit killed, or refused, at each system call of a change: what was said to
# be done is there, what was not said to be done by who has failed is not, and the
# file is whole.  And account-check killed while it takes changes.
. "$(dirname "$0")/../lib.sh"
command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || {
	echo "1..0 # SKIP strace does not work here"; exit 0; }
cd "$T" || exit 1
mkdir -p first/service first/log
mkdir -m 700 first/account
account-edit first org-add acme >/dev/null
account-edit first key-add acme user >/dev/null
cat >look.py <<'P'
import sqlite3, sys
c = sqlite3.connect(sys.argv[1] + "/account/db")
print(c.execute("PRAGMA integrity_check").fetchone()[0], *[r[0] for r in c.execute("SELECT name FROM org ORDER BY name")],
    c.execute("SELECT count(*) FROM key").fetchone()[0])
P
look() { python3 look.py "$1" 2>&1 | tail -1; }
calls=pwrite64,write,fdatasync,fsync,ftruncate,openat,unlink,mmap,fcntl
bad= runs=0
cp -R first d
strace -o calls -e trace=$calls account-edit d org-add new >/dev/null 2>&1; ok "a change" $?
is "is there" "$(look d)" "ok acme new 1"
loader=$(grep -n '"d/' calls | head -1 | cut -d: -f1)
for call in $(sed -n 's/(.*//p' calls | sort -u); do
	n=$(head -n $((loader - 1)) calls | grep -c "^$call(") all=$(grep -c "^$call(" calls)
	# locks are many, and alike
	[ "$call" != fcntl ] || all=$((all < n + 12 ? all : n + 12))
	while [ "$n" -lt "$all" ]; do
		n=$((n + 1))
		for how in signal=KILL error=EIO error=ENOSPC; do
			[ "$how" = signal=KILL ] || [ "$call" != fcntl ] || continue
			rm -rf d; cp -R first d
			strace -o trace -e trace="$call" -e inject="$call:$how:when=$n" account-edit d org-add new >out 2>err
			r=$? runs=$((runs + 1)) at=$call:$how:$n is=$(look d)
			case $r,$is in
			0,'ok acme new 1' | 111,'ok acme 1' | 137,'ok acme new 1' | 137,'ok acme 1') ;;
			# done, and it cannot be said
			111,'ok acme new 1') grep -q 'unable to write' err || bad="$bad done:$at" ;;
			*) bad="$bad $r,$is:$at:$(cat err; ls d/account)" ;;
			esac
			account-edit d org-add new >/dev/null 2>err || grep -q 'one of this name' err || bad="$bad not-again:$at:$(cat err)"
		done
	done
done
is "each point of a change: $runs runs" "$bad" ""

# account-check, killed while changes come one after the other: those that it has
# answered are there
admin=$(account-edit first key-add acme admin | sed 's/.*key://')
cat >feed.py <<'P'
import socket, sys, os, signal, random
s = socket.socket(socket.AF_UNIX); s.connect("sock")
f, key, pid, stop = s.makefile("rwb"), sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
done = []
try:
    for i in range(1000):
        f.write(b"id:%d\task:edit\tscheme:bearer\tkey:%s\tact:org-add\torg:o%d\n" % (i + 1, key.encode(), i)); f.flush()
        if i == stop: os.kill(pid, signal.SIGKILL)
        l = f.readline()
        if not l: break
        if b"\tstatus:ok\t" in l: done.append("o%d" % i)
except OSError:
    pass
print(*done)
P
lost=
for stop in 1 3 7 12 20; do
	rm -rf d sock; cp -R first d
	bg account-check -l "$T/sock" d/account 2>/dev/null
	wait_for 10 test -S sock
	python3 feed.py "$admin" "$bg_pid" $stop >said
	wait "$bg_pid" 2>/dev/null
	has=" $(look d) "
	case $has in " ok "*) ;; *) lost="$lost damaged:$has" ;; esac
	[ "$(wc -w <said)" -ge $stop ] || lost="$lost few:$stop"
	for o in $(cat said); do case $has in *" $o "*) ;; *) lost="$lost $o:$stop" ;; esac; done
done
is "what was answered before a kill is there" "$lost" ""
done_testing
