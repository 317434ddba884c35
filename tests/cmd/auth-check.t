#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
sasl() { python3 "$top/tests/tools/sasl.py" "$@"; }
serve() { : >log; bg sock-serve -w unix:sock auth-check "$@" 2>>log; pid=$bg_pid; wait_for 10 test -S sock; }
end() { kill "$pid"; wait "$pid"; }
# as checkpassword: names and passwords in a file; says what it got
cat >check <<'X'
#!/bin/sh
tr '\0' : <&3 >>got; echo >>got
line=$(tail -1 got)
case $line in
*:misuse::) exit 2 ;;
*:broken::) exit 111 ;;
*:killed::) kill -9 $$ ;;
*:slow::) sleep 100.0417 & echo "I wait" >&2; wait ;;
esac
grep -qxF "$line" users || exit 1
exec "$@"
X
chmod +x check
printf 'ann:secret::\nBob B:p:q::\n' >users
serve -t 1 ./check sh -c '(ls -l /proc/$$/fd >fds); :'
is "PLAIN and LOGIN" "$(sasl sock mechs plain:ann:secret login:ann:secret plain:ann:x 'plain:Bob B:p:q')" "PLAIN LOGIN
OK ann
OK ann
FAIL ann
OK Bob B"
is "what it got" "$(head -1 got)" "ann:secret::"
is "what its next has" "$(sed -n 's/.* \([0-9]*\) -> \(.*\)/\1 \2/p' fds | sed 's,pipe:.*,pipe,' | sort)" "0 /dev/null
1 /dev/null
2 pipe
3 pipe"
is "what is no answer" "$(sasl sock plain:ann:misuse plain:ann:broken plain:ann:killed plain:ann:slow)" "FAIL ann temp
FAIL ann temp
FAIL ann temp
FAIL ann temp"
is "is told" "$(grep warning log)" "auth-check: warning: ./check: exit 2, which says nothing
auth-check: warning: ./check: exit 111, which says nothing
auth-check: warning: ./check: signal 9, which says nothing
auth-check: warning: ./check: killed after 1 seconds"
like "with its words" "$(cat log)" '^auth-check: info: ./check\[[0-9]+\]: I wait$'
is "nothing of it is left" "$(pgrep -f '^sleep 100.0417' | head -1)" ""
p=$(printf '%0506d' 0)
echo "ann:$p::" >>users
is "512 bytes" "$(sasl sock "plain:ann:$p" "plain:ann:0$p")" "OK ann
FAIL ann"
end
is "TERM ends it" $? 0
serve -n 2 sh -c 'sleep 0.3; echo x >>ran; exit 1'
is "eight of an address, two at a time" "$(sasl sock many:8:ann:x@192.0.2.1)" "OK 0 FAIL 8"
is "each is run" "$(wc -l <ran)" 8
end
serve ./none
is "what cannot be run" "$(sasl sock plain:ann:x)" "FAIL ann temp"
is "is said" "$(cat log)" "auth-check: warning: ./none: unable to run: No such file or directory"
end
status "no socket" 100 auth-check true
is "is said" "$(cat err)" "auth-check: fatal: descriptor 0 is no listening socket"
for o in "-n 0" "-n 65" "-t 0" "-t 301" -x; do
	# shellcheck disable=SC2086
	status "bad $o" 100 auth-check $o true
done
status "no program" 100 auth-check
status "nobody to hear it" 100 sh -c 'auth-check 2>/dev/full'
status "closed input" 111 sh -c 'auth-check true <&-'
done_testing
