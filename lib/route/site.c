#include "route/site.h"
#include "conf/word.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* bytes of a name before its last `labels` labels; 0 when none are left */
static size_t
head_len(const char *name, unsigned labels)
{
	const char *p = name + strlen(name);

	while (p > name)
		if (*--p == '.' && --labels == 0)
			return p - name;
	return 0;
}

/* how many labels at the end all names share, and have one more */
static unsigned
shared_labels(const char *const *name, unsigned n)
{
	unsigned labels = 0, i;
	size_t h0, h;

	for (;;) {
		h0 = head_len(name[0], labels + 1);
		if (h0 == 0)
			return labels;
		for (i = 1; i < n; i++) {
			h = head_len(name[i], labels + 1);
			if (h == 0 || strcmp(name[0] + h0, name[i] + h) != 0)
				return labels;
		}
		labels++;
	}
}

void
site_name(char *out, const char *const *name, unsigned n)
{
	const char *sorted[SITE_HOSTS_MAX];
	char all[SITE_HOSTS_MAX * (WORD_DOMAIN_MAX + 10) + 8];
	size_t len = 0, h;
	unsigned i, labels;

	if (n == 0 || n > SITE_HOSTS_MAX) {
		out[0] = '\0';
		return;
	}
	memcpy(sorted, name, n * sizeof *sorted);
	qsort(sorted, n, sizeof *sorted, compare_names);
	if (n == 1) {
		snprintf(out, SITE_MAX + 1, "%s", sorted[0]);
		return;
	}
	labels = shared_labels(sorted, n);
	for (i = 0; i < n; i++) {
		h = labels == 0 ? strlen(sorted[i])
				: head_len(sorted[i], labels);
		len += (size_t)snprintf(all + len, sizeof all - len, "%c%.*s",
		    i == 0 ? '(' : '|', (int)h, sorted[i]);
	}
	h = labels == 0 ? strlen(sorted[0]) : head_len(sorted[0], labels);
	len +=
	    (size_t)snprintf(all + len, sizeof all - len, ")%s", sorted[0] + h);
	if (len <= SITE_MAX) {
		memcpy(out, all, len + 1);
		return;
	}
	/* too long: the first, and a hash for the others; what all share
	 * stays, so that limits for everything below it hold */
	snprintf(out, SITE_MAX + 1, "(%.*s|%016llx)%.100s",
	    (int)(h < 100 ? h : 100), sorted[0],
	    (unsigned long long)word_hash(0, all, len),
	    strlen(sorted[0] + h) <= 100 ? sorted[0] + h : "");
}

int
site_cut(struct buf *b)
{
	uint64_t hash;

	if (buf_len(b) <= SITE_MAX)
		return 0;
	hash = word_hash(0, buf_data(b), buf_len(b));
	b->end -= buf_len(b) - 200;
	return buf_printf(b, "#%016llx", (unsigned long long)hash);
}
