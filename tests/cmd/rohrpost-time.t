#!/bin/sh
# alone: up and down promise to be there within 2 seconds
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
since() { echo $((($(date +%s%N) - $1) / 1000000)); }

new_instance one
for turn in first second; do
	t0=$(date +%s%N)
	bg rohrpost up "$I" >"$I/up.out" 2>&1
	up=$bg_pid
	wait_for 20 grep -q '^rohrpost is up in ' "$I/up.out"; ok "$turn: up says that all answers" $?
	ms=$(since "$t0")
	[ "$ms" -lt 2000 ]; ok "within 2 seconds ($ms ms)" $?
	status "and it does" 0 rohrpost ping "$I"
	t0=$(date +%s%N)
	status "down" 0 rohrpost down "$I"
	wait "$up"; is "up has ended well" $? 0
	ms=$(since "$t0")
	[ "$ms" -lt 2000 ]; ok "within 2 seconds ($ms ms)" $?
	is "and nothing is left" "$(pgrep -f "$I/")" ""
done

# a clock that is set meanwhile, as at boot: at each look it is an hour later,
# and then an hour earlier
mkdir "$T/stubs"
cat >"$T/stubs/date" <<X
#!/bin/sh
case \$* in +%s) ;; *) exec $(command -v date) "\$@" ;; esac
echo x >>$T/looks
echo \$((1800000000 + \$(cat $T/way) * \$(wc -l <$T/looks)))
X
chmod 755 "$T/stubs/date"
starts() {
	echo "$1" >"$T/way"
	bg env PATH="$T/stubs:$PATH" rohrpost up "$I" >"$I/up.out" 2>&1
	up=$bg_pid
}
starts 3600
wait_for 20 grep -q '^rohrpost' "$I/up.out"; ok "the clock is set forward: up says something" $?
is "that all answers" "$(sed -n '1s/ in .*//p' "$I/up.out")" "rohrpost is up"
stop_instance
chmod 644 "$I/service/deliver/run"
starts -3600
wait_for 40 grep -q 'not everything works' "$I/up.out"; ok "and back: up does not wait for that hour" $?
stop_instance
done_testing
