#!/bin/sh
# Connections through a relay: SOCKS5 and PROXY.
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
printf 'Subject: x\n\nhello\n' >msg
printf 'way ann pass word\nother ann wrong\n' >logins; chmod 600 logins
python3 "$tools/pki.py" . <<'X'
ca ca=1
mx issuer=ca names=mx.y.example
X
relay() { mkdir "$1"; bg python3 "$tools/fakerelay.py" "$@"; }
relay socks; relay login "ann:pass word"; relay proxy proxy
relay closes close; relay hangs hang; relay junk junk; relay down code:5; relay no code:2
mkdir mx tls; bg python3 "$tools/fakemx.py" mx
bg python3 "$tools/fakemx.py" --tls mx.pem --implicit tls
for d in socks login proxy closes hangs junk down no mx tls; do wait_for 60 test -s $d/port; done
dead=$(free_port)
to=mx
# job ID LABEL...
job() {
	job_id=$1; shift
	printf 'id:%s\tn:0\tfrom:a@x.example\tto:%s@y.example\tsize:%s\tfile:%s\tsite:s\tmx:mx.y.example/%s/127.0.0.1' \
		"$job_id" "$job_id" "$(wc -c <msg)" "$T/msg" "$(cat $to/port)"
	for job_l; do printf '\t%s' "$job_l"; done
	echo
}
at() { echo "relay/$(cat "$1/port")/127.0.0.1"; }
get() { grep "^id:$2	" out | tr '\t' '\n' | sed -n "s/^$1://p"; }

{
	job a tls:none "socks:$(at socks)"
	job b tls:none "socks:$(at socks)"
	job c tls:none "socks:$(at login)" socks-login:way
	job d tls:none "proxy:$(at proxy)" bind:127.0.0.7
	to=tls job e tls:must implicit:1 "socks:$(at socks)"
} >jobs
status "through relays" 0 remote-send -L logins -a ca.crt -s 1 -e 60 <jobs
is "all are sent" "$(grep -c status:sent out)" 5
mx=$(cat mx/port)
is "SOCKS5: two messages, one connection; and one with TLS at once" "$(sort socks/log)" "$(printf 'socks 127.0.0.1:%s\n' "$mx" "$(cat tls/port)" | sort)"
is "with a login" "$(cat login/log)" "$(printf 'login\nsocks 127.0.0.1:%s' "$mx")"
is "PROXY, from an address of ours" "$(cat proxy/log)" "proxy 127.0.0.7 > 127.0.0.1:$mx"
like "which the host sees" "$(cat mx/log)" 'from 127\.0\.0\.7'

# a source of a pool is behind one
mkdir conf; echo me.example >conf/me
cat >conf/pools <<X
default source=127.0.0.8 name=far proxy=127.0.0.1:$(cat proxy/port)
other name=near socks=127.0.0.1:$(cat login/port) socks-login=way
X
printf 'to:@a.example host:[127.0.0.1]:%s\nto:@b.example host:[127.0.0.1]:%s pool:other\n' "$mx" "$mx" >conf/routes
conf-build conf >/dev/null 2>err; ok "conf-build takes both" $?
for d in a b; do
	printf 'id:%s\tn:0\tfrom:a@x.example\tto:x@%s.example\tsize:%s\tfile:%s\tsocks:relay/%s/127.0.0.1\n' $d $d "$(wc -c <msg)" "$T/msg" "$dead"
done >jobs
status "by way of route" 0 route conf remote-send -L logins -e 60 <jobs
is "both are sent, whatever a job said of relays" "$(grep -c 'status:sent' out)" 2
is "each by its own" "$(tail -1 proxy/log) $(tail -2 login/log | head -1)" "proxy 127.0.0.8 > 127.0.0.1:$mx login"
like "which route -n tells" "$(route -n conf from:a@x.example to:x@b.example 2>&1)" "socks:127.0.0.1/"

# what a relay does not do is not laid to the host
{
	job closes tls:none "socks:$(at closes)" helo:a.x
	job junk tls:none "socks:$(at junk)" helo:b.x
	job no tls:none "socks:$(at no)" helo:c.x
	job dead tls:none "socks:relay/$dead/127.0.0.1" helo:d.x
	job none tls:none socks:relay helo:e.x
	job wrong tls:none "socks:$(at login)" socks-login:other helo:f.x
	job nobody tls:none "socks:$(at login)" socks-login:who helo:g.x
	job nosrc tls:none "proxy:$(at proxy)" helo:h.x
} >jobs
status "relays that do not" 0 remote-send -L logins -e 60 <jobs
is "all wait" "$(grep -c 'status:deferred' out)" 8
r="relay 127.0.0.1 port"
is "closes" "$(get text closes)" "$r $(cat closes/port): connection closed"
is "is none" "$(get text junk)" "$r $(cat junk/port): it does not speak SOCKS5"
is "does not allow it" "$(get text no)" "$r $(cat no/port): not allowed"
like "is not there" "$(get text dead)" "refused"
is "cannot be read" "$(get class none) $(get text none)" "local unusable relay"
is "refuses the login" "$(get text wrong)" "$r $(cat login/port): it refuses the login"
like "a login that is none" "$(get text nobody)" "$r .*: .*who"
is "no source" "$(get text nosrc)" "$r $(cat proxy/port): no source address of the host's kind"
like "all in the phase of a connection" "$(grep -c phase:connect out)" 8

# what it says of the host is
{ job a tls:none "socks:$(at down)"; wait_for 60 grep -q id:a early
  job b tls:none "socks:$(at down)"; } 2>/dev/null | remote-send -e 60 >early
is "a host that it cannot reach" "$(grep -c 'status:deferred.*class:connect.*connection refused' early)" 2
is "is dead, too" "$(grep -c socks down/log)" 1
{ job a tls:none "socks:$(at hangs)"; } >jobs
status "a relay that says nothing" 0 remote-send -e 60 -t connect=1 <jobs
is "has the time of a connection" "$(get class a) $(get text a)" "connect timeout (connect)"
done_testing
