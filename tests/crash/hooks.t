#!/bin/sh
# kill -9 of grey, of filter and of the programs that it runs, again and
# again while mail comes in: every message is accepted in the end, what was
# accepted is in the queue, and nothing is there that was not filtered, or
# that was let pass by grey the first time.
. "$(dirname "$0")/../lib.sh"
COUNT=${CRASH_COUNT:-600}
mkdir "$T/conf" "$T/tmp"
cd "$T" || exit 1
export TMPDIR="$T/tmp" HOOKS_MARK="$T"
echo mx.test >conf/me
echo relay.test >conf/local
conf-build conf && queue-check -i queue || exit 1
port=$(free_port)
bg smtp-recv -C conf -l "127.0.0.1:$port" -k 2 grey -w 0 -k 0 "$T/state" \
	filter -n 4 { sh -c "sleep 0.06; mv $T/die $T/died.\$\$ 2>/dev/null && kill -9 \$\$
		sed '1i X-Marked: yes'; exit" } queue-inject queue 2>>log
recv=$bg_pid
unset HOOKS_MARK
wait_for 10 smtp-ping "127.0.0.1:$port"; ok "smtp-recv listens" $?
victims() { # the processes called $1 that belong to this test
	pgrep -x "$1" | while read -r p; do
		{ tr '\0' '\n' <"/proc/$p/environ"; } 2>/dev/null | grep -qx "HOOKS_MARK=$T" && echo "$p"
	done
}
# numbers of the messages in the queue, and how often
numbers() { grep -rhaE '^X-Push: ' queue | tr -dc '0-9\n' | sort "$@"; }
for prog in grey filter sh; do
	rm -f accepted
	# from many addresses: of one only some refusals are told one by one,
	# and of all of them 1000 in a minute
	bg python3 "$top/tests/tools/push.py" "$port" "$COUNT" 8 "$T/accepted" 250 2>push.err
	push=$bg_pid
	kills=0
	while kill -0 "$push" 2>/dev/null; do
		if [ "$prog" = sh ]; then
			# one that lives for 60 ms is hard to meet: it dies by its own
			# hand, where it is told to
			: >die
		else
			p=$(victims "$prog" | head -1)
			[ -n "$p" ] && kill -9 "$p" 2>/dev/null && kills=$((kills + 1))
		fi
		sleep 0.2
	done
	rm -f die
	[ "$prog" != sh ] || kills=$(find . -name 'died.*' | wc -l)
	wait "$push"; ok "$prog killed: every message is accepted in the end" $?
	[ "$kills" -gt 0 ]; ok "$prog was killed ($kills times)" $?
	sort -u accepted >want
	numbers -u >got
	is "$prog killed: nothing accepted is lost" "$(comm -23 want got | wc -l)" 0
	marked=$(grep -rlaE '^X-Marked: yes' queue | wc -l) all=$(grep -rlaE '^X-Push: ' queue | wc -l)
	is "$prog killed: nothing passed unfiltered" "$marked" "$all"
	# whoever passed had been asked to come again before
	grep -ao 'verdict:delayed.*to:u[0-9]*' log | sed 's/.*to:u//' | sort -u >asked
	# but the last words of one that is killed are not in the log: at most
	# one message a session each time
	first=$(comm -23 got asked | wc -l)
	[ "$first" -le $([ "$prog" = grey ] && echo $((8 * kills)) || echo 0) ]
	ok "$prog killed: nobody passed the first time ($first without a word)" $?
	find queue -type f -exec grep -laE '^X-Push: ' {} + | xargs -r rm -f
	rm -f state/journal
	: >log
done
kill "$recv"; wait "$recv" 2>/dev/null
none() { [ -z "$(victims grey; victims filter; victims sh)" ]; }
wait_for 10 none; ok "nothing is left" $?
is "no file is left" "$(ls tmp)" ""
done_testing
