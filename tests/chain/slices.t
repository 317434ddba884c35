#!/bin/sh
# Orders for very many recipients, of one message or of a suspended domain, are
# carried out in slices: between two turns of queue-run's loop it writes of a
# few only, so that other mail goes on.  Counted in system calls, not by a
# clock.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || {
	echo "1..0 # SKIP strace does not work here"
	exit 0
}
fill() { python3 "$top/tests/tools/fillqueue.py" q "$@"; }
strace_pid=
run() {
	: >trace
	bg strace -qq -o trace -e trace=epoll_wait,epoll_pwait,epoll_pwait2,pwrite64,write,fsync,fdatasync \
	    queue-run "$@" 2>log
	strace_pid=$bg_pid
	wait_for 20 queue-ctl q status
}
stop() { queue-ctl q stop >/dev/null; wait "$strace_pid"; }
# the largest number of writes and syncs between two looks at what is ready,
# since the last call
turn() {
	tail -n "+$((seen + 1))" trace >part
	seen=$(wc -l <trace)
	awk '/^epoll/ { n = 0 } !/^epoll/ { if (++n > max) max = n } END { print max + 0 }' part
}
few() { [ "$1" -le 1200 ]; }
seen=0
waiting() { queue-ctl q status | grep -q "waiting:$1	"; }

# one message of many recipients, put off
queue-check -i q
n=3000
id=$(fill 1 to=u%d@many.example rcpts=$n)
run q answer status:deferred code:451 next:$(($(date +%s) + 86400))
wait_for 60 waiting $n
turn >/dev/null
for verb in hold release retry hold bounce; do
	[ $verb != retry ] || wait_for 30 waiting $n
	like "$verb" "$(queue-ctl q $verb "$id")" "	count:$n	"
	most=$(turn)
	few "$most"; ok "$verb: writes in a turn: $most" $?
	[ $verb != retry ] || wait_for 60 waiting $n
	turn >/dev/null
done
stop
fill 1 to=u%d@many.example rcpts=$n >id
seen=0
run q answer status:deferred code:451 next:$(($(date +%s) + 86400))
wait_for 60 waiting $n
turn >/dev/null
like "delete" "$(queue-ctl q delete to:u7@many.example)" "	count:1	"
like "delete" "$(queue-ctl q delete domain:many.example)" "	count:$((n - 1))	"
most=$(turn)
few "$most"; ok "delete: writes in a turn: $most" $?
gone() { [ ! -e "q/mess/$(cut -c 19-20 id)/$(cat id)" ]; }
wait_for 10 gone; ok "and the message is gone" $?
stop

# the recipients of a suspended domain, and others' mail meanwhile
no_queue q; queue-check -i q
n=3000
fill $n to=u%d@off.example >ids
cat >chain.py <<'P'
import sys, time
for line in sys.stdin:
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    sys.stdout.write("id:%s\tn:%s\tstatus:deferred\tnext:%d\n" % (
        f["id"], f["n"], time.time() + 86400))
    sys.stdout.flush()
P
printf 'off.example\n' >q/suspended
seen=0
run q python3 chain.py
wait_for 60 waiting $n
turn >/dev/null
like "resume" "$(queue-ctl q resume domain:off.example)" "	count:$n	"
most=$(turn)
few "$most"; ok "resume: writes in a turn: $most" $?
tried() { [ "$(grep -c 'ev:deferred	' log)" -ge $n ]; }
wait_for 60 tried; ok "all are tried" $?
most=$(turn)
few "$most"; ok "their attempts: writes in a turn: $most" $?
stop
status "queue-check" 0 queue-check q
done_testing
