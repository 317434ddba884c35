#!/bin/sh
# Return paths of several forwarders in a row: srs and Debian's postsrsd read and
# wrap what the other has made, in both orders, and all of it leads back.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"
srsd=$(dirname "$(command -v srs)")/../peers/postsrsd/usr/sbin/postsrsd
[ -x "$srsd" ] || srsd=$(command -v postsrsd)
peer postsrsd test -x "$srsd" || { done_testing; exit 1; }
cd "$T" || exit 1
echo 'a secret of theirs' >secret
token-check -n keys || exit 1
forward=$(free_port) reverse=$(free_port)
bg "$srsd" -4 -s secret -d theirs.example -f "$forward" -r "$reverse" -p pid
cat >ask.py <<'X'
import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
s.sendall(b"get " + sys.argv[2].encode() + b"\n")
print(s.makefile().readline().strip())
X
# theirs, theirs_back ADDRESS: "200 ADDRESS", or why not
theirs() { python3 ask.py "$forward" "$1"; }
theirs_back() { python3 ask.py "$reverse" "$1"; }
up() { theirs ann@a.example; }
wait_for 10 up; ok "postsrsd is up" $?
ours() { srs -n -k keys ours.example "$1" | sed 's/.*: //'; }

path=$(theirs ann@a.example | sed 's/^200 //')
like "its path" "$path" '^SRS0=.*=a.example=ann@theirs.example$'
mine=$(ours "$path")
like "is wrapped" "$mine" '^SRS1=[a-z2-7]*=theirs.example==.*=a.example=ann@ours.example$'
is "and comes back" "$(ours "$mine")" "$path"
is "to whom it was made of" "$(theirs_back "$path")" "200 ann@a.example"

path=$(ours ann@a.example)
second=$(theirs "$path" | sed 's/^200 //')
like "ours is wrapped there" "$second" '^SRS1=.*=ours.example==.*=a.example=ann@theirs.example$'
is "and comes back from there" "$(theirs_back "$second")" "200 $path"
is "to whom it was made of" "$(ours "$path")" ann@a.example

# three in a row: the second's relay is the one to go back to
third=$(ours "$second")
like "another's SRS1" "$third" '^SRS1=[a-z2-7]*=ours.example==.*=a.example=ann@ours.example$'
is "goes back to the first" "$(ours "$third")" "$path"
like "neither takes what the other has made for its own" "$(theirs_back "$(echo "$path" | sed s/ours/theirs/)")" '^500'
like "nor do we" "$(srs -n -k keys ours.example "$(echo "$second" | sed s/theirs/ours/)")" 'was not made here$'
done_testing
