#!/bin/sh
# Delivery by a time (RFC 2852): what is to come back then does, with 5.4.7;
# who wanted to be told that it is late is told, once, and it is tried on; and
# who asked hears that a host has it which promises nothing.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
mkdir conf
echo me.example >conf/me
# as the recipient wants it; mail to ann is delivered, beside the reports
cat >chain <<'S'
#!/bin/sh
exec sed -u 's/	to:ann@/	via:local	user:ann&/' | dispatch via:local { local-deliver mail } \
	'to:relay*' { answer status:sent esc:2.0.0 dsn:relayed } \
	{ answer status:deferred esc:4.4.1 code:451 class:connect host:mx.x.example 'text:busy' }
S
chmod +x chain
fresh() {
	no_queue q; queue-check -i q || exit 1; : >log
	rm -rf mail; mkdir -p mail/ann/new mail/ann/cur mail/ann/tmp
}
run() { bg queue-run -C conf -b 'bounce -C conf queue-inject q' q ./chain 2>>log; run_pid=$bg_pid; }
stop() { kill "$run_pid"; wait "$run_pid"; }
parcel() {
	printf '%s\n' 'from ann@me.example' "$@" '' 'Subject: hello' 'Precedence: bulk' '' text >content
	{ printf '%d:' $(($(wc -c <content))); cat content; printf ,; } | queue-inject q 2>>log >receipt
}
reports() { [ "$(ls mail/ann/new | wc -l)" -ge "$1" ]; }
facts() {
	cat mail/ann/new/* 2>/dev/null | awk '/^Final-Recipient: /{r=$3}
		/^Action: /{a=$2} /^Status: /{print r, a, $2}' | sort
}
echo "lifetime=1h warn=0 intervals=1s" >conf/retry; conf-build conf >/dev/null 2>&1

fresh
run
at=$(($(date +%s) + 8))
parcel 'to r@x.example' "deliver-by $at R" "expire $at"
parcel 'to n@x.example' "deliver-by $at N"
parcel 'to never@x.example NOTIFY=NEVER' "deliver-by $at N"
parcel 'to failure@x.example NOTIFY=FAILURE' "deliver-by $at N"
parcel 'to relay@x.example' "deliver-by $at RT"
parcel 'to relay2@x.example NOTIFY=NEVER' "deliver-by $at RT"
ok "reports come" "$(wait_for 20 reports 3; echo $?)"
is "returned, told of, relayed" "$(facts)" "n@x.example delayed 4.4.7
r@x.example failed 5.4.7
relay@x.example relayed 2.0.0"
like "when its time was over" "$(grep ev:expired log)" "to:r@x.example"
[ "$(date +%s)" -ge "$at" ]; ok "not before" $?
like "it was tried before" "$(grep ev:deferred log)" "to:r@x.example"
is "what is late is tried on" "$(queue-list q | grep -c '<n@\|<never@\|<failure@')" 3
before=$(grep -c "ev:deferred.*to:n@x.example" log)
again() { [ "$(grep -c "ev:deferred.*to:n@x.example" log)" -gt $((before + 2)) ]; }
ok "again and again" "$(wait_for 10 again; echo $?)"
is "and told of once" "$(facts | wc -l)" 3

# a time that has passed: told at once; over a death
fresh
kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null
no_queue q; queue-check -i q
parcel 'to n@x.example' "deliver-by $(($(date +%s) - 100)) N"
run
ok "late from the first moment on" "$(wait_for 45 reports 1; echo $?)"
is "told of" "$(facts)" "n@x.example delayed 4.4.7"
stop
log-audit q log >audit 2>&1; ok "the books are right" $?
done_testing
