#!/bin/sh
# Ends that are not clean: a child that closes its side and lives on, a
# descriptor that the system does not let us watch.  Nobody waits for ever.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
queue-check -i q || exit 1
lives='trap "" TERM; exec >&-; echo $$ >>lives; exec sleep 30'
status "a delivering chain that lives on behind its answers" 111 \
    timeout 10 queue-run q sh -c "$lives"
like "its end is seen" "$(cat err)" 'the delivering chain has ended'
status "a next link that lives on" 111 timeout 10 \
    dispatch { sh -c "$lives" } </dev/null
# shellcheck disable=SC2046
kill -9 $(cat lives)

# a report command that closes its side is replaced, not waited for
mkdir bin
printf '#!/bin/sh\nexec >&-; echo $$ >>%s/pids; exec sleep 30\n' "$T" >bin/deaf
chmod +x bin/deaf
bg queue-run -b bin/deaf q "$top/tests/tools/fakelink.py" 2>log
run=$bg_pid
twice() { [ "$(wc -l <pids)" -ge 2 ]; }
wait_for 10 twice; ok "a helper that lives on is replaced" $?
first=$(head -1 pids)
status "and not there any more" 1 sh -c "kill -0 $first"
status "queue-run answers all the time" 0 timeout 5 queue-ctl q status
queue-ctl q stop >/dev/null
wait "$run"; is "and stops" $? 0

command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || {
	skip "strace does not work here"
	done_testing
	exit 0
}
mkdir conf; echo me.test >conf/me
mkfifo nothing; exec 9<>nothing # a descriptor 0 on which nothing comes
bad='' runs=0
for n in 1 2 3; do # what comes behind is libev's own
	for next in "dispatch { cat }" "throttle conf cat" "bounce -C conf cat"; do
		# shellcheck disable=SC2086
		timeout 1 strace -qq -o trace -e trace=epoll_ctl \
		    -e inject=epoll_ctl:error=ENOMEM:when=$n $next <&9 >out 2>err
		grep -q INJECTED trace || continue
		runs=$((runs + 1))
		grep -q 'unable to watch descriptor' err || bad="$bad $next:$n"
	done
done
is "descriptors that cannot be watched, $runs times" "$bad" ""
done_testing
