#!/bin/sh
# ship-pgsql: what needs no PostgreSQL.  With one: tests/peers/ship-pgsql.t.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
batch() { python3 "$top/tests/tools/shipbatch.py" "$@"; }
batch events 3 | batch make >b
unset PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGSERVICE
give() { ship-pgsql pgsql "$@" <b 2>err | batch read; }
like "no server" "$(give "postgresql:///x?host=$T")" '^Z connection to server on socket ".*" failed: No such file or directory'
like "no such host" "$(give postgresql://no-such-host.invalid/x)" '^Z could not translate host name '
like "no URL of libpq's" "$(give 'postgresql://[/x')" '^Z .*end of string reached when looking for matching "]"'
# a server that takes what comes and says nothing, or something else
cat >server.py <<'X'
import os, socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind("new")
s.listen(5)
os.rename("new", ".s.PGSQL.5432")
while True:
    c = s.accept()[0]
    c.recv(1 << 16)
    if sys.argv[1] == "silent":
        c.recv(1)
    c.sendall(sys.argv[1].encode())
    c.close()
X
bg python3 server.py silent
wait_for 10 test -S .s.PGSQL.5432
is "a silent server" "$(give "postgresql:///x?host=$T" connect-timeout=300ms)" "Z the server does not answer
--"
bg python3 server.py '220 mx.example ESMTP'
rm .s.PGSQL.5432
wait_for 10 test -S .s.PGSQL.5432
like "one that is none" "$(give "postgresql:///x?host=$T")" '^Z '

status "-s" 0 ship-pgsql -s
is "makes the usual table" "$(head -n 1 out)" 'CREATE TABLE IF NOT EXISTS "rohrpost_events" ('
status "-s and a name" 0 ship-pgsql -s Mail.Ev
is "of a schema" "$(sed -n 's/.* EXISTS //p' out | head -n 2)" '"Mail"."Ev" (
"Ev_ts" ON "Mail"."Ev" (ts);'
status "-s and what is none" 100 ship-pgsql -s 'a"b'
status "-s and more" 100 ship-pgsql -s a b
status "no arguments" 100 ship-pgsql
status "another URL" 100 ship-pgsql pgsql mysql://h/d
status "a table that is none" 100 ship-pgsql pgsql postgresql:///x table=a.b.c
for url in postgresql://ann:secret@h/d 'postgresql://h/d?password=secret'; do
	status "$url" 100 ship-pgsql pgsql "$url"
	is "is said" "$(cat err)" "ship-pgsql: fatal: a password does not stand in a URL"
done
like "a user alone" "$(give "postgresql://ann@/x?host=$T/none")" '^Z connection to server'
status "a password file that is not there" 111 sh -c 'ship-pgsql pgsql postgresql:///x user-file=none <b'
ship-pgsql pgsql "postgresql:///x?host=$T/none" >/dev/full <b 2>err
is "/dev/full" $? 111
ship-pgsql -s >/dev/full 2>err
is "-s and /dev/full" $? 111
ship-pgsql pgsql postgresql:///x <&- 2>err
is "0 closed" $? 111
ship-pgsql pgsql postgresql:///x >&- <b 2>err
is "1 closed" $? 111
done_testing
