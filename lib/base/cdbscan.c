#include "base/cdbscan.h"
#include <stdint.h>

enum { TABLES = 256, HEAD = TABLES * 8, RECORD_HEAD = 8 };

static uint32_t
number(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

int
cdbscan_begin(struct cdbscan *c, const void *p, size_t n)
{
	unsigned i;
	uint32_t at;

	c->p = p;
	c->at = HEAD;
	c->end = n;
	if (n < HEAD)
		return -1;
	/* the hash tables stand behind the records */
	for (i = 0; i < TABLES; i++) {
		at = number(c->p + (size_t)8 * i);
		if (at < HEAD || at > n)
			return -1;
		if (at < c->end)
			c->end = at;
	}
	return 0;
}

int
cdbscan_next(struct cdbscan *c, const char **key, size_t *key_len,
    const char **data, size_t *data_len)
{
	size_t left = c->end - c->at;

	if (left == 0)
		return 0;
	if (left < RECORD_HEAD)
		return -1;
	left -= RECORD_HEAD;
	*key_len = number(c->p + c->at);
	*data_len = number(c->p + c->at + 4);
	if (*key_len > left || *data_len > left - *key_len)
		return -1;
	*key = (const char *)c->p + c->at + RECORD_HEAD;
	*data = *key + *key_len;
	c->at += RECORD_HEAD + *key_len + *data_len;
	return 1;
}
