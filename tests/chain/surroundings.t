#!/bin/sh
# What no answer shows: services that are stopped, logs, folders, tables, the
# clock and the name servers.  `status` says it and exits 1; mail is taken all
# the same, and `ping` is 0.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"

new_instance site --hold || exit 1
start_instance; ok "up" $?
wait_for 10 grep -q '^rohrpost is up' "$I/up.out"; ok "it says so" $?
status "status of what is well" 0 rohrpost status "$I"
like "says so" "$(cat "$T/out")" "^nothing is wrong$"
# broken NAME TEXT [PING]: status says TEXT and exits 1; ping, of mail that is
# taken all the same, 0
broken() {
	status "$1: status" 1 rohrpost status "$I"
	sed -n '/^wrong/,$p' "$T/out" >"$T/status"
	like "$1: is said" "$(cat "$T/status")" "$2"
	status "$1: ping" "${3:-0}" rohrpost ping "$I"
}

sv -w 7 down "$I/service/drop" >/dev/null
broken "a service that was stopped" "^  drop: is stopped; rohrpost restart $I drop"
status "restart of it" 0 rohrpost restart "$I" drop
sv -w 7 down "$I/service/smtp/log" >/dev/null 2>&1
broken "no log" "^  smtp: its log does not run"
sv up "$I/service/smtp/log" >/dev/null
chmod 644 "$I/service/drop/run"
sv -w 3 force-restart "$I/service/drop" >/dev/null 2>&1
broken "a run file that is none" "^  drop: $I/service/drop/run is no program"
chmod 755 "$I/service/drop/run"
chain=$(pgrep -f "^([^ ]*/)?route (-S [^ ]* )?$I/conf ")
kill -STOP "$chain"
broken "a link that was stopped" "^  deliver: process $chain \(route\) was stopped by a signal: kill -CONT $chain" 111
kill -CONT "$chain"
sed -i.bak "s/'bounce /'no-such-bounce /" "$I/service/deliver/run"
sv -w 7 restart "$I/service/deliver" >/dev/null
ended_twice() { [ "$(rohrpost log "$I" | grep -c "bounce command has ended")" -ge 2 ]; }
wait_for 20 ended_twice; ok "they end, and again" $?
broken "reports that nobody makes" "^  deliver: [0-9:]*: queue-run: warning: the bounce command has ended, status .*no-such-bounce"
like "with where to look" "$(cat "$T/status")" "^    no such program: see the run file"
mv "$I/service/deliver/run.bak" "$I/service/deliver/run"
status "restart with those that do" 0 rohrpost restart "$I" deliver
# for a moment it may be said yet: sv counts whole seconds
wait_for 10 rohrpost status "$I"; ok "and all is well" $?
mkdir "$T/half"
mv "$T/half" "$I/service/half"
mkfifo "$I/service/half/supervise"
broken "a folder without supervisor" "^  half: has no supervisor"
rm -r "$I/service/half"

# a log that was full a moment ago
printf '%s\tev:rejected\n' "$(date -u +ts:%FT%TZ)" "$(date -u -d '2 minutes ago' +ts:%FT%TZ)" >"$I/log/smtp/@4000000069000000000000.s"
like "events of the last minute are those of all files" "$(rohrpost status "$I")" "^  accepted 0 .* rejected 1$"
rm "$I/log/smtp/@"*

sleep 0.01
echo example.net >>"$I/conf/local"
broken "a table that is old" "^  $I/conf/local: is newer than .*: conf-build $I/conf"
is "with what to do, and nothing else" "$(grep -c -e 'is newer' -e 'another program' "$T/status")" 1
conf-build "$I/conf"
echo nonsense of any kind >>"$I/conf/retry"
broken "a text that is wrong" "^  $I/conf/retry:[0-9]*: "
sed -i '$d' "$I/conf/retry"
conf-build "$I/conf"
mv "$I/conf/grey.cdb" "$T"
echo x >"$I/conf/grey.cdb"
broken "a table that is cut short" "^  $I/conf/grey.cdb: is damaged"
mv "$T/grey.cdb" "$I/conf"
mv "$I/log/drop" "$T"
broken "a log folder that is missing" "^  $I/log/drop: is missing"
mv "$T/drop" "$I/log"
mv "$I/conf/me" "$T"
broken "a name that is missing" "^  $I/conf/me: is missing"
mv "$T/me" "$I/conf"
mv "$I/conf/relay.cdb" "$T"
broken "a table that is missing" "^  $I/conf/relay: .*relay.cdb is missing"
mv "$T/relay.cdb" "$I/conf"
# each that conf-build makes; without senders.cdb all may send as anybody
mkdir "$T/tables"
mv "$I"/conf/*.cdb "$T/tables"
rohrpost status "$I" >"$T/out"
for f in "$T/tables"/*.cdb; do
	f=${f##*/}
	grep -q "^  $I/conf/${f%.cdb}: was never compiled, $f is missing" "$T/out" || echo "$f"
done >"$T/unsaid"
is "tables that are missing: each is said" "$(cat "$T/unsaid")" ""
mv "$T/tables"/*.cdb "$I/conf"
mv "$I/drop" "$T"
broken "a folder that is missing" "^  $I/drop: is missing"
mv "$T/drop" "$I"
touch -d '1 hour' "$I/conf/tests"
broken "a clock that was set back" "^  the clock: it says .*/conf/tests is of a later day"
touch "$I/conf/tests"

wait_for 10 rohrpost ping "$I"
printf "127.0.0.1@9\nvalidate auto\n" >"$I/conf/resolver"
settled() { rohrpost status "$I" >"$T/out"; }
wait_for 20 settled; ok "a dead name server is no fault" $?
like "but said" "$(cat "$T/out")" "^warning: the name server 127.0.0.1@9: does not answer"
is "and it alone" "$(grep -c "^warning: the name server" "$T/out")" 1
stop_instance
done_testing
