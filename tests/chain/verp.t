#!/bin/sh
# A message goes in over SMTP, gets a return path that tells it, and out over
# SMTP; what would come back to that address is recognized.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
mkdir "$T/mx"
bg python3 "$top/tests/tools/fakemx.py" "$T/mx"
wait_for 10 test -s "$T/mx/port"; ok "a server to send to" $?
new_instance site --local example.org || exit 1
echo "to:@relay.test host:[127.0.0.1]:$(cat "$T/mx/port")" >"$I/conf/routes"
cat >"$I/conf/fix" <<'X'
header:X-Stream-Id set-tag:stream=%{header:X-Stream-Id} remove:X-Stream-Id
tag:stream=news return-path:bounces.example.org verp list-unsubscribe:https://example.org/u/ one-click
X
token-check -n "$I/conf/token-keys"
conf-build "$I/conf"; ok "conf-build" $?
sed -i "s,unix:[^ ]*/inject.sock,mail-fix -C $I/conf -k $I/conf/token-keys &," "$I/service/smtp/run"
start_instance; ok "instance is up" $?

send() { swaks --silent 2 --server "127.0.0.1:$port" --from ann@example.org "$@"; }
status "a message" 0 send --to joe@relay.test --add-header 'X-Stream-Id: news' --add-header 'X-Uuid: k3x9' --body 'to one'
wait_for 20 test -s "$T/mx/msg.1"; ok "arrives" $?
path=$(sed -n 's/.*MAIL FROM:<\([^>]*\)>.*/\1/p' "$T/mx/log" | head -1)
like "with a return path" "$path" '^b-[a-z2-7]{4}-k3x9-[a-z2-7]{16}-joe=relay\.test@bounces\.example\.org$'
check() { token-check -k "$I/conf/token-keys" "$1" | cut -f 1,2,3,5 | tr '\t' ' '; }
is "which tells message and recipient" "$(check "$path")" "good bounce k3x9 joe@relay.test"
is "as a relay may have it" "$(check "$(echo "$path" | tr '[:lower:]' '[:upper:]')")" "good bounce k3x9 JOE@RELAY.TEST"
is "another's is forged" "$(check "$(echo "$path" | sed s/joe/jim/)")" "forged bounce  "
tr -d '\r' <"$T/mx/msg.1" >"$T/m"
is "the field for us is gone" "$(grep -ci '^x-stream-id' "$T/m")" 0
like "unsubscribing with one click" "$(cat "$T/m")" '^List-Unsubscribe-Post: List-Unsubscribe=One-Click$'
url=$(tr -d '\n' <"$T/m" | sed 's/.*List-Unsubscribe: <\([^>]*\)>.*/\1/')
is "the link tells them, too" "$(check "$url")" "good unsubscribe k3x9 joe@relay.test"
like "the log joins them" "$(cat "$I"/log/*/current)" 'ev:accepted.*from:b-[^	]*-joe=relay\.test@bounces\.example\.org.*tag:stream=news'
logged() { grep -qE "	ev:$1	.*	uuid:k3x9(	|\$)" "$I"/log/*/current; }
wait_for 10 logged accepted; ok "and its id" $?
wait_for 10 logged sent; ok "to the end" $?

long=firstname.lastname.of-some-company@relay.test
status "a long recipient" 0 send --to $long --add-header 'X-Stream-Id: news' --add-header 'X-Uuid: k3z2abcdefgh0123'
of_long() { sed -n 's/.*MAIL FROM:<\(b-[^>]*k3z2[^>]*\)>.*/\1/p' "$T/mx/log" | sed 1q; }
left() { [ -n "$(of_long)" ]; }
wait_for 20 left; ok "arrives" $?
path=$(of_long)
like "with a proof of him in its return path" "$path" '^b-[a-z2-7]{4}-k3z2abcdefgh0123-[a-z2-7]{16}-[a-z2-7]{10}@bounces\.example\.org$'
is "which he fits" "$(token-check -k "$I/conf/token-keys" -r $long "$path" | cut -f 1,7)" "good	recipient"
is "and nobody else" "$(token-check -k "$I/conf/token-keys" -r joe@relay.test "$path" | cut -f 1,7)" "good	another"

status "two recipients" 0 send --to a@relay.test,b@relay.test --add-header 'X-Stream-Id: news' --add-header 'X-Uuid: k3y1'
two() { [ "$(grep -c 'RCPT TO' "$T/mx/log")" -ge 4 ] && [ -s "$T/mx/msg.3" ]; }
wait_for 20 two; ok "arrives at both" $?
path=$(sed -n 's/.*MAIL FROM:<\(b-[^>]*k3y1[^>]*\)>.*/\1/p' "$T/mx/log" | sort -u)
is "one return path, without a recipient" "$(check "$path")" "good bounce k3y1 "
status "a message that needs nothing" 0 send --to c@relay.test
three() { grep -q 'MAIL FROM:<ann@example.org>' "$T/mx/log"; }
wait_for 20 three; ok "keeps its sender" $?
wait_for 10 queue_empty; ok "the queue is empty" $?
stop_instance
status "nothing is lost" 0 audit
done_testing
