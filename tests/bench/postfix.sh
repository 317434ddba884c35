#!/bin/sh
# Adapter: Debian's Postfix as a private instance, its defaults but for what
# a comparison needs (see rohrpost.sh for the verbs).
set -eu
: "${BENCH_DIR:?}"
E=$BENCH_DIR/etc

# as Debian's package sets it up, with sessions kept on both sides
tls() {
	cat <<X
smtpd_tls_security_level = may
smtpd_tls_chain_files = $BENCH_CERT
smtpd_tls_session_cache_database = btree:\${data_directory}/smtpd_scache
smtp_tls_security_level = may
smtp_tls_session_cache_database = btree:\${data_directory}/smtp_scache
smtp_tls_connection_reuse = yes
X
}

config() {
	rm -rf "$E" "$BENCH_DIR/queue" "$BENCH_DIR/data"
	mkdir -p "$E" "$BENCH_DIR/queue" "$BENCH_DIR/data"
	chown postfix "$BENCH_DIR/data"
	cat >"$E/main.cf" <<X
compatibility_level = 3.6
queue_directory = $BENCH_DIR/queue
data_directory = $BENCH_DIR/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = bench.test
mydestination =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
smtp_host_lookup = native
default_transport = smtp:[127.0.0.1]:$BENCH_SINK
relay_transport = \$default_transport
default_process_limit = 300
default_destination_concurrency_limit = 100
initial_destination_concurrency = 50
qmgr_message_active_limit = 40000
qmgr_message_recipient_limit = 40000
in_flow_delay = 0
X
	[ "${BENCH_HOLD:-0}" = 0 ] || echo 'smtpd_client_restrictions = static:HOLD' >>"$E/main.cf"
	[ -z "${BENCH_CERT:-}" ] || tls >>"$E/main.cf"
	awk -v p="127.0.0.1:$BENCH_PORT" '
		/^#/ || /^[ \t]/ || seen[$1 $2]++ { next }
		$1 ~ /^(maildrop|uucp|ifmail|bsmtp|scalemail-backend|mailman)$/ { next }
		$1 == "smtp" && $2 == "inet" { print p, "inet n - n - 300 smtpd"; next }
		$1 == "tlsmgr" { print "tlsproxy unix - - n - 0 tlsproxy" }
		{ $5 = "n"; print }' /usr/share/postfix/master.cf.dist >"$E/master.cf"
}

case $1 in
setup) command -v postfix >/dev/null ;;
version) postconf -h mail_version ;;
config) config ;;
start) exec postfix -c "$E" start ;;
stop) postfix -c "$E" stop ;;
release) postsuper -c "$E" -H ALL && postqueue -c "$E" -f ;;
*) exit 2 ;;
esac
