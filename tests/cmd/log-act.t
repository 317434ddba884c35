#!/bin/sh
# Acts of administrators in the log of an instance: what is told of each, by whom,
# and what becomes of an act that cannot be logged
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
chmod 755 "$T"
me=$(id -u) name=$(id -un)
# acts INSTANCE: what was logged since the last time, without time and process
acts() {
	sed -n "s/^ts:[^	]*	ev:act	prog:\([^	]*\)	act:\([^	]*\)	by:$me	user:$name	\(login:[^	]*	\)*pid:[0-9]*/\1 \2/p" \
		"$1"/log/acts/current 2>/dev/null | tr '\t' ' '
	rm -f "$1"/log/acts/current
}
fresh() { rm -rf "$1"; mkdir -p "$1/log" "$1/service"; }

status "no act" 100 log-act .
status "no name of an act" 100 log-act . 'a b'
status "too many words" 100 log-act . a b c d e
log-act . a >/dev/full 2>err
is "a full descriptor 1 is nothing to it" "$?$(cat err)" "100log-act: fatal: . is no instance"
log-act . a 0<&- 2>err
is "a closed descriptor" "$?" 111
status "no instance" 100 log-act . a
is "is told" "$(cat err)" "log-act: fatal: . is no instance"
fresh one; fresh two
status "an act" 0 log-act one moved disk a b
status "without what was" 0 log-act one moved '' '' b
status "bytes of all kinds" 0 log-act two "x" "$(printf 'a\tb\nc\033')"
is "each in its own log" "$(acts one)" "log-act moved what:disk was:a now:b
log-act moved now:b"
is "and no byte that a terminal obeys" "$(acts two)" 'log-act x what:a\tb\nc\x1b'
(cd one && log-act . here && log-act ./ here && log-act ../two there)
is "by names of all kinds" "$(acts one; acts two)" "log-act here
log-act here
log-act there"
(umask 077; rm -rf one/log/acts; log-act one x)
is "the log's group reads it under any umask" "$(stat -c %a one/log/acts one/log/acts/current | tr '\n' ' ')" "750 640 "
like "and who knows svlogd's form does" "$(log-show one/log/acts)" '^ts:.*	ev:act	prog:log-act	act:x	by:'
like "so does who ships it" "$(log-ship -n -N d -S state one/log)" 'ev:act	prog:log-act	act:x	by:.*'
acts one >/dev/null

# logins
mkdir -m 700 one/logins
echo secret | auth-user add one/logins ann
echo other | auth-user add one/logins ann
auth-user off one/logins ann; auth-user on one/logins/ ann; auth-user del one/logins ann
(cd one && echo secret | auth-user add logins bob; cd logins && auth-user off . bob)
status "a login that is not there" 1 auth-user del one/logins nobody
is "what is done with logins" "$(acts one)" "auth-user login-add what:ann
auth-user login-set what:ann
auth-user login-off what:ann
auth-user login-on what:ann
auth-user login-del what:ann
auth-user login-add what:bob
auth-user login-off what:bob"
auth-user list one/logins >out
is "who only looks does nothing" "$(acts one)" ""

# keys and certificates
mkdir one/keys one/tls
dkim-key generate -a ed25519-sha256 one/keys example.org s1 >/dev/null
tls-cert self one/tls/self.pem mx.example.org
cp one/tls/self.pem given.pem
tls-cert install one/tls/mail.pem given.pem given.pem 2>/dev/null
status "a key that is there" 100 dkim-key generate -a ed25519-sha256 one/keys example.org s1
is "what is done with keys" "$(acts one)" "dkim-key key-make what:example.org/s1
tls-cert cert-make what:one/tls/self.pem
tls-cert cert-put what:one/tls/mail.pem
dkim-key key-make what:example.org/s1
dkim-key key-make failed:1"
# the next key of a domain
mkdir one/conf
echo mx.example.org >one/conf/me
echo 'example.org domain=example.org selector=s1 key=example.org/s1.pem algorithm=ed25519-sha256' >one/conf/dkim
conf-build one/conf 2>/dev/null
acts one >/dev/null
dkim-key rotate -a ed25519-sha256 -i 0 one/conf one/keys example.org >out 2>err
like "a key that is followed by another" "$(acts one)" '^dkim-key key-make what:example.org/e[0-9]*$'

# tables
rm -rf one/conf; mkdir one/conf
echo mx.example.org >one/conf/me
sum() { sha256sum "$1" | cut -d ' ' -f 1; }
echo 'a: b' >one/conf/aliases; old=$(sum one/conf/aliases)
conf-build one/conf
is "a text" "$(acts one)" "conf-build conf what:aliases now:$old"
echo 'a: c' >one/conf/aliases; new=$(sum one/conf/aliases)
echo example.org >one/conf/local
(cd one/conf && conf-build .)
is "two of them" "$(acts one)" "conf-build conf what:local now:$(sum one/conf/local)
conf-build conf what:aliases was:$old now:$new"
conf-build one/conf
is "nothing that is new" "$(acts one)" ""
conf-build -n one/conf; conf-build -d one/conf
is "who only asks" "$(acts one)" ""
conf-build -u one/conf 2>err
is "what was before" "$(acts one)" "conf-build conf-undo what:local was:$(echo example.org | sha256sum | cut -d ' ' -f 1)
conf-build conf-undo what:aliases was:$new now:$old"
echo 'a b' >one/conf/aliases
status "no good" 100 conf-build one/conf
is "nothing was done" "$(acts one)" ""
echo 'a: d' >one/conf/aliases
rm one/conf/aliases.cdb; mkdir one/conf/aliases.cdb
status "a table that gets no name" 111 conf-build one/conf
is "and what failed" "$(acts one)" "conf-build conf what:aliases was:$old now:$(sum one/conf/aliases)
conf-build conf failed:1"

# lists
suppress -T acme -s news add one/suppress a@example.org b@example.org
suppress -H add one/suppress c@example.org
hash=$(printf c@example.org | sha256sum | cut -d ' ' -f 1)
suppress -T acme -s news remove one/suppress a@example.org
status "who is not there" 1 suppress remove one/suppress nobody@example.org
printf 'd@example.org\ne@example.org\n' | suppress import one/suppress 2>/dev/null
suppress look one/suppress b@example.org >out; suppress export one/suppress >out; suppress compile one/suppress 2>/dev/null
is "what is done with lists" "$(acts one)" "suppress suppress-add what:a@example.org tenant:acme stream:news reason:manual
suppress suppress-add what:b@example.org tenant:acme stream:news reason:manual
suppress suppress-add what:sha256:$hash tenant: stream:* reason:manual
suppress suppress-remove what:a@example.org tenant:acme stream:news reason:manual
suppress suppress-import"

# what cannot be logged is said, and done
mkdir -p one/log/acts; mkdir one/log/acts/current
status "a log that cannot be written" 0 auth-user del one/logins bob
is "is told" "$(cat err)" "auth-user: warning: unable to log this act in one/log/acts: Is a directory"
is "and the act is done" "$(auth-user list one/logins)" ""
status "alone it is all there is" 111 log-act one x
rmdir one/log/acts/current
like "a full disk" "$( (ulimit -f 0; suppress add one/suppress f@example.org) 2>&1)" "suppress: warning: unable to log this act in one/log/acts: File too large"
is "leaves no part of a line" "$(acts one)" ""
rm -rf one/service
status "what is no instance" 0 suppress add one/suppress f@example.org
is "has no log" "$(ls one/log/acts)$(cat err)" ""

# folders of others
need_root
fresh three
mkdir -m 700 three/logins three/suppress
chown -R daemon:daemon three/log three/suppress
chown -R nobody:nogroup three/logins
echo x | auth-user add three/logins ann
is "root writes as the log's owner" "$(stat -c %U:%a three/log/acts three/log/acts/current | tr '\n' ' ')" "daemon:750 daemon:640 "
suppress add three/suppress a@example.org
is "and is who it is" "$(acts three)" "auth-user login-add what:ann
suppress suppress-add what:a@example.org tenant: stream:* reason:manual"
status "who has logged in" 0 env SUDO_UID="$(id -u nobody)" log-act three x
case $(cat /proc/self/loginuid 2>/dev/null) in
'' | 4294967295) like "is told" "$(cat three/log/acts/current)" '	by:0	user:root	login:nobody	' ;;
*) skip "the kernel knows another one" ;;
esac
as() { setpriv --reuid nobody --regid nogroup --clear-groups "$@"; }
chmod 750 three/log
status "a user who may not write there" 0 as env SUDO_UID=0 "$(command -v auth-user)" del three/logins ann
is "is told" "$(cat err)" "auth-user: warning: unable to log this act in three/log/acts: Permission denied"
chown -R nobody:nogroup three
status "one whose it is" 0 as env SUDO_UID=0 "$(command -v log-act)" three y
like "is told, and nobody else" "$(sed -n '$p' three/log/acts/current)" "	by:$(id -u nobody)	user:nobody	(login:[^	]*	)?pid:[0-9]*\$"
ln -s "$T/two" three/away
rm -rf three/log; ln -s "$T/two/log" three/log; chown -h nobody three/log
status "a link of his" 111 log-act three z
[ ! -e two/log/acts/current ]; ok "leads root nowhere" $?
done_testing
