#!/bin/sh
# Who is in doubt is tried again as the site says, over deaths of queue-run.
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
mkdir conf a b c
echo me.example >conf/me
cat >conf/retry <<'X'
intervals=1s jitter=0% warn=0
domain:never.example doubt=never
domain:once.example doubt=once
domain:wait.example intervals=1h doubt=2s
domain:host.example doubt=same-host
X
conf-build conf >/dev/null 2>&1; ok "a table with doubt=" $?
printf 'doubt=never,once\n' >bad; mkdir conf2; cp conf/me conf2; cp bad conf2/retry
status "a word that stands alone" 100 conf-build conf2
like "is told with its line" "$(cat err)" "retry:1: .*doubt=never has no other word"
fresh() { no_queue q; queue-check -i q || exit 1; : >log; }
fill() { python3 "$tools/fillqueue.py" q 1 "to=$1"; }
# run LINK...: in a process group of its own, so that all can die at once
run() { bg setsid queue-run -C conf q "$@" 2>>log; run_pid=$bg_pid; }
die() { env kill -9 -- "-$run_pid"; wait "$run_pid" 2>/dev/null; }
stop() { kill "$run_pid"; wait "$run_pid"; }
# events KIND TEXT: how many; has N KIND TEXT: at least so many
events() { grep "ev:$1	" log | grep -c "$2"; }
has() { [ "$(events "$2" "$3")" -ge "$1" ]; }
# kept DOMAIN SECONDS: the second attempt came at the time that the first event names, which
# is so many seconds after the attempt, and the attempt was before its event; a message's file
# has whole seconds, message(5), so over a start it may come up to one before
kept() {
	grep "ev:deferred	" log | grep "to:[^	]*@$1" | head -2 | python3 -c "
import datetime, sys
one, two = (dict(x.split(':', 1) for x in l.rstrip('\n').split('\t')) for l in sys.stdin)
at = [datetime.datetime.strptime(e['ts'], '%Y-%m-%dT%H:%M:%S.%f%z').timestamp() for e in (one, two)]
due = float(one['next'])
sys.exit(not (due <= at[0] + $2 + 1 and due < at[1] + 1))"
}

# a link whose outcome is always in doubt; queue-run dies between the attempts
fresh
for d in never once wait plain; do fill doubt@$d.example; done >ids
run python3 "$tools/fakelink.py" jobs
ok "never: the first attempt was the last" "$(wait_for 60 has 1 expired @never; echo $?)"
ok "once: the first is not" "$(wait_for 60 has 1 deferred @once; echo $?)"
ok "nor with a time" "$(wait_for 60 has 1 deferred @wait; echo $?)"
ok "nor by itself" "$(wait_for 60 has 3 deferred @plain; echo $?)"
die
run python3 "$tools/fakelink.py" jobs
ok "once: the second was the last" "$(wait_for 60 has 1 expired @once; echo $?)"
ok "a time: it comes, long before the interval" "$(wait_for 60 has 2 deferred @wait; echo $?)"
stop
is "attempts that were made" "$(for d in never once; do grep -c "to:doubt@$d" jobs; done | tr '\n' ' ')" "1 2 "
kept wait.example 2; ok "the time was kept" $?
is "it is said that they may come twice" "$(events duplicate @never) $(events duplicate @once)" "0 1"
like "and why they ended" "$(grep ev:expired log)" "to:doubt@once.example.*doubt:1"

# a server that drops the connection behind the dot: with the reply lost, and
# dead under it
bg python3 "$tools/fakemx.py" a 'greeting@1=450 4.3.2 not now'
bg python3 "$tools/fakemx.py" b 'dot@1=close'
bg python3 "$tools/fakemx.py" c 'dot~@never=hang' 'dot~@wait@1=hang' 'dot~@once=reset'
for d in a b c; do wait_for 10 test -s $d/port; done
# link HOST...: remote-send to these
link() {
	link_mx=
	for h; do link_mx="$link_mx $h.test/$(cat "$h/port")/127.0.0.1"; done
	echo "sed -u 's%\$%\tmx:${link_mx# }\tsite:s\ttls:none%' | tee -a jobs2 | exec remote-send"
}
fresh
fill x@host.example >ids
run sh -c "$(link a b)"
ok "same-host: the second host has it, perhaps" "$(wait_for 60 has 1 deferred 'host:b.test.*doubt:1'; echo $?)"
die
run sh -c "$(link a b)"
ok "it is sent" "$(wait_for 60 has 1 sent host:b.test; echo $?)"
stop
is "by that host, although the first one answers now" "$(grep -c '> RCPT' a/log) $(grep -c '> RCPT' b/log)" "0 2"
is "which the job said" "$(grep -c 'doubt-host:b.test' jobs2)" 1

fresh
for d in never wait once; do fill x@$d.example; done >ids
run sh -c "$(link c)"
hang() { [ "$(grep -c ' dot$' c/log)" -ge 4 ]; }
ok "once: reset behind the dot, twice" "$(wait_for 60 has 1 expired @once; echo $?)"
ok "the others have sent their dot" "$(wait_for 60 hang; echo $?)"
die
start=$(date +%s)
run sh -c "$(link c)"
ok "never: given up at the next start" "$(wait_for 60 has 1 expired @never; echo $?)"
like "with its reason" "$(grep ev:expired log)" "to:x@never.example.*unknown whether the attempt before"
ok "a time: it begins then" "$(wait_for 60 has 1 sent @wait; echo $?)"
[ $(($(date +%s) - start)) -ge 2 ]; ok "and is kept" $?
stop
is "no recipient came more often than the site wants" "$(for d in never wait once; do grep -c "> RCPT TO:<x@$d" c/log; done | tr '\n' ' ')" "1 2 2 "
is "the queue is empty" "$(none_in q; echo $?)" 0
no_queue q
done_testing
