#include "dkim/sig.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "conf/word.h"
#include "dkim/taglist.h"
#include "dkim/tags.h"
#include "dns/idn.h"
#include <string.h>

static void
slice(const struct taglist *l, const char *name, const char **p, size_t *n)
{
	const struct tag *t = taglist_find(l, name);

	*p = t == NULL ? "" : t->value;
	*n = t == NULL ? 0 : t->value_len;
}

/* are these seconds sound, and is it between them? */
static enum dkim_result
judge_times(struct dkimtags *r, int64_t now)
{
	const struct tag *t = taglist_find(r->tags, "t");
	const struct tag *x = taglist_find(r->tags, "x");
	uint64_t made = 0, ends = INT64_MAX;

	if (r->s->kind == DKIMSIG_AS)
		x = NULL; /* a seal has none */
	if (t != NULL && dkimtags_number(t, INT64_MAX, &made) == -1) {
		r->why = "t= is no time";
		return DKIM_NEUTRAL;
	}
	if (x != NULL && dkimtags_number(x, INT64_MAX, &ends) == -1) {
		r->why = "x= is no time";
		return DKIM_NEUTRAL;
	}
	if (x != NULL && t != NULL && ends <= made) {
		r->why = "x= is not after t=";
		return DKIM_NEUTRAL;
	}
	if (now > (int64_t)ends) {
		r->why = "expired";
		return DKIM_FAIL;
	}
	if ((int64_t)made > now + DKIMSIG_SKEW_S) {
		r->why = "t= is in the future";
		return DKIM_FAIL;
	}
	return DKIM_PASS;
}

/* is From signed (RFC 6376 section 5.4), and not too much? */
static enum dkim_result
judge_names(struct dkimtags *r)
{
	const char *p = r->s->h, *item;
	unsigned count = 0, from = r->s->kind != DKIMSIG_DKIM;
	size_t n;

	while (tag_item(&p, r->s->h + r->s->h_len, &item, &n)) {
		count++;
		if (ascii_is(item, n, "from"))
			from = 1;
	}
	if (!from) {
		r->why = "From is not signed";
		return DKIM_PERMERROR;
	}
	if (count > DKIMSIG_NAMES_MAX) {
		r->why = "too many names in h=";
		return DKIM_POLICY;
	}
	return DKIM_PASS;
}

/* where b= is, blanks and all (RFC 6376 section 3.7) */
static void
find_b(struct dkimsig *s, const struct tag *t)
{
	const char *end = s->raw + s->raw_len;

	s->b_from = s->b_to = end;
	if (t == NULL)
		return;
	if (end > s->raw && end[-1] == '\n')
		end--;
	s->b_from = (const char *)memchr(t->name, '=', end - t->name) + 1;
	s->b_to = memchr(s->b_from, ';', end - s->b_from);
	if (s->b_to == NULL)
		s->b_to = end;
}

enum dkim_result
dkimsig_parse(struct dkimsig *s, enum dkimsig_kind kind,
    const struct header_field *f, int64_t now, const char **why)
{
	struct taglist tags;
	struct dkimtags r = { s, &tags, "" };
	int broken = taglist_parse(&tags, f->value, f->value_len) == -1;
	enum dkim_result result = DKIM_NEUTRAL, times;

	memset(s, 0, sizeof *s);
	s->kind = kind;
	s->raw = f->raw;
	s->raw_len = f->raw_len;
	s->limit = UINT64_MAX;
	s->header = kind == DKIMSIG_AS ? CANON_RELAXED : CANON_SIMPLE;
	slice(&tags, "d", &s->domain, &s->domain_len);
	slice(&tags, "s", &s->selector, &s->selector_len);
	slice(&tags, "i", &s->identity, &s->identity_len);
	slice(&tags, "a", &s->algorithm, &s->algorithm_len);
	slice(&tags, "h", &s->h, &s->h_len);
	slice(&tags, "b", &s->b, &s->b_len);
	find_b(s, taglist_find(&tags, "b"));
	if (broken)
		r.why = "no list of tags";
	else if (dkimtags_read(&r) == 0)
		result = judge_names(&r);
	*why = r.why;
	if (result == DKIM_NEUTRAL)
		return result;
	times = judge_times(&r, now);
	if (result != DKIM_PASS && times != DKIM_NEUTRAL)
		return result;
	*why = r.why;
	return times;
}

long
dkimsig_bytes(const struct dkimsig *s, unsigned char *out, size_t cap)
{
	return base64_get(s->b, s->b_len, out, cap);
}

/* a part of the name of a key; *p moves on */
static int
put_part(char **p, const char *part, size_t n)
{
	char ascii[WORD_DOMAIN_MAX + 1];

	if (n > WORD_DOMAIN_MAX)
		return -1;
	if (idn_needed(part, n)) {
		if (idn_ascii(part, n, ascii) == -1)
			return -1;
		part = ascii;
		n = strlen(ascii);
	}
	memcpy(*p, part, n);
	*p += n;
	return 0;
}

int
dkimsig_question(const struct dkimsig *s, struct dnsq *q)
{
	static const char middle[] = "._domainkey.";
	char name[2 * WORD_DOMAIN_MAX + sizeof middle], *p = name;

	if (put_part(&p, s->selector, s->selector_len) == -1)
		return -1;
	memcpy(p, middle, sizeof middle - 1);
	p += sizeof middle - 1;
	if (put_part(&p, s->domain, s->domain_len) == -1)
		return -1;
	q->type = DNSQ_TXT;
	return dnsq_name(q, name, p - name);
}

int
dkimsig_self(struct buf *out, const struct dkimsig *s)
{
	struct buf b = { 0 };
	int r = -1;

	if (buf_put(&b, s->raw, s->b_from - s->raw) == 0 &&
	    buf_put(&b, s->b_to, s->raw + s->raw_len - s->b_to) == 0 &&
	    canon_header(out, s->header, buf_data(&b), buf_len(&b)) == 0) {
		out->end -= 2; /* CRLF */
		r = 0;
	}
	buf_free(&b);
	return r;
}
