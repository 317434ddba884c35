#include "import/mailrow.h"
#include <string.h>

static const char unsaid[] = MAILROW_UNSAID;

/* a row without the marks of groups, and where its parts lie */
struct parts {
	struct mailrow bare;
	size_t from[10], to[10]; /* of groups */
	size_t user, at, end;    /* where each begins */
	unsigned grouped;        /* a bit for each number */
};

static void
groups(const struct mailrow *r, struct parts *x)
{
	size_t i;
	unsigned n;

	for (i = 0; i < r->n; i++) {
		if (r->p[i] != MAILROW_OPEN && r->p[i] != MAILROW_CLOSE) {
			x->bare.p[x->bare.n++] = r->p[i];
			continue;
		}
		n = (unsigned)(r->p[i + 1] - '0') % 10;
		(r->p[i] == MAILROW_OPEN ? x->from : x->to)[n] = x->bare.n;
		x->grouped |= 1u << n;
		i++;
	}
}

/* n bytes that all stand for themselves, and none is an @ */
static int
literal(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)p[i] <= ' ' || p[i] == '@')
			return 0;
	return n > 0;
}

/* nothing at an end that is open, or what takes anything */
static int
is_any(const char *p, size_t n, int bound)
{
	return n == 0 ? !bound : n == 1 && p[0] == MAILROW_ANY;
}

static void
put(struct mailpattern *out, const char *before, const char *p, size_t n,
    const char *behind)
{
	/* as long as the row, at most, and it has two marks more */
	size_t k = strlen(before);

	memcpy(out->text, before, k);
	memcpy(out->text + k, p, n);
	memcpy(out->text + k + n, behind, strlen(behind) + 1);
}

static void
captures(const struct parts *x, struct mailpattern *out)
{
	unsigned i;

	out->is[0] = 'a';
	for (i = 1; i < 10; i++) {
		if (!(x->grouped >> i & 1) || x->to[i] <= x->from[i])
			continue;
		if (x->from[i] == x->user && x->to[i] == x->end)
			out->is[i] = 'a';
		else if (x->from[i] == x->user && x->to[i] == x->at)
			out->is[i] = 'u';
		else if (x->from[i] == x->at + 1 && x->to[i] == x->end)
			out->is[i] = 'd';
	}
}

/* USER@DOMAIN, @DOMAIN, @.DOMAIN or USER@ */
static const char *
address(struct parts *x, int start, int ends, struct mailpattern *out)
{
	const char *u = x->bare.p + x->user, *d = x->bare.p + x->at + 1;
	size_t u_len = x->at - x->user, d_len = x->end - x->at - 1;
	int any_user = is_any(u, u_len, start);
	int wide = x->bare.p[x->at] == MAILROW_AT;

	if (!any_user && (!start || !literal(u, u_len)))
		return unsaid;
	captures(x, out);
	if (is_any(d, d_len, ends)) {
		if (wide)
			return unsaid;
		put(out, "", any_user ? "*" : u, any_user ? 1 : u_len,
		    any_user ? "" : "@");
		return NULL;
	}
	if (d_len > 0 && d[0] == MAILROW_BELOW && !wide) {
		wide = 1;
		d++;
		d_len--;
	}
	if (!ends || !literal(d, d_len) || (wide && !any_user))
		return unsaid;
	if (any_user) {
		put(out, wide ? "@." : "@", d, d_len, "");
		return NULL;
	}
	put(out, "", u, x->end - x->user, "");
	return NULL;
}

const char *
mailrow_pattern(const struct mailrow *r, struct mailpattern *out)
{
	struct parts x = { .grouped = 0 };
	int start, ends;

	memset(out, 0, sizeof *out);
	groups(r, &x);
	start = x.bare.n > 0 && x.bare.p[0] == MAILROW_START;
	ends =
	    x.bare.n > (size_t)start && x.bare.p[x.bare.n - 1] == MAILROW_END;
	x.user = (size_t)start;
	x.end = x.bare.n - (size_t)ends;
	for (x.at = x.user; x.at < x.end && x.bare.p[x.at] != '@' &&
	     x.bare.p[x.at] != MAILROW_AT;)
		x.at++;
	if (x.at < x.end)
		return address(&x, start, ends, out);
	if (is_any(x.bare.p + x.user, x.end - x.user, start && ends) ||
	    (x.end - x.user == 1 && x.bare.p[x.user] == MAILROW_ONE &&
		!(start && ends))) {
		captures(&x, out);
		put(out, "", "*", 1, "");
		return NULL;
	}
	return unsaid;
}
