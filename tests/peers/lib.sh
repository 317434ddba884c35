# What the tests beside other mail servers have in common; used after ../lib.sh.
# Some are in a network namespace of their own, where no port is taken.
[ -z "${PEERS_NET-}" ] || PATH=$PATH:/usr/sbin:/sbin ip link set lo up
# next_port NAME: there, into NAME.port
next_port() {
	next_port=$((${next_port:-2000} + 1))
	echo "$next_port" >"$1.port"
}

# from_page PAGE NAME: the example that stands there behind `.\" file NAME`
from_page() {
	awk -v name="$2" '
		$1 == ".\\\"" && $2 == "file" { want = $3 == name; next }
		want && /^\.Bd/ { on = 1; next }
		/^\.Ed/ { on = want = 0 }
		on { gsub(/\\e/, "\\"); gsub(/\\&/, ""); gsub(/\\-/, "-"); print }
	' "$top/doc/man/$1"
}

# ---- certificates ----

# certificates: in the current folder, for mx.px.test and clients of it; who
# may vouch for them is root.crt
certificates() {
	python3 "$top/tests/tools/pki.py" . <<'X'
root ca=1
inter issuer=root ca=1
good issuer=inter names=mx.px.test ips=127.0.0.1
rsa issuer=inter key=rsa2048 names=mx.px.test
expired issuer=inter names=mx.px.test from=-9d until=-1d
wrong issuer=inter names=mx.elsewhere.test
self names=mx.px.test
client issuer=inter names=client.test
stranger names=stranger.test
X
}
# key_of NAME, cert_of NAME: the SHA-256 of its public key, and of it
key_of() {
	[ -e "$1.key-of" ] || openssl x509 -in "$1.crt" -noout -pubkey | openssl pkey -pubin -outform DER |
		sha256sum | cut -d' ' -f1 >"$1.key-of"
	cat "$1.key-of"
}
cert_of() { sha256sum <"$1.der" | cut -d' ' -f1; }

# ---- what remote-send is asked, and says ----

# job RECEIVER POLICY [LABEL:VALUE...]: the message msg to a receiver whose port
# is in RECEIVER.port, under one of the policies below
job() {
	job_to=$1-$2
	job_port=$(cat "$1.port")
	job_labels=$(policy "$2" "${job_cert:-$1}")
	shift 2
	printf 'id:%s\tn:0\tfrom:a@x.example\tto:%s@px.test\tdomain:%s.test\tsite:%s\tsize:%s\tfile:%s\tmx:mx.px.test/%s/127.0.0.1' \
		"$job_to" "$job_to" "$job_to" "$job_to" "$(wc -c <msg)" "$PWD/msg" "$job_port"
	for job_l in $job_labels "$@"; do printf '\t%s' "$job_l"; done
	echo
}
# policy NAME CERTIFICATE: its labels, where the receiver has that certificate
policy() {
	case $1 in
	none | may | must | sts) echo "tls:$1" ;;
	verify) echo "tls:verify tls-names:hostname" ;;
	pin) echo "tls:fingerprint tls-pins:key:$(key_of "$2")" ;;
	otherpin) echo "tls:fingerprint tls-pins:cert:$(cert_of client)" ;;
	ee) echo "tls:dane tlsa:mx.px.test==3.1.1.$(key_of "$2")" ;;
	ta) echo "tls:dane tlsa:mx.px.test==2.1.1.$(key_of inter)" ;;
	otheree) echo "tls:dane tlsa:mx.px.test==3.1.1.$(key_of client)" ;;
	requiretls) echo "tls:may requiretls:1" ;;
	esac
}
policies='none may must verify sts pin otherpin ee ta otheree requiretls'
# label NAME ID: of its result
label() { sed -n "/^id:$2	/p" out | tr '\t' '\n' | sed -n "s/^$1://p"; }
# event NAME ID: label of the event tls of the session with that job
event() { grep "ev:tls	.*domain:$2\.test	" err | tr '\t' '\n' | sed -n "s/^$1://p"; }
# results: of all, sorted, a line each: status and code, policy, TLS or none,
# what the certificate is, why there is no TLS or not enough
results() {
	awk -F '\t' '{
		split("", v)
		for (i = 1; i <= NF; i++) {
			k = index($i, ":")
			v[substr($i, 1, k - 1)] = substr($i, k + 1)
		}
		sub(/^TLSv1\.2,.*/, "TLS", v["tls"])
		sub(/^2\.0\.0$/, "", v["esc"])
		n = split("status code esc class tls-policy tls tls-cert tls-fail", l, " ")
		line = v["id"]
		for (i = 1; i <= n; i++)
			if (v[l[i]] != "")
				line = line " " v[l[i]]
		print line
	}' out | sort
}
# send [OPTION...]: the file jobs; 0 when each was answered
send() {
	remote-send -a root.crt -d 0 -e 60 "$@" <jobs >out 2>err
	[ "$(wc -l <out)" -eq "$(wc -l <jobs)" ]
}

# become NAME: the jobs are sent, and each becomes what descriptor 0 says, lines
# "ID: RESULT".  And the server says the same of each, which `seen` tells, a line
# "ID VERSION,SUITE" or "ID none" for each message that has ever come.
become() {
	send ${options-}; ok "$1" $?
	results >got
	while IFS=: read -r id want; do
		is "$1: $id" "$(sed -n "s/^$id //p" got)" "${want# }"
	done
	become_n=$((${become_n:-0} + $(grep -c 'status:sent' out)))
	arrived() { [ "$(seen | wc -l)" -ge "$become_n" ]; }
	wait_for 20 arrived
	sed 's/.*id:\([^	]*\).*status:sent.*	tls:\([^	]*\).*/\1 \2/; t
		s/.*id:\([^	]*\).*/\1 nothing/' out | sed 's/,resumed$//' | sort >ours
	seen | sort | join -a 1 -o 0,2.2 -e nothing ours - >theirs
	is "$1: the server says the same of TLS" "$(cat theirs)" "$(cat ours)"
}
# logins: those of jobs, good and bad
logins() {
	printf 'ann ann pass word\nwrong ann password\n' >logins
	chmod 600 logins
}
# our_keys: keys, with certificates of ours
our_keys() {
	mkdir conf tls-client
	cp client.pem stranger.pem tls-client/
	chmod 600 tls-client/*
	printf 'client.pem\nstranger.pem\n' >conf/tls-client
	echo x.example >conf/me
	conf-build conf
	bg sock-serve unix:keys tls-key -f tls-client conf tls-client 2>keys.log
	wait_for 10 test -S keys
}

# ---- Postfix ----

# new_postfix FOLDER: one of our own, whose main.cf goes on with descriptor 0;
# it serves nothing yet
new_postfix() {
	P=$1
	mkdir -p "$P/etc" "$P/queue" "$P/data" "$P/mail"
	chown postfix "$P/data"
	chown nobody "$P/mail"
	{
		cat <<X
compatibility_level = 3.6
queue_directory = $P/queue
data_directory = $P/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
alias_maps =
alias_database =
mydestination =
inet_interfaces = ${postfix_at:-127.0.0.1}
inet_protocols = ipv4
smtpd_peername_lookup = no
virtual_mailbox_base = $P/mail
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
maillog_file = $P/log
maillog_file_prefixes = $T
X
		cat
	} >"$P/etc/main.cf"
	grep -v '^#' /usr/share/postfix/master.cf.dist | awk '
		$1 == "smtp" && $2 == "inet" { next }
		/^[a-z]/ { $5 = "n" } { print }
		END { print "postlog unix-dgram n - n - 1 postlogd" }' |
		grep -vE '^(maildrop|uucp|ifmail|bsmtp|scalemail|mailman)|flags=|user=|nexthop' |
		awk '!seen[$1 $2]++' >"$P/etc/master.cf"
}
# postfix_serves NAME ADDR:PORT [SETTING...]: an smtpd that differs from main.cf;
# the log calls it NAME
postfix_serves() {
	{
		printf '%s inet n - n - - smtpd\n  -o syslog_name=postfix/%s\n' "$2" "$1"
		shift 2
		for s; do printf '  -o { %s }\n' "$s"; done
	} >>"$P/etc/master.cf"
}
px() { postfix -c "$P/etc" "$1" >>"$T/px.out" 2>&1; }

# ---- Dovecot ----

dovecot_port() {
	[ -z "${lport-}" ] || printf '  inet_listener lmtp {\n    address = 127.0.0.1\n    port = %s\n  }\n' "$lport"
}
# new_dovecot FOLDER USER...: an LMTP server of one's own, at FOLDER/run/lmtp and,
# with $lport, at that port; it serves nothing yet
new_dovecot() {
	D=$1
	shift
	mkdir -p "$D/run" "$D/mail"
	chown -R nobody "$D/mail"
	cat >"$D/conf" <<X
base_dir = $D/run
log_path = $D/log
protocols = lmtp
ssl = no
mail_location = maildir:$D/mail/%n
mail_uid = $(id -u nobody)
mail_gid = $(id -g nobody)
first_valid_uid = 1
default_internal_user = dovecot
default_login_user = dovenull
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = passwd-file
  args = $D/users
}
service lmtp {
$(dovecot_port)
  unix_listener lmtp {
    mode = 0666
  }
}
protocol lmtp {
  auth_username_format = %n
}
X
	for u; do
		echo "$u::$(id -u nobody):$(id -g nobody)::$D/mail/$u::"
	done >"$D/users"
}

# ---- Exim ----

# need_exim: sets $exim to how it is called; what it needs in /etc/passwd is in
# the current folder.  It is unpacked only, as Debian installs one mail server
need_exim() {
	exim_root=$(dirname "$(command -v remote-send)")/../peers/exim4-daemon-light
	exim_bin=$exim_root/usr/sbin/exim4
	[ -x "$exim_bin" ] || exim_bin=$(command -v exim4)
	peer Exim test -x "$exim_bin" || return
	exim_nss=$(ls /usr/lib/*/libnss_wrapper.so 2>/dev/null)
	peer libnss-wrapper test -e "$exim_nss" || return
	printf 'root:x:0:0::/root:/bin/sh\nDebian-exim:x:%s:%s::/:/bin/false\n' "$(id -u nobody)" "$(id -g nobody)" >passwd
	printf 'root:x:0:\nDebian-exim:x:%s:\nmail:x:8:\n' "$(id -g nobody)" >group
	chmod 644 passwd group
	exim="env LD_PRELOAD=$exim_nss NSS_WRAPPER_PASSWD=$PWD/passwd NSS_WRAPPER_GROUP=$PWD/group $(realpath "$exim_bin")"
}
# new_exim FOLDER: what stands first in each configuration of one, $E/conf
new_exim() {
	E=$1
	mkdir -p "$E/spool" "$E/mail"
	chown -R nobody "$E"
	cat <<X
keep_environment = LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
spool_directory = $E/spool
log_file_path = $E/%slog
pid_file_path = $E/pid
exim_path = $(realpath "$exim_bin")
exim_user = Debian-exim
exim_group = Debian-exim
deliver_drop_privilege = true
never_users =
host_lookup =
rfc1413_hosts =
smtp_accept_max = 100
log_selector = +tls_cipher +tls_certificate_verified +tls_sni +received_recipients
X
}
