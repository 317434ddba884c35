#!/bin/sh
# rohrpost init --rcpt-check --unsub: recipients at the next host are known before
# their mail is taken; who does not want more says so by one click
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
command -v curl >/dev/null || { skip "no curl"; done_testing; exit 0; }
mkdir "$T/inner"
bg python3 "$top/tests/tools/fakemx.py" "$T/inner" rcpt~nobody='550 5.1.1 who?'
inner_pid=$bg_pid
wait_for 10 test -e "$T/inner/port"
unsub=$(free_port)
new_instance site --local example.org --local inner.example.org --user ann --rcpt-check --unsub "127.0.0.1:$unsub" || exit 1
echo 'inner.example.org next' >"$I/conf/rcpt"
echo "to:@inner.example.org host:[127.0.0.1]:$(cat "$T/inner/port")" >"$I/conf/routes"
echo 'list-unsubscribe:https://news.example.org/u/ one-click' >"$I/conf/fix"
echo 'host news.example.org tenant=acme' >"$I/conf/feedback"
conf-build "$I/conf" || exit 1
start_instance; ok "instance is up" $?
export ROHRPOST_DIR="$I"

# codes ADDRESS...: of RCPT to each
codes() {
	python3 - "$port" "$@" <<'X'
import smtplib, sys
s = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=30)
s.ehlo("client.test")
s.mail("sender@far.test")
print(*[s.rcpt(to)[0] for to in sys.argv[2:]])
s.quit()
X
}
wait_for 10 test -S "$I/sock/rcpt/sock"
is "recipients there, and here" "$(codes joe@inner.example.org nobody@inner.example.org ann@example.org none@example.org)" "250 550 250 550"
kill "$inner_pid"; wait "$inner_pid" 2>/dev/null
is "while the next host is down" "$(codes joe@inner.example.org nobody@inner.example.org eve@inner.example.org ann@example.org)" "250 550 451 250"

printf 'From: news@example.org\nSubject: news\n\nhi\n' | sendmail -f news@example.org ann@example.org
wait_for 15 at_least 1 "$I/mail/ann"; ok "a message with a link" $?
url=$(cat "$I"/mail/ann/new/* | tr -d '\n' | sed -n 's/.*List-Unsubscribe: *<https:\([^>]*\)>.*/\1/p' | tr -d ' \t')
like "which is ours" "$url" '^//news.example.org/u/u1\.'
ask() { curl -s -o /dev/null -w '%{http_code}' --max-time 10 -H 'X-Forwarded-For: 192.0.2.9' --resolve "news.example.org:$unsub:127.0.0.1" "$@" "http:$(echo "$url" | sed "s|news.example.org|&:$unsub|")"; }
is "to follow it does nothing" "$(ask)" 200
is "one click" "$(ask -d List-Unsubscribe=One-Click)" 200
told() { grep -qs "ev:unsubscribe.*	to:ann@example.org	.*tenant:acme	client:192.0.2.9" "$I/log/unsub/current"; }
wait_for 5 told; ok "is an event" $?
is "one" "$(grep -c ev:unsub "$I/log/unsub/current")" 1
status "nothing is wrong" 0 rohrpost status "$I"
[ "$tap_bad" = 0 ] || sed 's/^/# /' "$T/out"
rohrpost log "$I" 500 | grep -q 'ev:unsubscribe'; ok "rohrpost log shows it" $?
stop_instance
done_testing
