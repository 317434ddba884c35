#!/bin/sh
# More recipients than there is memory for: queue-run goes on with those that
# it has, takes the others when there is room, and does not die, or it would
# die again at each start.
. "$(dirname "$0")/../lib.sh"
need_runit
[ -z "${ASAN_OPTIONS-}" ] || { skip "sanitizers want memory"; done_testing; exit 0; }
cd "$T" || exit 1
queue-check -i q || exit 1
# 80,000 recipients want 10 MB; above the 32 MiB that are kept there are 5
python3 "$top/tests/tools/fillqueue.py" q 800 rcpts=100 domains=50 size=100 >/dev/null
: >q/held
bg chpst -d 40000000 queue-run q answer status:sent 2>log
run_pid=$bg_pid
full() { grep -q 'warning: out of memory with [0-9]* recipients; others wait on the disk, as with -m [0-9]*$' log; }
wait_for 20 full; ok "memory is out, and it says so" $?
is "once" "$(grep -c 'out of memory' log)" 1
n=$(sed -n 's/.*out of memory with \([0-9]*\) recipients.*/\1/p' log)
[ "$n" -gt 1000 ] && [ "$n" -lt 80000 ]; ok "it has some of them ($n)" $?
status "it answers" 0 queue-ctl q release all
sent() { [ "$(grep -c 'ev:sent	' log)" -ge "$1" ]; }
wait_for 20 sent "$n"; ok "those are delivered" $?
wait_for 50 sent 80000; ok "and then the others" $?
kill -0 "$run_pid"; ok "it has not died" $?
is "each once" "$(grep 'ev:sent	' log | sed 's/^[^	]*	//' | cut -f 3,4 | sort | uniq -d | wc -l)" 0
is "and all" "$(grep -c 'ev:sent	' log)" 80000
queue-ctl q stop >/dev/null; wait "$run_pid"; is "its end" $? 0
no_queue q

# one message that does not fit, while one recipient waits for long: other mail
# goes on
parcel() { printf 'from a@me.example\n%s\n\nSubject: x\n\nx\n' "$1" >p; printf '%d:' "$(wc -c <p)"; cat p; printf ,; }
queue-check -i q || exit 1
parcel 'to one@slow.example' | queue-inject q >/dev/null 2>&1
bg chpst -d 40000000 queue-run q dispatch to:one@slow.example { answer status:deferred code:451 } { answer status:sent } 2>log
run_pid=$bg_pid
wait_for 20 grep -q 'ev:deferred	' log; ok "one waits" $?
parcel "$(seq -f 'to u%.0f@large.example' 100000)" | queue-inject q >/dev/null 2>&1
wait_for 20 full; is "a large message does not fit beside it" "$(grep -o 'with 1 recipients.*' log)" "with 1 recipients; others wait on the disk, as with -m 10000"
parcel 'to two@good.example' | queue-inject q >/dev/null 2>&1
wait_for 20 grep -q 'ev:sent	.*to:two@good.example' log; ok "another is delivered" $?
queue-ctl q stop >/dev/null; wait "$run_pid"; is "its end" $? 0
done_testing
