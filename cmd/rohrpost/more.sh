# rohrpost(8): what options of upgrade put into conf/, keys/ and tls-client/
#
# What stands there stays: lines come behind it, and files are made where there
# are none.

# conf_line FILE LINE [KEY]: a line that conf/FILE does not have, nor one for
# this key
conf_line() {
	f=$dir/conf/$1
	! grep -qxFs -- "$2" "$f" || return 0
	[ -z "${3-}" ] || ! awk -v k="$3" '$1 == k { found = 1 } END { exit !found }' "$f" 2>/dev/null || return 0
	change "conf/$1: $2"
	rebuild=1
	[ -z "$dry" ] || return 0
	{ [ -z "$(tail -c 1 "$f" 2>/dev/null)" ] || echo; echo "$2"; } >>"$f" || exit 111
}

# more_keys FILE: what signs return paths and links, where it is missing
more_keys() {
	[ ! -e "$dir/$1" ] || return 0
	change "$1: new"
	[ -n "$dry" ] || token-check -n "$dir/$1" || exit 111
}

# they are read here, whoever they are for
more_domains() {
	for d in $more_feedback; do
		conf_line feedback "domain $d"
		conf_line rcpt "$d any" "$d"
		conf_line local "$d"
	done
	[ -z "$more_srs" ] || {
		conf_line rcpt "$more_srs program" "$more_srs"
		conf_line local "$more_srs"
	}
}

# two keys for each domain
more_signed() {
	for d in $more_sign; do
		[ ! -d "$dir/keys/$d" ] || continue
		change "keys/$d: new"
		rebuild=1
		[ -n "$dry" ] || sign "$d"
	done
}

# who we are as a client; another one is put there by tls-cert
more_client() {
	[ -n "${more_client_cert-}" ] || return 0
	[ -e "$dir/tls-client/client.pem" ] || {
		change "tls-client/client.pem: new"
		[ -n "$dry" ] || {
			mkdir -p "$dir/tls-client" && chmod 700 "$dir/tls-client" &&
				tls-cert install "$dir/tls-client/client.pem" "$more_client_cert" "$client_key"
		} || exit
	}
	shows client.pem tls-client || conf_line tls-client client.pem
}

# what was asked for, in place of what infer() has found, and besides it
more_options() {
	more_sign=$signed more_feedback=$feedback more_srs=$srs more_client_cert=${client_cert-}
	signed=${signed:-$(there sign)} feedback=${feedback:-$(there feedback)} client_cert=${client_cert:-$(there tlsout)}
	srs=${srs:-$had_srs} unsub=${unsub:-$had_unsub}
	case ${more_client_cert:+C}${client_key:+K} in '' | CK) ;; *) usage ;; esac
	# paths that are forged are refused before mail for them is taken
	[ -z "$srs" ] || asks=1
	[ -z "$users" ] || [ "$(id -u)" = 0 ] || die 100 "--users needs root"
	[ -z "$users" ] || command -v chpst >/dev/null || die 111 "chpst is missing: install the package runit"
}

# behind the folders, and before services that need it
add_more() {
	rebuild=''
	[ -z "$unsub$feedback" ] || more_keys tokens/keys
	[ -z "$srs" ] || more_keys srs/keys
	more_domains
	more_signed
	more_client
	[ -z "$rebuild" ] || [ -n "$dry" ] || conf-build "$dir/conf" || exit
}

# what is to be done elsewhere
more_tells() {
	[ -z "$more_srs" ] || echo "let the MX of $more_srs be this host"
	[ -z "$more_feedback" ] || echo "let the MX of$more_feedback be this host"
	[ -z "$unsub" ] || [ "$unsub" = "$had_unsub" ] || echo "let a proxy with TLS bring https://NAME/ to $unsub"
	[ -z "$accounts" ] || [ -e "$dir/account/db" ] || echo "make the first key: rohrpost key-add $dir ORGANISATION admin"
	[ -z "$more_sign" ] || echo "publish the DNS records in $dir/keys/records"
}
