#!/bin/sh
# what tls-check says where nobody is; tls-check-servers.t has servers
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
port=$(free_port)
status "no host" 100 tls-check
status "no port" 100 tls-check -p 0 127.0.0.1
status "a port above 65535" 100 tls-check -p 65536 127.0.0.1
status "no time" 100 tls-check -w 0 127.0.0.1
status "more than an hour" 100 tls-check -w 3601 127.0.0.1
status "a port where none is wanted" 100 tls-check 127.0.0.1:25
is "is said" "$(cat err)" "tls-check: fatal: 127.0.0.1:25: the port stands behind -p"
status "a name with a blank" 100 tls-check -h 'a b' 127.0.0.1
is "is said" "$(cat err)" "tls-check: fatal: bad -h a b: want the name of a host"
status "another with one" 100 tls-check -n 'a b' 127.0.0.1
status "nobody listens" 0 tls-check -h me.test -p "$port" 127.0.0.1
is "is told" "$(cat out err)" "bad${tab}127.0.0.1 connect${tab}unable to connect: Connection refused; nobody listens there: is the server up, and the port right?"
status "nobody listens, by a name" 0 tls-check -h me.test -n mx.test -p "$port" 127.0.0.1
like "with the name" "$(cat out)" "^bad${tab}mx.test 127.0.0.1 connect${tab}"
status "no configuration" 111 tls-check -C nothere 127.0.0.1
is "is said, too" "$(cat err)" "tls-check: fatal: unable to read nothere/me: No such file or directory"
status "no known authorities" 0 tls-check -a nothere -h me.test -p "$port" 127.0.0.1
is "are a warning" "$(cat err)" "tls-check: warning: nothere: No such file or directory; no authority is known"
tls-check -h me.test -p "$port" 127.0.0.1 >/dev/full 2>err
is "/dev/full" $? 111
like "is said" "$(cat err)" "^tls-check: fatal: unable to write: "
tls-check -h me.test -p "$port" 127.0.0.1 2>err >&-
is "descriptor 1 closed" $? 111
tls-check -h me.test -p "$port" 127.0.0.1 <&- >/dev/null 2>err
is "descriptor 0 closed" $? 111
done_testing
