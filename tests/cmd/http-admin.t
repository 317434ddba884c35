#!/bin/sh
# http-admin: each call by each role, with and without the scope it wants; what is his own and
# what is not; the configuration changed in one step; what tries to be an option or a path;
# programs that hang, die and say too much; many at once
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
command -v curl >/dev/null || { skip "no curl"; done_testing; exit 0; }
mkdir -p tmp run/service run/conf run/log/inject-final
export TMPDIR="$T/tmp"
echo mx.test >run/conf/me
printf 'to:@a.example host:relay.example\n' >run/conf/routes
conf-build run/conf && queue-check -i run/queue || exit 1
rm -rf run/log/acts
bg "$tools/fakeroles.py" "$T/account" asked
bg queue-run run/queue answer status:later >/dev/null 2>qlog
wait_for 20 queue-ctl run/queue status
parcel() {
	printf '%s\n\n%s' "$1" "$2" >body
	printf '%d:' "$(wc -c <body)"
	cat body
	printf ,
}
nl='
'
{
	parcel "from a@x.example${nl}to b@c.example${nl}to d@e.example${nl}tenant acme${nl}tag x=1" "hello$nl"
	parcel "from o@x.example${nl}to p@c.example${nl}tenant other" "secret$nl"
	parcel "from a@x.example${nl}to q@c.example${nl}tenant acme" "third$nl"
} >in
queue-inject run/queue <in 2>run/log/inject-final/current | tr , '\n' | cut -c 5- >ids
id=$(sed -n 1p ids) other=$(sed -n 2p ids) third=$(sed -n 3p ids)
# serve [BIN]: http-admin behind a socket
serve() {
	rm -f sock
	bg sock-serve -c 20 "unix:$T/sock" "${1:-}http-admin" -a "unix:$T/account" run 2>>log
	server=$bg_pid
	wait_for 20 test -S sock
}
# ask KEY CURL-ARGUMENT...: the status; the answer is in out, its head in head
ask() {
	ask_key=$1; shift
	curl -s -g --path-as-is -o out -D head -w '%{http_code}' --max-time 60 --unix-socket sock -H "Authorization: Bearer rp_$ask_key" "$@"
}
x=http://x
serve
waiting() { [ "$(queue-list -l run/queue state:waiting | wc -l)" = 4 ]; }
wait_for 20 waiting; ok "all wait" $?

# every cell
"$tools/admincells.py" "$T/sock" "$id" "$other" >cells
while read -r line; do
	case $line in
	ok*) ok "${line#ok }" 0 ;;
	*) ok "${line#not ok }" 1 ;;
	esac
done <cells
[ "$(wc -l <cells)" -gt 800 ]; ok "those were all" $?
is "none of it has changed anything" "$(queue-list -l run/queue state:waiting | wc -l)" 4
is "and no event says so, but that which was about none" "$(grep -vc "what:id:0000000000100000000a" run/log/acts/current)" 0

# the queue
is "a list" "$(ask admin $x/v1/queue)" 200
is "each recipient" "$(grep -c '"id":' out)" 4
is "selected" "$(ask admin "$x/v1/queue?to=b@c.example&state=waiting")" 200
is "one" "$(grep -c '"id":' out)" 1
like "numbers are some" "$(cat out)" '"n":0,.*"size":6,"try":0'
is "a page" "$(ask admin "$x/v1/queue?limit=3")" 200
next=$(sed -n 's/.*"next":"\(.*\)"}/\1/p' out)
is "has three" "$(grep -c '"id":' out)" 3
is "the next" "$(ask admin "$x/v1/queue?limit=3&after=$next")" 200
is "has the rest" "$(grep -c '"id":' out) $(grep -c '"next":null' out)" "1 1"
is "nothing" "$(ask admin "$x/v1/queue?to=nobody@x")" 200
is "is a list, too" "$(tr -d '\n' <out)" '{"recipients":[],"next":null}'
is "no state" "$(ask admin "$x/v1/queue?state=none")" 400
like "says so" "$(cat out)" '"detail":"state:none: .*"'
like "as a problem" "$(cat head)" '^Content-Type: application/problem\+json'
is "stats" "$(ask admin "$x/v1/queue/stats?by=tenant")" 200
like "by tenant" "$(cat out)" '"tenant":"acme","recipients":3,"waiting":3'
is "by nothing known" "$(ask admin "$x/v1/queue/stats?by=-x")" 400
is "an order in JSON" "$(ask operator -H 'Content-Type: application/json' -d '{"domain":["c.example","e.example"],"tenant":"acme"}' $x/v1/queue/hold)" 200
is "what it did" "$(cat out)" '{"ok":1,"count":3,"out":0,"failed":0}'
is "and who" "$(tail -n 1 run/log/acts/current | cut -f 3- | tr '\t' ' ' | sed 's/ by:.* what/ what/')" \
	"prog:http-admin act:hold what:domain:c.example domain:e.example tenant:acme org:acme who:ann key:k1"
is "released" "$(ask admin -X POST -H 'X-Forwarded-For: 192.0.2.9, 192.0.2.7' "$x/v1/queue/release?tenant=acme")" 200
like "with the client" "$(tail -n 1 run/log/acts/current)" 'client:192.0.2.7$'
like "of which account-check hears" "$(grep -a 'ip:' asked | tail -n 1)" 'ip:192.0.2.7'
is "all is not said by saying nothing" "$(ask admin -X POST $x/v1/queue/delete)" 400
is "suspended" "$(ask admin -H 'Content-Type: application/json' -d '{"tenant":"none","for":"2h","reason":"a b"}' $x/v1/suspend)" 200
like "has a number" "$(cat out)" '^\{"order":1,'
is "it stands" "$(ask admin $x/v1/suspensions)" 200
like "with why" "$(cat out)" '"reason":"a b"'
is "resumed" "$(ask admin -X POST "$x/v1/resume?id=1")" 200
is "why" "$(ask admin "$x/v1/why?to=p@c.example")" 200
like "is told" "$(cat out)" 'answers every job'

# his own
is "messages of his own" "$(ask user "$x/v1/messages?tenant=other")" 200
is "whatever he names" "$(grep -c '"tenant":"acme"' out) $(grep -c '"tenant":"other"' out)" "3 0"
is "a message" "$(ask user $x/v1/messages/$id)" 200
like "where it is" "$(cat out)" '"where":"waiting"'
like "and what was logged" "$(cat out)" '"ev":"accepted"'
is "another's" "$(ask user $x/v1/messages/$other)" 404
like "is not there" "$(cat out)" 'there is no such message'
is "nor its content" "$(ask user $x/v1/messages/$other/content)" 404
is "his is" "$(ask user $x/v1/messages/$id/content; cat out)" "200hello"
is "no other's is deleted" "$(ask user -X DELETE $x/v1/messages/$other)" 404
like "a try is told" "$(tail -n 1 run/log/acts/current)" "what:id:$other tenant:acme.*failed:1"
is "his is" "$(ask user -X DELETE $x/v1/messages/$third)" 200
gone() { [ -z "$(queue-list -l run/queue "id:$third")" ]; }
wait_for 20 gone; ok "and is gone" $?
is "the other's is not" "$(queue-list -l run/queue "id:$other" | wc -l)" 1
cat qlog >>run/log/inject-final/current
is "what became of it" "$(ask user $x/v1/messages/$third)" 200
like "the log says" "$(cat out)" '"ev":"deleted"'
is "another tenant, by its capitals" "$(ask user@Other $x/v1/messages/$other)" 200
is "counted" "$(ask user "$x/v1/statistics?scale=month&last=2")" 200
like "his own" "$(cat out)" '"total":\{.*"accepted":2,"recipients":3,"sent":0,.*"deleted":1'
is "all" "$(ask admin "$x/v1/statistics?scale=month&last=2")" 200
like "of all" "$(cat out)" '"total":\{.*"accepted":3,"recipients":4'
is "another scale" "$(ask admin "$x/v1/statistics?scale=year")" 400
is "the log" "$(ask admin "$x/v1/log?ev=accepted&limit=2")" 200
is "the newest" "$(grep -c '"ev":"accepted"' out) $(grep -c '"more":true' out)" "2 1"

# who it is
is "basic" "$(curl -s -o out -w '%{http_code}' --unix-socket sock -u ann:rp_user $x/v1/me)" 200
is "and a wrong one" "$(curl -s -o out -w '%{http_code}' --unix-socket sock -u eve:rp_user $x/v1/me)" 401
sign() {
	printf '%s\n%s\n%s\n%s\n%s' "$1" "$2" "$3" "$4" "$(printf %s "$5" | sha256sum | cut -c 1-64)" |
		openssl dgst -sha256 -hmac "$(printf secret | sha256sum | cut -c 1-64)" | sed 's/.* //'
}
hmac() { curl -s -o out -w '%{http_code}' --unix-socket sock -H "Authorization: HMAC rp_admin:7:$1:$2" "$x/v1/queue?limit=1"; }
sum=$(sign GET '/v1/queue?limit=1' 7 00112233 '')
is "signed" "$(hmac 00112233 "$sum")" 200
is "once" "$(hmac 00112233 "$sum")" 401
is "another nonce" "$(hmac 00112234 "$sum")" 401
is "signed, an edit" "$(curl -s -o out -w '%{http_code}' --unix-socket sock -H 'Content-Type: application/json' \
	-H "Authorization: HMAC rp_admin:7:00112235:$(sign POST /v1/organisations 7 00112235 '{"org":"new"}')" -d '{"org":"new"}' $x/v1/organisations)" 201
is "not known now" "$(ask later $x/v1/me)" 503
like "when to come again" "$(cat head)" '^Retry-After: 5'
is "too often" "$(ask slow $x/v1/me)" 429
like "when, too" "$(cat head)" '^Retry-After: 7'

# accounts
is "a user" "$(ask orgadmin -H 'Content-Type: application/json' -d '{"name":"bob","role":"user","password":"p:w","disabled":true}' $x/v1/organisations/acme/users)" 201
is "as it was asked for" "$(cat out)" '{"act": "user-add", "org": "acme", "name": "bob", "role": "user", "state": "off", "secret": "p:w"}'
is "a key" "$(ask user -H 'Content-Type: application/json' -d '{}' $x/auth/apikeys)" 403
is "of lists" "$(ask admin -H 'Content-Type: application/json' -d '{"role":"user","scopes":["send","read"],"expires":1800000000}' $x/v1/organisations/acme/keys)" 201
is "commas between" "$(cat out)" '{"act": "key-add", "org": "acme", "role": "user", "scopes": "send,read", "expires": "1800000000"}'
is "there already" "$(ask admin -H 'Content-Type: application/json' -d '{"org":"taken"}' $x/v1/organisations)" 409
is "none" "$(ask admin -X DELETE $x/v1/organisations/gone)" 404
is "bad" "$(ask admin -X DELETE $x/v1/organisations/bad)" 422
is "not one in the path and another" "$(ask admin -X PATCH -H 'Content-Type: application/json' -d '{"org":"else"}' $x/v1/organisations/acme)" 400
is "a list" "$(ask admin $x/v1/organisations)" 200
is "and where it goes on" "$(tail -n 1 out)" '{"items":[{"act": "org-list"}],"next":"behind"}'

# the configuration
etag() { sed -n 's/^ETag: \(.*\)\r$/\1/p' head; }
is "the files" "$(ask admin $x/v1/config)" 200
like "with digests" "$(cat out)" '"name":"routes","size":33,.*"digest":"[0-9a-f]{64}","in-force":true'
is "a text" "$(ask admin $x/v1/config/routes; cat out)" "200to:@a.example host:relay.example"
old=$(etag)
is "its digest" "$old" "\"$(sha256sum <run/conf/routes | cut -c 1-64)\""
printf 'to:@a.example host:other.example\n' >new
printf 'to:@a.example hots:other.example\n' >bad
is "not of which" "$(ask admin -X PUT --data-binary @new $x/v1/config/routes)" 428
is "of another" "$(ask admin -X PUT -H 'If-Match: "x"' --data-binary @new $x/v1/config/routes)" 412
is "tried" "$(ask admin -X PUT -H "If-Match: $old" --data-binary @new "$x/v1/config/routes?check=1")" 200
like "what would change" "$(cat out)" '"in-force":false,"said":"- conf/routes:1: .*relay.example\\u000a\+ conf/routes:1: .*other.example'
is "nothing has" "$(cat run/conf/routes)" "to:@a.example host:relay.example"
is "a bad one" "$(ask admin -X PUT -H "If-Match: $old" --data-binary @bad $x/v1/config/routes)" 422
like "file and line" "$(cat out)" '"detail":"conf-build: conf/routes:1: hots:other.example: '
is "changes nothing" "$(cat run/conf/routes)" "to:@a.example host:relay.example"
is "a good one" "$(ask admin -X PUT -H "If-Match: $old" --data-binary @new $x/v1/config/routes)" 200
like "is in force" "$(cat out)" '"in-force":true'
is "there" "$(cat run/conf/routes)" "$(cat new)"
like "and compiled" "$(cdb -d run/conf/routes.cdb 2>/dev/null || strings run/conf/routes.cdb)" 'other.example'
is "its digest" "$(etag)" "\"$(sha256sum <new | cut -c 1-64)\""
is "who" "$(grep -c "act:config-put	.*what:routes	org:acme	who:ann	key:k1	now:$(sha256sum <new | cut -c 1-64)" run/log/acts/current)" 1
is "conf-build says it, too" "$(grep -c 'prog:conf-build	act:conf	.*what:routes' run/log/acts/current)" 1
is "a second change of the first" "$(ask admin -X PUT -H "If-Match: $old" --data-binary @new $x/v1/config/routes)" 412
is "a new file" "$(ask admin -X PUT -H 'If-None-Match: *' -d 'a.test' $x/v1/config/local)" 200
is "once" "$(ask admin -X PUT -H 'If-None-Match: *' -d 'b.test' $x/v1/config/local)" 412
is "back" "$(ask admin -X POST $x/v1/config/undo)" 200
chmod 0640 run/conf/routes
is "rights stay" "$(ask admin -X PUT -H 'If-Match: *' --data-binary @new $x/v1/config/routes; stat -c %a run/conf/routes)" "200640"
head -c 1048576 /dev/zero | tr '\0' '#' | fold -w 4000 | head -c 1048576 >large
is "as large as may be" "$(ask admin -X PUT -H 'If-Match: *' --data-binary @large "$x/v1/config/routes?check=1")" 200
echo >>large
is "one byte more" "$(ask admin -X PUT -H 'If-Match: *' --data-binary @large $x/v1/config/routes)" 413
is "in chunks" "$(ask admin -X PUT -H 'If-Match: *' -H 'Transfer-Encoding: chunked' --data-binary @large $x/v1/config/routes)" 413
is "no copies are left" "$(ls tmp)" ""

# names and values that try to be something else
echo secret >run/conf/password
for p in ../logins ..%2f..%2fetc%2fpasswd %2e%2e routes.cdb password .built -u routes%00 'ro%0autes' "$(printf '%0200d' 1)"; do
	got=$(ask admin "$x/v1/config/$p")
	case $got in 400 | 404) ok "config $p" 0 ;; *) is "config $p" "$got" 404 ;; esac
	got=$(ask admin -X PUT -H 'If-None-Match: *' -d x "$x/v1/config/$p")
	case $got in 400 | 404) ok "config put $p" 0 ;; *) is "config put $p" "$got" 404 ;; esac
done
is "nothing was written" "$(ls -A run | tr '\n' ' ')" "conf log queue service "
before=$(queue-list -l run/queue | wc -l)
for v in --help -x '%00' '%09' '%0a' '%0d%0a' '$(touch+pwned)' '`touch+pwned`' ';touch+pwned' '|touch+pwned' '../../x' '-' '%ff%fe' "$(printf '%01025d' 1)"; do
	for k in id domain from to site provider state age tries n larger smaller reply failure class tenant user tag uuid header subject not.to limit after dry-run for reason; do
		printf 'POST /v1/queue/delete?dry-run=1&%s=%s\nGET /v1/queue?%s=%s\n' "$k" "$v" "$k" "$v"
	done
done >tries
python3 - "$T/sock" tries >tried <<'P'
import socket, sys
from concurrent.futures import ThreadPoolExecutor
def ask(line):
    m, p = line.split(" ", 1)
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(60)
    s.connect(sys.argv[1])
    s.sendall(f"{m} {p} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer rp_admin\r\nContent-Length: 0\r\n\r\n".encode())
    got = b""
    while d := s.recv(65536):
        got += d
    return got.split(b" ")[1].decode() + " " + line
lines = [l for i, l in enumerate(open(sys.argv[2]).read().splitlines()) if i % 3 == 0]
with ThreadPoolExecutor(4) as pool:
    for l in pool.map(ask, lines):
        print(l)
P
is "each is an answer, or refused" "$(grep -vE '^(200|400|404) ' tried)" ""
is "and nothing more" "$(queue-list -l run/queue | wc -l) $(ls | grep -c pwned)" "$before 0"

# what is described is there, and all that is there is described
python3 - "$top/doc/openapi-admin.json" >described <<'P'
import json, sys
for path, verbs in json.load(open(sys.argv[1]))["paths"].items():
    for verb in verbs:
        print(verb.upper(), path)
P
while read -r verb path; do
	path=$(echo "$path" | sed "s/{id}/$id/; s/{[a-z]*}/x/g")
	printf '%s %s HTTP/1.1\r\nHost: x\r\n\r\n' "$verb" "$path" | http-admin -a "unix:$T/account" run | head -n 1 | tr -d '\r' | grep -v ' 401 '
done <described >strange
is "each call that is described is one" "$(cat strange)" ""
sed -n 's/^\.It \([A-Z]* \/v1[^ ?]*\).*/\1/p' "$top/doc/man/http-admin.8" | sed 's/ID/{id}/; s/ORG/{org}/; s/NAME/{name}/; s/NUMBER/{name}/' | sort -u >paged
is "and those of the page are" "$(sort -u described)" "$(cat paged)"

# what is no request
line() { printf "$@" | http-admin -a "unix:$T/account" run 2>>log | head -n 1 | tr -d '\r'; }
is "nothing" "$(http-admin -a "unix:$T/account" run </dev/null)" ""
is "no host" "$(line 'GET / HTTP/1.1\r\n\r\n')" "HTTP/1.1 400 Bad Request"
is "two lengths" "$(line 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n')" "HTTP/1.1 400 Bad Request"
is "half" "$(line 'GET / HT')" "HTTP/1.1 400 Bad Request"
is "parameters that are no JSON" "$(ask admin -d 'all=1' $x/v1/queue/hold)" 415
is "bad JSON" "$(ask admin -H 'Content-Type: application/json' -d '{"all":1' $x/v1/queue/hold)" 400
is "in gzip" "$(ask admin -H 'Content-Encoding: gzip' -H 'Content-Type: application/json' -d '{}' $x/v1/queue/hold)" 415
is "method" "$(ask admin -X PUT $x/v1/messages/$id)" 405
like "which there are" "$(cat head)" '^Allow: GET, DELETE'
status "bad usage" 100 http-admin run
status "no instance" 111 http-admin -a unix:x none </dev/null

# programs that do not do what they should, beside a copy of ours
kill "$server"; wait "$server"
mkdir bin && cp "$(command -v http-admin)" bin
for p in queue-list queue-stat queue-ctl queue-why queue-show log-show conf-build; do
	printf '#!/bin/sh\nexec sh %s/fake "$@"\n' "$T" >bin/$p
	chmod 755 bin/$p
done
serve "$T/bin/"
echo 'kill -9 $$' >fake
is "one that dies" "$(ask admin $x/v1/queue)" 503
is "in a change" "$(ask admin -X POST "$x/v1/queue/hold?all=1")" 503
like "which is told" "$(tail -n 1 run/log/acts/current)" 'act:hold.*failed:1$'
is "in health" "$(ask admin $x/v1/health)" 503
is "down" "$(cat out)" '{"status":"down"}'
is "of a text nothing changes" "$(ask admin -X PUT -H 'If-Match: *' -d 'to:@b.example host:x' $x/v1/config/routes; cat run/conf/routes)" "503$(cat new)"
echo 'echo "queue-list: fatal: no such thing" >&2; exit 100' >fake
is "one that refuses" "$(ask admin $x/v1/queue)" 400
is "in its words" "$(sed 's/.*"detail"://' out)" '"no such thing"}'
echo 'echo "queue-list: fatal: unable to open /secret/path" >&2; exit 111' >fake
is "one that cannot" "$(ask user $x/v1/messages)" 503
is "tells no user of paths" "$(grep -c secret out)" 0
echo 'exec yes "id:0000000000100000000a	n:0	to:a@b.example"' >fake
is "one without an end" "$(ask admin "$x/v1/queue?limit=1")" 200
is "rows of it" "$(ask admin $x/v1/queue/stats)" 200
like "so many" "$(tail -n 1 out)" '"complete":false'
is "a message" "$(ask admin $x/v1/messages/$id/content)" 500
echo 'exec tr "\0" x </dev/zero' >fake
is "a line without an end" "$(ask admin $x/v1/queue)" 500
echo 'echo $$ >>hung; exec sleep 1000' >fake
is "one that hangs" "$(ask admin $x/v1/health)" 503
hung=$(tail -n 1 run/../hung)
is "is ended" "$(kill -0 "$hung" 2>&1 | grep -c .)" 1

# many at once, more than are served
echo 'echo ok:1' >fake
n=0
while [ $n -lt 60 ]; do
	n=$((n + 1))
	curl -s -o /dev/null -w '%{http_code}\n' --max-time 100 --unix-socket sock -H 'Authorization: Bearer rp_admin' $x/v1/health >>many &
	many="${many-} $!"
done
# shellcheck disable=SC2086
wait $many
is "all are answered" "$(grep -c 200 many)" 60
queue-ctl run/queue stop >/dev/null

# by itself
printf 'GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n' >request
http-admin -a "unix:$T/account" run <request >/dev/full 2>err
is "/dev/full" $? 111
http-admin -a "unix:$T/account" run <&- >out 2>err
is "closed descriptor" $? 111
done_testing
