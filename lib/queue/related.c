#include "queue/related.h"
#include "queue/logline.h"
#include <stdlib.h>
#include <string.h>

struct pair {
	char a[NAME_LEN], b[NAME_LEN];
};

static int
by_id(const void *a, const void *b)
{
	return memcmp(a, b, NAME_LEN);
}

int
related_has(const struct related *r, const char *id)
{
	return buf_len(&r->ids) > 0 &&
	    bsearch(id, buf_data(&r->ids), buf_len(&r->ids) / NAME_LEN,
		NAME_LEN, by_id) != NULL;
}

int
related_follow(struct related *r, const char *id)
{
	if (related_has(r, id))
		return 0;
	if (buf_put(&r->ids, id, NAME_LEN) == -1)
		return -1;
	qsort(buf_data(&r->ids), buf_len(&r->ids) / NAME_LEN, NAME_LEN, by_id);
	return 0;
}

int
related_line(struct related *r, const char *p, size_t n)
{
	const char *a, *b;
	struct pair x;

	if (!logline_link(p, n, &a, &b))
		return 0;
	memcpy(x.a, a, NAME_LEN);
	memcpy(x.b, b, NAME_LEN);
	return buf_put(&r->pairs, &x, sizeof x);
}

int
related_close(struct related *r)
{
	const struct pair *x = (const void *)buf_data(&r->pairs);
	size_t n = buf_len(&r->pairs) / sizeof *x, i, before;

	do {
		before = buf_len(&r->ids);
		for (i = 0; i < n; i++) {
			if (related_has(r, x[i].a)) {
				if (related_follow(r, x[i].b) == -1)
					return -1;
			} else if (related_has(r, x[i].b) &&
			    related_follow(r, x[i].a) == -1) {
				return -1;
			}
		}
	} while (buf_len(&r->ids) > before);
	return 0;
}

int
related_about(struct related *r, const char *p, size_t n)
{
	const char *at = p, *id, *a, *b;

	while ((id = logline_id(&at, p + n)) != NULL) {
		if (!related_has(r, id))
			continue;
		if (logline_link(p, n, &a, &b) &&
		    (related_follow(r, a) == -1 || related_follow(r, b) == -1))
			return -1;
		return 1;
	}
	return 0;
}

void
related_free(struct related *r)
{
	buf_free(&r->ids);
	buf_free(&r->pairs);
}
