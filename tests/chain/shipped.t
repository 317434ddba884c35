#!/bin/sh
# rohrpost init --ship: what becomes of a message is told to another system, and
# rohrpost status says how far that is
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
sink() { printf '%s\n' "$1" >"$T/conf.new" && mv "$T/conf.new" "$T/conf"; }
sink '{"kind": "webhook"}'
bg python3 "$top/tests/tools/shipsink.py" "$T/port" "$T/conf" "$T/heard"
sink_pid=$bg_pid
wait_for 10 test -s "$T/port"
users=
[ "$(id -u)" != 0 ] || ! command -v chpst >/dev/null || { chmod 755 "$T"; users=--users; }
# shellcheck disable=SC2086
new_instance site $users --local example.org --user ann \
	--ship "hook webhook http://127.0.0.1:$(cat "$T/port")/events filter=ev:sent,bounced,unsubscribe retry=1..2" \
	--ship "all file $T/site/ship/all.ltsv" || exit 1
is "its lines" "$(grep -c '^hook webhook ' "$I/conf/ship")" 1
start_instance; ok "instance is up" $?
printf 'Subject: x\n\nhi\n' | ROHRPOST_DIR=$I sendmail -f ann@example.org ann@example.org
start=$(date +%s%N)
heard() { grep -qs "$1@example.org" "$T/heard.last"; }
wait_for 10 heard ann; ok "the event is heard" $?
took=$((($(date +%s%N) - start) / 1000000))
[ $took -lt 4000 ]; ok "within seconds: $took ms" $?
shipped() { rohrpost status "$I" >"$T/out" 2>&1 && grep -q '^  hook: 0 wait; 0 refused for good, 0 lost$' "$T/out"; }
wait_for 10 shipped; ok "rohrpost status says so" $?
[ "$tap_bad" = 0 ] || sed 's/^/# /' "$T/out"
grep -qs "ev:accepted.*ann@example.org\|ev:sent.*ann@example.org" "$I/ship/all.ltsv"; ok "a file has it, too" $?
# the other system is away
kill "$sink_pid"; wait "$sink_pid" 2>/dev/null
printf 'Subject: x\n\nhi\n' | ROHRPOST_DIR=$I sendmail -f ann@example.org you@example.org
waits() { rohrpost status "$I" 2>&1 | grep -q '^  hook: 1 wait, '; }
wait_for 10 waits; ok "what is not heard waits" $?
# a log whose file goes before it was read to its end
mkdir "$I/log/extra"
printf 'ts:2026-11-30T09:00:00.000000Z\tev:x\tprog:p\tn:1\n' >"$I/log/extra/current"
wait_for 20 grep -qs 'src:extra	.*n:1' "$I/ship/all.ltsv"; ok "a log more" $?
lost() { rohrpost status "$I" >"$T/out" 2>&1; grep -q "^  all: 0 wait; 0 refused for good, $1 lost\$" "$T/out"; }
wait_for 10 lost 0; ok "nothing is lost" $?
sv -w 10 down "$I/service/ship" >/dev/null; ok "log-ship stands still" $?
printf 'ts:2026-11-30T09:00:01.000000Z\tev:x\tprog:p\tn:2\n' >"$T/current"
mv "$T/current" "$I/log/extra/current"
sv -w 10 up "$I/service/ship" >/dev/null
wait_for 20 lost 1; ok "a file that was removed before it was read is counted" $?
like "and status says what to do" "$(cat "$T/out")" "^  ship: all: 1 times the log was given away before it was shipped: let it have more files, "
stop_instance
done_testing
