#include "route/hosts.h"
#include <stdio.h>
#include <string.h>

static int
put_one(struct buf *b, const struct hosts *a, unsigned i, unsigned *n)
{
	const struct hosts_piece *p = &a->piece[i];

	if (*n == HOSTS_LIST_MAX)
		return 0;
	if (*n > 0 && buf_putc(b, ' ') == -1)
		return -1;
	++*n;
	return buf_put(b, a->bytes + p->at, p->len);
}

/* addresses of one host: the families in turn */
static int
put_host(struct buf *b, const struct hosts *a, const struct hosts_item *it,
    enum hosts_inet inet, uint64_t seed, unsigned *n)
{
	unsigned n4 = inet == HOSTS_6 ? 0 : it->n4;
	unsigned n6 = inet == HOSTS_4 ? 0 : it->n6;
	unsigned i, turn, most = n4 > n6 ? n4 : n6;
	unsigned at4 = n4 > 0 ? (unsigned)(seed % n4) : 0;
	unsigned at6 = n6 > 0 ? (unsigned)(seed % n6) : 0;

	for (i = 0; i < most; i++)
		for (turn = 0; turn < 2; turn++) {
			int six = (inet == HOSTS_64) ^ turn;

			if (i >= (six ? n6 : n4))
				continue;
			if (put_one(b, a,
				it->first +
				    (six ? it->n4 + (at6 + i) % n6
					 : (at4 + i) % n4),
				n) == -1)
				return -1;
		}
	return 0;
}

/* n of them are of one preference, the first of which is put now */
static void
put_group(char groups[HOSTS_GROUPS_TEXT], unsigned n)
{
	size_t at = strlen(groups);

	if (n > 0)
		snprintf(groups + at, HOSTS_GROUPS_TEXT - at,
		    at == 0 ? "%u" : ",%u", n);
}

/* the numbers in order[], those of one preference shuffled */
static void
shuffle(const struct hosts *a, uint64_t *seed, unsigned char *order)
{
	unsigned i, j, k;
	unsigned char t;

	for (i = 0; i < a->n; i++)
		order[i] = (unsigned char)i;
	/* shuffle each run of one preference */
	for (i = 0; i < a->n; i = j) {
		for (j = i + 1; j < a->n && a->item[j].pref == a->item[i].pref;
		     j++) {
			*seed = word_mix(*seed + 0x9e3779b97f4a7c15);
			k = i + (unsigned)(*seed % (j - i + 1));
			t = order[j];
			order[j] = order[k];
			order[k] = t;
		}
	}
}

int
hosts_order(struct buf *b, const struct hosts *a, const unsigned char *keep,
    enum hosts_inet inet, uint64_t seed, char groups[HOSTS_GROUPS_TEXT])
{
	unsigned char order[HOSTS_MAX];
	const struct hosts_item *it;
	unsigned i, n = 0, done = 0, pref = 0;
	char text[HOSTS_GROUPS_TEXT] = "";

	shuffle(a, &seed, order);
	for (i = 0; i < a->n; i++) {
		it = &a->item[order[i]];
		if (it->pref != pref) {
			put_group(text, n - done);
			done = n;
		}
		pref = it->pref;
		if ((keep == NULL || keep[order[i]]) &&
		    put_host(b, a, it, inet, word_mix(seed + i), &n) == -1)
			return -1;
	}
	if (done > 0)
		put_group(text, n - done);
	if (groups != NULL)
		snprintf(groups, HOSTS_GROUPS_TEXT, "%s",
		    strchr(text, ',') == NULL ? "" : text);
	return (int)n;
}

int
hosts_tlsa(struct buf *b, const struct hosts *a, unsigned char *keep)
{
	size_t start = buf_len(b);
	unsigned i;

	for (i = 0; i < a->n; i++) {
		const struct hosts_item *it = &a->item[i];

		if (!keep[i] || it->tlsa_len == 0)
			continue;
		if (buf_len(b) > start &&
		    buf_len(b) - start + 1 + it->tlsa_len >
			HOSTS_TLSA_TEXT_MAX) {
			keep[i] = 0;
			continue;
		}
		if ((buf_len(b) > start && buf_putc(b, ' ') == -1) ||
		    buf_put(b, a->bytes + it->tlsa_at, it->tlsa_len) == -1)
			return -1;
	}
	return 0;
}

struct slice
hosts_name(const struct hosts *a, unsigned i)
{
	const struct hosts_item *it = &a->item[i];

	return (struct slice){ a->bytes + a->piece[it->first].at,
		it->name_len };
}
