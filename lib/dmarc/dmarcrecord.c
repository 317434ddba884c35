#include "dmarc/dmarcrecord.h"
#include "base/ascii.h"
#include "base/num.h"
#include "dkim/taglist.h"
#include "mail/address.h"
#include <string.h>

enum tag_name {
	TAG_P,
	TAG_SP,
	TAG_NP,
	TAG_PSD,
	TAG_T,
	TAG_ADKIM,
	TAG_ASPF,
	TAG_RUA,
	TAG_PCT,
	TAGS
};
static const char *const names[TAGS] = { "p", "sp", "np", "psd", "t", "adkim",
	"aspf", "rua", "pct" };

static int
blank(char c)
{
	return c == ' ' || c == '\t';
}

/* section 4.8: dmarc-version, and behind it the end or a semicolon */
int
dmarcrecord_is(const char *p, size_t n)
{
	const char *end = p + n;

	if (p == end || (*p != 'v' && *p != 'V'))
		return 0;
	for (p++; p < end && blank(*p); p++)
		;
	if (p == end || *p++ != '=')
		return 0;
	for (; p < end && blank(*p); p++)
		;
	if (end - p < 6 || memcmp(p, "DMARC1", 6) != 0)
		return 0;
	for (p += 6; p < end && blank(*p); p++)
		;
	return p == end || *p == ';';
}

static int
word(const struct tag *t, const char *const *words)
{
	int i;

	for (i = 0; words[i] != NULL; i++)
		if (tag_is(t, words[i]))
			return i;
	return -1;
}

/* all that are there, by their number; a second one makes it worthless */
static void
gather(const char *p, const char *end, struct tag *tag, unsigned *times)
{
	struct tag t;
	int r, i;

	while ((r = taglist_each(&p, end, &t)) != 0) {
		for (i = 0; r == 1 && i < TAGS; i++)
			if (ascii_is(t.name, t.name_len, names[i]) &&
			    times[i]++ == 0)
				tag[i] = t;
	}
}

/* 1: set; 0: not there; -1: no policy */
static int
read_policy(const struct tag *t, unsigned times, enum dmarc_policy *policy)
{
	static const char *const words[] = { "none", "quarantine", "reject",
		NULL };
	int i;

	if (times == 0)
		return 0;
	i = times == 1 ? word(t, words) : -1;
	if (i == -1)
		return -1;
	*policy = (enum dmarc_policy)i;
	return 1;
}

/* whole URIs, as many as fit */
static void
keep_uris(struct dmarc_record *r, const struct tag *t)
{
	const char *p = t->value, *end = p + t->value_len;
	struct dmarc_uri u;
	size_t len = 0, k;

	while (dmarcrecord_uri(&p, end, &u)) {
		/* with its limit of size, which is behind it */
		k = u.len;
		while (u.text + k < end && u.text[k] != ',' &&
		    !blank(u.text[k]))
			k++;
		if (len + k + 1 > DMARC_URIS_MAX)
			break;
		if (len > 0)
			r->rua[len++] = ',';
		memcpy(r->rua + len, u.text, k);
		len += k;
	}
	r->rua[len] = '\0';
}

static void
read_policies(struct dmarc_record *r, const struct tag *tag,
    const unsigned *times, int rfc7489)
{
	int p, sp, np = 0;

	p = read_policy(&tag[TAG_P], times[TAG_P], &r->p);
	sp = read_policy(&tag[TAG_SP], times[TAG_SP], &r->sp);
	if (!rfc7489)
		np = read_policy(&tag[TAG_NP], times[TAG_NP], &r->np);
	r->has_sp = sp == 1;
	r->has_np = np == 1;
	if (sp == 0)
		r->sp = r->p;
	if (np == 0)
		r->np = r->sp;
	r->broken = p != 1 || sp == -1 || np == -1;
	if (r->broken)
		r->p = r->sp = r->np = DMARC_P_NONE;
	r->usable = !r->broken || r->rua[0] != '\0';
}

void
dmarcrecord_parse(struct dmarc_record *r, const char *p, size_t n, int rfc7489)
{
	static const char *const psd[] = { "u", "y", "n", NULL };
	struct tag tag[TAGS];
	unsigned times[TAGS] = { 0 };
	uint64_t pct;
	int i;

	memset(r, 0, sizeof *r);
	memset(tag, 0, sizeof tag);
	gather(p, p + n, tag, times);
	if (times[TAG_RUA] == 1)
		keep_uris(r, &tag[TAG_RUA]);
	read_policies(r, tag, times, rfc7489);
	r->strict_dkim = times[TAG_ADKIM] == 1 && tag_is(&tag[TAG_ADKIM], "s");
	r->strict_spf = times[TAG_ASPF] == 1 && tag_is(&tag[TAG_ASPF], "s");
	r->pct = 100;
	if (rfc7489) {
		if (times[TAG_PCT] == 1 &&
		    num_scan(tag[TAG_PCT].value, tag[TAG_PCT].value_len, 0, 100,
			&pct) == 0)
			r->pct = (unsigned)pct;
		r->testing = r->pct == 0;
		return;
	}
	r->testing = times[TAG_T] == 1 && tag_is(&tag[TAG_T], "y");
	i = times[TAG_PSD] == 1 ? word(&tag[TAG_PSD], psd) : 0;
	r->psd = i == -1 ? DMARC_PSD_UNKNOWN : (enum dmarc_psd)i;
}

unsigned
dmarcrecord_answer(struct dmarc_record *r, const struct dnsa *a, int rfc7489)
{
	char text[DMARC_RECORD_MAX + 1];
	unsigned i, n = 0;
	long len;

	for (i = 0; a->status == DNSA_OK && i < a->n; i++) {
		len = dnsa_text(a, i, text, sizeof text);
		if (len < 0 || len > DMARC_RECORD_MAX ||
		    !dmarcrecord_is(text, (size_t)len))
			continue;
		if (++n == 1)
			dmarcrecord_parse(r, text, (size_t)len, rfc7489);
	}
	return n;
}

/* RFC 3986 section 3.1 */
static size_t
scheme(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && p[i] != ':'; i++)
		if (!((p[i] | 32) >= 'a' && (p[i] | 32) <= 'z') &&
		    (i == 0 ||
			!((p[i] >= '0' && p[i] <= '9') || p[i] == '+' ||
			    p[i] == '-' || p[i] == '.')))
			return 0;
	return i < n ? i : 0;
}

/* "!10m" at the end of p[0..n): the limit, and the length without it; -1
 * when it is no limit */
static long
limit(const char *p, size_t n, unsigned long long *bytes)
{
	const char *mark = memchr(p, '!', n);
	static const char units[] = "kmgt";
	const char *unit;
	uint64_t value;
	size_t len;

	*bytes = 0;
	if (mark == NULL)
		return (long)n;
	len = p + n - mark - 1;
	unit = len > 0 ? strchr(units, p[n - 1] | 32) : NULL;
	if (unit != NULL)
		len--;
	/* more than any report, and no overflow below */
	if (num_scan(mark + 1, len, 0,
		unit == NULL ? UINT64_C(1) << 50 : 1 << 20, &value) == -1)
		return -1;
	*bytes = unit == NULL ? value : value << (10 * (unit - units + 1));
	return mark - p;
}

/* characters that a URI may have (RFC 3986 section 2) */
static int
uri_ok(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] <= ' ' || p[i] >= 0x7f ||
		    strchr("\"<>\\^`{|}", p[i]) != NULL)
			return 0;
	return 1;
}

static int
read_uri(const char *p, size_t n, struct dmarc_uri *u)
{
	size_t k;
	long len;

	len = limit(p, n, &u->limit);
	if (len <= 0 || !uri_ok(p, (size_t)len))
		return 0;
	u->text = p;
	u->len = (size_t)len;
	u->address = NULL;
	u->address_len = 0;
	k = scheme(p, u->len);
	if (k == 0 || k + 1 == u->len)
		return 0;
	if (ascii_is(p, k, "mailto")) {
		u->address = p + 7;
		u->address_len = u->len - 7;
		p = memchr(u->address, '?', u->address_len);
		if (p != NULL)
			u->address_len = p - u->address;
		p = memchr(u->address, '@', u->address_len);
		return p != NULL && p > u->address &&
		    p + 1 < u->address + u->address_len;
	}
	return 1;
}

int
dmarcrecord_uri(const char **p, const char *end, struct dmarc_uri *u)
{
	const char *start, *stop;
	size_t n;

	while (*p < end) {
		start = *p;
		stop = memchr(start, ',', end - start);
		if (stop == NULL)
			stop = end;
		*p = stop < end ? stop + 1 : end;
		while (start < stop && blank(*start))
			start++;
		n = stop - start;
		while (n > 0 && blank(start[n - 1]))
			n--;
		if (read_uri(start, n, u))
			return 1;
	}
	return 0;
}

long
dmarcrecord_mailbox(const struct dmarc_uri *u, char *out)
{
	const char *p = u->address, *end = p + u->address_len;
	size_t n = 0;

	while (p < end) {
		if (*p == '%') {
			if (end - p < 3 || ascii_hex_value(p[1]) < 0 ||
			    ascii_hex_value(p[2]) < 0)
				return -1;
			out[n++] = (char)(ascii_hex_value(p[1]) << 4 |
			    ascii_hex_value(p[2]));
			p += 3;
		} else {
			out[n++] = *p++;
		}
	}
	out[n] = '\0';
	return address_valid(out, n) ? (long)n : -1;
}
