#include "sign/signers.h"
#include "base/num.h"
#include "dns/idn.h"
#include <string.h>

static char *
undash(char *s)
{
	return strcmp(s, "-") == 0 ? NULL : s;
}

static int
small(const char *s, uint64_t max, uint64_t *u)
{
	return num_scans(s, 0, max, u);
}

/* one line of a record, in memory that may be written */
static int
read_rule(char *s, struct dkimmake_rule *r)
{
	enum { FIELDS = 11 };
	char *f[FIELDS];
	uint64_t u[4];
	int i;

	for (i = 0; i < FIELDS; i++) {
		if (s == NULL)
			return -1;
		f[i] = s;
		s = strchr(s, '\t');
		if (s != NULL)
			*s++ = '\0';
	}
	if (s != NULL || small(f[4], SIGNING_ED25519_SHA256, &u[0]) == -1 ||
	    small(f[5], CANON_RELAXED, &u[1]) == -1 ||
	    small(f[6], CANON_RELAXED, &u[2]) == -1 ||
	    small(f[7], SIGNERS_EXPIRE_MAX, &u[3]) == -1 ||
	    !signing_key(f[3], strlen(f[3])))
		return -1;
	memset(r, 0, sizeof *r);
	r->domain = f[1];
	r->selector = f[2];
	r->key = f[3];
	r->algorithm = u[0];
	r->header = u[1];
	r->body = u[2];
	r->expire_s = u[3];
	r->identity = undash(f[8]);
	r->headers = undash(f[9]);
	r->oversign = undash(f[10]);
	return 0;
}

/* a record: its lines become rules that point into text */
static int
take(struct signers_found *out, struct buf *text, const char *data, size_t n)
{
	char *p, *lf;

	buf_clear(text);
	if (n == 0 || data[n - 1] != '\n' || memchr(data, '\0', n) != NULL)
		return -1;
	if (buf_put(text, data, n) == -1)
		return -1;
	for (p = buf_data(text); p < buf_tail(text); p = lf + 1) {
		lf = strchr(p, '\n');
		*lf = '\0';
		if (out->n == DKIMMAKE_RULES_MAX)
			break;
		if (read_rule(p, &out->rule[out->n]) == -1)
			return -1;
		out->n++;
	}
	return 0;
}

/* one MATCH: 1 it is there, 0 not, -1 trouble */
static int
try(const struct lookup *l, enum signers_by by, const char *match, size_t n,
    struct signers_found *out)
{
	char key[SIGNERS_MATCH_MAX + 2];
	const char *data;
	size_t len;
	int r;

	if (n > SIGNERS_MATCH_MAX)
		return 0;
	key[0] = by == SIGNERS_FROM ? 'f' : 'e';
	memcpy(key + 1, match, n);
	r = lookup_get(l, key, n + 1, &data, &len);
	if (r != 1)
		return r;
	return take(out, &out->text[by], data, len) == -1 ? -1 : 1;
}

enum { ADDRESS_ROOM = 2 * WORD_ADDRESS_MAX }; /* of one in UTF-8 */

/* the address with its domain as the table has it, in ASCII; its length */
static size_t
with_ascii_domain(char out[ADDRESS_ROOM + WORD_DOMAIN_MAX + 1], const char *p,
    size_t n)
{
	const char *at = n == 0 || n > ADDRESS_ROOM ? NULL : memrchr(p, '@', n);
	char domain[WORD_DOMAIN_MAX + 1];
	size_t user;

	if (at == NULL || !idn_needed(at + 1, p + n - at - 1) ||
	    idn_ascii(at + 1, p + n - at - 1, domain) == -1)
		return 0;
	user = at + 1 - p;
	memcpy(out, p, user);
	memcpy(out + user, domain, strlen(domain));
	return user + strlen(domain);
}

int
signers_find(const struct lookup *l, enum signers_by by, const char *address,
    size_t n, struct signers_found *out)
{
	char dotted[WORD_ADDRESS_MAX + 3];
	char ascii[ADDRESS_ROOM + WORD_DOMAIN_MAX + 1];
	size_t converted = with_ascii_domain(ascii, address, n);
	struct address a;
	const char *p, *end;
	int r = 0;

	if (converted > 0) {
		address = ascii;
		n = converted;
	}
	if (n > 0 && address_set(&a, address, n) == 0 && a.domain_len > 0) {
		r = try(l, by, a.key, a.len, out);
		if (r == 0)
			r = try(l, by, a.domain, a.domain_len, out);
		dotted[0] = '.';
		memcpy(dotted + 1, a.domain, a.domain_len + 1);
		end = dotted + 1 + a.domain_len;
		for (p = dotted; r == 0 && p != NULL; p = strchr(p + 1, '.'))
			r = try(l, by, p, end - p, out);
	}
	if (r == 0)
		r = try(l, by, "*", 1, out);
	return r == -1 ? -1 : 0;
}

void
signers_clear(struct signers_found *f)
{
	buf_free(&f->text[0]);
	buf_free(&f->text[1]);
	f->n = 0;
}
