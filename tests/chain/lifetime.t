#!/bin/sh
# Lifetime and delay warning hold by the clock: behind a closed or throttled
# site, suspended, held; each in time, with the reason.  And a clock that was
# wrong makes nothing old.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
fresh() { no_queue q; queue-check -i q || exit 1; }
fill() { n=$1; shift; python3 "$top/tests/tools/fillqueue.py" q "$n" age=0 "$@"; }
empty() { [ "$(find q/mess -type f | wc -l)" -eq 0 ]; }
events() { grep -c "ev:$1$tab" log; }
has() { [ "$(events "$2")" -ge "$1" ]; }
run() { bg queue-run "$@" 2>>log; run_pid=$bg_pid; }
stop() { kill "$run_pid"; wait "$run_pid"; }
# when the last of N events of KIND came, in seconds after $1
after() {
	python3 -c 'import sys, datetime, time
t = [datetime.datetime.fromisoformat(l[3:29]).replace(tzinfo=datetime.timezone.utc).timestamp()
     for l in open("log") if "ev:%s\t" % sys.argv[2] in l]
print(int(max(t) - float(sys.argv[1])))' "$1" "$2"
}
between() { [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]; }
mkdir conf
echo me.example >conf/me
retry() { echo "$@" >conf/retry; conf-build conf >/dev/null 2>&1 || exit 1; }
# one is tried and finds nobody; then the site is closed for all
cat >closed <<'X'
import sys, time
first = True
for line in sys.stdin:
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    s = "id:%s\tn:%s\tsite:mx\t" % (f["id"], f["n"])
    if first and len(sys.argv) > 1:
        s += "status:deferred\tesc:4.4.1\tclass:connect\thost:mx.a.example\ttext:nobody there"
    else:
        s += "status:later\troom:0\tnext:%d\ttext:waiting for site closed" % (time.time() + 600)
        if len(sys.argv) == 1:
            s += "\tesc:4.4.2\tcode:451\ttext:it has said so"
    first = False
    print(s, flush=True)
X
cat >say <<'X'
import sys
for line in sys.stdin:
    open("requests", "a").write(line)
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    print("id:%s\tkind:%s\tstatus:queued" % (f["id"], f["kind"]), flush=True)
X

retry lifetime=9s warn=1s
fresh; : >log; : >requests
run -C conf -b "python3 say" q python3 closed one
wait_for 5 queue-ctl q status
fill 1 to=first@a.example >q/trigger
wait_for 9 has 1 deferred
start=$(date +%s)
fill 10 to=u%d@a.example >q/trigger
ok "a warning for each while the site is closed" "$(wait_for 10 sh -c '[ "$(grep -c kind:delayed requests)" -ge 11 ]'; echo $?)"
is "none has expired then" "$(grep -c "ev:expired.*to:u" log)" 0
ok "ten expire" "$(wait_for 15 has 11 expired; echo $?)"
s=$(after "$start" expired)
ok "all of them in time: after $s s" "$(between "$s" 9 14; echo $?)"
is "the site's last reply is the reason" "$(grep -c "ev:expired.*to:u.*esc:4.4.1.*text:nobody there" log)" 10
ok "and are reported" "$(wait_for 10 empty; echo $?)"
is "once each" "$(grep -c kind:failed requests)" 11
stop

# what throttle knows of the site, told with its `later'
fresh; : >log
run -C conf q python3 closed
wait_for 5 queue-ctl q status
fill 10 to=u%d@a.example >q/trigger
ok "closed from the first on: ten expire" "$(wait_for 16 has 10 expired; echo $?)"
is "with what the link said of the site" "$(grep -c "ev:expired.*try:0.*esc:4.4.2.*text:waiting for" log)" 10
ok "without a report, too" "$(wait_for 5 empty; echo $?)"
stop

retry lifetime=2s
# suspended, held one by one, all held
for how in suspended held all; do
	fresh; : >log
	case $how in all) touch q/held ;; esac
	run -C conf q answer status:sent
	wait_for 5 queue-ctl q status
	case $how in
	suspended) queue-ctl q suspend domain:a.example >/dev/null ;;
	held) queue-ctl q hold all >/dev/null ;;
	esac
	fill 10 to=u%d@a.example | tee ids >q/trigger
	case $how in
	held)
		wait_for 9 sh -c 'queue-ctl q status | grep -q ready:10'
		queue-ctl q hold domain:a.example >/dev/null
		rm q/held
		;;
	esac
	ok "ten expire though $how" "$(wait_for 20 has 10 expired; echo $?)"
	is "with a reason" "$(grep -c "ev:expired.*its time was over" log)" 10
	is "none sent" "$(events sent)" 0
	stop
done

# a line `expire' holds by the clock as well; a shorter lifetime at once
retry lifetime=1d
fresh; : >log
run -C conf q python3 closed one
wait_for 5 queue-ctl q status
fill 1 to=a@a.example >q/trigger
wait_for 8 has 1 deferred
fill 2 to=b%d@a.example "line=expire $(($(date +%s) + 3))" >q/trigger
fill 1 to=c@a.example >q/trigger
ok "expire" "$(wait_for 15 has 2 expired; echo $?)"
retry lifetime=2s
ok "a new table" "$(wait_for 15 has 4 expired; echo $?)"
stop

# clocks
retry "lifetime=5d intervals=10m"
parcel() { printf '38:from a@b.example\nto c@far.example\n\nhi\n,'; }
seconds() { echo $(($(sed -n 's/^to Q . [0-9]* \([0-9]*\) .*/\1/p' q/mess/*/*) - $(date +%s))); }
if grep -q __asan_init "$(command -v queue-run)"; then
	skip "faketime: instrumented program"
elif command -v faketime >/dev/null; then
	# ahead, tried in vain, and set right
	fresh; : >log
	parcel | faketime -f +3650d queue-inject q >/dev/null 2>&1
	faketime -f +3650d timeout -s TERM 30 queue-run -C conf q answer status:deferred code:451 2>log &
	wait_for 9 has 1 deferred
	queue-ctl q stop >/dev/null; wait $!
	run -C conf q answer status:sent
	wait_for 5 queue-ctl q status
	wait_for 5 sh -c 'queue-ctl q status | grep -q waiting:1'
	s=$(seconds)
	ok "next attempt within the interval: in $s s" "$(between "$s" 1 900; echo $?)"
	stop
	# set back over a restart: as long to wait as before
	retry "lifetime=5d intervals=6h"
	for hours in 5 10 100; do
		fresh; : >log
		parcel | faketime -f +${hours}h queue-inject q >/dev/null 2>&1
		faketime -f +${hours}h timeout -s TERM 30 queue-run -C conf q answer status:deferred code:451 2>log &
		wait_for 9 has 1 deferred
		queue-ctl q stop >/dev/null; wait $!
		before=$(($(seconds) - hours * 3600))
		run -C conf q answer status:sent
		wait_for 5 sh -c 'queue-ctl q status | grep -q waiting:1'
		s=$(seconds)
		ok "$hours hours back: in $s s, before in $before s" "$(between "$s" $((before - 20)) $((before + 20)); echo $?)"
		stop
		# and over another one
		run -C conf q answer status:sent
		wait_for 5 sh -c 'queue-ctl q status | grep -q waiting:1'
		ok "and still so" "$(between "$(seconds)" $((before - 20)) $((before + 20)); echo $?)"
		stop
	done
	retry "lifetime=5d intervals=10m"
	# ahead when it was accepted, and never tried
	for days in +3650d -3650d +40d -40d; do
		fresh; : >log
		parcel | faketime -f $days queue-inject q >/dev/null 2>&1
		case $days in *40d)
			# a queue-run saw the time of then
			faketime -f $days timeout 30 queue-run -C conf q answer status:later 2>/dev/null &
			wait_for 5 queue-ctl q status; queue-ctl q stop >/dev/null; wait $!
			;;
		esac
		run -C conf q answer status:deferred code:451
		ok "accepted at $days: tried" "$(wait_for 9 has 1 deferred; echo $?)"
		is "not expired" "$(events expired)" 0
		stop
	done
	# the other way: the clock is wrong when it starts again
	fresh; : >log
	parcel | queue-inject q >/dev/null 2>&1
	run -C conf q answer status:deferred code:451
	wait_for 9 has 1 deferred
	stop
	faketime -f +40d timeout -s TERM 30 queue-run -C conf q answer status:deferred code:451 2>>log &
	ok "the clock ahead at a start: tried again" "$(wait_for 9 has 2 deferred; echo $?)"
	is "not expired" "$(events expired)" 0
	queue-ctl q stop >/dev/null; wait $!
	# what is to wait for a time does so
	fresh; : >log
	python3 "$top/tests/tools/fillqueue.py" q 1 age=0 "line=hold-until $(($(date +%s) + 86400))" >ids
	run -C conf q answer status:sent
	wait_for 5 sh -c 'queue-ctl q status | grep -q waiting:1'
	sleep 0.5
	is "hold-until is no wrong clock" "$(events sent)" 0
	stop
else
	skip "no faketime"
fi
done_testing
