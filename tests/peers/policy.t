#!/bin/sh
# Debian's policy servers, unchanged, behind conf/hooks: postgrey, policyd-spf and
# postfwd; swaks is the client.
. "$(dirname "$0")/../lib.sh"
PATH=$PATH:/usr/sbin:/sbin
for p in postgrey policyd-spf postfwd1 swaks; do
	peer "$p" command -v "$p" || { done_testing; exit 1; }
done
need_root
chmod 755 "$T"
cd "$T" || exit 1
on_port() { python3 -c "import socket; socket.create_connection(('127.0.0.1', $1), 5)"; }

# postgrey over TCP
gport=$(free_port)
mkdir grey
chown postgrey grey
bg postgrey --inet="127.0.0.1:$gport" --delay=1 --dbdir="$T/grey" 2>grey.err
grey_pid=$bg_pid
wait_for 20 on_port "$gport"; ok "postgrey is up" $?

# postfwd goes to the background by itself
fport=$(free_port)
cat >rules <<'R'
id=SENDER; protocol_state==RCPT; sender==bad@b.example; action=REJECT 5.7.9 not from you
id=LARGE; protocol_state==END-OF-MESSAGE; size>=5000; action=554 5.3.4 large
id=HOLD; protocol_state==RCPT; sender==hold@b.example; action=HOLD look at it
R
mkdir fwd
chown nobody fwd
postfwd1 -d -L -i 127.0.0.1 -p "$fport" -u nobody -g nogroup --pidfile "$T/fwd/pid" -f "$T/rules" >fwd.log 2>&1
wait_for 20 on_port "$fport"; ok "postfwd is up" $?
trap 'kill "$(cat "$T/fwd/pid")"; tap_end' EXIT

# policyd-spf is started by us
grep -v '^debugLevel' /etc/postfix-policyd-spf-python/policyd-spf.conf >spf.conf
echo 'debugLevel = 0' >>spf.conf

mkdir conf parcels
echo mx.test >conf/me
echo local.test >conf/local
hooks() { printf '%s\n' "$@" >conf/hooks; conf-build conf; }
hooks "rcpt run:\"policyd-spf $T/spf.conf\" wait=20s" "rcpt,end tcp:127.0.0.1:$fport wait=20s"
port=$(free_port)
bg smtp-recv -l "127.0.0.1:$port" -C conf python3 "$top/tests/tools/fakeinject.py" parcels K 2>recv.err
wait_for 10 on_port "$port"; ok "smtp-recv is up" $?
# send FROM OPTION...: the reply to the last command that counts
send() {
	from=$1; shift
	timeout 60 swaks --server "127.0.0.1:$port" --ehlo client.example --from "$from" --to c@local.test "$@" >said 2>&1
	sed -n 's/^<\*\* *//p; s/^<-  *\(250 2.0.0 ok.*\)/\1/p' said | tail -1
}
is "postfwd: a sender that it knows" "$(send bad@b.example)" "554 5.7.9 not from you"
like "another" "$(send good@b.example)" "^250 2.0.0 ok"
like "policyd-spf: a field in front" "$(sed -n 1p parcels/1.msg)" "^X-Comment: SPF check N/A for local connections"
like "and then ours" "$(sed -n 2p parcels/1.msg)" "^Received: from client.example "
is "postfwd: at the end of the message" "$(send good@b.example --body "$(head -c 6000 /dev/zero | tr '\0' x | fold)")" "554 5.3.4 large"
like "postfwd: kept back" "$(send hold@b.example) $(grep -l '^hold-until' parcels/*.env)" "^250 2.0.0 ok.* parcels/2.env"

# postgrey asks for one second; rejected until that is over, and delayed is told
mkdir conf2 parcels2
cp conf/me conf/local conf2
echo "rcpt tcp:127.0.0.1:$gport wait=5s pipeline=16" >conf2/hooks
conf-build conf2
port=$(free_port)
# its white list has 127.0.0.1's neighbours: the client says who he is
echo '127.0.0.1:allow,XCLIENT=""' >conf2/relay
conf-build conf2
bg smtp-recv -l "127.0.0.1:$port" -C conf2 python3 "$top/tests/tools/fakeinject.py" parcels2 K 2>recv2.err
wait_for 10 on_port "$port"; ok "smtp-recv is up" $?
like "postgrey: the first time" "$(send first@b.example --xclient 'ADDR=192.0.2.9 NAME=client.example')" "^450 4.[0-9].[0-9] .*[Gg]reylist"
later() { send first@b.example --xclient 'ADDR=192.0.2.9 NAME=client.example' | grep '^250 2.0.0 ok'; }
wait_for 20 later; ok "postgrey: who comes again" $?
like "and how long he has waited" "$(cat parcels2/*.msg)" "^X-Greylist: delayed [0-9]+ seconds by postgrey"

# it dies, and comes back
kill "$grey_pid"
wait "$grey_pid" 2>/dev/null
is "postgrey is gone" "$(send second@b.example --xclient 'ADDR=192.0.2.9')" "451 4.3.5 a policy server does not answer, try again later"
bg postgrey --inet="127.0.0.1:$gport" --delay=1 --dbdir="$T/grey" 2>>grey.err
wait_for 20 on_port "$gport"; ok "and back" $? || cat grey.err
like "it is asked again" "$(send third@b.example --xclient 'ADDR=192.0.2.9')" "^450 4.[0-9].[0-9] .*[Gg]reylist"
done_testing
