#include "send/deadhost.h"
#include <stdlib.h>
#include <string.h>

static struct deadhost_entry *
bucket(struct deadhost *d, const unsigned char *key, size_t n)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (; n > 0; n--)
		h = (h ^ *key++) * 16777619u;
	return d->e + (size_t)(h % DEADHOST_BUCKETS) * DEADHOST_WAYS;
}

static struct deadhost_entry *
find(struct deadhost *d, const void *key, size_t n)
{
	struct deadhost_entry *e;
	unsigned i;

	if (d->e == NULL || n > DEADHOST_KEY_MAX)
		return NULL;
	e = bucket(d, key, n);
	for (i = 0; i < DEADHOST_WAYS; i++, e++)
		if (e->until_ms != 0 && e->key_len == n &&
		    memcmp(e->key, key, n) == 0)
			return e;
	return NULL;
}

const char *
deadhost_skip(struct deadhost *d, const void *key, size_t n, int64_t now_ms)
{
	struct deadhost_entry *e = find(d, key, n);

	if (e == NULL)
		return NULL;
	if (now_ms < e->until_ms)
		return e->text;
	e->until_ms = now_ms + d->probe_ms;
	e->probing = 1;
	return NULL;
}

const char *
deadhost_look(struct deadhost *d, const void *key, size_t n, int64_t now_ms,
    int64_t *until_ms)
{
	const struct deadhost_entry *e = find(d, key, n);

	if (e == NULL || now_ms >= e->until_ms)
		return NULL;
	*until_ms = e->until_ms;
	return e->text;
}

void
deadhost_failed(struct deadhost *d, const void *key, size_t n, int64_t now_ms,
    const char *why)
{
	struct deadhost_entry *e = find(d, key, n), *first;
	size_t len = strlen(why);
	unsigned i;

	if (n > DEADHOST_KEY_MAX || d->first_ms <= 0)
		return;
	if (d->e == NULL)
		d->e = calloc(DEADHOST_BUCKETS * DEADHOST_WAYS, sizeof *d->e);
	if (d->e == NULL)
		return;
	if (e == NULL) {
		first = e = bucket(d, key, n);
		for (i = 1; i < DEADHOST_WAYS; i++)
			if (first[i].until_ms < e->until_ms)
				e = first + i;
		memset(e, 0, sizeof *e);
		memcpy(e->key, key, n);
		e->key_len = n;
		e->pause_ms = d->first_ms;
	} else if (e->probing) {
		e->pause_ms =
		    e->pause_ms > d->max_ms / 2 ? d->max_ms : 2 * e->pause_ms;
	}
	/* one of several attempts that began together: no growth */
	e->probing = 0;
	e->until_ms = now_ms + e->pause_ms;
	if (len >= sizeof e->text)
		len = sizeof e->text - 1;
	memcpy(e->text, why, len);
	e->text[len] = '\0';
}

void
deadhost_alive(struct deadhost *d, const void *key, size_t n)
{
	struct deadhost_entry *e = find(d, key, n);

	if (e != NULL)
		e->until_ms = 0;
}

void
deadhost_free(struct deadhost *d)
{
	free(d->e);
	d->e = NULL;
}
