#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
mkdir -m 700 logins
say() { printf '%s' "$1"; }
# record NAME: of the table, NULs as blanks
record() { cdb -q logins/passwd.cdb "$1" | tr '\0' ' '; }

status "a login" 0 sh -c 'echo secret | auth-user add logins Ann'
is "says nothing" "$(cat out err)" ""
is "its name in small letters" "$(auth-user list logins)" ann
like "its line" "$(grep ^ann logins/passwd)" '^ann \$argon2id\$v=19\$m=65536,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$'
is "its record" "ann $(record ann | sed 's/ $//')" "$(grep ^ann logins/passwd)"
# its password, as auth-hash says
check() {
	h=$(sed -n "s/^$1 \([^ ]*\).*/\1/p" logins/passwd)
	printf '%d:%s\0%s,' $((${#h} + 1 + ${#2})) "$h" "$2" | auth-hash
}
is "the password" "$(check ann secret)" 1:Y,
is "nothing but the first line" "$(printf 'one\ntwo\n' | auth-user add logins ann; check ann one)" 1:Y,
is "without an LF" "$(say "last one" | auth-user add logins ann; check ann "last one")" 1:Y,
like "a secret" "$(grep : logins/passwd | grep -v '\$')" '^:secret [A-Za-z0-9+/]{43}=$'
is "which stays" "$(grep -c '^:secret' logins/passwd)" 1
is "modes" "$(stat -c %a logins/passwd logins/passwd.cdb logins/lock | sort -u)" 600
is "no other file" "$(ls logins | tr '\n' ' ')" "lock passwd passwd.cdb "

# SCRAM
status "keys" 0 sh -c 'echo other | auth-user -s add logins bob@example.org'
is "are said" "$(auth-user list logins)" "ann
bob@example.org scram"
# ROUNDS:SALT:STORED:SERVER against another implementation
grep -o 'scram=.*' logins/passwd | python3 -c '
import base64, hashlib, hmac, sys
i, salt, stored, server = sys.stdin.read().strip()[6:].split(":")
salted = hashlib.pbkdf2_hmac("sha256", b"other", base64.b64decode(salt), int(i))
h = lambda m: hmac.new(salted, m, "sha256").digest()
print(i, len(base64.b64decode(salt)),
    base64.b64decode(stored) == hashlib.sha256(h(b"Client Key")).digest(), base64.b64decode(server) == h(b"Server Key"))' >keys
is "are right" "$(cat keys)" "65536 16 True True"
is "not all have them" "$(cdb -q logins/passwd.cdb "$(printf '\\000scram')" 2>/dev/null)" ""
echo x | auth-user -s add logins ann
is "another password makes others" "$(auth-user list logins | tr '\n' ' ')" "ann scram bob@example.org scram "
is "all have" "$(python3 - <<'P'
print(b"\0scram1" in open("logins/passwd.cdb", "rb").read())
P
)" True
echo x | auth-user add logins ann
is "and takes old ones away" "$(auth-user list logins | tr '\n' ' ')" "ann bob@example.org scram "

# off, on, del
auth-user off logins bob@example.org; auth-user off logins ANN; auth-user off logins ann
is "off" "$(auth-user list logins | tr '\n' ' ')" "ann off bob@example.org scram off "
like "in the table" "$(record ann)" ' off $'
echo y | auth-user add logins ann
is "and it stays so" "$(auth-user list logins | head -1)" "ann off"
auth-user on logins ann; auth-user on logins ann
is "on" "$(auth-user list logins | head -1)" ann
is "with its password" "$(check ann y)" 1:Y,
status "del" 0 auth-user del logins ann
is "is gone" "$(auth-user list logins)" "bob@example.org scram off"
is "from the table, too" "$(record ann)" ""
for v in del off on; do
	status "$v of one that is not there" 1 auth-user $v logins ann
	is "is said" "$(cat err)" "auth-user: fatal: ann: there is no such login"
done

# names and passwords that are none
for n in "" "a b" "a:b" "a/b" "$(printf 'a\tb')" "$(printf '%0256d' 0)"; do
	status "no name" 100 sh -c 'echo x | auth-user add logins "$1"' sh "$n"
done
p=$(printf '%0256d' 0)
is "256 bytes" "$(say "$p" | auth-user add logins max; check max "$p")" 1:Y,
bad() { status "$1" 100 sh -c "printf '$2' | auth-user add logins eve"; is "is said" "$(cat err)" "auth-user: fatal: $3"; }
bad "257 bytes" "0$p" "password of more than 256 bytes"
bad "nothing" "" "no password on descriptor 0"
bad "an empty line" '\n' "no password on descriptor 0"
bad "a NUL" 'a\000b' "control character in the password"
bad "a CR" 'secret\r\n' "control character in the password"
bad "a control character in UTF-8" 'a\302\205' "control character in the password"
bad "Latin-1" 'a\374b' "password is not UTF-8"
status "UTF-8" 0 sh -c "printf 'gr\303\274n' | auth-user add logins umlaut"
is "is doubtful" "$(cat err)" "auth-user: warning: password is not ASCII: it may be typed in two ways"
is "none of the others is there" "$(auth-user list logins | tr '\n' ' ')" "bob@example.org scram off max umlaut "

# a text that somebody has written
cp logins/passwd before
echo '# by hand' >>logins/passwd; printf 'cid %s' "$(sed -n 's/^max //p' before)" >>logins/passwd
status "by hand" 0 sh -c 'echo x | auth-user add logins dan'
is "all are there" "$(auth-user list logins | tail -3 | tr '\n' ' ')" "umlaut cid dan "
grep -q '^# by hand' logins/passwd; ok "and the comment" $?
cp logins/passwd before; cp logins/passwd.cdb before.cdb
mkdir -m 700 byhand
echo '# here is no :secret yet' >byhand/passwd
status "a file made by hand" 0 sh -c 'echo secret | auth-user -s add byhand ann'
is "has a secret, whatever a comment says" "$(grep -c '^:secret' byhand/passwd)" 1
tr ' ' '\t' <byhand/passwd >byhand/tabs && mv byhand/tabs byhand/passwd
status "with tabs" 0 auth-user off byhand ann
is "it is the one" "$(grep -c '^:secret' byhand/passwd)" 1
is "and keys are seen" "$(auth-user list byhand)" "ann scram off"
echo 'eve secret' >>logins/passwd; cp logins/passwd faulty
status "a fault" 100 sh -c 'echo x | auth-user add logins fay'
is "is said" "$(cat err)" "auth-user: fatal: logins/passwd:$(wc -l <faulty): no argon2id hash"
cmp -s faulty logins/passwd && cmp -s before.cdb logins/passwd.cdb; ok "and nothing changed" $?
cp before logins/passwd

# many at once: none is lost
for i in 1 2 3 4 5 6; do (echo "p$i" | auth-user add logins "user$i") & done; wait
is "six at once" "$(auth-user list logins | grep -c '^user')" 6

# the folder
status "no folder" 111 sh -c 'echo x | auth-user add none ann'
chmod 750 logins
status "others may enter" 111 auth-user list logins
is "is said" "$(cat err)" "auth-user: fatal: logins may be entered by others: chmod it to 0700"
chmod 700 logins
status "no room" 111 sh -c 'ulimit -f 0; echo x | auth-user add logins zoe'
is "changes nothing" "$(auth-user list logins | grep -c zoe)" 0
is "and leaves nothing" "$(ls logins | tr '\n' ' ')" "lock passwd passwd.cdb "

# -t
fake() { # what a server says
	python3 - "$1" <<'P' & fake=$!
import socket, sys
s = socket.socket(socket.AF_UNIX); s.bind("fake.tmp"); s.listen(); import os; os.rename("fake.tmp", "fake")
c, _ = s.accept(); c.sendall(sys.argv[1].encode().decode("unicode_escape").encode())
c.recv(100)
P
	wait_for 10 test -S fake; }
fake 'VERSION\t1\t2\nMECH\tPLAIN\nMECH\tNTLM\nMECH\tOAUTHBEARER\tx\nSPID\t1\nDONE\n'
is "what a server has" "$(auth-user -t unix:fake)" "PLAIN OAUTHBEARER"; wait $fake; rm fake
fake 'VERSION\t2\t0\nDONE\n'; status "another protocol" 100 auth-user -t unix:fake; wait $fake; rm fake
fake '220 hello\r\n'; status "no protocol" 100 auth-user -t unix:fake; wait $fake; rm fake
fake 'VERSION\t1\t1\n'; status "half of it" 111 auth-user -t unix:fake; wait $fake; rm fake
status "nobody" 111 auth-user -t unix:fake

status "no verb" 100 auth-user
status "an unknown one" 100 auth-user change logins ann
status "no name" 100 auth-user add logins
status "too much" 100 auth-user list logins ann
status "another address" 100 auth-user -t 127.0.0.1
status "full output" 111 sh -c 'auth-user list logins >/dev/full'
status "closed input" 111 sh -c 'auth-user add logins x <&-'
done_testing
