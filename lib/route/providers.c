#include "route/providers.h"
#include "base/num.h"

static int
read_record(struct slice rest, struct provider *out)
{
	struct slice number;
	uint64_t u;

	if (!word_piece(&rest, ' ', &number) || rest.p == NULL ||
	    num_scan(number.p, number.n, 1, UINT32_MAX, &u) == -1)
		return -1;
	out->line = (unsigned)u;
	out->name = rest;
	return 1;
}

static int
look(const struct lookup *l, char letter, struct slice name,
    struct provider *out)
{
	char key[WORD_DOMAIN_MAX + 1]; /* and no NUL */
	struct slice data;
	int r;

	key[0] = letter;
	memcpy(key + 1, name.p, name.n);
	r = lookup_get(l, key, name.n + 1, &data.p, &data.n);
	return r == 1 ? read_record(data, out) : r;
}

/* the name itself under `exact`, then it and those above it under `below` */
static int
find(const struct lookup *l, char exact, char below, struct slice name,
    struct provider *out)
{
	int r = look(l, exact, name, out);
	const char *dot;

	while (r == 0) {
		r = look(l, below, name, out);
		dot = memchr(name.p, '.', name.n);
		if (r != 0 || dot == NULL)
			break;
		name.n -= (size_t)(dot + 1 - name.p);
		name.p = dot + 1;
	}
	return r;
}

/* letters: those of the site, then those of shipped lines */
static int
of_name(const struct lookup *l, const char *letters, struct slice name,
    struct provider *out)
{
	int r;

	if (name.n == 0 || name.n > WORD_DOMAIN_MAX)
		return 0;
	out->shipped = 0;
	r = find(l, letters[0], letters[1], name, out);
	if (r != 0)
		return r;
	out->shipped = 1;
	return find(l, letters[2], letters[3], name, out);
}

static int
before(const struct provider *a, const struct provider *b)
{
	return a->shipped != b->shipped ? a->shipped < b->shipped
					: a->line < b->line;
}

static int
of_best_mx(const struct lookup *l, const struct hosts *h, struct provider *out)
{
	struct provider one;
	int found = 0, r;
	unsigned i;

	for (i = 0; i < h->n && h->item[i].pref == h->item[0].pref; i++) {
		r = of_name(l, "mnMN", hosts_name(h, i), &one);
		if (r == -1)
			return -1;
		if (r == 1 && (!found || before(&one, out))) {
			*out = one;
			found = 1;
		}
	}
	return found;
}

int
providers_find(const struct lookup *l, struct slice domain,
    const struct hosts *mx, struct provider *out)
{
	int r;

	if (l->get == NULL)
		return 0;
	r = of_name(l, "dsDS", domain, out);
	return r == 0 && mx != NULL ? of_best_mx(l, mx, out) : r;
}
