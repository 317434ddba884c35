#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
now=1795305600 # 2026-11-22

# key files
status "makes a key file" 0 token-check -n keys
is "says nothing" "$(cat out err)" ""
is "for its owner alone" "$(stat -c %a keys)" 600
like "one key of 256 bits" "$(cat keys)" '^[A-Za-z0-9_-]{43}$'
cp keys first
status "once more" 100 token-check -n keys
like "says why" "$(cat err)" '^token-check: fatal: unable to make keys: File exists$'
cmp -s keys first; ok "and leaves it as it is" $?
status "one more key" 0 token-check -N keys
is "in front" "$(sed 1d keys)" "$(cat first)"
is "another" "$(sort -u keys | wc -l)" 2
is "no less closed" "$(stat -c %a keys)" 600
status "none to add to" 111 token-check -N none
status "nowhere to make one" 111 token-check -n no/such/folder
is "nothing is left behind" "$(echo keys* first*)" "keys first"
echo nonsense >bad; chmod 600 bad
status "adding to nonsense" 100 token-check -N bad
is "leaves it" "$(cat bad)" nonsense
ln -s keys link
status "a link is there, too" 100 token-check -n link

# links: tokens as mail-fix makes them with this key, for k3x9
echo AAECAwQFBgcICQoLDA0ODw >known; chmod 600 known
url=https://u.example/u/u1.YXVqbGszeDkJam9lQGV4YW1wbGUubmV0CQ.ZZxw9Dp0BezMp13YwKtFHQ
list=u1.YXVqbGszeDkJam9lQGV4YW1wbGUubmV0CW5ld3M.PReP5rGa2I9vbbmcVZHxuA
check() { token-check -k known -t $now "$@"; }
says="good${tab}unsubscribe${tab}k3x9${tab}2026-11-22${tab}joe@example.net"
status "a link" 0 check "$url" "${url##*/}" "<$url>"
is "good, as an URL and alone" "$(cat out)" "$says
$says
$says"
is "with a list" "$(check "$list")" "$says${tab}news"
is "in a mailto" "$(check "mailto:u@example.org?subject=$list")" "$says${tab}news"
is "60 days" "$(check -t $((now + 60 * 86400)) "$url" | cut -f 1)" good
is "61 days" "$(check -t $((now + 61 * 86400)) "$url" | cut -f 1)" expired
is "-d" "$(check -d 1 -t $((now + 2 * 86400)) "$url" | cut -f 1,5)" "expired${tab}joe@example.net"
is "cut" "$(check "${url%?}")" "forged${tab}unsubscribe${tab}${tab}${tab}"
is "altered" "$(check "$(echo "$url" | sed 's/ZZx/ZZy/')" | cut -f 1)" forged
is "by another key" "$(token-check -k keys -t $now "$url" | cut -f 1)" forged
is "something else" "$(check joe@example.net '' '<>' - "$tab")" "$(for i in 1 2 3 4 5; do printf 'foreign\t\t\t\t\n'; done)"
cp -p known both; token-check -N both
is "with a newer key before it" "$(token-check -k both -t $now "$url" | cut -f 1)" good
sed -n 1p both >new; chmod 600 new
is "when the old one is gone" "$(token-check -k new -t $now "$url" | cut -f 1)" forged

# return paths
p=b-aujl-k3x9-pssislm77shedvvs-Joe+x=example.net@r.example
says="good${tab}bounce${tab}k3x9${tab}2026-11-22${tab}Joe+x@example.net"
is "a return path" "$(check "$p")" "$says"
is "without its domain" "$(check "${p%@*}")" "$says"
is "in upper case, in brackets" "$(check "<$(echo "$p" | tr '[:lower:]' '[:upper:]')>" | cut -f 1,3,5)" "good${tab}k3x9${tab}JOE+X@EXAMPLE.NET"
is "+ became =" "$(check "$(echo "$p" | tr + =)" | cut -f 1,5)" "good${tab}Joe=x@example.net"
is "another recipient" "$(check "$(echo "$p" | sed s/Joe/Jim/)")" "forged${tab}bounce${tab}${tab}${tab}"
is "another id" "$(check "$(echo "$p" | sed s/k3x9/k3x8/)" | cut -f 1,3)" "forged${tab}"
is "another day" "$(check "$(echo "$p" | sed s/aujl/aujm/)" | cut -f 1,4)" "forged${tab}"
is "no bytes from outside" "$(check "$(printf '%s' "$p" | sed "s/Joe/\x1b/")" | od -c | grep -c 033)" 0
is "without a recipient" "$(check b-aujl-k3x9-u7zn6k5v5cwhqgrp@r.example)" "good${tab}bounce${tab}k3x9${tab}2026-11-22${tab}"


# a recipient that is too long for it
long=firstname.lastname@some-company.example
p=b-aujl-k3x9-so7iu3kbcq7bpmxr-glg3h6ega5@r.example
head="good${tab}bounce${tab}k3x9${tab}2026-11-22${tab}"
is "a return path with a proof" "$(check "$p")" "$head"
is "of him" "$(check -r $long "$p")" "$head$tab${tab}recipient"
is "in upper case, in brackets" "$(check -r FIRSTNAME.Lastname@Some-Company.Example "<$(echo "$p" | tr '[:lower:]' '[:upper:]')>" | cut -f 1,7)" "good${tab}recipient"
is "not of another" "$(check -r lastname.firstname@some-company.example "$p" | cut -f 1,7)" "good${tab}another"
is "an older one" "$(check -t $((now + 61 * 86400)) -r $long "$p" | cut -f 1,7)" "expired${tab}recipient"
is "the proof altered" "$(check -r $long "$(echo "$p" | sed 's/.@r/7@r/')" | cut -f 1,7)" "forged${tab}"
is "the proof taken off" "$(check -r $long "$(echo "$p" | sed 's/-[^-]*@r/@r/')" | cut -f 1,7)" "forged${tab}"
is "and of those that name one" "$(check -r joe@example.net "$url" "$list" | cut -f 6,7)" "${tab}recipient
news${tab}recipient"
is "as relays have it" "$(check -r joe+x@EXAMPLE.net 'b-aujl-k3x9-pssislm77shedvvs-joe=x+example.net' | cut -f 7)" recipient
is "another" "$(check -r jim@example.net "$url" | cut -f 7)" another
is "without a recipient" "$(check -r joe@example.net b-aujl-k3x9-u7zn6k5v5cwhqgrp@r.example | cut -f 7)" unsaid
is "something else" "$(check -r joe@example.net x)" "foreign$tab$tab$tab$tab$tab$tab"

# usage and descriptors
status "-r is no address" 100 token-check -r joe -k keys x
status "-r and -n" 100 token-check -r joe@example.net -n none
status "nothing" 100 token-check
status "no token" 100 token-check -k keys
status "no keys" 100 token-check x
status "both" 100 token-check -n a -k keys x
status "-n and more" 100 token-check -n a b
status "bad days" 100 token-check -d x -k keys x
status "bad time" 100 token-check -t -1 -k keys x
status "bad option" 100 token-check -x
status "no such file" 111 token-check -k none x
chmod 604 first
status "open to everybody" 111 token-check -k first x
is "says so" "$(cat err)" "token-check: fatal: unable to use the keys of first: open to everybody: chmod o= it"
status "no key in it" 111 token-check -k bad x
is "says which line" "$(cat err)" "token-check: fatal: unable to use the keys of bad: line 1 is no key"
token-check -k keys x >/dev/full 2>err
is "/dev/full" $? 111
token-check -k keys x <&- >out 2>err
is "0 closed" $? 111
token-check -k keys x >&- 2>err
is "1 closed" $? 111

# root in the folder of another user, who has put links there
if [ "$(id -u)" = 0 ]; then
	chmod 711 "$T"
	mkdir his
	echo secret >ours
	mkdir theirs; ln -s ../theirs his/keys
	chown -h nobody his his/keys
	status "a folder behind his link" 111 token-check -n his/keys/k
	is "nothing is made there" "$(ls theirs)" ""
	status "in his folder" 0 token-check -n his/k
	is "it is his" "$(stat -c '%U %a' his/k)" "nobody 600"
else
	for n in 1 2 3 4; do skip "not root $n"; done
fi
# asked as a policy server
echo AAECAwQFBgcICQoLDA0ODw >pkeys
chmod 600 pkeys
ask() {
	printf 'request=smtpd_access_policy\nprotocol_state=%s\nclient_address=192.0.2.7\nrecipient=%s\n\n' "$2" "$3" |
		token-check -p -k pkeys -t "$1" 2>err
}
is "-p: somebody" "$(ask 1795305600 RCPT joe@r.example)" action=DUNNO
is "a return path of ours" "$(ask 1795305600 RCPT b-aujl-k3x9-u7zn6k5v5cwhqgrp@r.example)" action=DUNNO
is "a forged one" "$(ask 1795305600 RCPT b-aujl-k3x9-u7zn6k5v5cwhqgrq@r.example)" \
	"action=550 5.7.1 this return path was not made here"
like "is told in the log" "$(cat err)" "ev:verdict	prog:token-check	source:token-check	verdict:forged	client:192.0.2.7	to:b-aujl"
is "one that is too old" "$(ask 1805305600 RCPT b-aujl-k3x9-u7zn6k5v5cwhqgrp@r.example)" \
	"action=550 5.7.1 this return path is too old"
is "not at another stage" "$(ask 1795305600 MAIL b-aujl-k3x9-u7zn6k5v5cwhqgrq@r.example)" action=DUNNO
status "-p and a token" 100 token-check -p -k pkeys x
status "-p without keys" 100 token-check -p
printf 'what\n\n' | token-check -p -k pkeys >out 2>err
is "no request" "$? $(cat out err)" "100 token-check: warning: this is no request"

if command -v strace >/dev/null; then
	# shellcheck disable=SC2046
	strace -qq -o /dev/null -e trace=write -e inject=write:error=ENOSPC:when=1 \
	    token-check -k known -t $now $(yes joe@example.net | head -n 2000) >out 2>err
	is "a disk that was full for a moment" $? 111
else
	skip "strace is missing"
fi
done_testing
