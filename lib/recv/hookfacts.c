#include "recv/hookfacts.h"
#include "base/ascii.h"
#include "policy/policytext.h"
#include "recv/sessiontls.h"
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *const states[] = { "CONNECT", "EHLO", "AUTH", "MAIL", "RCPT",
	"DATA", "END-OF-MESSAGE" };

static const char *
state(const struct session *s, enum hookrule_stage stage)
{
	return stage == HOOKRULE_HELO && !s->smtp.esmtp ? "HELO"
							: states[stage];
}

static int
number(struct buf *b, const char *name, uint64_t u)
{
	char t[24];

	snprintf(t, sizeof t, "%llu", (unsigned long long)u);
	return policytext_puts(b, name, t);
}

/* an end of the connection: its address, where that is asked for, and port */
static int
end_of(struct buf *b, const struct sockaddr_storage *ss, const char *address,
    const char *port)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)ss;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)ss;
	char t[IP_TEXT] = "", p[8] = "";

	if (ss->ss_family == AF_INET) {
		ip_text((const unsigned char *)&four->sin_addr, 4, t);
		snprintf(p, sizeof p, "%u", ntohs(four->sin_port));
	} else if (ss->ss_family == AF_INET6) {
		ip_text((const unsigned char *)&six->sin6_addr, IP_LEN, t);
		snprintf(p, sizeof p, "%u", ntohs(six->sin6_port));
	}
	return (address != NULL && policytext_puts(b, address, t) == -1) ||
		policytext_puts(b, port, p) == -1
	    ? -1
	    : 0;
}

static int
is_his(const struct session *s, const struct sockaddr_storage *ss)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)ss;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)ss;
	unsigned char ip[IP_LEN];

	if (ss->ss_family == AF_INET)
		ip_map(ip, (const unsigned char *)&four->sin_addr, 4);
	else if (ss->ss_family == AF_INET6)
		ip_map(ip, (const unsigned char *)&six->sin6_addr, IP_LEN);
	else
		return 0;
	return s->known && memcmp(ip, s->ip, IP_LEN) == 0;
}

/* of a proxy's, the ends of our connection are not his */
static int
ends(struct buf *b, const struct session *s)
{
	struct sockaddr_storage his = { .ss_family = AF_UNSPEC }, own = his;
	socklen_t n = sizeof his, m = sizeof own;
	int fd = stream_fd(&s->stream);
	char t[IP_TEXT];

	if (getpeername(fd, (struct sockaddr *)&his, &n) == 0 &&
	    is_his(s, &his))
		getsockname(fd, (struct sockaddr *)&own, &m);
	else
		his.ss_family = AF_UNSPEC;
	return policytext_puts(b, "client_address", session_ip(s, t)) == -1 ||
		end_of(b, &his, NULL, "client_port") == -1
	    ? -1
	    : end_of(b, &own, "server_address", "server_port");
}

static int
names(struct buf *b, const struct session *s)
{
	const char *name = session_name(s);

	if (name == NULL)
		name = "unknown";
	return policytext_puts(b, "client_name", name) == -1 ||
		policytext_puts(b, "reverse_client_name", name) == -1
	    ? -1
	    : policytext_puts(b, "helo_name", s->helo);
}

static int
login(struct buf *b, const struct session *s, const char *mech)
{
	int has = session_login(s) != NULL;

	return policytext_puts(b, "sasl_method",
		   !has             ? ""
		       : s->by_cert ? "EXTERNAL"
				    : mech) == -1 ||
		policytext_puts(b, "sasl_username", session_login(s)) == -1
	    ? -1
	    : policytext_puts(b, "sasl_sender", "");
}

/* SHA-256 in pairs, as Postfix has it */
static int
fingerprint(struct buf *b, const unsigned char *cert)
{
	char t[32 * 3];
	unsigned i;

	for (i = 0; cert != NULL && i < 32; i++) {
		ascii_hex_upper(t + 3 * i, cert[i]);
		t[3 * i + 2] = ':';
	}
	return policytext_put(b, "ccert_fingerprint",
	    (struct slice){ t, cert == NULL ? 0 : sizeof t - 1 });
}

/* bits of the key of a suite */
static const char *
keysize(const char *suite)
{
	return strstr(suite, "256") != NULL && strstr(suite, "128") == NULL
	    ? "256"
	    : strstr(suite, "CHACHA20") != NULL ? "256"
	    : strstr(suite, "3DES") != NULL     ? "168"
						: "128";
}

/* "TLSv1.2,SUITE", perhaps with more behind it, event(5) */
static int
tls(struct buf *b, const struct session *s)
{
	int on = s->secure == SESSION_SECURE;
	char t[TLS_TEXT_MAX] = "";
	char *suite;

	if (on)
		s->in->tls->calls->text(s, t);
	suite = strchrnul(t, ',');
	if (*suite == ',')
		*suite++ = '\0';
	*strchrnul(suite, ',') = '\0';
	return fingerprint(b, on ? s->in->tls->calls->cert(s) : NULL) == -1 ||
		policytext_puts(b, "encryption_protocol", t) == -1 ||
		policytext_puts(b, "encryption_cipher", suite) == -1
	    ? -1
	    : policytext_puts(b, "encryption_keysize",
		  on ? keysize(suite) : "");
}

/* what is never known here */
static int
unknown(struct buf *b)
{
	static const char *const never[] = { "queue_id", "etrn_domain",
		"stress", "ccert_subject", "ccert_issuer",
		"ccert_pubkey_fingerprint" };
	size_t i;
	int r = 0;

	for (i = 0; i < sizeof never / sizeof *never; i++)
		r |= policytext_puts(b, never[i], "");
	return r;
}

static int
mail(struct buf *b, const struct hookfacts *f)
{
	char t[40];

	snprintf(t, sizeof t, "%x.%llx", (unsigned)getpid(),
	    (unsigned long long)f->instance);
	return policytext_put(b, "sender", f->sender) == -1 ||
		policytext_put(b, "recipient", f->recipient) == -1 ||
		number(b, "recipient_count", f->count) == -1 ||
		number(b, "size", f->size) == -1
	    ? -1
	    : policytext_puts(b, "instance", t);
}

int
hookfacts_put(struct buf *b, const struct session *s, enum hookrule_stage stage,
    const struct hookfacts *f)
{
	const char *proto = s->in->words & SERVICE_LMTP ? "LMTP"
	    : s->smtp.esmtp && !s->plain_smtp           ? "ESMTP"
							: "SMTP";

	return policytext_puts(b, "request", "smtpd_access_policy") == -1 ||
		policytext_puts(b, "protocol_state", state(s, stage)) == -1 ||
		policytext_puts(b, "protocol_name", proto) == -1 ||
		ends(b, s) == -1 || names(b, s) == -1 || mail(b, f) == -1 ||
		login(b, s, f->mech) == -1 || tls(b, s) == -1
	    ? -1
	    : unknown(b);
}
