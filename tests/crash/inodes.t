#!/bin/sh
# No free inode at the start of queue-run, neither for its socket nor for a
# segment of the journal: mail waits, nothing is lost or sent twice, and when
# there is one again all goes on by itself.
. "$(dirname "$0")/../lib.sh"
mkdir "$T/disk"
if [ "$(id -u)" != 0 ] || ! mount -t tmpfs -o nr_inodes=200,size=64m none "$T/disk" 2>"$T/err"; then
	skip "needs root and a tmpfs to fill"
	done_testing
	exit 0
fi
down() { kill "${run_pid-}" 2>/dev/null; umount -l "$T/disk"; tap_end; }
trap down EXIT
cd "$T" || exit 1
q=disk/q
queue-check -i $q || exit 1
python3 "$top/tests/tools/fillqueue.py" $q 3 to=u%d@a.example age=60 >ids
m=$(memory $q)
mkdir disk/fill; i=0
while (: >disk/fill/$i) 2>/dev/null; do i=$((i + 1)); done
cat >link.py <<'P'
import sys
for line in sys.stdin:
    open("given", "a").write(line)
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    print("id:%s\tn:%s\ttry:%s\tstatus:sent" % (f["id"], f["n"], f["try"]), flush=True)
P
bg queue-run -s 0 $q python3 link.py 2>log
run_pid=$bg_pid
no_socket() { grep -q 'unable to listen on .*/ctl: .*; tried again' log; }
wait_for 10 no_socket; ok "no inode for the socket: said" $?
stalled() { grep -q 'unable to write the journal: .*; no deliveries until it can be written' log; }
wait_for 10 stalled; ok "nor for the journal: said" $?
is "nothing is said to be sent" "$(grep -c ev:sent log)" 0
kill -0 "$run_pid"; ok "queue-run waits" $?
rm disk/fill/0 disk/fill/1 disk/fill/2 disk/fill/3
sent() { [ "$(grep -c ev:sent log)" -ge 3 ]; }
wait_for 10 sent; ok "with inodes all are sent" $?
answers() { queue-ctl $q status; }
wait_for 20 answers; ok "and orders are heard, without a restart" $?
is "each was given out once" "$(cut -f1 given | sort | uniq -d | wc -l)" 0
queue-ctl $q stop >/dev/null; wait "$run_pid"; run_pid=
is "nothing is left" "$(find $q/mess -type f | wc -l) $(find "$m" 2>/dev/null | wc -l)" "0 0"
done_testing
