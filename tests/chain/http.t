#!/bin/sh
# alone: an instance with --http: a key, mail by curl and by Python's requests, to its
# recipient; the log says whose it was; a key that is revoked is none
. "$(dirname "$0")/../lib.sh"
. "$top/tests/instance.sh"
need_runit
command -v curl >/dev/null || { skip "no curl"; done_testing; exit 0; }
cd "$T" || exit 1
D=$T/i
port=$(free_port)
hport=$(free_port)
rohrpost init "$D" --smtp "127.0.0.1:$port" --http "127.0.0.1:$hport" --user you --accept-limits >init.out 2>&1
is "an instance" $? 0
rohrpost up "$D" >up.out 2>&1 &
up=$!
url=http://127.0.0.1:$hport
there() { [ "$(curl -s -o health -w '%{http_code}' "$url/healthz")" = 200 ]; }
wait_for 60 there; ok "it is there" $?
key=$(rohrpost key-add "$D" acme user | grep -o 'rp_[0-9A-Za-z_]*')
like "a first key" "$key" '^rp_'
# ask ARGUMENT...
ask() { curl -s -o out -w '%{http_code}' --max-time 60 -H "Authorization: Bearer $key" "$@"; }
taken() { [ "$(ask "$url/v1/messages" -H 'Content-Type: application/json' -H 'Idempotency-Key: first' \
	-d '{"from":"Ann <ann@a.example>","to":"you@localhost","subject":"by curl","text":"hi"}')" = 202 ]; }
wait_for 60 taken; ok "a message" $?
id=$(sed -n 's/^{"id":"\([a-z0-9]*\)".*/\1/p' out)
in_box() { grep -qr "Subject: $1" "$D/mail/you"; }
wait_for 60 in_box "by curl"; ok "reaches its recipient" $?
taken; ok "said again" $?
is "is the same" "$(cat out)" "{\"id\":\"$id\",\"repeated\":true}"
if python3 -c 'import requests' 2>/dev/null; then
	python3 - "$url" "$key" >py 2>&1 <<'X'
import sys
import requests
url, key = sys.argv[1:]
s = requests.Session()
s.headers["Authorization"] = "Bearer " + key
m = [{"from": "ann@a.example", "to": "you@localhost", "subject": "by requests %d" % i, "text": "hi"}
     for i in range(2)]
r = s.post(url + "/v1/messages", json={"messages": m})
print(r.status_code, r.json()["accepted"])
r = s.post(url + "/v1/mail/send", data=b"From: ann@a.example\r\nTo: you@localhost\r\nSubject: by requests 2\r\n\r\nhi\r\n",
           headers={"Content-Type": "message/rfc822"})
print(r.status_code, len(r.json()["id"]) > 10)
r = s.post(url + "/v1/messages", json={"to": 7})
print(r.status_code, r.headers["Content-Type"], r.json()["status"])
X
	is "by requests" "$(cat py)" "202 2
202 True
422 application/problem+json 422"
	for n in 0 1 2; do
		wait_for 60 in_box "by requests $n"; ok "reaches its recipient, too" $?
	done
else
	skip "no python3-requests"
fi
rohrpost log "$D" "$id" >log 2>&1
like "the log says whose it was" "$(cat log)" 'tenant:acme'
like "and that it was delivered" "$(cat log)" 'ev:sent'
kid=$(echo "$key" | cut -d_ -f2)
rohrpost key-revoke "$D" "$kid" >/dev/null 2>&1 || account-edit "$D" key-revoke "$kid" >/dev/null
gone() { [ "$(ask "$url/v1/mail/send" -H 'Content-Type: message/rfc822' -d x)" = 401 ]; }
wait_for 10 gone; ok "a key that is revoked is none" $?
rohrpost status "$D" >status 2>&1
like "status knows the service" "$(cat status)" 'run: http:'
rohrpost down "$D" >/dev/null 2>&1
wait "$up"
done_testing
