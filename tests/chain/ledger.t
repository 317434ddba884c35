#!/bin/sh
# rohrpost init --ledger: what an instance lets go is kept, and proved, also
# when svlogd begins again
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_runit
# nobody is there: each attempt is granted, and over soon
new_instance site --local site.example --relay "127.0.0.1:$(free_port)" --ledger || exit 1
echo 'site:* conn=3 rate=50/s' >"$I/conf/throttle"
conf-build "$I/conf" throttle
start_instance; ok "it is up" $?
send() { printf 'Subject: x\n\nx\n' | ROHRPOST_DIR=$I sendmail -f someone@site.example "$1@example.org"; }
ledger() { cat "$I"/ledger/@*.s "$I/ledger/current" 2>/dev/null; }
has() { [ "$(ledger | python3 "$top/tests/tools/ledgerlines.py" | grep -c "^led:$2	")" -ge "$1" ]; }
send a
wait_for 60 has 1 end; ok "a transaction is in the ledger, with its end" $?
ledger | throttle-check "$I/conf" >"$T/found"
is "it is within the limits" $? 0
like "which stand in conf/throttle" "$(cat "$T/found")" 'rule:.*/conf/throttle:1	key:site:\*	limit:rate=50/s,burst=3	keys:1'
SVDIR=$I/service sv -w 20 restart ledger >/dev/null; ok "svlogd begins again" $?
send b
wait_for 60 has 2 end; ok "and the ledger goes on" $?
ledger | throttle-check "$I/conf" >"$T/found"
is "as one" $? 0
like "of one start" "$(tail -n 1 "$T/found")" 'starts:1	grants:[2-9]'
stop_instance; ok "it comes down" $?
ledger | throttle-check "$I/conf" >"$T/found"; is "and nothing was lost" $? 0
done_testing
