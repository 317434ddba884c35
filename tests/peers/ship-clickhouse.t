#!/bin/sh
# ship-http and ClickHouse: events become rows, what is no row is refused alone,
# and nothing is lost when the server dies.
. "$(dirname "$0")/../lib.sh"
PATH=$PATH:/usr/sbin
cd "$T" || exit 1
peer clickhouse-server command -v clickhouse-server || { done_testing; exit 1; }
batch() { python3 "$top/tests/tools/shipbatch.py" "$@"; }
frame() { printf '%d:' "$(wc -c <"$1")"; cat "$1"; printf ,; }
# link ARGUMENTS...: the program, with this server
link() { ship-http clickhouse "$url" user-file=user "$@"; }
# give FILE N ARGUMENTS...: its lines as one batch, N times; the receipts
give() {
	give_file=$1 give_n=$2; shift 2
	for give_i in $(seq "$give_n"); do frame "$give_file"; done | link "$@" 2>err | batch read | paste -sd ' '
}
ask() { curl -sS -u ann:pass "$url/?database=mail" --data-binary "$1"; }
start() {
	clickhouse-server --config-file="$T/config.xml" >server.log 2>&1 & server=$!
	tap_pids="$tap_pids $server"
	wait_for 30 curl -sf "$url"
}
port=$(free_port) url=http://127.0.0.1:$port
cat >users.xml <<X
<yandex><profiles><default/></profiles><quotas><default/></quotas><users><ann><password>pass</password>
<networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></ann></users></yandex>
X
cat >config.xml <<X
<yandex><logger><level>warning</level><console>1</console></logger><http_port>$port</http_port>
<listen_host>127.0.0.1</listen_host><path>$T/data/</path><tmp_path>$T/tmp/</tmp_path>
<user_files_path>$T/files/</user_files_path><users_config>$T/users.xml</users_config>
<default_profile>default</default_profile><default_database>default</default_database>
<mark_cache_size>5368709</mark_cache_size></yandex>
X
start
ok "it is there" $?
printf 'ann:pass\n' >user
printf 'ann:wrong\n' >wrong
chmod 600 user wrong
curl -sS -u ann:pass "$url" --data-binary 'CREATE DATABASE mail'
# shellcheck disable=SC2016
table='(ts String, ev String, eid String, src String, `to` String, code Nullable(UInt16), text String, `x.y-z_1` String)
	ENGINE = ReplacingMergeTree ORDER BY eid'
ask "CREATE TABLE events $table"

batch events 40 >plain
python3 - <<'P' >strange
import hashlib, sys
rows = [rb'ts:2026-11-01T01:02:03.456789Z	ev:bounced	n:1	to:b@x.org	code:550	text:5.1.1 "<b@x.org>" \\ no\n\xff\x1b[2J ' + b'\xc3\xa9' + rb'	tag:a=1	tag:c',
        rb'ts:2026-11-01T01:02:03.456789Z	ev:reported	n:0,1	x.y-z_1:=,\\']
for r in rows:
    sys.stdout.buffer.write(b'eid:%s	src:deliver	%s\n' % (hashlib.sha256(r).hexdigest()[:32].encode(), r))
P
cat plain strange >all
eids() { sed 's/^eid:\([0-9a-f]*\).*/\1/' "$1" | sort; }
there() { ask 'SELECT eid FROM events ORDER BY eid'; }

# this server is older than the token: its first answer says so
is "a batch" "$(give all 2 database=mail | sed 's/.*-- K/K/')" "K --"
is "each event is there" "$(there)" "$(eids all)"
is "a text comes back" "$(ask "SELECT text FROM events WHERE code = 550 FORMAT JSONEachRow")" \
	"$(printf '{"text":"5.1.1 \\"<b@x.org>\\" \\\\ no\\n\357\277\275\\u001B[2J \303\251"}')"
is "and a label of any letters" "$(ask "SELECT \`x.y-z_1\` FROM events WHERE ev = 'reported' FORMAT TSVRaw")" '=,\'
is "compressed" "$(give all 2 database=mail gzip=yes | sed 's/.*-- K/K/')" "K --"
ask 'OPTIMIZE TABLE events FINAL'
is "what is sent twice is there once" "$(there)" "$(eids all)"

# the site's faults: nothing is given up
like "the wrong password" "$(frame plain | ship-http clickhouse "$url" user-file=wrong 2>err)" 'Z [45]..: Code: 193'
like "no table" "$(give plain 2 database=mail table=none)" '-- Z 404: Code: 60'
like "no database" "$(give plain 2 database=none)" '-- Z 404: Code: 81'
# one that is no row
sed 's/code:250/code:soon/; s/^eid:..../eid:0000/' plain | sed -n 2p >bad
{ sed -n 1,4p plain; cat bad; sed -n 5,8p plain; } >mixed
ask 'DROP TABLE events'
ask "CREATE TABLE events $table"
batch talk 9 ship-http clickhouse "$url" user-file=user database=mail <mixed >talk 2>err
like "one that is no row is refused" "$(grep '^D' talk | tail -n 1)" '^D [45]..: Code: (27|26|72|117)'
is "and the others are there" "$(there)" "$(sed -n 1,8p plain >eight; eids eight)"

# it is away when events come, and dies once more in between
batch events 400 5000 >many
kill -9 $server; wait $server 2>/dev/null
bg sh -c 'exec python3 "$1" talk 20 ship-http clickhouse "$2" user-file=user database=mail <many >talk 2>talk.err' - \
	"$top/tests/tools/shipbatch.py" "$url"
talk=$bg_pid
wait_for 20 grep -q ^Z talk
start
wait_for 20 sh -c '[ $(grep -c ^K talk) -ge 4 ]'
kill -9 $server; wait $server 2>/dev/null
start
wait $talk
is "all are taken" $? 0
ask 'OPTIMIZE TABLE events FINAL'
{ cat eight many; } >both
is "each is there, and once" "$(there)" "$(eids both)"
done_testing
