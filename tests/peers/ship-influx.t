#!/bin/sh
# ship-http and InfluxDB: what strangers write comes back as it was, nothing is
# there twice, and nothing is lost when the server dies.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
peer influxdb command -v influxd || { done_testing; exit 1; }
batch() { python3 "$top/tests/tools/shipbatch.py" "$@"; }
frame() { printf '%d:' "$(wc -c <"$1")"; cat "$1"; printf ,; }
# give FILE ARGUMENTS...: its lines as one batch; the receipt
give() {
	give_file=$1; shift
	frame "$give_file" | ship-http influx "$url" "$@" >receipts 2>err
	sed '1s/^[0-9]*://; $d' receipts | paste -sd ' '
}
# ask QUERY: the rows of the answer, a line each
cat >ask.py <<'P'
import base64, json, sys, urllib.parse, urllib.request
url, user, query = sys.argv[1:]
r = urllib.request.Request(url + "/query?" + urllib.parse.urlencode({"db": "mail", "epoch": "ns"}),
                           data=urllib.parse.urlencode({"q": query}).encode())
if user:
    r.add_header("Authorization", "Basic " + base64.b64encode(user.encode()).decode())
for result in json.load(urllib.request.urlopen(r, timeout=10))["results"]:
    for s in result.get("series", []):
        for row in s["values"]:
            print("\t".join("" if v is None else str(v) for v in row))
P
ask() { python3 ask.py "$url" "$as" "$1"; }
as=
start() {
	influxd -config conf >influx.log 2>&1 & influx=$!
	tap_pids="$tap_pids $influx"
	wait_for 30 ask 'SHOW DATABASES'
}
port=$(free_port)
cat >conf <<X
reporting-disabled = true
bind-address = "127.0.0.1:$(free_port)"
[meta]
  dir = "$T/meta"
[data]
  dir = "$T/data"
  wal-dir = "$T/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:$port"
  auth-enabled = true
  log-enabled = false
  max-body-size = 50000
X
url=http://127.0.0.1:$port
influxd -config conf >influx.log 2>&1 & influx=$!
tap_pids="$tap_pids $influx"
wait_for 30 curl -sf "$url/ping"
ok "it is there" $?
curl -s "$url/query" --data-urlencode "q=CREATE USER ann WITH PASSWORD 'pass:word' WITH ALL PRIVILEGES" >/dev/null
as=ann:pass:word
ask 'CREATE DATABASE mail' >/dev/null
printf 'ann:pass:word\n' >user
printf 'ann:wrong\n' >wrong
chmod 600 user wrong

batch events 40 >plain
python3 - <<'P' >strange
import hashlib, sys
rows = [rb'ts:2026-11-01T01:02:03.456789Z	ev:bounced	prog:queue-run	n:1	to:b@x.org	code:550	text:5.1.1 "<b@x.org>" \\ no, such = user\n\xff\x1b[2J ' + b'\xc3\xa9' + rb'	tag:a=1	tag:c	failure:unknown-user	tenant:b, b=\\',
        rb'ts:2026-11-01T01:02:03.456789Z	ev:reported	prog:queue-run	n:0,1	kind:failed	x.y-z_1:=,\\',
        rb'ts:2026-11-01T01:02:04Z	ev:rejected	prog:smtp-recv	code:abc	text:']
for r in rows:
    sys.stdout.buffer.write(b'eid:%s	src:deliver	%s\n' % (hashlib.sha256(r).hexdigest()[:32].encode(), r))
P
cat plain strange >all
sed 's/^eid:\([0-9a-f]*\).*/\1/' all | sort >ids
# eids that are there, sorted; each once
there() { ask 'SELECT eid FROM rohrpost' | cut -f 2 | sort; }

is "a batch" "$(give all db=mail user-file=user)" K
is "each event is there" "$(there)" "$(cat ids)"
is "once more" "$(give all db=mail user-file=user gzip=yes)" K
is "is there once" "$(there)" "$(cat ids)"
is "a text comes back as it stands in the log" "$(ask "SELECT text FROM rohrpost WHERE code=550" | cut -f 2)" \
	"$(sed -n '/code:550/s/.*	text:\([^	]*\).*/\1/p' strange)"
is "and a tag, but for its backslashes" "$(ask 'SHOW TAG VALUES WITH KEY = tenant' | cut -f 2)" 'b, b=//'
is "a number is one" "$(ask 'SELECT sum(code) FROM rohrpost' | cut -f 2)" "$((40 * 250 + 550))"
is "what should be one has a name of its own" "$(ask "SELECT code_text FROM rohrpost" | cut -f 2)" abc
is "the time has the event's microseconds" "$(ask "SELECT code FROM rohrpost WHERE code=550" | cut -c 1-16)" 1793494923456789
# a body that is too large, 50000 bytes: halves
batch events 400 1000 >many
like "too large" "$(give many db=mail user-file=user)" '^S 413'
batch talk 400 ship-http influx "$url" db=mail user-file=user <many >talk 2>err
is "in halves all are there" "$(there | wc -l)" 443

# the site's faults: nothing is given up
like "the wrong password" "$(give plain db=mail user-file=wrong)" '^Z 401: '
like "is said" "$(cat err)" '^ship-http: warning: influx: 401: .*authorization failed'
like "no database" "$(give plain db=none user-file=user)" '^Z 404: .*database not found'
like "no retention policy" "$(give plain db=mail rp=none user-file=user)" '^(Z|D) '
# what is there has another type: that event alone is refused
printf 'typed code="x" 1793494923456789000\n' >point
curl -s -u ann:pass:word "$url/write?db=mail" --data-binary @point
is "the field is text" "$(ask 'SELECT code FROM typed' | cut -f 2)" x
like "a field of another type" "$(give all db=mail measurement=typed user-file=user)" '^D 400: .*partial write: field type conflict'
grep -v '	code:[0-9]' all >fine
{ cat fine; sed -n 2p plain; } >mixed
batch talk 9 ship-http influx "$url" db=mail measurement=typed user-file=user <mixed >talk 2>err
is "is refused, and the others are there" "$(grep -c '^D.*type conflict' talk) $(ask 'SELECT eid FROM typed' | wc -l)" \
	"3 $(wc -l <fine)"
# too old for the policy
ask 'CREATE RETENTION POLICY hour ON mail DURATION 1h REPLICATION 1' >/dev/null
like "too old" "$(give strange db=mail rp=hour user-file=user)" '^D 400: .*points beyond retention policy dropped=3'

# it is away when events come, and dies once more in between
ask 'DROP MEASUREMENT rohrpost' >/dev/null
batch events 600 5000 >many
kill -9 $influx; wait $influx 2>/dev/null
bg sh -c 'exec python3 "$1" talk 20 ship-http influx "$2" db=mail user-file=user <many >talk 2>talk.err' - \
	"$top/tests/tools/shipbatch.py" "$url"
talk=$bg_pid
wait_for 20 grep -q ^Z talk
start
wait_for 20 sh -c '[ $(grep -c ^K talk) -ge 3 ]'
kill -9 $influx; wait $influx 2>/dev/null
start
wait $talk
is "all are taken" $? 0
like "not at the first time" "$(grep -c ^Z talk)" '^[1-9]'
is "each is there, and once" "$(there)" "$(sed 's/^eid:\([0-9a-f]*\).*/\1/' many | sort)"
done_testing
