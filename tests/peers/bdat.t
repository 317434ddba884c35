#!/bin/sh
# Messages by BDAT, with their commands where they are small, in pieces where large, to Debian's Postfix
# and Exim: they come as they are, and in fewer round trips.
[ "$(id -u)" = 0 ] || { echo "ok 1 # SKIP needs root"; echo 1..1; exit 0; }
[ -n "${PEERS_NET-}" ] || PEERS_NET=1 exec unshare --net "$0"
. "$(dirname "$0")/../lib.sh"
. "$top/tests/peers/lib.sh"
peer Postfix command -v postfix || { done_testing; exit 1; }
chmod 755 "$T"
cd "$T" || exit 1
need_exim || { done_testing; exit 1; }
printf 'Subject: small\n\n.dot\nend' >small
{ printf "Subject: large\n\n"; seq 100000 | sed "s/^/./"; } >large
printf 'Subject: gr\303\274n\n\n\303\274\n' >eight

next_port px; next_port ex
new_postfix "$T/postfix" <<X
myhostname = mx.px.test
virtual_mailbox_domains = px.test
virtual_mailbox_maps = texthash:$T/postfix/etc/boxes
smtpd_recipient_restrictions = check_recipient_access texthash:$T/postfix/etc/access, reject_unauth_destination
smtpd_relay_restrictions =
smtpd_end_of_data_restrictions =
X
postfix_serves px "127.0.0.1:$(cat px.port)"
echo '@px.test all/' >"$P/etc/boxes"
echo 'gone@px.test 550 5.1.1 nobody' >"$P/etc/access"
trap 'px stop; tap_end' EXIT
px start; ok "Postfix starts" $?
new_exim "$T/exim" >exim.conf
cat >>exim.conf <<X
primary_hostname = mx.px.test
local_interfaces = 127.0.0.1
daemon_smtp_ports = $(cat ex.port)
chunking_advertise_hosts = *
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
begin acl
rcpt:
  deny local_parts = gone
       message = 5.1.1 nobody
  accept domains = px.test
  deny
begin routers
all:
  driver = accept
  transport = all
begin transports
all:
  driver = appendfile
  maildir_format
  directory = $T/exim/mail/all
  create_directory
  user = Debian-exim
X
# shellcheck disable=SC2154
bg $exim -C "$T/exim.conf" -bdf 2>exim.err
for r in px ex; do
	up() { smtp-ping -e "127.0.0.1:$(cat $r.port)"; }
	wait_for 60 up || sed 's/^/# /' exim.err exim/*log
done

# jobs PORT: three messages, one of them also to nobody, one to nobody alone
jobs() {
	for j in small:a small:gone eight:b large:c small:gone large:gone small:d; do
		f=${j%:*} to=${j#*:}
		printf 'id:%s\tn:%s\tfrom:me@x.example\tto:%s@px.test\tsize:%s\tfile:%s\tbody:8bit\tsite:s\ttls:none\tmx:mx.px.test/%s/127.0.0.1\n' \
			"$f$((jobs_n += 1))" 0 "$to" "$(wc -c <$f)" "$T/$f" "$1"
	done
}
# the texts that have come, sorted
texts() { find "$1/new" -type f -exec sh -c 'for f; do sed "1,/^$/d" "$f" | sha256sum; done' sh {} + | sort; }
for f in small eight large small; do { sed '1,/^$/d' $f; [ $f != small ] || echo; } | sha256sum; done | sort >want
arrived() { [ "$(find "$1/new" -type f | wc -l)" -ge 4 ]; }
for r in px ex; do
	box=$P/mail/all
	[ $r = px ] || box=$T/exim/mail/all
	jobs "$(cat $r.port)" >jobs
	status "$r: seven messages on one connection" 0 remote-send -B -s 1 -e 60 <jobs
	is "$r: each has its answer" "$(grep -c 'status:sent' out) $(grep -c 'status:bounced.*class:rcpt' out)" "4 3"
	wait_for 60 arrived "$box"; ok "$r: four arrive" $?
	is "$r: as they are" "$(texts "$box")" "$(cat want)"
done
# what they say of it themselves
counted() { grep -q 'disconnect from.* bdat=' "$P/log"; }
wait_for 30 counted
like "Postfix counts fourteen pieces of four that were taken" "$(grep disconnect "$P/log" | tail -1)" ' bdat=14/1[4-7] '
is "nor has it seen one" "$(grep disconnect "$P/log" | tail -1 | grep -c ' data=')" 0
is "Exim has K for CHUNKING at each" "$(grep -c ' <= .* K' exim/mainlog)" 4
done_testing
