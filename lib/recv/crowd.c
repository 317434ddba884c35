#include "recv/crowd.h"
#include "base/hash.h"
#include "base/ip.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct crowd {
	uint64_t key;
	unsigned rows, row;
	/* one writer each: a reader may see the number before or after */
	uint32_t (*count)[CROWD_COLUMNS];
};

struct crowd *
crowd_new(unsigned rows, const unsigned char key[8])
{
	struct crowd *c = calloc(1, sizeof *c);
	void *m;

	if (c == NULL)
		return NULL;
	m = mmap(NULL, rows * sizeof *c->count, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (m == MAP_FAILED) {
		free(c);
		return NULL;
	}
	c->count = m;
	c->rows = rows;
	memcpy(&c->key, key, sizeof c->key);
	return c;
}

void
crowd_free(struct crowd *c)
{
	munmap(c->count, c->rows * sizeof *c->count);
	free(c);
}

void
crowd_row(struct crowd *c, unsigned row)
{
	c->row = row;
}

static size_t
column(const struct crowd *c, const unsigned char ip[16])
{
	return hash_bytes(c->key, ip, ip_is_mapped(ip) ? 16 : 8) %
	    CROWD_COLUMNS;
}

static void
add(struct crowd *c, const unsigned char ip[16], int n)
{
	uint32_t *p = &c->count[c->row][column(c, ip)];

	__atomic_store_n(p, *p + (uint32_t)n, __ATOMIC_RELAXED);
}

void
crowd_join(struct crowd *c, const unsigned char ip[16])
{
	add(c, ip, 1);
}

void
crowd_leave(struct crowd *c, const unsigned char ip[16])
{
	add(c, ip, -1);
}

unsigned
crowd_count(const struct crowd *c, const unsigned char ip[16])
{
	size_t at = column(c, ip);
	unsigned i, n = 0;

	for (i = 0; i < c->rows; i++)
		n += __atomic_load_n(&c->count[i][at], __ATOMIC_RELAXED);
	return n;
}

void
crowd_clear(struct crowd *c, unsigned row)
{
	memset(c->count[row], 0, sizeof c->count[row]);
}
