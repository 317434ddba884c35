#include "tlsrpt/rptevent.h"
#include "base/ascii.h"
#include "base/ip.h"
#include "base/utf8.h"
#include "format/ltsv.h"
#include "mail/address.h"
#include "queue/logline.h"
#include <stdlib.h>
#include <string.h>

static const char mismatch[] = "certificate-host-mismatch";
static const char expired[] = "certificate-expired";
static const char not_trusted[] = "certificate-not-trusted";
static const char invalid[] = "validation-failure";
static const char tlsa_invalid[] = "tlsa-invalid";
static const char dnssec_invalid[] = "dnssec-invalid";
static const char dane_required[] = "dane-required";

/* RFC 8460 section 4.3 */
static const char *const results[] = { "starttls-not-supported", mismatch,
	expired, not_trusted, invalid, tlsa_invalid, dnssec_invalid,
	dane_required, "sts-policy-fetch-error", "sts-policy-invalid",
	"sts-webpki-invalid" };

static int
flag(const struct ltsv *l, const char *label, const char *word)
{
	const struct ltsv_field *f = ltsv_find(l, label);

	return f != NULL && ltsv_is(f, word);
}

/* the value of a label, or "": also where it is too long */
static const char *
get(const struct ltsv *l, const char *label, char *out, size_t cap)
{
	if (ltsv_get(l, label, out, cap) == -1)
		out[0] = '\0';
	return out;
}

/* a name in lower case, or "" */
static void
get_name(const struct ltsv *l, const char *label, char *out)
{
	size_t n = strlen(get(l, label, out, DNSQ_NAME_MAX + 1));

	ascii_lower_copy(out, out, n);
	if (!address_domain(out, n))
		out[0] = '\0';
}

/* an address, or ""; -1: another thing */
static int
get_ip(const struct ltsv *l, const char *label, char *out)
{
	unsigned char ip[IP_LEN];

	get(l, label, out, RPT_IP_MAX + 1);
	return out[0] == '\0'       ? -(ltsv_find(l, label) != NULL)
	    : ip_scans(out, ip) > 0 ? 0
				    : -1;
}

/* why, cut where a character ends */
static void
get_text(const struct ltsv *l, const char *label, char *out)
{
	static char whole[LTSV_LINE_MAX]; /* room */
	size_t n = strlen(get(l, label, whole, sizeof whole));

	if (n > RPT_TEXT_MAX)
		for (n = RPT_TEXT_MAX; n > 0 && (whole[n] & 0xc0) == 0x80;)
			n--;
	memcpy(out, whole, n);
	out[n] = '\0';
}

/* what is wrong with a certificate, for which the session went on; NULL:
 * nothing, or nobody has looked */
static const char *
of_verdict(const struct ltsv *l)
{
	static const char *const names[] = { "name", "no-san" };
	static const char *const trusts[] = { "self-signed", "unknown-ca",
		"incomplete", "not-yet", "weak-key", "bad-signature",
		"constraints" };
	const struct ltsv_field *f = ltsv_find(l, "tls-cert");

	if (f == NULL || f->value_len == 0 || ltsv_is(f, "pkix"))
		return NULL;
	if (ltsv_is(f, "expired"))
		return expired;
	if (ascii_which(names, sizeof names / sizeof *names, f->value,
		f->value_len) != -1)
		return mismatch;
	if (ascii_which(trusts, sizeof trusts / sizeof *trusts, f->value,
		f->value_len) != -1)
		return not_trusted;
	return invalid;
}

/* "ok", or a word of the list: 0; else -1 */
static int
read_result(struct rptevent *e, const struct ltsv *l)
{
	const struct ltsv_field *f = ltsv_find(l, "result");
	int i;

	e->result = NULL;
	if (f != NULL && ltsv_is(f, "ok"))
		return 0;
	i = f == NULL ? -1
		      : ascii_which(results, sizeof results / sizeof *results,
			    f->value, f->value_len);
	if (i == -1)
		return -1;
	e->result = results[i];
	return 0;
}

/*
 * Under a policy of mode testing mail goes whatever the certificate is, and
 * the report says what would have been without (RFC 8461 section 5): a host
 * that the policy does not have, and then the certificate.
 */
static void
read_testing(struct rptevent *e, const struct ltsv *l)
{
	if (e->result != NULL || e->type != RPT_STS ||
	    !flag(l, "sts", "testing"))
		return;
	if (flag(l, "sts-bad", "1")) {
		e->result = invalid;
		memcpy(e->text, "mx-mismatch", sizeof "mx-mismatch");
		return;
	}
	e->result = of_verdict(l);
	if (e->result != NULL)
		get_text(l, "tls-cert", e->text);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* the DNS says them in any order: "b,a" becomes "a,b" */
static void
sort_records(char text[RPT_POLICY_MAX + 1])
{
	char copy[RPT_POLICY_MAX + 1], *record[RPT_POLICY_MAX / 2], *p = copy;
	size_t n = 0, i;

	memcpy(copy, text, strlen(text) + 1);
	while (n < sizeof record / sizeof *record &&
	    (record[n] = strsep(&p, ",")) != NULL)
		n++;
	qsort(record, n, sizeof *record, by_text);
	for (i = 0; i < n; i++) {
		if (i > 0)
			*text++ = ',';
		text = stpcpy(text, record[i]);
	}
}

/* with +requiretls behind it, too */
static int
under_dane(const struct ltsv *l)
{
	const struct ltsv_field *f = ltsv_find(l, "tls-policy");

	return f != NULL && f->value_len >= 4 &&
	    memcmp(f->value, "dane", 4) == 0 &&
	    (f->value_len == 4 || f->value[4] == '+');
}

static int
is_dane(const struct rptevent *e, const struct ltsv *l)
{
	return under_dane(l) || e->result == tlsa_invalid ||
	    e->result == dnssec_invalid || e->result == dane_required;
}

static void
read_policy(struct rptevent *e, const struct ltsv *l)
{
	e->type = RPT_NO_POLICY;
	e->policy[0] = '\0';
	if (is_dane(e, l)) {
		e->type = RPT_TLSA;
		/* ? is none that can be used */
		if (!flag(l, "tlsa", "?"))
			get(l, "tlsa", e->policy, sizeof e->policy);
		sort_records(e->policy);
	} else if (flag(l, "sts", "enforce") || flag(l, "sts", "testing")) {
		e->type = RPT_STS;
		get(l, "sts-id", e->policy, sizeof e->policy);
	}
}

static int
read_session(struct rptevent *e, const struct ltsv *l)
{
	const struct ltsv_field *from = ltsv_find(l, "tls-from");

	if (from != NULL && from->value_len >= 15 &&
	    memcmp(from->value, "tls-required-no", 15) == 0)
		return 0;
	if (read_result(e, l) == -1)
		return -1;
	read_policy(e, l);
	get_text(l, "tls-text", e->text);
	read_testing(e, l);
	return 1;
}

/* of a policy's fetching: only what has failed */
static int
read_fetch(struct rptevent *e, const struct ltsv *l)
{
	if (read_result(e, l) == -1)
		return -1;
	e->type = RPT_STS;
	get(l, "id", e->policy, sizeof e->policy);
	get_text(l, "text", e->text);
	return e->result != NULL;
}

static int
read_where(struct rptevent *e, const struct ltsv *l)
{
	if (e->result == NULL) {
		e->host[0] = e->ip[0] = e->from_ip[0] = e->text[0] = '\0';
		return 0;
	}
	get_name(l, "host", e->host);
	return get_ip(l, "ip", e->ip) || get_ip(l, "from-ip", e->from_ip) ? -1
									  : 0;
}

int
rptevent_read(struct rptevent *e, const char *line, size_t n)
{
	struct ltsv l;
	size_t skip;
	int64_t us;
	int fetch, r;

	/* most lines of a log are others */
	if (memmem(line, n, "ev:tls", 6) == NULL &&
	    memmem(line, n, "ev:sts", 6) == NULL)
		return 0;
	us = logline_time(line, n, &skip);
	if (ltsv_parse(line + skip, n - skip, &l) == -1)
		return 0;
	fetch = flag(&l, "ev", "sts");
	if ((!fetch && !flag(&l, "ev", "tls")) ||
	    ltsv_find(&l, "domain") == NULL)
		return 0;
	e->time = us / 1000000;
	get_name(&l, "domain", e->domain);
	if (us == -1 || e->domain[0] == '\0')
		return -1;
	r = fetch ? read_fetch(e, &l) : read_session(e, &l);
	return r == 1 && read_where(e, &l) == -1 ? -1 : r;
}
