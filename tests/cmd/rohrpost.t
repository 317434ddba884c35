#!/bin/sh
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
status "no argument" 100 rohrpost
status "an unknown program" 100 rohrpost no-such-program
status "a path is no program" 100 rohrpost ../bin/rohrpost
status "--version" 0 rohrpost --version
is "says it" "$(cat "$T/out")" "rohrpost $(cat "$top/VERSION")"
status "--help" 0 rohrpost --help
like "says how" "$(cat "$T/out")" "rohrpost restart|reload DIR"
status "restart of nothing" 100 rohrpost restart "$T/none"
status "init without folder" 100 rohrpost init
status "init with an unknown option" 100 rohrpost init "$T/x" --what
status "init with half an option" 100 rohrpost init "$T/x" --smtp
status "init with a bad address" 100 rohrpost init "$T/x" --smtp 127.0.0.1
status "init where it cannot be" 111 rohrpost init /dev/null/x
status "init with a blank in the name" 100 rohrpost init "$T/a b"
status "up of nothing" 100 rohrpost up "$T/none"
status "down of nothing" 100 rohrpost down "$T/none"
[ -e "$T/x/service" ]; is "a bad init leaves no instance" $? 1

new_instance one --local example.org --local example.net
status "init again" 100 rohrpost init "$I"
status "init with a service more" 100 rohrpost init "$I" --submission 127.0.0.1:5870
like "says how" "$(cat "$T/err")" "$I/service elsewhere, and init with all options"
status "status while down" 1 rohrpost status "$I"
like "status says so" "$(cat "$T/out")" "is down"
status "down while down" 100 rohrpost down "$I"
status "up of one service" 100 timeout 20 rohrpost up "$I" smtp
status "restart while down" 100 rohrpost restart "$I"
status "reload while down" 0 rohrpost reload "$I"
status "ping while down" 111 rohrpost ping "$I"
status "log of nothing" 0 rohrpost log "$I"
status "with a CDPATH" 111 sh -c 'cd "$1/.." && CDPATH=. rohrpost ping one' sh "$I"
grep -qx example.net "$I/conf/local"; ok "--local is in conf/local" $?
[ ! -e "$I/queue/held" ]; ok "nothing is held" $?
cut=$(grep smtp-recv "$I/service/smtp/run")
like "smtp-recv is in its service" "$cut" "smtp-recv -n 0 -L [^ ]* -l 127.0.0.1:$port"

echo so >"$I/env/SITE_SAYS"
start_instance; ok "up answers SMTP" $?
status "up twice" 100 rohrpost up "$I"
wait_for 10 grep -q 'sendmail you@example.org$' "$I/up.out"; ok "up names the first local domain in its example" $?
status "status while up" 0 rohrpost status "$I"
like "status lists the services" "$(cat "$T/out")" '^  run: deliver: '
like "status has the queue" "$(cat "$T/out")" '^queue'
# whose certificate ends on, or cannot be used: what it must say, how, and a hint
soon() { rm -f "$I/tls/self.pem"; tls-cert self -d "$1" "$I/tls/self.pem" a.example; }
certificate_is() {
	status "status: $1" 1 rohrpost status "$I"
	like "says so" "$(cat "$T/out")" "^  $2"
	is "and no more" "$(grep -c '^  .*self\.pem\|^  tls:' "$T/out")" 1
	like "and where help is" "$(cat "$T/out")" '^    tls\(7\) says how'
}
soon 14; certificate_is "a certificate that ends soon" "$I/conf/tls: self.pem: expires on 20[0-9-]*\$"
over() { rm -f "$I/tls/self.pem"; tls-cert self -t 1700000000 -d 1 "$I/tls/self.pem" a.example 2>/dev/null; }
over; certificate_is "one that has ended" "$I/conf/tls: self.pem: expired on 2023-11-15\$"
# a new one is used within a second or two
well() { wait_for 10 rohrpost status "$I"; ok "status: $1" $?; }
soon 15; well "one that ends a day later"
chmod 644 "$I/tls/self.pem"; certificate_is "one that others may read" "tls: self.pem: may be read .*; not used\$"
rm "$I/tls/self.pem"; certificate_is "none" "tls: self.pem: unable to read: .*; not used\$"
soon 99; well "all is well again"
status "a program by name" 0 rohrpost queue-list "$I/queue"
status "its full disk" 111 sh -c 'rohrpost queue-ctl "$0" status >/dev/full' "$I/queue"
status "its closed descriptor" 111 sh -c 'rohrpost queue-list "$0" >&-' "$I/queue"
smtp_pid() { sv status "$I/service/smtp" | sed "s/^[^(]*(pid \([0-9]*\)).*/\1/"; }
old=$(smtp_pid)
for v in down status ping; do status "$v of one service" 100 rohrpost $v "$I" smtp; done
status "restart" 0 rohrpost restart "$I" smtp
[ "$(smtp_pid)" != "$old" ]; ok "is another process" $?
status "restart of all" 0 rohrpost restart "$I"
status "restart of nothing" 100 rohrpost restart "$I" none
like "names what there is" "$(cat "$T/err")" "there is no service none in $I: smtp tls deliver sts inject listen drop"
old=$(smtp_pid)
status "reload" 0 rohrpost reload "$I"
is "ends nobody" "$(smtp_pid)" "$old"
echo 'nonsense of any kind' >>"$I/conf/retry"
status "reload of what is wrong" 100 rohrpost reload "$I" smtp
like "says where" "$(cat "$T/err")" "$I/conf/retry:[0-9]*: "
is "and ends nobody" "$(smtp_pid)" "$old"
sed -i '$d' "$I/conf/retry"
status "reload of a service" 0 rohrpost reload "$I" smtp
[ "$(smtp_pid)" != "$old" ]; ok "starts it again" $?
for p in smtp-recv queue-run queue-inject remote-send; do
	pid=$(pgrep -f "^([^ ]*/)?$p .*$I/" | head -1)
	tr '\0' '\n' <"/proc/$pid/environ" | grep -v '^QUEUE_RESULTS=\|^ASAN_OPTIONS=' | sed 's/=.*//' >"$T/env.got"
	is "$p: a clean environment, and what is in env/" "$(tr '\n' ' ' <"$T/env.got")" "PATH SITE_SAYS "
	case ${ASAN_OPTIONS-} in '') is "$p: its memory has a limit" "$(awk '/^Max data size/ { print ($4 + 0 > 0) }' "/proc/$pid/limits")" 1 ;; esac
done
stop_instance
status "and down it is" 1 rohrpost status "$I"
left=$(pgrep -f "$I/" | wc -l)
is "no process is left" "$left" 0
like "the log has the start" "$(rohrpost log "$I")" 'ev:started'

new_instance two --relay 127.0.0.1:2599 --hold
[ -e "$I/queue/held" ]; ok "--hold holds" $?
like "--relay is the last rule" "$(tail -1 "$I/conf/routes")" '^to:\* host:127.0.0.1:2599$'
like "local mail stays" "$(cat "$I/conf/routes")" '^to:<local> local$'

# mailboxes, and who gets the postmaster's mail
who=$(id -un | tr '[:upper:]' '[:lower:]')
is "init makes the caller's, and you" "$(ls "$I/mail" | tr '\n' ' ')" "$(printf '%s\n' "$who" you | sort | tr '\n' ' ')"
is "as Maildirs, for nobody else" "$(stat -c '%a %n' "$I"/mail/you/* "$I/mail/you" | sed "s,$I/mail/,," | tr '\n' ' ')" "700 you/cur 700 you/new 700 you/tmp 700 you "
like "who has the postmaster's mail is said" "$(cat "$T/init.out")" "^mail for postmaster, root and the like goes to $I/mail/$who$"
goes() { route -n "$I/conf" "$1@localhost" | sed -n 's/.*user:\([^ ]*\).*/\1/p'; }
for u in postmaster root abuse mailer-daemon webmaster; do is "$u's goes there" "$(goes $u)" "$who"; done
like "-M and no -c" "$(cat "$I"/service/*/run)" "-M $I/mail .*"
is "nothing makes Maildirs for anybody" "$(cat "$I"/service/*/run | grep -c 'local-deliver -c')" 0
is "nothing of the templates is left" "$(cat "$I"/service/*/run "$I"/service/*/log/run | grep -c '@[A-Z]*@')" 0
new_instance three --postmaster root --user Ann --user b.c_d-e=f
is "--user" "$(ls "$I/mail" | tr '\n' ' ')" "ann b.c_d-e=f root you "
for u in postmaster root abuse; do is "$u, with --postmaster root" "$(goes $u)" root; done
new_instance four --postmaster boss@example.com
is "--postmaster elsewhere" "$(ls "$I/mail") $(sed -n 's/^postmaster: //p' "$I/conf/aliases")" "you boss@example.com"
for a in root@localhost abuse@example.org "ann@$(cat "$T/three/conf/me")"; do
	status "--postmaster $a" 0 rohrpost init "$T/five" --local example.org --postmaster "$a"
	is "has a mailbox" "$(ls "$T/five/mail" | tr '\n' ' ')" "${a%@*} you "
	is "and is no circle" "$(grep -c 'only name each other' "$T/err")" 0
	I=$T/five; is "but the postmaster" "$(goes postmaster)" "${a%@*}"; I=$T/four
	rm -rf "$T/five"
done
status "a user more" 0 rohrpost init "$I" --user ann
status "options may come first" 0 rohrpost init --user bob --user ann "$I"
is "are there" "$(ls "$I/mail" | tr '\n' ' ')" "ann bob you "
status "but nothing else of one that is there" 100 rohrpost init "$I" --user eve --hold
status "two folders" 100 rohrpost init "$I" "$T/five" --user eve
for u in '' -rf --hold ../x a/b . .. .x '|id' 'a b' 'a+b' a@b "$(printf '%0129d' 0)"; do
	status "--user '$u'" 100 rohrpost init "$I" --user "$u"
done
for u in -rf ../x 'a b' @x '|id'; do
	status "--postmaster '$u'" 100 rohrpost init "$T/five" --postmaster "$u"
done
is "none of them is there" "$(ls "$I/mail" | tr '\n' ' ')" "ann bob you "
[ ! -e "$T/five" ]; ok "nor is the instance" $?

# every argument is looked at before anything is made
before=$(ls -A "$T" | tr '\n' ' ')
refused() { status "init $(echo "$*" | tr '\n' ' ')" 100 rohrpost init "$T/no/such" "$@"; }
for a in 127.0.0.1 127.0.0.1: 127.0.0.1:x 127.0.0.1:0 127.0.0.1:65536 127.0.0.1:025 127.0.0.1:2525x :25 localhost:25 \
	1.2.3:25 1.2.3.4.5:25 1.2.3.256:25 01.2.3.4:25 '1.2.3.4:25 -w' '127.0.0.1:2525; touch x' '$(touch x):25' '`x`:25' \
	::1:25 '[::1]' '[::1]25' '[::1:25' '[1:2:3:4:5:6:7]:25' '[1:2:3:4:5:6:7:8:9]:25' '[1::2::3]:25' '[:::]:25' '[12345::]:25' \
	'[g::1]:25' '[]:25' '[1.2.3.4]:25' "$(printf '127.0.0.1:2525\nx')" "$(printf 'x\n127.0.0.1:2525')" 'a&b:25' '|:25' ''; do
	refused --smtp "$a"
	case $a in *x* | '') refused --submission "$a"; refused --submissions "$a" ;; esac
done
for a in host '' :25 host: host:0 host:x host:65536 'a b:25' 'a;b:25' '-x:25' 'a..b:25' '.a:25' '[::1:25' '1.2.3.256:25' 'a,b:25' "$(printf 'a:25\nx')"; do
	[ -z "$a" ] || refused --relay "$a"
done
for o in --local --sign; do
	for a in '' 'a b' a..b .a a. -a.example a-.example 'a;b' '$x' '../x' a/b "$(printf 'a\nb')" '*' "$(printf '%064d.x' 0)" "$(printf '%0254d' 0)"; do
		refused $o "$a"
	done
done
for a in a@ a@b@c a@-b a@b..c; do refused --postmaster "$a"; done
for a in '' a @b a@ a@b@c a@-b a@b..c 'a b@c' 'a;b@c' "a'b@c" '$x@c' 'a|b@c' 'a&b@c' -a@b .a@b a.@b a..b@c 'a@b&c' "a@b$(printf '\303\274')c" "$(printf 'a@b\nx')"; do
	refused --tls-report "$a"
done
for n in "$T/a;b" "$T/a|b" "$T/a&b" "$T/a\\b" "$T/$(printf '%0100d' 0)"; do
	status "init $n" 100 rohrpost init "$n"
done
is "nothing is left of them" "$(ls -A "$T" | tr '\n' ' ')" "$before"
[ ! -e x ]; ok "and nothing was run" $?
for a in '[::1]:2525' '[::]:65535' '[1:2:3:4:5:6:7:8]:1' '[1::8]:25' '[2001:db8::]:25' 0.0.0.0:25; do
	status "init --smtp $a" 0 rohrpost init "$T/good" --smtp "$a" --relay "$a"
	grep -qF -- "-l $a " "$T/good/service/smtp/run"; ok "is in the service" $?
	rm -rf "$T/good"
done
for a in submission submissions; do
	status "init --$a" 0 rohrpost init "$T/good" --$a 127.0.0.1:5870
	is "makes services" "$(ls "$T/good/service" | tr '\n' ' ')" "auth deliver drop inject listen smtp sts $a tls "
	rm -rf "$T/good"
done
status "init --ledger" 0 rohrpost init "$T/good" --ledger
is "makes a service" "$(ls "$T/good/service" | tr '\n' ' ')" "deliver drop inject ledger listen smtp sts tls "
grep -qF " { sh -c 'exec throttle -g 5 \"\$@\" 5<>$T/good/ledger/fifo' throttle -s $T/good/status/throttle " "$T/good/service/deliver/run"; ok "throttle writes there" $?
[ -p "$T/good/ledger/fifo" ]; ok "by a FIFO" $?
rm -rf "$T/good"
printf 'ann hush' >"$T/login"
status "init --share" 0 rohrpost init "$T/good" --share '[::1]:6379/15' --machines 3 --share-login "$T/login" --ledger
is "makes a service" "$(ls "$T/good/service" | tr '\n' ' ')" "deliver drop inject ledger listen share smtp sts tls "
is "that knows all that was said" "$(grep -c "	throttle-share -l $T/good/sock/share/sock -a $T/good/share/login -d 15 -n 3 -r \[::1\]:6379\$" "$T/good/service/share/run")" 1
is "and who asks it" "$(grep -c "' throttle -S $T/good/sock/share/sock -s " "$T/good/service/deliver/run")" 1
is "the password is nobody else's" "$(cat "$T/good/share/login") $(stat -c %a "$T/good/share" "$T/good/share/login" | tr '\n' ' ')" "ann hush 700 600 "
rm -rf "$T/good"
status "at a socket, without a password" 0 rohrpost init "$T/good" --share unix:/run/redis/redis.sock --machines 0
is "has neither" "$(grep -c "sock -n 0 -r unix:/run/redis/redis.sock\$" "$T/good/service/share/run")" 1
rm -rf "$T/good"
for a in '' redis:6379 127.0.0.1 127.0.0.1:6379/ 127.0.0.1:6379/x 127.0.0.1:6379/65536 127.0.0.1:6379/01 redis://127.0.0.1:6379 unix: unix:/ unix:r 'unix:/a b' 'unix:/a;b' '[::1]:6379;x' "unix:/$(printf '%0107d' 0)"; do
	refused --share "$a" --machines 2
done
for n in '' -1 01 1001 x '2 3'; do refused --share 127.0.0.1:6379 --machines "$n"; done
refused --share 127.0.0.1:6379
refused --machines 2
refused --share-login "$T/login"
echo >"$T/login"
for f in "$T/login" "$T/nothing" "$T"; do refused --share 127.0.0.1:6379 --machines 2 --share-login "$f"; done
printf '%01001d\n' 0 >"$T/login"
refused --share 127.0.0.1:6379 --machines 2 --share-login "$T/login"
rm "$T/login"
status "init --tls-report" 0 rohrpost init "$T/good" --tls-report tls+rpt@x-1.example
is "makes a service" "$(ls "$T/good/service" | tr '\n' ' ')" "deliver drop inject listen smtp sts tls tlsrpt "
is "with the contact" "$(grep -c -- '-o x-1.example -m tls+rpt@x-1.example$' "$T/good/service/tlsrpt/run")" 1
is "a folder that is nobody else's" "$(stat -c %a "$T/good/reports")" 700
rm -rf "$T/good"
refused --smtp 127.0.0.1:2525 --submission 127.0.0.1:2525
like "two services at one address" "$(cat "$T/err")" "^rohrpost: fatal: 127.0.0.1:2525: two services at one address\$"
refused --submission 127.0.0.1:465 --submissions 127.0.0.1:465
refused --submissions 127.0.0.1:2525
status "init --rcpt-check --unsub" 0 rohrpost init "$T/good" --rcpt-check --unsub 127.0.0.1:8025 --submission 127.0.0.1:5870
is "makes services" "$(ls "$T/good/service" | tr '\n' ' ')" "auth deliver drop inject listen rcpt smtp sts submission tls unsub "
is "who is asked" "$(grep -c -- "-R unix:$T/good/sock/rcpt/sock " "$T/good/service/smtp/run" "$T/good/service/submission/run" | sed 's/.*://' | tr '\n' ' ')" "1 1 "
is "who has keys" "$(grep -c -- "mail-fix -C $T/good/conf -k $T/good/tokens/keys unix:" "$T/good/service/smtp/run") $(grep -c -- "-k $T/good/tokens/keys -l 127.0.0.1:8025 $T/good/unsub" "$T/good/service/unsub/run")" "1 1"
is "which nobody else reads" "$(stat -c %a "$T/good/tokens/keys")" 600
rm -rf "$T/good"
status "init --srs" 0 rohrpost init "$T/good" --srs srs.example
is "makes a service" "$(ls "$T/good/service" | tr '\n' ' ')" "deliver drop inject listen rcpt smtp sts tls "
srs="srs -k $T/good/srs/keys -C $T/good/conf srs.example"
is "paths in the chain, and where it is asked" "$(grep -c -- " $srs route -S " "$T/good/service/deliver/run") $(grep -c -- "rcpt-check dispatch ask:program { $srs answer status:sent } { route " "$T/good/service/rcpt/run")$(grep -c -- '-t rcpt=15 }$' "$T/good/service/rcpt/run")" "1 11"
is "lines for it" "$(tail -n 1 "$T/good/conf/local") $(tail -n 1 "$T/good/conf/rcpt")" "srs.example srs.example program"
refused --srs a@b
refused --unsub 8025
refused --unsub 127.0.0.1:2525
rm -rf "$T/good"
status "init --feedback --suppress" 0 rohrpost init "$T/good" --feedback back.example --suppress --submission 127.0.0.1:5870
is "makes a service" "$(ls "$T/good/service" | tr '\n' ' ')" "auth deliver drop feedback inject listen smtp sts submission suppress tls "
is "what comes back is read where strangers' mail comes in, by one process" "$(grep -c -- "-n 1 .* -x $T/good/suppress feedback -C .* mail-fix " "$T/good/service/smtp/run" "$T/good/service/submission/run" | sed 's/.*://' | tr '\n' ' ')$(tr '\n' ' ' <"$T/good/service/smtp/run" | grep -c -- '-n 1 .*-x .* feedback -C .* mail-fix ')" "0 0 1"
like "and routes are asked for" "$(cat "$T/good/service/deliver/run")" "route -x $T/good/suppress "
is "a line for it in each table" "$(tail -n 1 "$T/good/conf/local") $(tail -n 1 "$T/good/conf/rcpt") $(tail -n 1 "$T/good/conf/feedback")" "back.example back.example any domain back.example"
rm -rf "$T/good"
refused --feedback a@b
status "init --ship" 0 rohrpost init "$T/good" --ship 'hook webhook http://127.0.0.1:9/ filter="ev:sent & tenant:a"' --ship "all file $T/good/ship/all"
is "makes a service" "$(ls "$T/good/service" | tr '\n' ' ')" "deliver drop inject listen ship smtp sts tls "
is "and the lines" "$(grep -v '^#' "$T/good/conf/ship")" "hook webhook http://127.0.0.1:9/ filter=\"ev:sent & tenant:a\"
all file $T/good/ship/all"
rm -rf "$T/good"
status "init --ship of what is none" 100 rohrpost init "$T/good" --ship 'hook'
like "says why" "$(cat "$T/err")" 'conf/ship:2: '
[ -e "$T/good" ]; is "and leaves nothing" $? 1
refused --ship 'a file /x
b file /y'
status "a relay in brackets" 0 rohrpost init "$T/good" --relay "[127.0.0.1]:2599"
rm -rf "$T/good"
status "a relay by name" 0 rohrpost init "$T/good" --relay mx-1.example.org:587 --local example.org --local example.org --local sub_1.example.org --local b"$(printf '\303\274')"cher.example
rm -rf "$T/good"

# a name that cannot be a folder
echo mine >"$T/file"; ln -s nowhere "$T/link"
for n in file file/x link; do
	status "init $n" 111 rohrpost init "$T/$n"
	like "is said in a line" "$(cat "$T/out" "$T/err")" "^rohrpost: fatal: unable to make $T/$n: "
	is "and no more" "$(cat "$T/out" "$T/err" | wc -l)" 1
done
is "what was there stays" "$(cat "$T/file") $(readlink "$T/link")" "mine nowhere"
rm "$T/file" "$T/link"

# what fails on the way leaves nothing behind, either
printf '#!/bin/sh\nexit 1\n' >"$T/conf-build"; chmod 755 "$T/conf-build"
mkdir "$T/fail"; cp -R "${ROHRPOST_BIN:-$top/build/bin}" "$T/fail/bin"
mkdir -p "$T/fail/share"; ln -s "$top" "$T/fail/share/rohrpost"
cp "$T/conf-build" "$T/fail/bin/conf-build"
status "init that fails" 1 "$T/fail/bin/rohrpost" init "$T/no/such/folder" --sign example.org
[ ! -e "$T/no" ]; ok "takes all away that it has made" $?
mkdir -p "$T/had/conf" "$T/had/queue"; echo mine >"$T/had/conf/me"; echo x >"$T/had/other"
status "the same in a folder that is there" 1 "$T/fail/bin/rohrpost" init "$T/had"
is "leaves that as it was" "$(cd "$T/had" && find . | sort | tr '\n' ' ') $(cat "$T/had/conf/me")" ". ./conf ./conf/me ./other ./queue  mine"
# a service more in an instance that is there: service/ is made anew, and what else
# there is stays; so it does when the first try fails
I=$T/more
rohrpost init "$I" --local example.org >/dev/null 2>&1
echo '# mine' >>"$I/conf/routes"
printf 'To: ann@example.org\n\nx\n' | sendmail -C "$I" ann@example.org
stays() { (cd "$I" && find . -type f ! -path './service*' ! -path './log/*' ! -name '*.cdb' ! -path './keys/*' ! -name dkim ! -path './conf/.b*' | sort | xargs md5sum); }
stays >"$T/before"
mv "$I/service" "$I/service.old"
more() { "$@" init "$I" --submission 127.0.0.1:5870 --sign example.org; }
status "a service more, and it fails" 1 more "$T/fail/bin/rohrpost"
status "a service more" 0 more rohrpost
is "is there" "$(ls "$I/service" | tr '\n' ' ')" "auth deliver drop inject listen sign smtp sts submission tls "
stays | cmp -s "$T/before" -; ok "and all the rest" $?
is "who signs, once" "$(grep -c '^example.org ' "$I/conf/dkim")" 2
rm -rf "$T/fail" "$I"
echo host.example >"$T/had/conf/me"; echo mine.example >"$T/had/conf/local"
status "init where files are" 0 rohrpost init "$T/had" --local other.example
is "keeps them" "$(cat "$T/had/conf/me" "$T/had/conf/local" | tr '\n' ' ')" "host.example mine.example "
[ "$(id -u)" = 0 ] || status "--users without root" 100 rohrpost init "$T/five" --users
[ ! -e "$T/five" ]; ok "makes nothing" $?

# modes are the same under each umask
for u in 0 022 027 077; do
	(umask $u && rohrpost init "$T/umask" --auth --sign example.org --user ann --hold >/dev/null 2>&1)
	(cd "$T/umask" && find . -printf '%m %p\n' | sort -k 2 | sed 's/s20[0-9]*/s/g') >"$T/modes.$u"
	rm -rf "$T/umask"
done
for u in 0 027 077; do cmp -s "$T/modes.022" "$T/modes.$u"; ok "umask $u" $?; done
is "nobody else may write" "$(grep -c '^[0-7]*[2367] ' "$T/modes.022")" 0
for d in keys tls logins secrets; do like "$d is nobody else's" "$(cat "$T/modes.022")" "^700 ./$d$"; done
like "nor is a key in it" "$(cat "$T/modes.022")" "^600 ./tls/self.pem$"

# the name of the host, whatever it is
mkdir "$T/bin"
printf '#!/bin/sh\n[ "$1" != -f ] || exit 1\ncat "%s/hostname"\n' "$T" >"$T/bin/hostname"
chmod 755 "$T/bin/hostname"
n=0
for h in 3f1c2b4a5d6e:3f1c2b4a5d6e '(none):localhost' ':localhost' 'my host:my-host' '192.0.2.1:192.0.2.1' 'b_x!y:b_x!y'; do
	printf '%s\n' "${h%:*}" >"$T/hostname"
	n=$((n + 1))
	PATH=$T/bin:$PATH rohrpost init "$T/host$n" >"$T/out" 2>"$T/err"
	is "host name '${h%:*}'" "$? $(cat "$T/host$n/conf/me")" "0 ${h##*:}"
	like "is warned of" "$(cat "$T/err")" "warning: .*/conf/me: .*write the full name"
	printf 'QUIT\r\n' | smtp-recv -C "$T/host$n/conf" cat >"$T/out" 2>&1
	like "but served" "$(head -1 "$T/out")" '^220 [A-Za-z0-9._-]* ESMTP'
	case $h in
	b_x*) names=localhost ;; # no name of the DNS
	*) names=${h##*:} ;;
	esac
	is "its certificate" "$(tls-cert show "$T/host$n/tls/self.pem" | cut -f 2,3)" "ec256	$names"
done

# the certificate
C=$T/certs
mkdir "$C"
for n in a b; do tls-cert self "$C/$n.pem" $n.example.org; done
openssl x509 -in "$C/a.pem" -out "$C/a.crt"; openssl pkey -in "$C/a.pem" -out "$C/a.key"
shown() { tls-cert show "$1" | cut -f 3; }
status "--cert and --key" 0 rohrpost init "$C/one" --cert "$C/a.crt" --key "$C/a.key"
is "are copied, for nobody else" "$(shown "$C/one/tls/mail.pem") $(stat -c %a "$C/one/tls/mail.pem")" "a.example.org 600"
is "and named" "$(grep -v '^#' "$C/one/conf/tls")" mail.pem
rm -rf "$C/one/service"
status "init where a certificate is" 0 rohrpost init "$C/one" --cert "$C/b.pem" --key "$C/b.pem"
like "says that it stays" "$(cat "$T/out")" "^$C/one/tls/mail.pem is there and stays"
is "and so it is" "$(shown "$C/one/tls/mail.pem")" a.example.org
mkdir -p "$C/two/conf"; echo self.pem >"$C/two/conf/tls"
status "init where others are named" 0 rohrpost init "$C/two" --cert "$C/b.pem" --key "$C/b.pem"
like "says what is to be done" "$(cat "$T/out")" "^$C/two/conf/tls is there and stays: name mail.pem in it"
is "both are there" "$(ls "$C/two/tls" | tr '\n' ' ')$(cat "$C/two/conf/tls")" "mail.pem self.pem self.pem"
for o in "--cert $C/a.crt" "--key $C/a.key" --cert "--cert $C/a.crt --key" "--cert $C/a.crt --key $C/b.pem" "--cert $C/a.key --key $C/a.key"; do
	# shellcheck disable=SC2086
	status "init $o" 100 rohrpost init "$C/no" $o
done
status "--client-cert and --client-key" 0 rohrpost init "$C/three" --client-cert "$C/a.crt" --client-key "$C/a.key"
is "are copied, for nobody else" "$(shown "$C/three/tls-client/client.pem") $(stat -c %a "$C/three/tls-client" "$C/three/tls-client/client.pem" | tr '\n' ' ')" "a.example.org 700 600 "
is "and named" "$(grep -v '^#' "$C/three/conf/tls-client")" client.pem
is "for a service" "$(grep -c "tls-key -f tls-client" "$C/three/service/tlsout/run")" 1
is "which who sends asks" "$(grep -c -- "remote-send .*-k $C/three/sock/tlsout/sock " "$C/three/service/deliver/run")" 1
is "nothing of the templates is left" "$(cat "$C"/three/service/*/run | grep -c '@[A-Z]*@')" 0
for o in "--client-cert $C/a.crt" "--client-key $C/a.key" "--client-cert $C/a.crt --client-key $C/b.pem"; do
	# shellcheck disable=SC2086
	status "init $o" 100 rohrpost init "$C/no" $o
done
status "a certificate that is not there" 111 rohrpost init "$C/no" --cert "$C/none" --key "$C/a.key"
[ ! -e "$C/no" ]; ok "nothing is left of them" $?

# logins of an instance
L=$T/logins
rohrpost init "$L" >/dev/null 2>&1
is "no logins" "$(rohrpost user-list "$L")" ""
is "their folder is nobody else's" "$(stat -c %a "$L/logins")" 700
status "user-add" 0 sh -c "printf 'a\nb\n' | rohrpost user-add '$L' Ann"
status "user-add with keys" 0 sh -c "echo other | rohrpost user-add '$L' bob --scram"
is "user-list" "$(rohrpost user-list "$L")" "ann
bob scram"
status "a password with a NUL" 100 sh -c "printf 'a\\000b' | rohrpost user-add '$L' eve"
like "is none" "$(cat "$T/err")" "control character in the password"
status "none" 100 sh -c "rohrpost user-add '$L' eve </dev/null"
# at a terminal: LINE... are typed, each when it is asked for
cat >"$T/terminal.py" <<'P'
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp("rohrpost", ["rohrpost", "user-add"] + sys.argv[1:3])
said = b""
for line in sys.argv[3:]:
    while not said.endswith(b": "):
        said += os.read(fd, 1000)
    os.write(fd, line.encode() + b"\n")
    said += b"|"
try:
    while more := os.read(fd, 1000):
        said += more
except OSError:  # Linux says so at the end
    pass
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode().replace("\r\n", "/"))
P
typed() { timeout 60 python3 "$T/terminal.py" "$L" "$@"; }
is "a person is asked twice, and nobody sees it" "$(typed ann secret secret)" "0 password of ann: |/once more: |/"
is "two that are not the same" "$(typed ann secret sekret)" "100 password of ann: |/once more: |/rohrpost: fatal: these are two passwords/"
h=$(sed -n 's/^ann \([^ ]*\).*/\1/p' "$L/logins/passwd")
is "the first two count" "$(printf '%d:%s\0secret,' $((${#h} + 7)) "$h" | auth-hash)" 1:Y,
status "user-del" 0 rohrpost user-del "$L" ann
status "once more" 1 rohrpost user-del "$L" ann
is "the other is there" "$(rohrpost user-list "$L")" "bob scram"
for a in "user-add $L" "user-add $L a --x" "user-add $L --scram" "user-add $L --scram a" "user-list $L a" "user-del $L" user-list "user-list $T/none"; do
	# shellcheck disable=SC2086
	status "rohrpost $a" 100 rohrpost $a
done
done_testing
