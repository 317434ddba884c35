#!/bin/sh
# ship-pgsql beside Debian's PostgreSQL: events each once, in order, whatever
# the server does meanwhile.
. "$(dirname "$0")/../lib.sh"
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)
peer postgresql test -x "$bin/postgres" || { done_testing; exit 1; }
need_root
cd "$T" || exit 1
chmod 755 "$T"
batch() { python3 "$top/tests/tools/shipbatch.py" "$@"; }
python3 "$top/tests/tools/pki.py" . <<'X'
root ca=1
other ca=1
good issuer=root names=localhost
wrong issuer=root names=elsewhere.test
X
mkdir pg
chown nobody pg
cp good.key pg.key; cp wrong.key pg2.key
chown nobody pg.key pg2.key
as() { setpriv --reuid nobody --clear-groups "$@"; }
port=$(free_port)
as "$bin/initdb" -D pg/db -A trust -U ship --no-sync -E UTF8 --locale=C >initdb.log 2>&1
ok "a database" $?
cat >>pg/db/postgresql.conf <<X
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$T/pg'
shared_buffers = 16MB
ssl = on
ssl_cert_file = '$T/good.crt'
ssl_key_file = '$T/pg.key'
X
cat >pg/db/pg_hba.conf <<X
local all all trust
host all all 127.0.0.1/32 scram-sha-256
X
serves() { sql 'SELECT 1'; }
up() {
	bg setpriv --reuid nobody --clear-groups "$bin/postgres" -D pg/db >>pg.log 2>&1 7>&-
	pg_pid=$bg_pid
	wait_for 20 serves
}
down() { kill "-$1" "$pg_pid"; wait "$pg_pid" 2>/dev/null; }
sql() { psql -h "$T/pg" -p "$port" -U ship -d "${db:-postgres}" -qAt -c "$1" 2>&1; }
# give FILE [KEY=VALUE...]: receipts
give() {
	give_file=$1; shift
	batch make <"$give_file" | ship-pgsql pgsql "${url:-$local}" "$@" >receipts 2>err
	batch read <receipts
}
local="postgresql://ship@/postgres?host=$T/pg&port=$port"
taken='K
--'
batch events 4 >events
up; ok "PostgreSQL is up" $?

is "no table" "$(give events)" 'Z relation "rohrpost_events" does not exist
--'
ship-pgsql -s | psql -h "$T/pg" -p "$port" -U ship -d postgres -q; ok "the table is made" $?
is "a batch" "$(give events)" "$taken"
is "is there" "$(sql "SET timezone = 'UTC'; SELECT eid, ts, ev, src, id, rcpt, tenant, event->>'text', event->'code' FROM rohrpost_events ORDER BY ts LIMIT 1")" \
	"$(sed -n '1s/eid:\([^	]*\).*/\1/p' events)|2026-11-01 01:00:00+00|accepted|deliver|m0|u0@y.example||250 ok, \"fine\"|250"
is "once more" "$(give events)" "$taken"
is "is there once" "$(sql 'SELECT count(*) FROM rohrpost_events')" 4
is "a table that we make" "$(give events create=yes table=own)" "$taken"
is "is there" "$(sql 'SELECT count(*) FROM own')" 4
sql 'CREATE SCHEMA "Mail"'
is "in a schema" "$(give events create=yes table=Mail.Ev)" "$taken"
is "is there, too" "$(sql 'SELECT count(*) FROM "Mail"."Ev"')" 4
printf 'eid:1\tev:x\ttext:a\\0b\\\\u0000\\x1b\\xff\n' >strange
is "a NUL, backslashes, no UTF-8" "$(give strange)" "$taken"
is "come as jsonb may have them" "$(sql "SELECT event->'text' FROM rohrpost_events WHERE eid = '1'")" "$(printf '"a\357\277\275b\\\\u0000\\u001b\357\277\275"')"

# what the server will not have
{ head -n 2 events; printf 'eid:bad\tts:2026-99-99T99:99:99Z\tev:x\n'; tail -n 2 events; } >mixed
is "an event at fault" "$(give mixed create=yes table=m)" 'K
D2 date/time field value out of range: "2026-99-99T99:99:99Z"
--'
is "the others are there" "$(sql 'SELECT count(*) FROM m')" 4
sql "ALTER TABLE own ADD CHECK (ev <> 'sent') NOT VALID; TRUNCATE own"
like "a constraint" "$(give events table=own)" '^D1 new row for relation "own" violates check constraint'
is "the others are in order" "$(sql 'SELECT ev FROM own' | tr '\n' ' ')" "accepted deferred bounced "
sql "CREATE FUNCTION no() RETURNS trigger AS 'BEGIN RAISE EXCEPTION ''not here''; END' LANGUAGE plpgsql;
CREATE TRIGGER no BEFORE INSERT ON m FOR EACH ROW WHEN (NEW.ev = 'bounced') EXECUTE FUNCTION no(); TRUNCATE m"
is "a trigger" "$(give events table=m)" 'K
D3 not here
--'
sql "CREATE ROLE ann LOGIN PASSWORD 'sec:ret'; CREATE ROLE joe LOGIN PASSWORD 'x'; GRANT INSERT, SELECT ON rohrpost_events TO ann"
url="postgresql://127.0.0.1:$port/postgres"
echo ann:sec:ret >login
echo ann:wrong >login2
echo joe:x >login3
is "a login" "$(give events user-file=login)" "$taken"
like "a wrong password" "$(give events user-file=login2)" '^Z .*password authentication failed for user "ann"'
like "no right" "$(give events user-file=login3)" '^Z permission denied for table rohrpost_events'
sql 'ALTER DATABASE postgres SET default_transaction_read_only = on'
like "only to be read" "$(give events user-file=login)" '^Z cannot execute INSERT in a read-only transaction'
PGOPTIONS='-c default_transaction_read_only=off' sql 'ALTER DATABASE postgres RESET default_transaction_read_only'

# TLS
url="postgresql://localhost:$port/postgres?hostaddr=127.0.0.1"
is "a good certificate" "$(give events user-file=login ca-file=root.crt)" "$taken"
like "not one of ours" "$(give events user-file=login ca-file=other.crt)" '^Z .*certificate verify failed'
url="postgresql://127.0.0.1:$port/postgres"
like "not for this name" "$(give events user-file=login ca-file=root.crt)" '^Z .*does not match host name'
url=

# locked, silent, gone
cat >lock.sh <<X
psql -h "$T/pg" -p "$port" -U ship -d postgres -q <<Y
BEGIN; LOCK TABLE rohrpost_events; \! touch locked; cat go
Y
X
mkfifo go
bg sh lock.sh
wait_for 10 test -e locked
is "locked too long" "$(give events timeout=300ms)" "Z the server does not answer
--"
: >go
kill -STOP "$pg_pid"
is "one that does not answer" "$(give events connect-timeout=300ms)" "Z the server does not answer
--"
kill -CONT "$pg_pid"
mkfifo in
ship-pgsql pgsql "$local" <in >receipts 2>err & p=$!
exec 7>in
batch make <events >&7
count() { [ "$(grep -c "$1" receipts)" -ge "$2" ]; }
wait_for 10 count K 1
down QUIT
batch make <events >&7
wait_for 10 count Z 1; ok "one that has gone" $?
up
batch make <events >&7
exec 7>&-
wait $p
is "and is there again" "$(grep -c K receipts)" 2

# killed while batches come; where a row stands says nothing of when it came
sql 'TRUNCATE rohrpost_events; ALTER TABLE rohrpost_events ADD came bigserial'
batch events 10000 >many
batch talk 50 ship-pgsql pgsql "$local" timeout=5s connect-timeout=5s <many >talk 2>talk.err & p=$!
for n in 3 40 80; do
	some() { [ "$(grep -c K talk)" -ge "$n" ]; }
	wait_for 20 some
	down QUIT
	up
done
wait $p; ok "all is taken though it is killed three times" $?
[ "$(grep -c Z talk)" -ge 3 ]; ok "and at a bad moment" $?
sql 'SELECT eid FROM rohrpost_events ORDER BY came' >got
sed 's/eid:\([^	]*\).*/\1/' many | cmp - got >differ 2>&1; ok "every event is there, in order, once" $?
[ ! -s differ ] || echo "# $(cat differ) $(sort got | uniq -d | wc -l) twice, $(wc -l <got) in all"
# and the link itself
sql 'TRUNCATE rohrpost_events'
batch make 50 <many >b
for n in 20 60; do
	ship-pgsql pgsql "$local" <b >receipts & p=$!
	some() { [ "$(grep -ao K receipts | grep -c K)" -ge "$n" ]; }
	wait_for 20 some
	kill -KILL $p
	wait $p 2>/dev/null
done
batch talk 500 ship-pgsql pgsql "$local" <many >talk
is "killed itself: each is there, once" "$(sql 'SELECT count(*), count(DISTINCT eid) FROM rohrpost_events')" "10000|10000"
down INT
done_testing
