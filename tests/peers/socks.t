#!/bin/sh
# Mail to Debian's Postfix through Debian's microsocks: it comes from the address
# of the relay, with a login and without, and a host that is not there is told.
[ "$(id -u)" = 0 ] || { echo "ok 1 # SKIP needs root"; echo 1..1; exit 0; }
[ -n "${PEERS_NET-}" ] || PEERS_NET=1 exec unshare --net "$0"
. "$(dirname "$0")/../lib.sh"
. "$top/tests/peers/lib.sh"
peer Postfix command -v postfix || { done_testing; exit 1; }
peer microsocks command -v microsocks || { done_testing; exit 1; }
chmod 755 "$T"
cd "$T" || exit 1
printf 'Subject: x\n\nhello\n' >msg
printf 'way ann secret\nbad ann wrong\n' >logins; chmod 600 logins
next_port px
new_postfix "$T/postfix" <<X
myhostname = mx.px.test
virtual_mailbox_domains = px.test
virtual_mailbox_maps = texthash:$T/postfix/etc/boxes
smtpd_recipient_restrictions = reject_unauth_destination
smtpd_relay_restrictions =
X
postfix_serves px "127.0.0.1:$(cat px.port)"
echo '@px.test all/' >"$P/etc/boxes"
trap 'px stop; tap_end' EXIT
px start; ok "Postfix starts" $?
bg microsocks -i 127.0.0.1 -p 3001 -b 127.0.0.31 2>/dev/null
bg microsocks -i 127.0.0.1 -p 3002 -b 127.0.0.32 -u ann -P secret 2>/dev/null
for p in "$(cat px.port)" 3001 3002; do
	up() { python3 -c "import socket; socket.create_connection(('127.0.0.1', $p))"; }
	wait_for 60 up || echo "# $p does not answer"
done
# job ID PORT LABEL...
job() {
	job_id=$1 job_port=$2; shift 2
	printf 'id:%s\tn:0\tfrom:me@x.example\tto:%s@px.test\tsize:%s\tfile:%s\tsite:%s\ttls:none\tmx:mx.px.test/%s/127.0.0.1' \
		"$job_id" "$job_id" "$(wc -c <msg)" "$T/msg" "$job_id" "$job_port"
	for job_l; do printf '\t%s' "$job_l"; done
	echo
}
get() { grep "^id:$2	" out | tr '\t' '\n' | sed -n "s/^$1://p"; }
{
	job plain "$(cat px.port)" socks:r/3001/127.0.0.1
	job login "$(cat px.port)" socks:r/3002/127.0.0.1 socks-login:way
	job bad "$(cat px.port)" socks:r/3002/127.0.0.1 socks-login:bad
	job none "$(cat px.port)" socks:r/3002/127.0.0.1
	job dead 9 socks:r/3001/127.0.0.1
} >jobs
status "five jobs" 0 remote-send -L logins -e 60 <jobs
is "without a login, and with one" "$(get status plain) $(get status login)" "sent sent"
is "one that is wrong" "$(get status bad) $(get text bad)" "deferred relay 127.0.0.1 port 3002: it refuses the login"
is "one that is missing" "$(get status none) $(get text none)" "deferred relay 127.0.0.1 port 3002: it wants another login"
is "nobody listens" "$(get status dead) $(get text dead)" "deferred relay 127.0.0.1 port 3001: connection refused"
arrived() { [ "$(find "$P/mail/all/new" -type f | wc -l)" -ge 2 ]; }
wait_for 60 arrived; ok "both arrive" $?
is "from the addresses of the relays" "$(cat "$P"/mail/all/new/* | grep -o '\[127\.0\.0\.3[12]\]' | sort | tr '\n' ' ')" "[127.0.0.31] [127.0.0.32] "
done_testing
