#!/bin/sh
# http-recv: requests into parcels, receipts into answers; who may, what is refused, and
# what is no request
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
export top
cd "$T" || exit 1
command -v curl >/dev/null || { skip "no curl"; done_testing; exit 0; }
mkdir conf tmp parcels
export TMPDIR="$T/tmp"
echo mx.test >conf/me
echo local.test >conf/local
conf-build conf && queue-check -i queue || exit 1
bg "$tools/fakeaccount.py" "$T/account" asked
wait_for 10 test -S account
# up OPTION... NEXT...: it serves at $T/sock
up() {
	rm -f sock
	bg http-recv -C conf -a "unix:$T/account" -l "unix:$T/sock" -x "$@" 2>>log
	server=$bg_pid
	wait_for 10 test -S sock
}
down() { kill "$server"; wait "$server"; }
# ask CURL-ARGUMENT...: the status; the answer is in out, its head in head
ask() {
	curl -s -o out -D head -w '%{http_code}' --max-time 20 --unix-socket sock \
		-H 'X-Forwarded-For: 192.0.2.7' "$@"
}
key='Authorization: Bearer rp_good'
url=http://api.test
# raw ARGUMENT...: a message as it is
raw() { ask -H "$key" -H 'Content-Type: message/rfc822' "$@"; }
id() { sed -n 's/^{"id":"\([a-z0-9]*\)".*/\1/p' out; }
show() { queue-show queue "$(id)" 2>/dev/null; }
queued() { queue-list -l queue | wc -l; }
printf 'From: Ann <ann@a.example>\nTo: joe@b.example, "Kim, K." <kim@c.example>\nBcc: eve@d.example\nSubject: hello\n\nhi\n' >mail
up queue-inject -k 3600 queue

# raw
is "a message as it is" "$(raw --data-binary @mail $url/v1/mail/send)" 202
like "has an id" "$(cat out)" '^\{"id":"[a-z0-9]+"\}$'
show >shown
is "recipients out of the header" "$(sed -n 's/^to  *[^ ]* *[^ ]* *//p' shown | grep -c @)" "$(grep -c '^to' shown)"
is "all three" "$(grep -oE '(joe@b|kim@c|eve@d).example' shown | sort -u | tr '\n' ' ')" "eve@d.example joe@b.example kim@c.example "
is "and no Bcc" "$(grep -ci '^bcc' shown)" 0
like "from the header" "$(cat shown)" 'ann@a.example'
like "a trace field" "$(cat shown)" '^Received: from .*192.0.2.7'
like "with HTTP" "$(cat shown)" 'with HTTP'
like "it is completed" "$(cat shown)" '^Message-ID: <'
is "envelope by the query" "$(raw --data-binary @mail "$url/v1/mail/send?from=b%40x.example&to=r%40y.example&to=s@y.example&tag=campaign=7")" 202
show >shown
is "none of the header's" "$(sed '/^$/,$d' shown | grep -c joe@)" 0
like "sender" "$(cat shown)" 'b@x.example'
like "tag" "$(cat shown)" 'campaign=7'
is "by fields" "$(raw -H 'X-Envelope-From: e@x.example' -H 'X-Envelope-To: f@y.example, g@y.example' --data-binary @mail $url/v1/mail/send)" 202
is "two" "$(show | sed '/^$/,$d' | grep -oE '[fg]@y.example' | sort -u | wc -l)" 2
is "octet-stream" "$(ask -H "$key" -H 'Content-Type: application/octet-stream' --data-binary @mail $url/v1/mail/send)" 202
is "another type" "$(ask -H "$key" -H 'Content-Type: text/html' --data-binary @mail $url/v1/mail/send)" 415
sed 's/$/\r/' mail >crlf
is "with CRLF" "$(raw --data-binary @crlf $url/v1/mail/send)" 202
is "which is gone" "$(show | grep -c "$(printf '\r')")" 0
printf 'From: a@a.example\nTo: b@b.example\n\na\rb\n' >bare
is "a bare CR" "$(raw --data-binary @bare $url/v1/mail/send)" 422
like "a problem" "$(cat out head)" '"esc":"5.6.0"'
like "of its type" "$(cat head)" '^Content-Type: application/problem\+json'
is "no recipients" "$(printf 'From: a@a.example\n\nx\n' | raw --data-binary @- $url/v1/mail/send)" 422
is "nothing at all" "$(raw -X POST $url/v1/mail/send)" 400
head -c 300000 /dev/zero | tr '\0' 'x' | fold -w 70 | cat mail - >large
is "a large one" "$(raw --data-binary @large $url/v1/mail/send)" 202
is "all of it" "$(show | grep -c 'xxxxxxxxxx')" "$(grep -c xxxxxxxxxx large)"
is "in chunks" "$(raw -H 'Transfer-Encoding: chunked' --data-binary @large $url/v1/mail/send)" 202
gzip -c large >large.gz
is "in gzip" "$(raw -H 'Content-Encoding: gzip' --data-binary @large.gz $url/v1/mail/send)" 202
is "unpacked" "$(show | grep -c 'xxxxxxxxxx')" "$(grep -c xxxxxxxxxx large)"
is "damaged gzip" "$(head -c 200 large.gz | raw -H 'Content-Encoding: gzip' --data-binary @- $url/v1/mail/send)" 400
is "no gzip" "$(raw -H 'Content-Encoding: gzip' --data-binary @mail $url/v1/mail/send)" 400
is "deflate" "$(raw -H 'Content-Encoding: deflate' --data-binary @mail $url/v1/mail/send)" 415
is "who waits for 100" "$(raw -H 'Expect: 100-continue' --data-binary @large $url/v1/mail/send)" 202
like "hears it" "$(cat head)" '^HTTP/1.1 100 '

# once
is "with a key" "$(raw -H 'Idempotency-Key: k7' --data-binary @mail $url/v1/mail/send)" 202
first=$(id) n=$(queued)
is "again" "$(raw -H 'Idempotency-Key: k7' --data-binary @mail $url/v1/mail/send)" 202
is "is the same" "$(cat out)" "{\"id\":\"$first\",\"repeated\":true}"
is "and not there twice" "$(queued)" "$n"
is "another message with that key" "$(raw -H 'Idempotency-Key: k7' --data-binary @large $url/v1/mail/send)" 422
like "is refused" "$(cat out)" '"esc":"5.5.0"'
is "too long a key" "$(raw -H "Idempotency-Key: $(head -c 201 /dev/zero | tr '\0' x)" --data-binary @mail $url/v1/mail/send)" 400
is "the longest" "$(raw -H "Idempotency-Key: $(head -c 200 /dev/zero | tr '\0' x)" --data-binary @mail $url/v1/mail/send)" 202

# who
who() { ask -H "Authorization: $1" -H "Content-Type: message/rfc822" --data-binary @mail $url/v1/mail/send; }
is "nobody" "$(ask --data-binary @mail $url/v1/mail/send)" 401
like "what is wanted" "$(cat head)" '^WWW-Authenticate: Bearer'
is "no such key" "$(who 'Bearer rp_none')" 401
is "no scheme" "$(who rp_good)" 401
is "another scheme" "$(who 'Digest rp_good')" 401
is "basic" "$(ask -H 'Content-Type: message/rfc822' -u ann:secret --data-binary @mail $url/v1/mail/send)" 202
is "a wrong password" "$(ask -H 'Content-Type: message/rfc822' -u ann:secre --data-binary @mail $url/v1/mail/send)" 401
who() { ask -H "Authorization: $1" -H 'Content-Type: message/rfc822' --data-binary @mail "$url/v1/mail/send${2-}"; }
is "as Postal has it" "$(ask -H 'X-Server-API-Key: rp_good' -H 'Content-Type: message/rfc822' --data-binary @mail $url/v1/mail/send)" 202
is "may not send" "$(who 'Bearer rp_read')" 403
is "suspended" "$(who 'Bearer rp_off')" 403
is "too often" "$(who 'Bearer rp_slow')" 429
like "when to come again" "$(cat head)" '^Retry-After: 7'
is "not known now" "$(who 'Bearer rp_later')" 503
like "when to come again" "$(cat head)" '^Retry-After: 30'
is "his own sender" "$(who 'Bearer rp_a')" 202
is "another envelope" "$(who 'Bearer rp_a' '?from=x@b.example')" 403
is "another From" "$(sed 's/^From.*/From: x@b.example/' mail | ask -H 'Authorization: Bearer rp_a' -H 'Content-Type: message/rfc822' --data-binary @- "$url/v1/mail/send?from=ann@a.example")" 403
is "two From" "$(sed 's/^From.*/&\nFrom: ann@a.example/' mail | ask -H 'Authorization: Bearer rp_a' -H 'Content-Type: message/rfc822' --data-binary @- "$url/v1/mail/send?from=ann@a.example")" 403
sign() {
	python3 - "$1" "$2" <<'X'
import hashlib, hmac, sys, time
nonce, url = sys.argv[1:]
body = open("mail", "rb").read()
t = str(int(time.time()))
text = "\n".join(["POST", url, t, nonce, hashlib.sha256(body).hexdigest()])
key = hashlib.sha256(b"secret").hexdigest()
print(f"HMAC k1:{t}:{nonce}:" + hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest())
X
}
s=$(sign 1a "/v1/mail/send?tag=x=y")
is "signed" "$(who "$s" '?tag=x=y')" 202
is "once" "$(who "$s" '?tag=x=y')" 401
is "for another query" "$(who "$(sign 1b '/v1/mail/send?tag=x=y')" '?tag=x=z')" 401
is "for another body" "$(ask -H "Authorization: $(sign 1c /v1/mail/send)" -H 'Content-Type: message/rfc822' --data-binary @large $url/v1/mail/send)" 401
is "an HMAC of nothing" "$(who 'HMAC k1')" 401

# JSON
# json PATH TEXT [ARGUMENT...]
json() {
	path=$1 text=$2; shift 2
	printf '%s' "$text" | ask -H "$key" -H 'Content-Type: application/json' "$@" --data-binary @- "$url$path"
}
is "a message of JSON" "$(json /v1/messages '{"from":"Ann <ann@a.example>","to":["joe@b.example"],"cc":"kim@c.example","bcc":"eve@d.example","subject":"h\u00e9","text":"hi","html":"<p>hi</p>","tags":{"campaign":"7"},"priority":0}')" 202
show >shown
is "its recipients" "$(sed '/^$/,$d' shown | grep -oE '(joe@b|kim@c|eve@d).example' | sort -u | wc -l)" 3
like "its subject" "$(cat shown)" '^Subject: =\?'
like "its tag" "$(sed '/^$/,$d' shown)" 'campaign=7'
is "nobody sees Bcc" "$(sed '1,/^$/d' shown | grep -c eve@)" 0
like "no more urgent than one's own people may be" "$(sed '/^$/,$d' shown)" '^prio[^0-9]*3$'
is "several" "$(json /v1/messages '{"messages":[{"from":"a@a.example","to":"b@b.example","text":"1"},{"from":"a@a.example","to":"c@b.example","text":"2"}]}' -H 'Idempotency-Key: b1')" 202
like "one result each" "$(cat out)" '^\{"accepted":2,"refused":0,"results":\['
cp out first
is "again" "$(json /v1/messages '{"messages":[{"from":"a@a.example","to":"b@b.example","text":"1"},{"from":"a@a.example","to":"c@b.example","text":"2"}]}' -H 'Idempotency-Key: b1')" 202
is "the same" "$(sed 's/,"repeated":true//' out)" "$(cat first)"
is "both are said to be" "$(grep -c '"repeated":true' out)" 2
good=$key
key='Authorization: Bearer rp_a'
is "some that he may not send" "$(json /v1/messages '{"messages":[{"from":"a@a.example","to":"b@b.example","text":"1"},{"from":"a@b.example","to":"c@b.example","text":"2"}]}')" 207
like "are named" "$(cat out)" '^\{"status":403,"detail":"you may not send as this address","esc":"5.7.1"\}'
is "none that he may" "$(json /v1/messages '{"messages":[{"from":"a@b.example","to":"b@b.example","text":"1"}]}')" 403
is "another tenant" "$(json /v1/messages '{"from":"a@a.example","to":"b@b.example","text":"1","tenant":"other"}')" 403
is "his own" "$(json /v1/messages '{"from":"a@a.example","to":"b@b.example","text":"1","tenant":"acme"}')" 202
key='Authorization: Bearer rp_admin'
is "an administrator may" "$(json /v1/messages '{"from":"a@a.example","to":"b@b.example","text":"1","tenant":"other","priority":0}')" 202
like "and is as urgent as he likes" "$(show | sed '/^$/,$d')" '^prio[^0-9]*0$'
key=$good
n=$(queued)
is "one that is wrong" "$(json /v1/messages '{"messages":[{"from":"a@a.example","to":"b@b.example","text":"1"},{"from":"a@b.example","to":"nobody"}]}')" 422
like "is named" "$(cat out)" '"detail":"messages\[1\]'
is "no JSON" "$(json /v1/messages '{"from":')" 400
is "nothing of that was taken" "$(queued)" "$n"
is "no object" "$(json /v1/messages '[]')" 422
is "a name twice" "$(json /v1/messages '{"from":"a@a.example","from":"b@a.example","to":"b@b.example","text":"1"}')" 400

# as others have it
is "Zetamail: one" "$(json /sendemail '{"from":"a@a.example","to":"b@b.example","subject":"s","text":"1","html":"<b>1</b>","reply-to":"r@a.example"}')" 202
like "to whom to reply" "$(show)" '^Reply-To: .*r@a.example'
for p in /sendmultiemails /sendmultimails; do
	is "Zetamail: $p" "$(json $p '[{"from":"a@a.example","to":"b@b.example","text":"1"},{"from":"a@a.example","to":"c@b.example","text":"2"}]')" 202
	like "two" "$(cat out)" '"accepted":2'
done
is "KumoMTA" "$(json /api/inject/v1 '{"envelope_sender":"a@a.example","content":"From: a@a.example\nSubject: k\n\nhi\n","recipients":[{"email":"b@b.example"},{"email":"c@b.example"}]}')" 200
is "two of their own" "$(cat out)" '{"success_count":2,"fail_count":0,"failed_recipients":[],"errors":[]}'
is "one that is none" "$(json /api/inject/v1 '{"envelope_sender":"a@a.example","content":"Subject: k\n\nhi\n","recipients":[{"email":"b@b.example"},{"email":"c b"}]}')" 200
like "is named" "$(cat out)" '"success_count":1,"fail_count":1,"failed_recipients":\["c b"\]'
is "KumoMTA: what is not known" "$(json /api/inject/v1 '{"envelope_sender":"a@a.example","content":"x","recipients":[],"template_dialect":"Jinja"}')" 422
m64=$(base64 -w 0 mail)
is "Postal: a message" "$(json /api/v1/send/raw "{\"mail_from\":\"p@a.example\",\"rcpt_to\":[\"x@b.example\",\"y@b.example\"],\"data\":\"$m64\"}" -H 'X-Server-API-Key: rp_good')" 200
like "each has its id" "$(cat out)" '"messages":\{"x@b.example":\{"id":"[a-z0-9]+","token":"[a-z0-9]+"\},"y@b.example":'
is "Postal: JSON" "$(json /api/v1/send/message '{"from":"a@a.example","to":["b@b.example"],"subject":"s","plain_body":"1","tag":"t"}')" 200
like "its answer" "$(cat out)" '^\{"status":"success".*"message_id":"[a-z0-9]+","messages":\{"b@b.example"'
is "SES: a message" "$(json /v2/email/outbound-emails "{\"Content\":{\"Raw\":{\"Data\":\"$m64\"}}}")" 200
like "its answer" "$(cat out)" '^\{"MessageId":"[a-z0-9]+"\}$'
is "SES: JSON" "$(json /v2/email/outbound-emails '{"FromEmailAddress":"a@a.example","Destination":{"ToAddresses":["b@b.example"]},"Content":{"Simple":{"Subject":{"Data":"s"},"Body":{"Text":{"Data":"1"}}}},"EmailTags":[{"Name":"k","Value":"v"}]}')" 200
is "SES: what is wrong" "$(json /v2/email/outbound-emails '{"Content":{}}')" 422

# what is described is there, and nothing else
python3 - >calls <<'X'
import json
d = json.load(open(__import__("os").environ["top"] + "/doc/openapi.json"))
for path, verbs in d["paths"].items():
    for verb, op in verbs.items():
        print(verb.upper(), path, ",".join(sorted(op["responses"])))
X
while read -r verb path codes; do
	code=$(ask -X "$verb" "$url$path")
	like "$verb $path: $code is described" ",$codes," ",$code,"
	is "$path has no other" "$(ask -X DELETE "$url$path")" 405
done <calls
is "as many as there are" "$(wc -l <calls)" "$(grep -c '^	{ "' "$top/lib/api/apiroute.c")"

# what there is
is "another path" "$(raw --data-binary @mail $url/v1/mail/sen)" 404
is "another method" "$(ask $url/v1/mail/send)" 405
like "which it is" "$(cat head)" '^Allow: POST'
is "is it there?" "$(ask $url/healthz)" 200
is "by HEAD" "$(ask -I $url/healthz)" 200
is "what it has" "$(ask $url/v1/openapi.json)" 200
is "is doc/openapi.json" "$(cat out)" "$(cat "$top/doc/openapi.json")"
is "packed" "$(ask --compressed $url/v1/openapi.json)" 200
is "and the same" "$(cat out)" "$(cat "$top/doc/openapi.json")"

like "who was refused stands in the log" "$(cat log)" '	ev:rejected	prog:http-recv	client:192.0.2.7	proto:HTTP	code:401	'
like "and whose message" "$(cat log)" '	ev:rejected	.*	user:ann	tenant:acme	code:422	esc:5.5.0	'
like "who was accepted, too" "$(cat log)" '	ev:accepted	.*	user:ann	.*tenant:acme'
down
is "it ends by TERM" $? 0

# the next link
up "$tools/fakeinject.py" parcels Z
is "a queue that does not take it" "$(raw --data-binary @mail $url/v1/mail/send)" 503
like "later" "$(cat head)" '^Retry-After: 30'
down
up "$tools/fakeinject.py" parcels D
is "and will not" "$(raw --data-binary @mail $url/v1/mail/send)" 422
down
up "unix:$T/nobody"
is "nobody there" "$(raw --data-binary @mail $url/v1/mail/send)" 503
is "healthz says so" "$(ask $url/healthz)" 503
down

# what it does not know itself
bg sock-serve -c 100 "unix:$T/mute" sleep 100
wait_for 10 test -S mute
up -A "unix:$T/mute" queue-inject queue
n=0 asking=''
while [ $n -lt 4 ]; do
	n=$((n + 1))
	curl -s -o /dev/null --max-time 60 --unix-socket sock -H "$key" $url/v1/queue &
	asking="$asking $!"
done
# one that still finds room gives it back after a second
full() { [ "$(ask --max-time 1 -H "$key" $url/v1/queue)" = 503 ]; }
wait_for 30 full; ok "four of an organisation, and no more" $?
like "it is told when to come again" "$(cat head)" '^Retry-After: 30'
is "mail is taken meanwhile" "$(raw --data-binary @mail $url/v1/mail/send)" 202
# shellcheck disable=SC2086
kill $asking
down
up -A "unix:$T/nobody" queue-inject queue
is "nobody there to know it" "$(ask -H "$key" $url/v1/queue)" 503
is "no method of http-recv's own" "$(ask -H "$key" $url/v1/messages)" 503
is "nor what http-recv knows" "$(ask $url/v1/openapi.json)" 200
down
up queue-inject queue
is "nobody was named" "$(ask -H "$key" $url/v1/queue)" 404
down

# with TLS of its own
mkdir tls
echo self.pem >conf/tls
tls-cert self tls/self.pem mail.example.org && conf-build conf
bg sock-serve "unix:$T/keys" tls-key conf tls 2>keys.log
wait_for 10 test -S keys
up -K "$T/keys" queue-inject queue
tls() { curl -s -k -o out -D head -w '%{http_code}' --max-time 20 --unix-socket sock "$@"; }
ready() { [ "$(tls https://mail.example.org/healthz)" = 200 ]; }
wait_for 20 ready; ok "https" $?
is "a message" "$(tls -H "$key" -H 'Content-Type: message/rfc822' --data-binary @large https://mail.example.org/v1/mail/send)" 202
like "by HTTPS" "$(show)" 'with HTTPS'
is "two on one connection" "$(tls -H "$key" https://mail.example.org/healthz https://mail.example.org/healthz -o out2)" 200200
is "no TLS is nothing" "$(ask $url/healthz)" 000
down

# how it is called
http-recv -C conf -a "unix:$T/account" queue-inject queue 2>err
is "nowhere to listen" $? 100
http-recv -C none -a "unix:$T/account" -l "unix:$T/x" queue-inject queue 2>err
is "no configuration" $? 111
http-recv -C conf -a nothing -l "unix:$T/x" queue-inject queue 2>err
is "no account-check" $? 100
# no /dev/full: it writes to its clients alone, and to descriptor 2
http-recv -C conf -a "unix:$T/account" -l - queue-inject queue <&- 2>err
is "closed descriptor" $? 111
done_testing
