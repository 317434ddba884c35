#!/bin/sh
# Root in folders of another user, who has put links there and renames what
# root has just made: root's own files stay as they are, and nothing of
# root's is shown.
. "$(dirname "$0")/../lib.sh"
[ "$(id -u)" = 0 ] && command -v chpst >/dev/null && id nobody >/dev/null 2>&1 || {
	skip "needs root and runit"
	done_testing
	exit 0
}
chmod 755 "$T"
cd "$T" || exit 1
umask 022
his() { mkdir -p "$1" && chown nobody:nogroup "$1" && chmod "${2:-700}" "$1"; }
as_nobody() { chpst -u nobody:nogroup "$@"; }
mkdir -m 700 secret
echo 'the secret' >secret/file
chmod 600 secret/file
untouched() {
	is "$1: nothing is made in root's folder" "$(ls secret)" file
	is "$1: root's file is as it was" "$(stat -c '%a %U' secret/file) $(cat secret/file)" "600 root the secret"
}

# As soon as a socket has a name it is moved away, and a link stands there:
# what is then done by name is done to what the link leads to.
cat >race.py <<'P'
import os, stat, sys, time
d, target = sys.argv[1:]
os.chdir(d)
while True:
    for n in os.listdir("."):
        if stat.S_ISSOCK(os.lstat(n).st_mode) and not n.startswith("taken"):
            os.rename(n, "taken%d" % time.monotonic_ns())
            os.symlink(target, n)
    time.sleep(0.01)
P
if command -v strace >/dev/null; then
	his race
	bg chpst -u nobody:nogroup python3 -B race.py race "$T/secret/file"
	for i in 1 2 3 4 5 6; do
		as_nobody find race -type l -delete
		timeout 1 strace -o /dev/null -e trace=bind -e inject=bind:delay_exit=300000 \
			sock-serve -m 0666 "unix:race/sock" true 2>>race.err
	done
	[ -e "$(echo race/taken* | cut -d ' ' -f 1)" ]; ok "a socket was made, and moved away" $?
	untouched "six restarts of sock-serve"
	kill "$bg_pid"
else
	skip "needs strace"
fi

# throttle's file of rates, by hand as root
his rates
mkdir limits
as_nobody ln -s "$T/secret/file" rates/f.new
throttle -s rates/f limits cat </dev/null 2>err
like "throttle: a link for its new file" "$(cat err)" "unable to write rates/f: Too many levels"
as_nobody ln -s "$T/secret/new" rates/g.lock
throttle -s rates/g limits cat </dev/null 2>err
like "and for its lock" "$(cat err)" "unable to lock rates/g: Too many levels"
untouched "throttle -s"

# the folder itself is exchanged for a link
his parent
as_nobody ln -s "$T/secret" parent/sock
status "sock-serve in a link's folder" 111 timeout 5 sock-serve unix:parent/sock/s true
like "why" "$(cat err)" "unable to listen on unix:parent/sock/s: Too many levels"
untouched "a link instead of a folder"
his sock
sock-serve -m 0666 unix:sock/s true 2>/dev/null & pid=$!
wait_for 5 test -S sock/s; ok "sock-serve in another's folder" $?
is "the socket is his" "$(stat -c '%a %U' sock/s)" "666 nobody"
kill $pid; wait $pid
is "and goes" "$(ls -A sock)" ""

# keys
his keys
as_nobody ln -s "$T/secret" keys/example.org
status "dkim-key generate through a link" 111 dkim-key generate -a ed25519-sha256 keys example.org s1
untouched "dkim-key generate"
as_nobody mkdir keys/example.net
openssl genpkey -algorithm ed25519 -out root.pem 2>/dev/null; chmod 600 root.pem
as_nobody ln -s "$T/root.pem" keys/example.net/s1.pem
status "dkim-key record through a link" 111 dkim-key record keys example.net s1
is "shows nothing" "$(cat out)" ""
status "nor by the file's name" 111 dkim-key record keys/example.net/s1.pem
is "shows nothing" "$(cat out)" ""
status "dkim-key generate" 0 dkim-key generate -a ed25519-sha256 keys example.com s1
is "what it makes is the folder's owner's" "$(stat -c '%a %U' keys/example.com keys/example.com/s1.pem | tr '\n' ' ')" "700 nobody 600 nobody "
as_nobody ln -s "$T/secret/file" keys/example.com/rotate-ed25519-sha256
cp -R "$top/conf-examples" conf
echo 'example.com domain=example.com selector=s1 key=example.com/s1.pem algorithm=ed25519-sha256' >conf/dkim
status "dkim-key rotate through a link" 111 dkim-key rotate -a ed25519-sha256 -i 0 -w 1 -r 127.0.0.1@1 conf keys example.com
untouched "dkim-key rotate"
as_nobody rm keys/example.com/rotate-ed25519-sha256
status "dkim-key rotate" 0 dkim-key rotate -a ed25519-sha256 -i 0 -w 1 -r 127.0.0.1@1 conf keys example.com
is "all that is made is his" "$(find keys/example.com -user root | wc -l)" 0

# a queue
his queue 755
as_nobody queue-check -i queue
as_nobody ln -s "$T/secret/held" queue/held
status "queue-ctl hold through a link" 111 queue-ctl queue hold all
untouched "queue-ctl"
as_nobody rm queue/held
status "queue-ctl hold" 0 queue-ctl queue hold all
is "the file is his" "$(stat -c %U queue/held)" nobody
queue-ctl queue release all 2>/dev/null
id=$(python3 -c 'print("0" * 20)')
mv queue/mess queue/mess.away
as_nobody mkdir queue/mess
for d in queue/mess.away/*; do as_nobody ln -s "$T/secret" "queue/mess/${d##*/}"; done
p='from a@b.example
to c@d.example

Subject: x

x
'
parcel() { printf '%d:%s\n,' "$((${#p} + 1))" "$p"; }
parcel | queue-inject -r 0 queue >out 2>err
like "queue-inject through links" "$(cat out err)" "unable to open queue|:Z"
untouched "queue-inject"
rm -r queue/mess; mv queue/mess.away queue/mess
parcel | queue-inject -r 0 queue >out 2>err
like "queue-inject" "$(cat out)" ":K"
is "its file is his" "$(find queue/mess -type f -printf '%u ')" "nobody "
id=$(find queue/mess -type f -printf %f)
f=$(find queue/mess -type f)
cp "$f" secret/message; chmod 600 secret/message
as_nobody rm "$f"; as_nobody ln -s "$T/secret/message" "$f"
queue-show queue "$id" >out 2>&1
is "queue-show shows nothing through a link" "$(grep -c 'Subject: x' out)" 0
for c in "queue-list queue" "queue-check queue" "queue-check -r queue" "log-audit queue /dev/null"; do
	timeout 10 $c >out 2>&1
	is "$c: nothing of root's" "$? $(grep -c 'd.example' out)" "$? 0"
done
as_nobody rm -f "$f"; as_nobody mkfifo "$f"
timeout 10 log-audit queue /dev/null >out 2>&1
ok "log-audit does not wait for a FIFO" $(($? == 124))
rm -f secret/message "$f"
untouched "looking at the queue"

# what sendmail leaves
his instance 755; mkdir instance/conf; his instance/drop 711
cp -R conf instance/
as_nobody ln -s "$T/secret" instance/drop/new
printf 'Subject: x\n\nx\n' | ROHRPOST_DIR=$T/instance timeout 20 sendmail a@b.example >out 2>&1
ok "sendmail does not leave it behind a link" $(($? == 0))
untouched "sendmail"

# a mailbox more
status "an instance" 0 rohrpost init site
chown nobody:nogroup site/mail; chmod 711 site/mail
as_nobody ln -s "$T/secret" site/mail/ann
status "init --user through a link" 111 rohrpost init site --user ann
untouched "init --user"
as_nobody rm site/mail/ann
status "init --user" 0 rohrpost init site --user ann
is "the mailbox is his" "$(stat -c '%a %U %G' site/mail/ann site/mail/ann/new | tr '\n' ' ')" "700 nobody nogroup 700 nobody nogroup "

# An instance below a folder in which somebody else may exchange it: whoever
# can put another one there would have root run his services.
no_place() { # NAME PATH
	for v in status ping up down restart reload log; do
		status "$1: $v" 100 timeout 20 rohrpost $v "$2"
		like "$1: $v says why" "$(cat err)" "^rohrpost: fatal: .* is no place for root: "
	done
	status "$1: init" 100 rohrpost init "$2/x"
	[ ! -e "$2/x" ]; ok "$1: nothing is made" $?
}
mkdir -m 755 way
status "an instance" 0 rohrpost init way/site
chmod 777 way; no_place "a folder everybody may write to" way/site
like "whose is said" "$(cat err)" "root: everybody may write to $T/way,"
chgrp nogroup way; chmod 775 way; no_place "a group" way/site
like "whose is said" "$(cat err)" "root: the group nogroup may write to $T/way,"
chown nobody way; chmod 755 way; no_place "another's" "$T/way/site"
like "whose is said" "$(cat err)" "root: $T/way belongs to nobody,"
chown root:root way; his linked 755; ln -s "$T/way/site" linked/site; no_place "a link in another's folder" linked/site
mkdir over; mv way over/; ln -s over/way way
chmod 777 over; no_place "where a link leads" way/site
for m in 1777 775; do
	chmod $m over
	status "status where nobody can exchange it ($m)" 1 rohrpost status way/site
	like "is that of the instance" "$(cat out)" "^$T/way/site is down"
done
mkdir -m 1777 sticky; as_nobody ln -s "$T/over/way" sticky/way; no_place "a link of another in a sticky folder" sticky/way/site
like "whose is said" "$(cat err)" "root: $T/sticky/way belongs to nobody,"
ln -s "$T/over/way" sticky/ours
status "one of root's" 1 rohrpost status sticky/ours/site
chmod 755 sticky
status "a link that its owner cannot exchange" 1 rohrpost status sticky/way/site
for f in service/smtp/run service/smtp/log/run service/drop env; do
	chown nobody over/way/site/$f
	for v in up restart; do
		status "$f of another: $v" 100 timeout 20 rohrpost $v way/site
		like "$f of another: $v says why" "$(cat err)" "way/site/$f belongs to nobody:root, mode 7.*: root runs only what nobody else may write"
	done
	chown root over/way/site/$f
done
chmod 666 over/way/site/service/smtp/run
status "one that all may write" 100 timeout 20 rohrpost up way/site
chmod 755 over/way/site/service/smtp/run

# In another's own folder root is that user.
his home 755
status "--users in another's folder" 100 rohrpost init home/site --users
like "is refused" "$(cat err)" "^rohrpost: fatal: --users needs a folder of root's: $T/home belongs to nobody"
[ ! -e home/site ]; ok "nothing is made" $?
if as_nobody test -x "$(command -v rohrpost)"; then
	port=$(free_port)
	status "init in another's folder" 0 rohrpost init home/site --smtp "127.0.0.1:$port"
	is "all of it is his" "$(find home/site ! -user nobody | wc -l)" 0
	bg rohrpost up home/site >up.out 2>&1
	wait_for 20 rohrpost ping home/site; ok "root starts it" $?
	is "as that user" "$(stat -c %U "/proc/$bg_pid" "/proc/$(cat home/site/up.pid)" | tr '\n' ' ')" "nobody nobody "
	is "and all that runs" "$(pgrep -u root -f "$T/home/site" | wc -l)" 0
	status "and stops it" 0 rohrpost down home/site
	for f in supervise/control supervise/ok; do
		as_nobody ln -sf "$T/secret/file" home/site/service/smtp/$f
	done
	for v in down restart status ping; do timeout 20 rohrpost $v home/site >out 2>&1; done
	untouched "root asks about it"
	mkdir -m 700 mine mine/share; ln -s "$top" mine/share/rohrpost; cp -R "$(dirname "$(command -v rohrpost)")" mine/bin
	status "programs that he may not run" 100 mine/bin/rohrpost status home/site
	like "are said" "$(cat err)" "belongs to user $(id -u nobody), who may not run $T/mine/bin/rohrpost"
else
	skip "nobody may not run the programs here"
fi
done_testing
