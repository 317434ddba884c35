#!/bin/sh
# A queue-run that lives and answers nobody: `status` and `ping` do not wait
# for it for ever, and say so.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
new_instance site || exit 1
start_instance; ok "up" $?
wait_for 10 rohrpost ping "$I"; ok "ping" $?
pid=$(sv status "$I/service/deliver" | sed 's/^[^(]*(pid \([0-9]*\)).*/\1/')
kill -STOP "$pid"
status "ping of what hangs" 111 timeout 30 rohrpost ping "$I"
like "says so" "$(cat "$T/err")" "takes no mail: deliver: process $pid \\(queue-run\\) was stopped by a signal: kill -CONT $pid"
status "status of it" 1 timeout 60 rohrpost status "$I"
like "too" "$(cat "$T/out")" "^  the queue: no answer in 10 seconds"
kill -CONT "$pid"
wait_for 10 rohrpost ping "$I"; ok "ping is 0 again" $?
stop_instance
done_testing
