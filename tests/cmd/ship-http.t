#!/bin/sh
# ship-http: all kinds against a receiver that looks at each byte, and every
# way in which it may fail.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
batch() { python3 "$top/tests/tools/shipbatch.py" "$@"; }
# sink CONF: what the receiver does from now on
sink() { printf '%s\n' "$1" >conf.new && mv conf.new conf && : >log; }
# start CONF: a receiver; sets $url
start() {
	sink "$1"
	rm -f port
	bg python3 "$top/tests/tools/shipsink.py" port conf log
	sink_pid=$bg_pid
	wait_for 10 test -s port
	url=${2:-http}://127.0.0.1:$(cat port)
}
frame() { printf '%d:' "$(wc -c <"$1")"; cat "$1"; printf ,; }
# give FILE ARGUMENTS...: its lines as one batch; the receipt in one line
give() {
	give_file=$1; shift
	frame "$give_file" | ship-http "$@" >receipts 2>err
	echo $? >give.status
	sed '1s/^[0-9]*://; $d' receipts | paste -sd ' '
}
# what the receiver has, and what it finds wrong
has() { sed -n 's/^event //p' log; }
ids() { sed -n 's/^eid:\([0-9a-f]*\).*/\1/p' "$1"; }

# events that strangers have done their best with
batch events 4 >plain
python3 - <<'P' >strange
import hashlib, sys
rows = [rb'ts:2026-11-22T01:02:03.456789Z	ev:sent	prog:queue-run	id:k3p9	n:0	to:joe@example.net	delay:0.087	code:250	text:250 ok	ms:41	tenant:acme',
        rb'ts:2026-11-22T01:02:03.456789Z	ev:bounced	prog:queue-run	id:k3p8	n:1	to:b@x.org	code:550	text:5.1.1 "<b@x.org>" \\ no, such = user\n\xff\x1b[2J ' + b'\xc3\xa9' + rb'\xc2\x85	tag:a=1	tag:stream=news, x	tag:c	failure:unknown-user	failure-type:hard	tenant:b b',
        rb'ts:2026-11-22T01:02:02.000001Z	ev:reported	prog:queue-run	n:0,1	kind:failed	report:r1	x.y-z_1:=,\\',
        rb'ts:2026-11-22T01:02:04Z	ev:rejected	prog:smtp-recv	code:abc	text:',
        rb'ts:2026-11-22T01:02:04Z	ev:bounced	prog:x\\	tag:=	tag:a\x80=1	tag:a\x81=2	tags:z	id:a	id:b	size:99999999999999999999']
for r in rows:
    sys.stdout.buffer.write(b'eid:%s	src:deliver	%s\n' % (hashlib.sha256(r).hexdigest()[:32].encode(), r))
P
cat plain strange >all
ids all | sort >all.ids
start '{"kind": "webhook"}'

# each kind, as it is documented; each event arrives once
while read -r kind want words; do
	sink "$(printf '{"kind": "%s"}' "$kind")"
	# shellcheck disable=SC2086
	is "$kind $words" "$(give all "$kind" "$url" $words)" K
	is "ends well" "$(cat give.status) $(cat err)" "0 "
	is "is as it should be" "$(grep BAD log)" ""
	has | sort | cmp -s - all.ids; ok "each event is there" $?
	is "in so many requests" "$(grep -c "^P.* $want " log)" "$(grep -c '^P' log)"
done <<X
webhook 200
http 200
http 200 format=json
http 200 format=ltsv
elastic 200
opensearch 200 index=o
loki 204
loki 204 stream-labels= job=x
clickhouse 200 database=d table=t async=yes
splunk 200 index=main source=a
gelf 202
influx 204 db=d
influx 204 bucket=b org=o tags=ev
riak 204 bucket=b bucket-type=t
X
sink '{"kind": "elastic", "index": "mail-%Y.%m.%d", "op": "index"}'
is "an index of the day" "$(give all elastic "$url" index=mail-%Y.%m.%d op=index)" K
sink '{"kind": "http", "method": "PUT"}'
is "accounting records" "$(give plain http "$url" format=csv method=PUT)" K
is "are there" "$(grep -c ^event log)" 4
sink '{"kind": "webhook", "fields_of": "manycore"}'
is "other names" "$(give all webhook "$url" fields=manycore)" K
is "of what they know" "$(has | wc -l)" "$(grep -cE 'ev:(sent|deferred|bounced)' all)"
grep ev:accepted plain >accepted
: >log
is "nothing that they know" "$(give accepted webhook "$url" fields=manycore)" K
is "needs no request" "$(cat log)" ""
sink '{"kind": "http", "gzip": true}'
is "compressed" "$(give all http "$url" gzip=yes)" K
is "is so" "$(has | wc -l)" 9
sink '{"kind": "webhook"}'
printf 'stream\nNEWS\n' >words
is "sanitized" "$(give strange webhook "$url/x?y=z" sanitize-file=words)" K
is "has no address in a text" "$(python3 -c 'import json; print([e.get("text") for e in json.load(open("log.last"))][1])')" \
	"$(printf '5.1.1 "<[address]>" \\ no, such = user\n\357\277\275\033[2J \303\251\302\205')"
like "to the path that is named" "$(cat log)" '^POST /x\?y=z 200 5$'

# any bytes, read by another's JSON and taken apart by another's LTSV
cat >anybytes.py <<'P'
import codecs, json, random, re, sys
pieces = [b"a", b"ok", b"\xc3\xa9", b"\xe2\x82\xac", b"\xf0\x9f\x98\x80", b"\xff", b"\xe2\x82", b"\xc2\x85", b'"', b"=", b",",
          b":", b" ", b"\x1b", b"\x7f", rb"\t", rb"\n", rb"\r", rb"\0", rb"\\", rb"\xc3\xa9", rb"\xff", rb"\x00", rb"\xe2"]
labels = ["text", "n", "code", "ms", "tag", "to", "x.y", "ms-dns", "id"]
numbers = ["0", "7", "-1", "0.087", "1,2", "007", "1e3", "123456789012345", "1234567890123456", "", "-", "1."]


def lines():
    r = random.Random(11)
    for i in range(400):
        out = [b"eid:%032x" % i, b"src:x"]
        for k in r.sample(labels, r.randint(0, 6)) + r.sample(labels, r.randint(0, 2)):
            v = b"".join(r.choice(pieces) for _ in range(r.randint(0, 8)))
            if r.random() < 0.5:
                v = r.choice(numbers).encode()
            if k == "tag" and r.random() < 0.7:
                v = b"t%d=" % r.randint(0, 2) + v
            out.append(k.encode() + b":" + v)
        sys.stdout.buffer.write(b"\t".join(out) + b"\n")


def text(v):
    one = {b"t": b"\t", b"n": b"\n", b"r": b"\r", b"0": b"\0", b"\\": b"\\"}
    v = re.sub(rb"\\(x..|.)", lambda m: bytes([int(m[1][1:], 16)]) if m[1][:1] == b"x" else one[m[1]], v)
    return v.decode("utf-8", "each")


def value(k, v):
    t = text(v)
    number = r"-?(0|[1-9]\d*)(\.\d+)?"
    if k in ("n", "code", "ms", "ms-dns") and re.fullmatch("%s(,%s)*" % (number, number), t) and \
            all(len(re.sub(r"\D", "", x)) <= 15 for x in t.split(",")):
        a = [json.loads(x) for x in t.split(",")]
        return a if len(a) > 1 else a[0]
    return t


def add(d, k, v):
    d.setdefault(k, []).append(v)


def event(line):
    d, tags = {}, {}
    for f in line.rstrip(b"\n").split(b"\t"):
        k, v = f.split(b":", 1)
        if k == b"tag":
            d.setdefault("tags", tags)
            name, _, rest = v.partition(b"=")
            good = name and b"\\" not in name and text(name).isprintable() and "\ufffd" not in text(name)
            add(tags, text(name) if good else "other", text(rest if good else v))
        else:
            add(d, k.decode(), value(k.decode(), v))
    flat = lambda x: {k: v if isinstance(v, dict) else v if len(v) > 1 else v[0] for k, v in x.items()}
    if tags:
        d["tags"] = flat(tags)
    return flat(d)


codecs.register_error("each", lambda e: ("\ufffd" * (e.end - e.start), e.end))
if len(sys.argv) == 1:
    lines()
else:
    with open(sys.argv[1], "rb") as f, open(sys.argv[2], encoding="utf-8") as g:
        for a, b in zip(f.read().split(b"\n")[:-1], g.read().split("\n")):
            if event(a) != json.loads(b) or list(event(a)) != list(json.loads(b)):
                print(a, event(a), b, sep="\n")
P
python3 anybytes.py >random
is "lines of any bytes" "$(frame random | ship-file file random.json format=json | head -c 3)" 2:K
is "are the same to another's JSON" "$(python3 anybytes.py random random.json | head -n 3)" ""
is "each of them" "$(wc -l <random.json)" 400

# one connection for many
is "many batches" "$(batch make 1 <all | ship-http webhook "$url" | batch read | grep -c K)" 9

# secrets
secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
printf '%s\n' "$secret" >secret
printf 'an older key, of 24 bytes at least\n' >older
cat older secret >two
printf 'ann:pass:word\n' >user
printf 'tok-en\n' >token
printf '# x\nX-One: 1\n\nX-Two: a: b\n' >header
chmod 600 secret older two user token header
sink "$(printf '{"kind": "webhook", "secrets": ["%s"]}' $secret)"
is "signed" "$(give all webhook "$url" secret-file=secret)" K
is "with two keys" "$(give all webhook "$url" secret-file=two)" K
like "with another one" "$(give plain webhook "$url" secret-file=older)" '^D 400: BAD signature$'
sink "$(printf '{"kind": "http", "gzip": true, "secrets": ["%s"]}' $secret)"
is "signed and compressed" "$(give all http "$url" secret-file=secret gzip=yes)" K
while read -r kind want word; do
	sink "$(printf '{"kind": "%s", "token": "%s tok-en"}' "$kind" "$want")"
	# shellcheck disable=SC2086
	is "a token of $kind" "$(give plain "$kind" "$url" token-file=token $word)" K
done <<X
webhook Bearer
splunk Splunk
influx Token db=x
elastic ApiKey index=token
X
sink '{"kind": "webhook", "user": "ann:pass:word", "has": {"X-One": "1", "X-Two": "a: b"}}'
is "a password and fields" "$(give plain webhook "$url" user-file=user header-file=header)" K
like "the wrong one" "$(give plain webhook "$url" token-file=token header-file=header)" '^D 400: BAD user$'
sink '{"kind": "loki", "has": {"X-Scope-OrgID": "t1"}}'
is "Loki's tenant" "$(give plain loki "$url" tenant=t1)" K
# a key that is changed while it runs
sink "$(printf '{"kind": "webhook", "secrets": ["%s"]}' $secret)"
cp -p older key
mkfifo in
ship-http webhook "$url" secret-file=key <in >receipts 2>err & p=$!
exec 9>in
frame plain >&9
wait_for 10 grep -q 'BAD signature' receipts
cp -p secret key.new && mv key.new key
frame plain >&9
exec 9>&-
wait $p
is "a key that is changed" "$(batch read <receipts | tr '\n' ' ')" "D 400: BAD signature -- K -- "

# each tenant to its own place
printf 'acme %s/acme secret\n# x\n* %s/other/{tenant} older\n' "$url" "$url" >tenants
sink "$(printf '{"kind": "webhook", "secrets": {"acme": "%s", "other": "%s"}}' $secret "$(cat older)")"
is "tenants" "$(give all webhook "$url" tenant-file=tenants)" K
is "each its own" "$(grep ^POST log | sort)" "POST /acme 200 1
POST /other/b%20b 200 1
POST /other/none 200 7"
is "in one URL" "$(give strange webhook "$url/other/{tenant}" secret-file=older)" K
printf 'acme %s/acme secret\n' "http://127.0.0.1:1" >tenants
like "one is down" "$(give strange webhook "$url/other" secret-file=older tenant-file=tenants)" '^K Z0 Failed to connect'
sink "$(printf '{"kind": "webhook", "refuse": {"%s": 400}}' "$(ids strange | sed -n 3p)")"
is "one event of a tenant's is refused" "$(give strange webhook "$url/x/{tenant}")" "K D2 400: refused"
is "the others are there" "$(has | wc -l)" 4

# answers
while read -r code want; do
	sink "$(printf '{"kind": "webhook", "status": %s, "body": "no\\u001b[2J\\nmore"}' "$code")"
	is "$code" "$(give plain webhook "$url")" "$want"
	is "ends well" "$(cat give.status)" 0
done <<X
200 K
201 K
204 K
301 Z 301: no?[2J more
400 D 400: no?[2J more
401 Z 401: no?[2J more
403 Z 403: no?[2J more
404 Z 404: no?[2J more
408 Z 408: no?[2J more
409 D 409: no?[2J more
413 S 413: no?[2J more
422 D 422: no?[2J more
425 Z 425: no?[2J more
429 Z 429: no?[2J more
500 Z 500: no?[2J more
503 Z 503: no?[2J more
X
sink '{"kind": "webhook", "status": 301, "body": "", "fields": {"Location": "'"$url"'/other"}}'
is "a redirection" "$(give plain webhook "$url")" "Z 301"
is "is not followed" "$(grep -c ^POST log)" 1
is "and said" "$(cat err)" "ship-http: warning: webhook: 301"
batch make 1 <plain | ship-http webhook "$url" >receipts 2>err
is "once" "$(wc -l <err)" 1
for f in '7' '100000' "$(date -u -d '+100 seconds' '+%a, %d %b %Y %H:%M:%S GMT')" 'soon'; do
	sink '{"kind": "webhook", "status": 503, "body": "", "fields": {"Retry-After": "'"$f"'"}}'
	give plain webhook "$url"
done >waits
like "Retry-After" "$(tr '\n' ' ' <waits)" '^Z7 503 Z86400 503 Z(9[0-9]|100) 503 Z 503 $'
sink '{"kind": "webhook", "manner": "close"}'
like "no answer" "$(give plain webhook "$url")" '^Z Empty reply'
sink '{"kind": "webhook", "manner": "cut"}'
like "a cut answer" "$(give plain webhook "$url")" '^Z .*transfer closed'
sink '{"kind": "webhook", "manner": "silent"}'
is "silence" "$(give plain webhook "$url" timeout=300ms)" "Z no answer in time"
sink '{"kind": "webhook", "manner": "slow", "status": 200, "body": "0123456789012345678901234567890123456789"}'
is "a slow answer" "$(give plain webhook "$url" timeout=300ms)" "Z no answer in time"
is "with time enough" "$(give plain webhook "$url")" K
like "nobody there" "$(give plain webhook http://127.0.0.1:1)" '^Z Failed to connect'
like "a name that is none" "$(give plain webhook http://none.invalid/)" '^Z Could not resolve host'
sink '{"kind": "webhook", "status": 500, "size": 16777216}'
like "an answer of 16 MiB" "$(give plain webhook "$url")" '^Z 500: x{895}$'
sink '{"kind": "webhook", "status": 200, "size": 16777217}'
like "one byte more" "$(give plain webhook "$url")" '^Z 200: x{895}$'

# of single events
one=$(ids plain | sed -n 2p) two=$(ids plain | sed -n 4p)
sink "$(printf '{"kind": "elastic", "refuse": {"%s": 400, "%s": 429}}' "$one" "$two")"
is "a bulk request" "$(give plain elastic "$url/new/_bulk" index=n)" \
	'K D1 400: some_exception: no ?[2J "400" Z3 429: some_exception: no ?[2J "429"'
sink '{"kind": "elastic"}'
is "again" "$(give plain elastic "$url" index=n)" K
is "what is there is not taken twice" "$(has | wc -l)" 2
# 400 of what the site has to repair
no='"error": {"type": "illegal_argument_exception", "reason": "pipeline with id [x] does not exist"}'
sink "$(printf '{"kind": "elastic", "refuse": {"%s": 400, "%s": 400}, %s}' "$one" "$two" "$no")"
is "no pipeline" "$(give plain elastic "$url" index=pipeline pipeline=x)" \
	"K Z1 ${no_said=400: illegal_argument_exception: pipeline with id [x] does not exist} Z3 $no_said"
is "is told once" "$(cat err)" "ship-http: warning: elastic: $no_said"
sink "$(printf '{"kind": "splunk", "refuse": {"%s": 400}}' "$one")"
like "Splunk" "$(give plain splunk "$url")" '^K Z0 [^Z]* D1 400: .* Z2 .* Z3 '
sink '{"kind": "splunk", "ack": true}'
is "an acknowledgement" "$(give plain splunk "$url" ack=yes)" K
is "is asked for" "$(grep -c ^ack log)" 1
sink '{"kind": "splunk", "ack": true, "acked": false}'
is "that does not come" "$(give plain splunk "$url" ack=yes timeout=600ms)" "Z not acknowledged in time"
sink '{"kind": "splunk"}'
is "nor could come" "$(give plain splunk "$url" ack=yes)" "Z 200: ack=yes, but the answer has no ackId"
is "is told" "$(cat err)" "ship-http: warning: splunk: 200: ack=yes, but the answer has no ackId"
sink "$(printf '{"kind": "clickhouse", "refuse": {"%s": 1}}' "$one")"
like "ClickHouse" "$(give plain clickhouse "$url")" '^D 500: Code: 27'
for k in gelf riak; do
	sink "$(printf '{"kind": "%s", "refuse": {"%s": 1}}' $k "$one")"
	is "$k" "$(give plain $k "$url")" "K D1 400: refused"
	sink "$(printf '{"kind": "%s", "status": 503, "body": "", "times": 1}' $k)"
	is "$k, down" "$(give plain $k "$url")" "Z 503"
	is "is asked once" "$(grep -c '^P' log)" 1
done
sink '{"kind": "riak"}'
is "Riak" "$(give plain riak "$url" bucket=again; give plain riak "$url" bucket=again)" "K
K"
is "has each once" "$(has)" "$(ids plain)"
is "and has been asked twice" "$(grep -c '^PUT .* 412 ' log)" 4

# all of it, with what goes wrong on the way: each event once, in order
sink "$(printf '{"kind": "loki", "refuse": {"%s": 1}}' "$one")"
batch talk 4 ship-http loki "$url" <plain >talk 2>err
is "one is refused for good" "$(has | sort -u | wc -l)" 3
sink '{"kind": "webhook", "status": 503, "body": "", "times": 2}'
batch talk 2 ship-http webhook "$url" <all >talk 2>err
is "down for two requests" "$(has)" "$(ids all)"
sink '{"kind": "webhook", "manner": "cut", "times": 1}'
batch talk 2 ship-http webhook "$url" <all >talk 2>err
is "cut once" "$(has)" "$(ids all)"

# killed at calls to the network and to log-ship: what was taken is there, then
# all is, and the receiver knows by its id what it has
batch events 40 7000 >many
ids many >many.ids
i=0
while read -r call when; do
	i=$((i + 1))
	sink "$(printf '{"kind": "elastic", "index": "kill%d"}' $i)"
	batch make 10 <many | strace -f -o trace -e "trace=$call" -e "inject=$call:signal=KILL:when=$when" \
		ship-http elastic "$url" index=kill$i >receipts 2>err
	taken=$(grep -c K receipts)
	is "killed at $call $when" "$((taken < 4))" 1
	head -n $((taken * 10)) many.ids >want
	is "what was taken is there" "$(has | head -n $((taken * 10)))" "$(cat want)"
	batch talk 10 ship-http elastic "$url" index=kill$i <many >talk 2>err
	is "then all is, and once" "$(has)" "$(cat many.ids)"
done <<X
connect 1
sendto 1
sendto 3
recvfrom 1
recvfrom 3
write 1
write 3
X

# TLS
printf '%s\n' 'root ca=1' 'good issuer=root ips=127.0.0.1' 'other ca=1' 'name issuer=root names=a.test' \
	'expired issuer=root ips=127.0.0.1 from=-9d until=-1d' | python3 "$top/tests/tools/pki.py" pki
kill "$sink_pid"
start "{\"kind\": \"webhook\", \"cert\": \"$T/pki/good.pem\"}" https
is "TLS" "$(give all webhook "$url" ca-file=pki/root.crt)" K
is "many batches" "$(batch make 1 <all | ship-http webhook "$url" ca-file=pki/root.crt | batch read | grep -c K)" 9
like "an authority that nobody trusts" "$(give plain webhook "$url" ca-file=pki/other.crt)" '^Z .*certificate'
like "is said" "$(cat err)" '^ship-http: warning: webhook: '
like "no such file" "$(give plain webhook "$url" ca-file=none)" '^Z '
like "no TLS where it should be" "$(give plain webhook "http${url#https}")" '^Z '
for c in name expired; do
	kill "$sink_pid"
	start "{\"kind\": \"webhook\", \"cert\": \"$T/pki/$c.pem\"}" https
	like "a certificate that is not valid: $c" "$(give plain webhook "$url" ca-file=pki/root.crt)" '^Z .*certificate'
	is "nothing was sent" "$(cat log)" ""
done

# usage
u=http://127.0.0.1:1/
status "no arguments" 100 ship-http
status "no URL" 100 ship-http webhook
status "a kind of another program" 100 ship-http file x
is "is said" "$(cat err)" "ship-http: fatal: file is not for this program"
status "another scheme" 100 ship-http webhook ftp://a/
status "GELF over UDP" 100 ship-http gelf gelf+udp://a/
status "no key" 100 ship-http webhook $u colour=red
status "a password in the URL" 100 ship-http webhook http://a:b@127.0.0.1/
is "is not shown" "$(cat err)" "ship-http: fatal: a name or password does not belong in the URL: see user-file"
status "a bad index" 100 ship-http elastic $u index=
status "no database" 100 ship-http influx $u
status "no such secret" 100 ship-http webhook $u secret-file=none
is "is said" "$(cat err)" "ship-http: fatal: none: No such file or directory"
chmod 644 secret
status "a secret that others can read" 100 ship-http webhook $u secret-file=secret
like "is said" "$(cat err)" 'fatal: secret: may be read or written by others'
printf 'short\n' >bad; chmod 600 bad
status "a secret that is too short" 100 ship-http webhook $u secret-file=bad
status "no password" 100 ship-http webhook $u user-file=bad
status "no field" 100 ship-http webhook $u header-file=bad
status "no tenant" 100 ship-http webhook $u tenant-file=bad
is "is said" "$(cat err)" "ship-http: fatal: bad: line 1 will not do"
for i in 1 2 3 4 5 6 7 8; do printf 'A: %d\nB: 1\nC: 1\nD: 1\n' $i; done >bad
status "32 fields" 0 sh -c "ship-http webhook $u header-file=bad </dev/null"
echo E: 1 >>bad
status "one more" 100 ship-http webhook $u header-file=bad
printf 'nonsense' >nonsense
status "no batch" 100 sh -c "ship-http webhook $u <nonsense"
status "a batch that was cut" 111 sh -c "printf 10:eid | ship-http webhook $u"
status "end of input" 0 sh -c "ship-http webhook $u </dev/null"
is "says nothing" "$(cat out err)" ""
frame plain >b
ship-http webhook $u >/dev/full <b 2>err
is "/dev/full" $? 111
ship-http webhook $u <&- 2>err
is "0 closed" $? 111
ship-http webhook $u >&- <b 2>err
is "1 closed" $? 111
done_testing
