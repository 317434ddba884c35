#!/bin/sh
# ship-sqlite: batches into tables, what cannot be put, and what stays when it
# is killed.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
batch() { python3 "$top/tests/tools/shipbatch.py" "$@"; }
# sql DATABASE STATEMENTS: what they answer, columns with | between
sql() {
	python3 -c 'import sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
for s in sys.argv[2].split(";"):
    for r in c.execute(s): print("|".join("-" if x is None else str(x) for x in r))' "$@"
}
# give FILE COMMAND...: as one batch
give() {
	give_file=$1; shift
	batch make <"$give_file" | "$@" >receipts 2>err
	batch read <receipts
}
taken='K
--'
batch events 4 >events
is "a batch" "$(give events ship-sqlite sqlite a.db)" "$taken"
is "is in the table" "$(sql a.db 'SELECT ts, ev, src, id, rcpt, tenant FROM rohrpost_events ORDER BY ts')" \
	"2026-11-01T01:00:00.000000Z|accepted|deliver|m0|u0@y.example|-
2026-11-01T01:00:01.000001Z|sent|deliver|m0|u1@y.example|-
2026-11-01T01:00:02.000002Z|deferred|deliver|m0|u2@y.example|-
2026-11-01T01:00:03.000003Z|bounced|deliver|m0|u3@y.example|-"
is "with its eid" "$(sql a.db 'SELECT eid FROM rohrpost_events ORDER BY ts')" "$(sed 's/eid:\([^	]*\).*/\1/' events)"
is "and all of it as JSON" "$(sql a.db "SELECT json_extract(event, '\$.code'), json_extract(event, '\$.text') FROM rohrpost_events LIMIT 1")" \
	'250|250 ok, "fine"'
is "for owner and group" "$(stat -c %a a.db)" 640
is "once more" "$(give events ship-sqlite sqlite a.db)" "$taken"
is "is there once" "$(sql a.db 'SELECT count(*) FROM rohrpost_events')" 4
printf 'eid:9\tev:x\ttext:a\\tb\\0c\\x1b\\\\\tto:\\xff\n' >strange
is "strangers' bytes" "$(give strange ship-sqlite sqlite a.db table=t2)" "$taken"
is "come back" "$(python3 -c 'import json, sqlite3
e = json.loads(sqlite3.connect("a.db").execute("SELECT event FROM t2").fetchone()[0])
print(ascii(e["text"]), ascii(e["to"]))')" "'a\\tb\\x00c\\x1b\\\\' '\\ufffd'"

# tables of the site
sql s.db "CREATE TABLE t (eid TEXT PRIMARY KEY, ts, ev TEXT CHECK (ev <> 'sent'), src, id, rcpt, tenant, event)"
is "one event that the table will not have" "$(give events ship-sqlite sqlite s.db table=t create=no)" "K
D1 CHECK constraint failed: ev <> 'sent'
--"
is "the others are there" "$(sql s.db 'SELECT ev FROM t' | tr '\n' ' ')" "accepted deferred bounced "
sql s.db "CREATE TABLE r (eid TEXT PRIMARY KEY, ts, ev TEXT, src, id, rcpt, tenant, event);
CREATE TRIGGER g BEFORE INSERT ON r WHEN NEW.ev = 'deferred' BEGIN SELECT RAISE(ROLLBACK, 'never') ; END" 2>/dev/null
python3 -c 'import sqlite3
c = sqlite3.connect("s.db")
c.executescript("CREATE TRIGGER g BEFORE INSERT ON r WHEN NEW.ev = '"'deferred'"' BEGIN SELECT RAISE(ROLLBACK, '"'never'"'); END")'
is "one that undoes all" "$(give events ship-sqlite sqlite s.db table=r create=no)" "Z never
--"
is "leaves nothing" "$(sql s.db 'SELECT count(*) FROM r')" 0
is "no table" "$(give events ship-sqlite sqlite s.db create=no)" "Z no such table: rohrpost_events
--"
is "no database" "$(give events ship-sqlite sqlite none.db create=no)" "Z unable to open database file
--"
[ ! -e none.db ]; ok "and none is made" $?
is "another table of that name" "$(sql s.db 'CREATE TABLE u (x)'; give events ship-sqlite sqlite s.db table=u create=no)" \
	"Z table u has no column named eid
--"
head -c 5000 /dev/urandom >junk.db
is "a file that is none" "$(give events ship-sqlite sqlite junk.db)" "Z file is not a database
--"
is "a folder that is not there" "$(give events ship-sqlite sqlite no/x.db)" "Z unable to open database file
--"
batch events 200 | batch make >many
(ulimit -f 40; ship-sqlite sqlite full.db <many >receipts 2>err)
like "no room" "$(batch read <receipts)" '^Z (disk I/O error|database or disk is full)'

# locked by another
mkfifo go
cat >lock.py <<'X'
import sqlite3
c = sqlite3.connect("a.db", isolation_level=None)
c.execute("BEGIN EXCLUSIVE")
open("locked", "w").close()
open("go").read()
c.execute("ROLLBACK")
X
bg python3 lock.py
wait_for 10 test -e locked
is "locked too long" "$(give events ship-sqlite sqlite a.db timeout=100ms)" "Z database is locked
--"
batch make <events | ship-sqlite sqlite a.db table=t3 >receipts & p=$!
: >go
wait $p
is "locked for a moment" "$(batch read <receipts)" "$taken"

# the database is another one from one batch to the next
mkfifo in
ship-sqlite sqlite m.db <in >receipts & p=$!
exec 7>in
batch make <events >&7
count() { [ "$(grep -c K receipts)" -ge "$1" ]; }
wait_for 10 count 1
mv m.db m.old
batch make <events >&7
exec 7>&-
wait $p
is "one that was moved is made anew" "$(sql m.db 'SELECT count(*) FROM rohrpost_events')" 4

# killed anywhere: all is there, once
batch events 40 >many
while read -r call when; do
	rm -f k.db*
	batch make 10 <many | strace -f -o trace -e "trace=$call" -e "inject=$call:signal=KILL:when=$when" \
		ship-sqlite sqlite k.db >receipts 2>err
	taken_n=$(batch read <receipts 2>/dev/null | grep -c K)
	[ "$taken_n" -lt 4 ]; ok "killed at $call $when" $?
	[ $taken_n -eq 0 ] || have=$(sql k.db 'SELECT count(*) FROM rohrpost_events')
	[ $taken_n -eq 0 ] || [ "$have" -ge $((taken_n * 10)) ]; ok "what was taken is there" $?
	batch talk 10 ship-sqlite sqlite k.db <many >/dev/null
	is "and then all is, once" "$(sql k.db 'SELECT count(*), count(DISTINCT eid) FROM rohrpost_events')" "40|40"
done <<X
pwrite64 1
pwrite64 5
pwrite64 20
fdatasync 1
fdatasync 3
unlink 1
unlink 3
X

status "no arguments" 100 ship-sqlite
status "a table that is none" 100 ship-sqlite sqlite x.db 'table=a"b'
status "nor this" 100 ship-sqlite sqlite x.db table=1a
status "a kind of another program" 100 ship-sqlite file x
t63=$(head -c 63 /dev/zero | tr '\0' t)
is "a name of 63 bytes" "$(give events ship-sqlite sqlite x.db "table=$t63")" "$taken"
status "one more" 100 ship-sqlite sqlite x.db "table=t$t63"
batch make <events >one
ship-sqlite sqlite x.db >/dev/full <one 2>err
is "/dev/full" $? 111
ship-sqlite sqlite x.db <&- 2>err
is "0 closed" $? 111
ship-sqlite sqlite x.db >&- <one 2>err
is "1 closed" $? 111
done_testing
