#!/bin/sh
# rohrpost init --accept-limits: SMTP, sendmail and the drop are one count, over a
# kill and a restart; and an instance gets it by upgrade.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
command -v runsvdir >/dev/null || {
	skip "needs runit"
	done_testing
	exit 0
}
new_instance site --local site.example --user ann --accept-limits || exit 1
like "where limits stand is told" "$(cat "$T/init.out")" "^say how much may come in, in $I/conf/accept"
printf '%s\n' 'domain:* rcpt-cap=6/day@Etc/GMT-12 rcpt-cap=6/day@Etc/GMT' 'client:* rcpt-cap=2/day@Etc/GMT-12 rcpt-cap=2/day@Etc/GMT' \
	'user:* credits=3' >"$I/conf/accept"
conf-build "$I/conf"; ok "a table" $?
start_instance; ok "it is up" $?
used() { accept-limit -n "$I/sock/limit/sock" "$@"; }
# gone LABEL:VALUE PATTERN: it says so
says() { used "$1" | grep -Eq "$2"; }
smtp() {
	swaks --server "127.0.0.1:$port" --from "$1" --to "$2" --header 'Subject: x' >"$T/said" 2>&1
	sed -n 's/^<\*\* *//p; s/^<-  \(250 .*ok\) .*/\1/p' "$T/said" | tail -1
}
is "SMTP" "$(smtp a@out.example ann@site.example,ann+x@site.example)" "250 2.0.0 ok"
wait_for 20 at_least 2 "$I/mail/ann"; ok "mail comes" $?
wait_for 10 says client:127.0.0.1 ': 2 of 2 used'; ok "two recipients of a client" $?
is "not more" "$(smtp a@out.example ann@site.example | sed 's/@.*//')" "450 4.7.1 too many recipients for this client: rcpt-cap=2/day"
like "which the log says" "$(rohrpost log "$I" 200)" 'ev:rejected.*text:too many recipients for this client'
like "by its key" "$(rohrpost log "$I" 200)" 'ev:limited.*key:client:127.0.0.1.limit:rcpt-cap=2/day@Etc/GMT'

hand_in() { printf 'Subject: x\n\nx\n' | ROHRPOST_DIR=$I sendmail -f "$1@out.example" ann@site.example; }
hand_in a; ok "sendmail" $?
wait_for 20 says "user:#$(id -u)" 'credits: 2 left'; ok "is paid for" $?
says from:a@out.example ': 3 of 6 used'; ok "and one count with SMTP" $?

# over a kill
pid=$(sed -n 1p "$I/service/limit/supervise/pid")
kill -KILL "$pid"
again() { [ "$(sed -n 1p "$I/service/limit/supervise/pid")" != "$pid" ] && says from:a@out.example 'of 6 used'; }
wait_for 20 again
says from:a@out.example ': 3 of 6 used'; ok "a kill loses nothing" $?
hand_in a; hand_in a
wait_for 20 says "user:#$(id -u)" 'credits: 0 left'; ok "until all is spent" $?
hand_in a 2>/dev/null
left() { [ "$(find "$I/drop/new" -type f | wc -l)" = "$1" ]; }
is "more is not taken" "$(used "user:#$(id -u)" | grep -c 'credits: 0 left')" 1
rohrpost status "$I" >"$T/status"
is "topped up" "$(accept-limit -a "$I/sock/limit/sock" "user:#$(id -u)" +5)" "user:#$(id -u) has 5 credits"
wait_for 30 left 0; ok "nothing stays in the drop" $?
left_credits() { used "user:#$(id -u)" | sed -n 's/.*credits: \([0-9]*\) left.*/\1/p'; }
keyed() { printf 'Subject: x\n\nx\n' | ROHRPOST_DIR=$I sendmail "$@" -f z@third.example ann@site.example; }
had=$(left_credits)
keyed -O key=one && keyed -O key=one && keyed -O key=one && keyed; ok "the same again, by its key, and another one" $?
is "two are paid for" "$((had - $(left_credits)))" 2
audit >"$T/audit"; ok "log-audit" $?

# while nobody counts, nothing comes in
SVDIR=$I/service sv -w 20 down limit >/dev/null
is "nobody to ask: later" "$(smtp b@other.example ann@site.example)" "451 4.3.0 it cannot be counted now, try again later"
SVDIR=$I/service sv -w 20 up limit >/dev/null
stop_instance; ok "it comes down" $?

# an older instance
new_instance old --local site.example --user ann || exit 1
status "upgrade" 0 rohrpost upgrade "$I" --accept-limits
grep -q -- " -q unix:$I/sock/limit/sock " "$I/service/smtp/run" && [ -x "$I/service/limit/run" ] && [ -d "$I/limit" ]
ok "brings it" $?
status "and keeps it" 0 rohrpost upgrade "$I"
grep -q -- " -q unix:$I/sock/limit/sock " "$I/service/smtp/run"; ok "there" $?
done_testing
