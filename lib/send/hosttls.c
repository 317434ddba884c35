#include "send/hosttls.h"
#include "base/hash.h"
#include "base/ip.h"
#include "dns/tlsaset.h"
#include <stdlib.h>
#include <string.h>

const char hosttls_not_supported[] = "starttls-not-supported";

const char hosttls_dane_required[] = "dane-required";

static const char mismatch[] = "certificate-host-mismatch";
static const char expired[] = "certificate-expired";
static const char not_trusted[] = "certificate-not-trusted";
static const char invalid[] = "validation-failure";
static const char tlsa_invalid[] = "tlsa-invalid";

enum sendtls
hosttls_policy(const struct sendsite *site, const struct sendhost *h)
{
	enum sendtls word = site->tls;

	/* where it is delivered nothing is required, RFC 8689 section 4.4 */
	if (word == SENDTLS_UNSAID && (site->lmtp || h->kind == DIAL_UNIX))
		return SENDTLS_NONE;
	if (word == SENDTLS_UNSAID)
		word = SENDTLS_MAY;
	return site->requiretls && word <= SENDTLS_MAY ? SENDTLS_MUST : word;
}

const char *
hosttls_label(enum sendtls word, const struct sendsite *site)
{
	static const char *const labels[] = { "none", "may", "must+requiretls",
		"verify+requiretls", "fingerprint+requiretls",
		"dane+requiretls", "sts+requiretls" };

	return site->requiretls ? labels[word] : hosttls_word(word);
}

int
hosttls_is_final(enum tls_failure failure)
{
	return failure == TLS_ALERT || failure == TLS_VERSION ||
	    failure == TLS_NO_COMMON || failure == TLS_CERTIFICATE;
}

const char *
hosttls_word(enum sendtls word)
{
	static const char *const words[] = { "none", "may", "must", "verify",
		"fingerprint", "dane", "sts", "may" };

	return words[word];
}

/* a server name is a name: RFC 6066 section 3 */
static int
is_literal(const char *name)
{
	unsigned char ip[IP_LEN];

	return name[0] == '[' || ip_scans(name, ip) > 0;
}

static void
add_name(struct hosttls *t, const char *name)
{
	t->names[t->demand.n_names++] = name;
}

/* those of the site; "hostname" stands for the host's */
static void
add_names(struct hosttls *t, const struct sendsite *site, const char *host)
{
	size_t i;

	for (i = 0; i < site->n_names; i++)
		add_name(t,
		    strcmp(site->names[i], "hostname") == 0 ? host
							    : site->names[i]);
}

/* TLSA records, job(5) */

struct hosttls_dane {
	struct tlsaset set;
	struct tlsa tlsa[TLSA_RECORDS_MAX];
	char base[TLS_NAME_MAX + 1];
	const char *names[3];
};

/* HOST=BASE=RECORDS: what stands behind HOST= in the label, and its length; 0:
 * nothing is said of this host */
static size_t
records(const struct sendtxn *t, const char *host, const char **at)
{
	const char *p = t->tlsa;
	size_t n, len = strlen(host);

	for (; p != NULL && *p != '\0'; p += n + strspn(p + n, " ")) {
		n = strcspn(p, " ");
		if (n > len && memcmp(p, host, len) == 0 && p[len] == '=') {
			*at = p + len + 1;
			return n - len - 1;
		}
	}
	return 0;
}

size_t
hosttls_records(const struct sendtxn *t, const struct sendhost *h,
    const char **at)
{
	size_t n = records(t, h->name, at);
	const char *eq = n == 0 ? NULL : memchr(*at, '=', n);

	if (eq == NULL)
		return 0;
	n -= (size_t)(eq + 1 - *at);
	*at = eq + 1;
	return n == 1 && **at == '?' ? 0 : n;
}

/* names for usage 2: RFC 7672 section 3.2.2 */
static void
dane_names(struct hosttls *t, const struct sendtxn *txn, const char *host)
{
	struct hosttls_dane *dane = t->dane;
	size_t n = 0;

	if (dane->base[0] != '\0')
		dane->names[n++] = dane->base;
	dane->names[n++] = host;
	if (txn->domain != NULL && txn->mx_secure != NULL &&
	    strcmp(txn->mx_secure, "1") == 0)
		dane->names[n++] = txn->domain;
	t->demand.ta_names = dane->names;
	t->demand.n_ta_names = n;
	t->target.name = dane->base[0] != '\0' ? dane->base : host;
}

static int
dane_records(struct hosttls *t, const char *p, size_t n)
{
	struct hosttls_dane *dane = t->dane;
	struct tlsaset_record *r;
	unsigned i;

	if (tlsaset_scan(&dane->set, p, n) == -1)
		return -1;
	for (i = 0; i < dane->set.n; i++) {
		r = &dane->set.r[i];
		dane->tlsa[i] = (struct tlsa){ r->usage, r->selector,
			r->matching, r->digest, r->len };
	}
	t->demand.mode = TLS_DANE;
	t->demand.tlsa = dane->tlsa;
	t->demand.n_tlsa = dane->set.n;
	return 0;
}

/* p[0..n): BASE=RECORDS.  None that is usable: there must be TLS, and whose
 * certificate it is nobody says (RFC 7672 section 2.2), but perhaps MTA-STS */
static enum hosttls_fault
fill_dane(struct hosttls *t, const struct sendsite *site,
    const struct sendtxn *txn, const char *host, const char *p, size_t n)
{
	const char *eq = memchr(p, '=', n);
	size_t base = eq == NULL ? 0 : (size_t)(eq - p);

	if (eq == NULL || base > TLS_NAME_MAX)
		return HOSTTLS_MALFORMED;
	t->word = SENDTLS_DANE;
	if (n == base + 2 && eq[1] == '?') {
		t->demand.mode =
		    site->tls_else == SENDTLS_STS ? TLS_PKIX : TLS_ANY;
		return HOSTTLS_GOOD;
	}
	if ((t->dane = calloc(1, sizeof *t->dane)) == NULL)
		return HOSTTLS_NO_MEMORY;
	memcpy(t->dane->base, p, base);
	if (dane_records(t, eq + 1, n - base - 1) == -1) {
		hosttls_free(t);
		return HOSTTLS_MALFORMED;
	}
	dane_names(t, txn, host);
	return HOSTTLS_GOOD;
}

/* everything that is demanded in one number */
static uint64_t
hash_of(const struct hosttls *t, const struct sendsite *site)
{
	const struct tls_demand *d = &t->demand;
	unsigned char what[2] = { t->word, d->mode };
	uint64_t h = hash_bytes(t->facts, what, sizeof what);
	size_t i;

	for (i = 0; i < d->n_names; i++)
		h = hash_bytes(h, t->names[i], strlen(t->names[i]) + 1);
	for (i = 0; i < d->n_ta_names; i++)
		h = hash_bytes(h, d->ta_names[i], strlen(d->ta_names[i]) + 1);
	if (d->n_prints > 0)
		h = hash_bytes(h, d->prints, d->n_prints * SENDSITE_PIN);
	if (site->login != NULL)
		h = hash_bytes(h, site->login, strlen(site->login) + 1);
	if (t->cert != NULL)
		h = hash_bytes(h, t->cert, strlen(t->cert) + 1);
	return h;
}

static enum tls_mode
mode_of(enum sendtls word)
{
	switch (word) {
	case SENDTLS_VERIFY:
	case SENDTLS_STS: return TLS_PKIX;
	case SENDTLS_FINGERPRINT: return TLS_FINGERPRINT;
	default: return TLS_ANY;
	}
}

/* the policy, by the host's records where it depends on these */
static enum hosttls_fault
fill_policy(struct hosttls *t, const struct sendsite *site,
    const struct sendtxn *txn, const struct sendhost *h)
{
	const char *p = "";
	size_t n;

	t->word = hosttls_policy(site, h);
	if (t->word == SENDTLS_DANE) {
		n = records(txn, h->name, &p);
		t->facts = hash_bytes(0, p, n);
		if (n > 0)
			return fill_dane(t, site, txn, h->name, p, n);
		if (site->tls_else == SENDTLS_DANE)
			return HOSTTLS_NO_TLSA;
		t->word = site->tls_else;
		if (site->requiretls && t->word == SENDTLS_MAY)
			t->word = SENDTLS_MUST;
	}
	t->demand.mode = mode_of(t->word);
	return HOSTTLS_GOOD;
}

enum hosttls_fault
hosttls_fill(struct hosttls *t, const struct sendsite *site,
    const struct sendtxn *txn, const struct sendhost *h)
{
	struct tls_demand *d = &t->demand;
	enum hosttls_fault fault;

	memset(t, 0, sizeof *t);
	if (!is_literal(h->name))
		t->target.name = h->name;
	if ((fault = fill_policy(t, site, txn, h)) != HOSTTLS_GOOD)
		return fault;
	/* it must be who it says, RFC 8689 section 4.2.1 */
	if (site->requiretls && d->mode == TLS_ANY)
		d->mode = TLS_PKIX;
	d->names = t->names;
	if (t->word == SENDTLS_VERIFY)
		add_names(t, site, h->name);
	else
		add_name(t, h->name);
	d->prints = (const unsigned char(*)[SENDSITE_PIN])site->pins;
	d->n_prints = site->n_pins;
	t->cert = site->cert;
	t->target.demand = d;
	t->target.carry_on = d->mode == TLS_ANY;
	t->hash = hash_of(t, site);
	return HOSTTLS_GOOD;
}

void
hosttls_free(struct hosttls *t)
{
	if (t->dane == NULL)
		return;
	free(t->dane);
	t->dane = NULL;
	t->target.name = NULL;
	t->demand.n_tlsa = t->demand.n_ta_names = 0;
}

int
hosttls_serves(const struct hosttls *t, const struct sendtxn *txn,
    const struct sendhost *h)
{
	const char *p = "";
	size_t n = records(txn, h->name, &p);

	return hash_bytes(0, p, n) == t->facts;
}

int
hosttls_once(const struct hosttls *t, const char *matched)
{
	const struct tls_demand *d = &t->demand;

	return t->dane != NULL && matched != NULL && d->n_ta_names > 0 &&
	    matched != t->dane->base && matched != t->names[0];
}

int
hosttls_key(const struct hosttls *t, struct buf *b)
{
	const struct tls_demand *d = &t->demand;
	const char *name = t->target.name;
	int bad = buf_putc(b, t->word);
	size_t i;

	bad |= buf_putc(b, d->mode);
	bad |= buf_puts(b, name == NULL ? "" : name);
	bad |= buf_putc(b, '\0');
	bad |= buf_puts(b, t->cert == NULL ? "" : t->cert);
	bad |= buf_putc(b, '\0');
	for (i = 0; i < d->n_names; i++) {
		bad |= buf_puts(b, t->names[i]);
		bad |= buf_putc(b, '\0');
	}
	for (i = 0; i < d->n_ta_names; i++) {
		bad |= buf_puts(b, d->ta_names[i]);
		bad |= buf_putc(b, '\0');
	}
	bad |= buf_putc(b, '\0');
	if (t->dane != NULL)
		bad |= tlsaset_put(b, &t->dane->set);
	if (d->n_prints > 0)
		bad |= buf_put(b, (const char *)d->prints,
		    d->n_prints * SENDSITE_PIN);
	return bad;
}

const char *
hosttls_result(enum tls_failure failure, enum tls_verdict verdict)
{
	if (failure != TLS_CERTIFICATE)
		return invalid;
	switch (verdict) {
	case TLS_V_NAME:
	case TLS_V_NO_SAN: return mismatch;
	case TLS_V_EXPIRED: return expired;
	case TLS_V_TLSA: return tlsa_invalid;
	case TLS_V_SELF:
	case TLS_V_UNKNOWN_CA:
	case TLS_V_INCOMPLETE:
	case TLS_V_NOT_YET:
	case TLS_V_WEAK_KEY:
	case TLS_V_BAD_SIGNATURE:
	case TLS_V_CONSTRAINTS: return not_trusted;
	default: return invalid;
	}
}

const char *
hosttls_result_word(const char *p, size_t n)
{
	static const char *const words[] = { hosttls_not_supported, mismatch,
		expired, not_trusted, invalid, tlsa_invalid,
		hosttls_dane_required };
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i]) == n && memcmp(words[i], p, n) == 0)
			return words[i];
	return NULL;
}
