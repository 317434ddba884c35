#include "tls/verify.h"
#include "base/ascii.h"
#include "base/day.h"
#include "crypt/digest.h"
#include "tls/anchors.h"
#include "tls/certname.h"
#include "tls/certpath.h"
#include "tls/chainorder.h"
#include "tls/tlsamatch.h"
#include <stdio.h>
#include <string.h>

struct job {
	const struct tls_demand *demand;
	const struct anchors *anchors;
	int64_t now_s;
	struct certparts parts[TLS_CHAIN_CERTS_MAX];
	const struct certparts *cert[TLS_CHAIN_CERTS_MAX]; /* NULL: no good */
	unsigned n;
	unsigned over : 1;
	unsigned cost_left, tries_left;
	struct tls_judged *to;
};

/* texts */

static void
say(struct job *j, enum tls_verdict v, const char *text)
{
	j->to->verdict = v;
	snprintf(j->to->text, sizeof j->to->text, "%s", text);
}

static void
say_date(struct job *j, enum tls_verdict v, const struct certparts *c)
{
	char day[DAY_TEXT];

	j->to->verdict = v;
	snprintf(j->to->text, sizeof j->to->text, "%s%s %s",
	    c == j->cert[0] ? "" : "the certificate of an issuer ",
	    v == TLS_V_EXPIRED ? "expired on" : "valid from",
	    day_text(v == TLS_V_EXPIRED ? c->until_s : c->from_s, day));
}

/* the first of its names, and whether there are others */
static void
say_names(struct job *j)
{
	enum { SHOWN_MAX = 100 };
	struct der left = j->cert[0]->names, name;
	char first[SHOWN_MAX + 1] = "";
	unsigned n, tag;
	size_t i;

	for (n = 0; (tag = certparts_name(&left, &name)) != 0; n++)
		if (tag == CERTPARTS_DNS && first[0] == '\0')
			for (i = 0; i < name.n && i < SHOWN_MAX; i++)
				first[i] = name.p[i] > ' ' && name.p[i] < 0x7f
				    ? (char)name.p[i]
				    : '?';
	j->to->verdict = TLS_V_NAME;
	snprintf(j->to->text, sizeof j->to->text, "certificate is for %s%s",
	    first[0] != '\0' ? first : "an address",
	    n > 1 ? " and other names" : "");
}

static const char *
text_of(enum tls_verdict v)
{
	switch (v) {
	case TLS_V_SELF: return "signed by itself";
	case TLS_V_UNKNOWN_CA: return "no path to a known authority";
	case TLS_V_INCOMPLETE: return "the certificate of an issuer is missing";
	case TLS_V_NO_SAN: return "certificate has no name";
	case TLS_V_WEAK_KEY: return "an RSA key has less than 2048 bits";
	case TLS_V_BAD_SIGNATURE:
		return "a signature is wrong, or by SHA-1 or MD5";
	case TLS_V_CONSTRAINTS: return "a certificate is not for this use";
	case TLS_V_TLSA: return "no TLSA record fits";
	case TLS_V_TOO_LARGE: return "more certificates than are looked at";
	case TLS_V_MALFORMED: return "a certificate cannot be read";
	case TLS_V_UNSUPPORTED:
		return "a kind of key or signature that is not known here";
	default: return "";
	}
}

/* names */

static int
name_fits(const struct certparts *c, const char *want)
{
	struct der left = c->names, name;
	unsigned tag;

	while ((tag = certparts_name(&left, &name)) != 0)
		if (tag == CERTPARTS_DNS
			? certname_fits(name.p, name.n, want)
			: certname_fits_ip(name.p, name.n, want))
			return 1;
	return 0;
}

/* it is trusted; is it for one of these names? */
static void
name(struct job *j, enum tls_verdict good, const char *const *names, size_t n)
{
	size_t i;

	for (i = 0; i < n && i < TLS_NAMES_MAX; i++) {
		if (!name_fits(j->cert[0], names[i]))
			continue;
		j->to->matched = names[i];
		say(j, good, "");
		return;
	}
	if (j->cert[0]->has_san)
		say_names(j);
	else
		say(j, TLS_V_NO_SAN, text_of(TLS_V_NO_SAN));
}

/* of several ways the verdict is that of the one which got furthest */
static unsigned
rank(enum tls_verdict v)
{
	switch (v) {
	case TLS_V_PKIX: return 5;
	case TLS_V_EXPIRED:
	case TLS_V_NOT_YET: return 4;
	case TLS_V_CONSTRAINTS:
	case TLS_V_WEAK_KEY:
	case TLS_V_BAD_SIGNATURE: return 3;
	case TLS_V_UNSUPPORTED:
	case TLS_V_MALFORMED: return 2;
	case TLS_V_TOO_LARGE: return 1;
	default: return 0;
	}
}

struct way {
	const struct certparts *cert[TLS_CHAIN_CERTS_MAX];
	unsigned n, last; /* the index of its last one */
};

static void
tried(struct job *j, enum tls_verdict v, const struct way *w,
    enum tls_verdict *best)
{
	if (rank(v) <= rank(*best))
		return;
	*best = v;
	if (v == TLS_V_EXPIRED || v == TLS_V_NOT_YET)
		say_date(j, v, certpath_untimely(w->cert, w->n, j->now_s));
	else
		say(j, v, text_of(v));
}

static int
next_way(struct job *j, struct chainorder *o, struct way *w)
{
	unsigned char way[TLS_CHAIN_CERTS_MAX];
	unsigned i;

	w->n = chainorder_next(o, way);
	for (i = 0; i < w->n; i++)
		w->cert[i] = j->cert[w->last = way[i]];
	return w->n > 0;
}

/* PKIX */

/* anchors that may be above this way, or the first certificate itself */
static size_t
above(const struct job *j, const struct way *w, const br_x509_trust_anchor **a)
{
	struct der dn = w->cert[w->n - 1]->issuer;
	size_t n = anchors_named(j->anchors, dn.p, dn.n, a);

	if (n > 0 || w->n > 1)
		return n;
	dn = w->cert[0]->subject;
	return anchors_named(j->anchors, dn.p, dn.n, a);
}

static void
no_anchor(struct job *j, int whole)
{
	enum tls_verdict v = certparts_self(j->cert[0]) ? TLS_V_SELF
	    : whole                                     ? TLS_V_UNKNOWN_CA
	    : j->over                                   ? TLS_V_TOO_LARGE
							: TLS_V_INCOMPLETE;

	say(j, v, text_of(v));
}

/* a way up to an anchor; else the verdict is in j->to */
static int
pkix_path(struct job *j)
{
	enum tls_verdict best = TLS_V_NONE, v;
	const br_x509_trust_anchor *a = NULL;
	struct chainorder order;
	struct way w;
	size_t n;
	int whole = 0;

	chainorder_init(&order, j->cert, j->n);
	while (best != TLS_V_PKIX && next_way(j, &order, &w)) {
		whole |= certparts_self(w.cert[w.n - 1]);
		n = above(j, &w, &a);
		if (n == 0)
			continue;
		if (j->tries_left-- == 0)
			break;
		v = certpath_try(w.cert, w.n, a, n, j->now_s, &j->cost_left);
		tried(j, v, &w, &best);
	}
	if (best == TLS_V_NONE)
		no_anchor(j, whole);
	return best == TLS_V_PKIX;
}

static void
pkix(struct job *j)
{
	if (pkix_path(j))
		name(j, TLS_V_PKIX, j->demand->names, j->demand->n_names);
}

/* DANE */

/* the last of the way is the authority: the others up to it */
static enum tls_verdict
ta_path(struct job *j, const struct way *w)
{
	const struct certparts *ta = w->cert[w->n - 1];
	br_x509_trust_anchor a;
	enum tls_verdict v;

	if (anchors_of(ta, &a) == -1)
		return TLS_V_UNSUPPORTED;
	if (ta->key == CERTPARTS_RSA && ta->bits < CERTPATH_RSA_MIN)
		return TLS_V_WEAK_KEY;
	if (!ta->is_ca ||
	    (ta->pathlen >= 0 && w->n - 2 > (unsigned)ta->pathlen))
		return TLS_V_CONSTRAINTS;
	v = certpath_try(w->cert, w->n - 1, &a, 1, j->now_s, &j->cost_left);
	if (v == TLS_V_PKIX && certpath_untimely(&ta, 1, j->now_s) != NULL)
		v = j->now_s > ta->until_s ? TLS_V_EXPIRED : TLS_V_NOT_YET;
	return v;
}

/* a record for an authority of its chain, and a way up to that; else the
 * verdict is in j->to, or best is NONE: no record fits */
static enum tls_verdict
dane_ta(struct job *j, const struct tlsamatch *match)
{
	enum tls_verdict best = TLS_V_NONE;
	struct chainorder order;
	unsigned fits = 0, i;
	struct way w;

	for (i = 1; i < j->n; i++)
		if (j->cert[i] != NULL &&
		    tlsamatch(match, TLSAMATCH_TA, j->cert[i]))
			fits |= 1u << i;
	if (fits == 0)
		return best;
	chainorder_init(&order, j->cert, j->n);
	while (best != TLS_V_PKIX && next_way(j, &order, &w)) {
		if (w.n < 2 || !(fits >> w.last & 1))
			continue;
		if (j->tries_left-- == 0)
			break;
		tried(j, ta_path(j, &w), &w, &best);
	}
	return best;
}

static void
dane(struct job *j)
{
	const struct tls_demand *d = j->demand;
	enum tls_verdict best;
	struct tlsamatch match;

	tlsamatch_init(&match, d->tlsa, d->n_tlsa);
	if (tlsamatch(&match, TLSAMATCH_EE, j->cert[0])) {
		say(j, TLS_V_DANE_EE, "");
		return;
	}
	best = dane_ta(j, &match);
	if (best == TLS_V_PKIX)
		name(j, TLS_V_DANE_TA, d->ta_names, d->n_ta_names);
	else if (best == TLS_V_NONE)
		say(j, TLS_V_TLSA, text_of(TLS_V_TLSA));
}

/* fingerprints */

static void
print_of(struct der d, unsigned char print[DIGEST_LEN])
{
	struct digest s;

	digest_init(&s);
	digest_add(&s, d.p, d.n);
	digest_end(&s, print);
}

/* when it is none of them the verdict is what it would be without, and the
 * text says which one it has */
static void
fingerprint(struct job *j)
{
	unsigned char cert[DIGEST_LEN], key[DIGEST_LEN];
	const struct tls_demand *d = j->demand;
	char hex[2 * DIGEST_LEN + 1] = "";
	size_t i;

	print_of(j->cert[0]->whole, cert);
	print_of(j->cert[0]->spki, key);
	for (i = 0; i < d->n_prints; i++)
		if (memcmp(d->prints[i], cert, DIGEST_LEN) == 0 ||
		    memcmp(d->prints[i], key, DIGEST_LEN) == 0) {
			say(j, TLS_V_FINGERPRINT, "");
			return;
		}
	pkix(j);
	for (i = 0; i < DIGEST_LEN; i++)
		ascii_hex(hex + 2 * i, key[i]);
	snprintf(j->to->text, sizeof j->to->text,
	    "its key has another fingerprint: %s", hex);
}

/* a chain */

/* what is true of the first one, whatever is demanded; 1: it can be used */
static int
leaf(struct job *j, const struct tls_chain *chain)
{
	enum tls_verdict v = TLS_V_NONE;

	if (chain->n == 0)
		v = chain->over ? TLS_V_TOO_LARGE : TLS_V_MALFORMED;
	else if (j->cert[0] == NULL)
		v = TLS_V_MALFORMED;
	else if (!certpath_key_known(j->cert[0]))
		v = TLS_V_UNSUPPORTED;
	else
		j->to->until_s = j->cert[0]->until_s;
	say(j, v, text_of(v));
	return v == TLS_V_NONE;
}

/* what an issuer has is of no matter to who takes any, and these three words
 * are for who cannot go on */
static void
any(struct job *j)
{
	if (j->anchors == NULL)
		return;
	pkix(j);
	if (!verify_allows(j->demand, j->to->verdict))
		j->to->verdict = TLS_V_UNKNOWN_CA;
}

void
verify_chain(const struct tls_chain *chain, const struct tls_demand *d,
    const struct anchors *anchors, int64_t now_s, struct tls_judged *to)
{
	struct job j = { .demand = d,
		.anchors = anchors,
		.now_s = now_s,
		.n = chain->n,
		.over = chain->over,
		.to = to,
		.cost_left = TLS_SIGNATURES_MAX,
		.tries_left = TLS_PATHS_MAX };
	unsigned i;

	memset(to, 0, sizeof *to);
	for (i = 0; i < chain->n; i++)
		if (certparts_read(chain->cert[i], chain->len[i],
			&j.parts[i]) == 0)
			j.cert[i] = &j.parts[i];
	if (!leaf(&j, chain))
		return;
	switch (d->mode) {
	case TLS_ANY: any(&j); break;
	case TLS_PKIX: pkix(&j); break;
	case TLS_DANE: dane(&j); break;
	case TLS_FINGERPRINT: fingerprint(&j); break;
	}
}

int
verify_allows(const struct tls_demand *d, enum tls_verdict v)
{
	switch (d->mode) {
	case TLS_PKIX: return v == TLS_V_PKIX;
	case TLS_DANE: return v == TLS_V_DANE_EE || v == TLS_V_DANE_TA;
	case TLS_FINGERPRINT: return v == TLS_V_FINGERPRINT;
	default:
		return v != TLS_V_TOO_LARGE && v != TLS_V_MALFORMED &&
		    v != TLS_V_UNSUPPORTED;
	}
}

const char *
verify_word(enum tls_verdict v)
{
	static const char *const words[] = { "", "pkix", "dane-ee", "dane-ta",
		"fingerprint", "self-signed", "unknown-ca", "incomplete",
		"expired", "not-yet", "name", "no-san", "weak-key",
		"bad-signature", "constraints", "tlsa", "too-large",
		"malformed", "unsupported" };

	return words[v];
}
