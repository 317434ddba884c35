#include "tlscheck/chainsaid.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "base/day.h"
#include "base/ip.h"
#include "crypt/digest.h"
#include "tls/certparts.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { NAME_SHOWN = 253 }; /* of one; a host has no more */

static void say(const struct chainsaid *, enum dnscheck_grade, const char *kind,
    const char *topic, const char *, ...) __attribute__((format(printf, 5, 6)));

static void
say(const struct chainsaid *c, enum dnscheck_grade grade, const char *kind,
    const char *topic, const char *fmt, ...)
{
	char subject[DNSCHECK_SUBJECT_MAX], text[DNSCHECK_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	snprintf(subject, sizeof subject, "%s %s%s%s", c->where, kind,
	    *kind != '\0' ? " " : "", topic);
	dnscheck_say(c->report, grade, subject, "%s", text);
}

static void
key_text(const struct certparts *p, char *out, size_t size)
{
	switch (p->key) {
	case CERTPARTS_RSA: snprintf(out, size, "RSA %u", p->bits); break;
	case CERTPARTS_P256: snprintf(out, size, "P-256"); break;
	case CERTPARTS_P384: snprintf(out, size, "P-384"); break;
	case CERTPARTS_P521: snprintf(out, size, "P-521"); break;
	default: snprintf(out, size, "another kind of key"); break;
	}
}

static void
put_name(struct buf *b, unsigned tag, struct der name)
{
	char text[IP_TEXT];
	size_t i;

	if (tag == CERTPARTS_DNS) {
		for (i = 0; i < name.n && i < NAME_SHOWN; i++)
			buf_putc(b, name.p[i] == '\0' ? '?' : (char)name.p[i]);
		if (i < name.n)
			buf_puts(b, "...");
	} else if (name.n == 4 || name.n == 16)
		buf_puts(b, ip_text(name.p, name.n, text));
	else
		buf_puts(b, "?");
}

/* names, the first of them, with room behind them for what is to be done; what
 * does not fit into memory is not there */
static void
put_names(struct buf *b, const struct certparts *p)
{
	struct der left = p->names, name;
	unsigned n, tag, shown = 0;

	for (n = 0; (tag = certparts_name(&left, &name)) != 0; n++) {
		if (shown == CHAINSAID_NAMES_MAX ||
		    buf_len(b) > CHAINSAID_NAMES_BYTES)
			continue;
		buf_puts(b, shown++ == 0 ? " for " : " ");
		put_name(b, tag, name);
	}
	if (n == 0)
		buf_puts(b, " without a name");
	if (n > shown)
		buf_printf(b, " and %u more", n - shown);
}

static void
certificate(const struct chainsaid *c, const char *kind,
    const struct certparts *p)
{
	int64_t left_s = p->until_s - c->now_s;
	char from[DAY_TEXT], until[DAY_TEXT], key[32];
	struct buf names = { 0 };

	key_text(p, key, sizeof key);
	put_names(&names, p);
	buf_putc(&names, '\0');
	say(c, left_s < CHAINSAID_ENDS_S ? DNSCHECK_WARNING : DNSCHECK_GOOD,
	    kind, "certificate", "%s,%s, from %s until %s%s", key,
	    buf_len(&names) > 0 ? buf_data(&names) : "",
	    day_text(p->from_s, from), day_text(p->until_s, until),
	    left_s < 0                      ? ": it has ended, renew it"
		: left_s < CHAINSAID_ENDS_S ? ": renew it"
					    : "");
	buf_free(&names);
}

static void
hex_of(struct der d, char hex[2 * DIGEST_LEN + 1])
{
	unsigned char print[DIGEST_LEN];
	struct digest s;
	size_t i;

	digest_init(&s);
	digest_add(&s, d.p, d.n);
	digest_end(&s, print);
	for (i = 0; i < DIGEST_LEN; i++)
		ascii_hex(hex + 2 * i, print[i]);
	hex[2 * DIGEST_LEN] = '\0';
}

/* what is wrong, and what to do about it; the verdict's text says which */
static const char *
advice(enum tls_verdict v)
{
	switch (v) {
	case TLS_V_SELF:
	case TLS_V_UNKNOWN_CA:
		return "; senders that check want one of a known authority, "
		       "or a TLSA record";
	case TLS_V_INCOMPLETE: return "; send it behind the certificate";
	case TLS_V_EXPIRED: return "; renew it";
	case TLS_V_NOT_YET: return "; is the clock right?";
	case TLS_V_NAME:
	case TLS_V_NO_SAN:
		return "; it must have the name of this host (dNSName)";
	case TLS_V_WEAK_KEY:
	case TLS_V_BAD_SIGNATURE:
	case TLS_V_UNSUPPORTED:
		return "; make a key of P-256 or RSA 2048, and have it signed "
		       "with SHA-256";
	default: return "";
	}
}

static void
verdict(const struct chainsaid *c, const char *kind,
    const struct tls_chain *chain)
{
	struct tls_demand demand = {
		.mode = TLS_PKIX, .names = &c->host, .n_names = 1
	};
	struct tls_judged j, any;

	verify_chain(chain, &demand, c->anchors, c->now_s, &j);
	if (j.verdict == TLS_V_PKIX) {
		say(c, DNSCHECK_GOOD, kind, "verdict", "%s",
		    verify_word(j.verdict));
		return;
	}
	/* senders that encrypt because they can look at the leaf alone */
	demand.mode = TLS_ANY;
	verify_chain(chain, &demand, c->anchors, c->now_s, &any);
	say(c,
	    verify_allows(&demand, any.verdict) ? DNSCHECK_WARNING
						: DNSCHECK_BAD,
	    kind, "verdict", "%s: %s%s", verify_word(j.verdict), j.text,
	    advice(j.verdict));
}

/* each one's issuer stands behind it (RFC 5246 section 7.4.2); those that nobody
 * can read are told by the verdict */
static void
order(const struct chainsaid *c, const char *kind,
    const struct tls_chain *chain)
{
	struct certparts below, above;
	unsigned i;

	for (i = 1; i < chain->n; i++) {
		if (certparts_read(chain->cert[i - 1], chain->len[i - 1],
			&below) == -1 ||
		    certparts_read(chain->cert[i], chain->len[i], &above) == -1)
			return;
		if (!der_same(below.issuer, above.subject)) {
			say(c, DNSCHECK_WARNING, kind, "chain",
			    "certificate %u is not the issuer of the one "
			    "before: some senders want them in order, and no "
			    "others between",
			    i + 1);
			return;
		}
	}
	say(c, DNSCHECK_GOOD, kind, "chain", "%u certificate%s, in order",
	    chain->n, chain->n == 1 ? "" : "s");
}

static void
tlsa(const struct chainsaid *c, const char *kind, const struct tls_chain *chain,
    const char *key)
{
	struct tlsa r[TLSA_RECORDS_MAX];
	struct tls_demand demand = { .mode = TLS_DANE,
		.tlsa = r,
		.n_tlsa = c->tlsa == NULL ? 0 : c->tlsa->n,
		.ta_names = &c->host,
		.n_ta_names = 1 };
	struct tls_judged j;
	size_t i;

	if (c->dns != CHAINSAID_SIGNED || demand.n_tlsa == 0) {
		if (c->dns != CHAINSAID_NOT_ASKED)
			say(c, DNSCHECK_GOOD, kind, "TLSA",
			    "it would fit: _%u._tcp.%s. TLSA 3 1 1 %s", c->port,
			    c->host, key);
		return;
	}
	for (i = 0; i < demand.n_tlsa; i++)
		r[i] = (struct tlsa){ c->tlsa->r[i].usage,
			c->tlsa->r[i].selector, c->tlsa->r[i].matching,
			c->tlsa->r[i].digest, c->tlsa->r[i].len };
	verify_chain(chain, &demand, c->anchors, c->now_s, &j);
	if (verify_allows(&demand, j.verdict))
		say(c, DNSCHECK_GOOD, kind, "TLSA", "%s: a record fits",
		    verify_word(j.verdict));
	else
		say(c, DNSCHECK_BAD, kind, "TLSA",
		    "%s: %s: senders with DANE put their mail off; publish "
		    "_%u._tcp.%s. TLSA 3 1 1 %s",
		    verify_word(j.verdict), j.text, c->port, c->host, key);
}

void
chainsaid(const struct chainsaid *c, const char *kind,
    const struct tls_chain *chain)
{
	char cert[2 * DIGEST_LEN + 1], key[2 * DIGEST_LEN + 1];
	struct certparts p;

	if (chain->n == 0 ||
	    certparts_read(chain->cert[0], chain->len[0], &p) == -1) {
		verdict(c, kind, chain);
		return;
	}
	hex_of(p.whole, cert);
	hex_of(p.spki, key);
	certificate(c, kind, &p);
	verdict(c, kind, chain);
	order(c, kind, chain);
	say(c, DNSCHECK_GOOD, kind, "pins", "cert:%s key:%s", cert, key);
	tlsa(c, kind, chain, key);
}

void
chainsaid_dns(const struct chainsaid *c)
{
	switch (c->dns) {
	case CHAINSAID_NOT_ASKED: break;
	case CHAINSAID_NO_RECORD:
		say(c, DNSCHECK_GOOD, "", "TLSA", "no record");
		break;
	case CHAINSAID_UNSIGNED:
		say(c, DNSCHECK_WARNING, "", "TLSA",
		    "there are records, and the DNS does not vouch for them: "
		    "nobody uses them. Is the zone signed, and does the name "
		    "server that was asked check signatures?");
		break;
	case CHAINSAID_SIGNED:
		if (c->tlsa->n == 0)
			say(c, DNSCHECK_WARNING, "", "TLSA",
			    "no record of usage 2 or 3 that is whole: SMTP "
			    "uses no other (RFC 7672 section 3.1)");
		break;
	case CHAINSAID_BOGUS:
		say(c, DNSCHECK_BAD, "", "TLSA",
		    "the answer is forged, or its signatures have ended: "
		    "senders with DANE put their mail off");
		break;
	case CHAINSAID_NO_ANSWER:
		say(c, DNSCHECK_WARNING, "", "TLSA",
		    "the DNS did not answer: look again");
		break;
	}
}
