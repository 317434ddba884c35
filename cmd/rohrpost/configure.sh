# rohrpost(8): what a new instance has in conf/, mail/, keys/ and tls/

# mailbox NAME: a Maildir, made by whoever mail/ belongs to: root does nothing
# by name in another's folder, where a link may lead elsewhere
mailbox() {
	as=$(stat -c :%u:%g "$dir/mail") || exit 111
	case $uid$as in 0:0:* | [!0]*) as= ;; esac
	${as:+chpst -u "$as"} sh -c 'umask 077 && cd "$1" && mkdir -p "$2/tmp" "$2/new" "$2/cur"' \
		sh "$dir/mail" "$1" || die 111 "unable to make $dir/mail/$1"
}

# Whose mailbox has what comes for the postmaster, root and the like: that of
# whoever calls, where it can be one.
login_mailbox() {
	l=$(id -un 2>/dev/null | tr '[:upper:]' '[:lower:]')
	if mailbox_name "$l"; then echo "$l"; else echo you; fi
}

# a domain that will be local without a line, or by one of --local
here() {
	n=$(host_name)
	case " localhost $n ${n%%.*} $domains " in
	*" $1 "*) ;;
	*) return 1 ;;
	esac
}

# The name of this host; what stands in no file of one word is replaced.
host_name() {
	n=$({ hostname -f || hostname; } 2>/dev/null | sed 1q | tr ' \t@<>' -)
	case $n in '' | '(none)') n=localhost ;; esac
	echo "$n"
}

# the example configuration, and what was asked for
configure() {
	mkdir -p "$dir/conf" || exit 111
	for f in me local routes; do
		[ ! -e "$dir/conf/$f" ] || eval "old_$f=1"
	done
	# whose mailbox it is cannot be another name of the postmaster
	[ -e "$dir/conf/aliases" ] || {
		sed "/^$postmaster:/d" "$share/conf-examples/aliases"
		echo "postmaster: $postmaster"
	} >"$dir/conf/aliases" || exit 111
	[ -z "${cert-}" ] || [ -e "$dir/conf/tls" ] || {
		echo '# Certificates that we show, one a line: conf(5); tls(7) says how they are renewed.'
		echo mail.pem
	} >"$dir/conf/tls" || exit 111
	[ -z "${client_cert-}" ] || [ -e "$dir/conf/tls-client" ] || {
		echo '# Certificates of ours as a client, one a line: conf(5), tls(7).'
		echo client.pem
	} >"$dir/conf/tls-client" || exit 111
	[ -z "$feedback" ] || [ -e "$dir/conf/feedback" ] || {
		echo '# Where bounces, complaints and the like come back to: conf-feedback(5).'
		for d in $feedback; do echo "domain $d"; done
	} >"$dir/conf/feedback" || exit 111
	# they are read here, whoever they are for, and no mail goes on from there
	[ -z "$feedback$srs" ] || [ -e "$dir/conf/rcpt" ] || {
		echo '# How recipients of a domain are known: conf(5).'
		for d in $feedback; do echo "$d any"; done
		[ -z "$srs" ] || echo "$srs program"
	} >"$dir/conf/rcpt" || exit 111
	[ -z "$ships" ] || [ -e "$dir/conf/ship" ] || {
		echo '# Where events go, one destination a line: conf-ship(5).'
		printf %s "$ships"
	} >"$dir/conf/ship" || exit 111
	set --
	for f in "$share"/conf-examples/*; do
		[ -e "$dir/conf/${f##*/}" ] || set -- "$@" "$f"
	done
	[ $# = 0 ] || cp "$@" "$dir/conf/" || exit 111
	chmod -R u+w "$dir/conf"
	[ -n "$old_me" ] || host_name >"$dir/conf/me" || exit 111
	[ -n "$old_local" ] || {
		echo '# Domains whose mail ends here, in Maildirs below mail/.'
		for d in $domains $feedback $srs; do echo "$d"; done | awk '!seen[$0]++'
	} >"$dir/conf/local" || exit 111
	[ -z "$relay" ] || [ -n "$old_routes" ] || {
		echo '# Local mail stays here, everything else goes to one host.'
		echo 'to:<local> local'
		echo "to:* host:$relay"
	} >"$dir/conf/routes" || exit 111
	for d in $signed; do sign "$d"; done
	certificate
	client_certificate
	conf-build "$dir/conf" || exit
}

# Two keys for a domain, and the lines that use them; the records for its DNS
# are for a person to publish.
sign() {
	s=s$(date +%Y%m)
	[ ! -d "$dir/keys/$1" ] || {
		echo "$dir/keys/$1 is there: no new keys"
		return
	}
	mkdir -p "$dir/keys" && chmod 700 "$dir/keys" || exit 111
	dkim-key generate "$dir/keys" "$1" "$s" >/dev/null &&
		dkim-key generate -a ed25519-sha256 "$dir/keys" "$1" "${s}e" >/dev/null || exit
	# of an init that failed they are there, and its keys are not
	for line in "$1 domain=$1 selector=$s key=$1/$s.pem" \
		"$1 domain=$1 selector=${s}e key=$1/${s}e.pem algorithm=ed25519-sha256"; do
		grep -qxF -- "$line" "$dir/conf/dkim" || echo "$line" >>"$dir/conf/dkim" || exit 111
	done
	records=$(for k in "$s" "${s}e"; do dkim-key record "$dir/keys" "$1" "$k" || exit; done) || exit
	as=$(stat -c :%u:%g "$dir/keys") || exit 111
	case $uid$as in 0:0:* | [!0]*) as= ;; esac
	# shellcheck disable=SC2016
	echo "$records" | ${as:+chpst -u "$as"} sh -c 'cat >>"$1/records"' sh "$dir/keys" || exit 111
}

# shows FILE [OF]: does conf/tls say that this is a certificate of ours?
shows() {
	grep -Eq "^[[:blank:]]*$1([[:blank:]]|\$)" "$dir/conf/${2-tls}"
}

# given NAME CERTIFICATE KEY: a file of tls/ or tls-client/ that is there stays
given() {
	if [ -e "$dir/$1" ]; then
		echo "$dir/$1 is there and stays: rohrpost tls-cert install puts another in its place"
	else
		tls-cert install "$dir/$1" "$2" "$3" || exit
	fi
	shows "${1#*/}" "${1%/*}" || echo "$dir/conf/${1%/*} is there and stays: name ${1#*/} in it"
}

# What TLS shows: the certificate that was given, or one that signs itself.
# One that is there stays: it may be a later one.
certificate() {
	mkdir -p "$dir/tls" && chmod 700 "$dir/tls" || exit 111
	if [ -n "${cert-}" ]; then
		given tls/mail.pem "$cert" "$key"
	fi
	if shows self.pem && [ ! -e "$dir/tls/self.pem" ]; then
		me=$(sed -n 's/^[ 	]*\([^# 	][^ 	]*\).*/\1/p' "$dir/conf/me" | sed 1q)
		# what is no name in the DNS is none in a certificate
		tls-cert self "$dir/tls/self.pem" "$me" 2>/dev/null ||
			tls-cert self "$dir/tls/self.pem" localhost || exit
	fi
}

# who we are as a client
client_certificate() {
	[ -n "${client_cert-}" ] || return 0
	mkdir -p "$dir/tls-client" && chmod 700 "$dir/tls-client" || exit 111
	given tls-client/client.pem "$client_cert" "$client_key"
}
